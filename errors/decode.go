package errors

import (
	"cmp"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/smithy-go"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// unknownError is the code of an answer without a code, and the message of an
// untyped error without a message, as in the SDK.
const unknownError = "UnknownError"

// FromResponse decodes an answer of the service that is not a success. It
// never returns nil and never fails: the error of an answer that cannot be read has
// the code of the code header, the status and the request id.
//
// The code is that of the X-Amzn-ErrorType header or else the body's __type or
// code, without the "namespace#" before it and the ":http://..." after it; an
// answer without any has the code "UnknownError". The message is the body's
// message or Message. A body that is not a JSON object, such as a proxy's HTML
// page, becomes the message as an excerpt: one line of printable text, at most
// 256 characters, of an HTML or XML page the text between its tags. Unless the SDK's
// own decoding loses something, code, message and fault are the same.
//
// The documented codes come as the types of this package, with status and
// request id; every other code as [*smithy.GenericAPIError], which has no place
// for these two: the client's response error (*http.ResponseError of the SDK's
// aws/transport/http) around it carries them.
//
// The body may be cut short; the client reads 64 KiB of it at most. Members that
// arrived completely count, wherever the body breaks off.
func FromResponse(statusCode int, header http.Header, body []byte) smithy.APIError {
	m, err := readMembers(body)
	if err != nil && m.message == nil {
		m.message = excerpt(body)
	}
	e := &exception{
		Message:    cmp.Or(m.named, m.message),
		Type:       m.kind,
		StatusCode: statusCode,
		RequestID:  requestID(header),
	}
	code := firstCode(header.Get("X-Amzn-ErrorType"), m.shape, m.code)
	if code == codeTooManyRequestsException {
		return e.tooManyRequests(header, m.reason)
	}
	return e.typed(code, m.message)
}

// requestID reads the headers that the SDK's RequestIDRetriever reads.
func requestID(header http.Header) string {
	if id := header.Get("X-Amzn-Requestid"); id != "" {
		return id
	}
	return header.Get("X-Amz-RequestId")
}

// firstCode returns the first candidate that holds a code.
func firstCode(candidates ...string) string {
	for _, c := range candidates {
		if code := bareCode(c); code != "" {
			return code
		}
	}
	return unknownError
}

// bareCode strips a URI after the code and a namespace before it, in the order
// in which the SDK does.
func bareCode(s string) string {
	s, _, _ = strings.Cut(s, ":")
	if _, name, ok := strings.Cut(s, "#"); ok {
		s = name
	}
	return strings.TrimSpace(s)
}

// exception has the fields of every modelled type but TooManyRequestsException,
// so that it converts to each.
type exception struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// typed returns e as the type of its code. An error without a type gets message in
// place of e's.
func (e *exception) typed(code string, message *string) smithy.APIError {
	switch code {
	case codeInvalidParameterValueException:
		return (*InvalidParameterValueException)(e)
	case codePolicyLengthExceededException:
		return (*PolicyLengthExceededException)(e)
	case codePreconditionFailedException:
		return (*PreconditionFailedException)(e)
	case codePublicPolicyException:
		return (*PublicPolicyException)(e)
	case codeResourceConflictException:
		return (*ResourceConflictException)(e)
	case codeResourceNotFoundException:
		return (*ResourceNotFoundException)(e)
	case codeServiceException:
		return (*ServiceException)(e)
	}
	e.Message = message
	return e.generic(code)
}

// tooManyRequests returns e with the two fields that only this type has: the reason
// and the Retry-After header.
func (e *exception) tooManyRequests(header http.Header, reason string) smithy.APIError {
	t := &TooManyRequestsException{
		Message:    e.Message,
		Type:       e.Type,
		Reason:     ThrottleReason(reason),
		StatusCode: e.StatusCode,
		RequestID:  e.RequestID,
	}
	if after := header.Get("Retry-After"); after != "" {
		t.RetryAfterSeconds = &after
	}
	return t
}

// generic returns e as an error without a type. Its fault stays unknown, as in
// the SDK.
func (e *exception) generic(code string) smithy.APIError {
	message := unknownError
	if e.Message != nil && *e.Message != "" {
		message = *e.Message
	}
	return &smithy.GenericAPIError{Code: code, Message: message}
}

// members holds the members of an error body that FromResponse uses. Strings are ""
// and pointers nil if the member is absent, null or, except for the message, not a
// string.
type members struct {
	message *string // in any case of its name
	named   *string // message or Message, which the SDK's types read
	shape   string  // __type
	code    string
	kind    *string // Type
	reason  string
}

// readMembers reads the members of the JSON object that body begins with. At the
// first that cannot be read it stops and returns an error. An empty body and null are
// objects without members, as in the SDK.
func readMembers(body []byte) (members, error) {
	var m members
	text := strings.TrimLeft(string(body), " \t\r\n")
	if text == "" || strings.HasPrefix(text, "null") {
		return m, nil
	}
	_, err := jsontext.Object(text, m.set)
	return m, err
}

// set keeps a member. Names are compared without regard to case, since the
// service writes message and Message, and the last of equal names wins, both as
// in the SDK. The names Type and Reason are case-sensitive.
func (m *members) set(name, value string) {
	s := stringOf(value)
	switch {
	case value == "null":
	case strings.EqualFold(name, "message"):
		m.message = s
		if s == nil {
			m.message = excerpt([]byte(value))
		}
		if name == "message" || name == "Message" {
			m.named = m.message
		}
	case s == nil:
	case strings.EqualFold(name, "__type"):
		m.shape = *s
	case strings.EqualFold(name, "code"):
		m.code = *s
	case name == "Type":
		m.kind = s
	case name == "Reason":
		m.reason = *s
	}
}

// stringOf decodes a JSON string. It returns nil for a value of another kind.
func stringOf(value string) *string {
	if value[0] != '"' {
		return nil
	}
	s := jsontext.Detached(value)
	return &s
}

// maxScan limits the bytes of a body that an excerpt is made of.
const maxScan = 16 << 10

// excerpt makes one line of printable text of a body that is not an error of the
// service; it returns nil if there is nothing to print. Of markup it keeps the text
// between the tags, or the tags if there is no such text.
func excerpt(body []byte) *string {
	raw := string(body[:min(len(body), maxScan)])
	line := ""
	if strings.HasPrefix(strings.TrimSpace(raw), "<") {
		line = oneLine(withoutTags(raw))
	}
	if line == "" {
		line = oneLine(raw)
	}
	if line == "" {
		return nil
	}
	return &line
}

// withoutTags replaces each tag by a space.
func withoutTags(s string) string {
	var b strings.Builder
	for s != "" {
		text, rest, _ := strings.Cut(s, "<")
		b.WriteString(text)
		b.WriteByte(' ')
		_, s, _ = strings.Cut(rest, ">")
	}
	return b.String()
}

// oneLine joins the words of s with single spaces, drops characters that cannot be
// printed and shortens the rest.
func oneLine(s string) string {
	s = strings.Map(printable, s)
	return abbrev.Text(strings.Join(strings.Fields(s), " "))
}

// printable drops bytes that are not UTF-8, control characters and those that change
// the direction of text. Space of any kind stays.
func printable(r rune) rune {
	if !unicode.IsSpace(r) && (r == utf8.RuneError || !unicode.IsPrint(r)) {
		return -1
	}
	return r
}
