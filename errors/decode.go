package errors

import (
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
)

// unknownError is the code of an answer that names none, and the message of an
// untyped one that carries none, as in the SDK.
const unknownError = "UnknownError"

// FromResponse decodes an answer of the service that is not a success. It
// never returns nil and never fails: an answer that cannot be read is still
// told by its status, its code header and its request id.
//
// The code is that of the X-Amzn-ErrorType header or else the body's __type or
// code, without the "namespace#" before it and the ":http://..." after it; an
// answer without any has the code "UnknownError". The message is the body's
// message or Message. A body that is no JSON object, such as a proxy's HTML
// page, becomes the message as an excerpt: one line of printable text, at most
// 256 characters, of an HTML or XML page the text between its tags. Wherever
// the SDK's own decoding loses nothing, code, message and fault are the same.
//
// The documented codes come as the types of this package, with status and
// request id; every other code as [*smithy.GenericAPIError], which has no place
// for these two: the client's response error (*http.ResponseError of the SDK's
// aws/transport/http) around it carries them.
//
// The body may be cut short; the client reads 64 KiB of it at most. Members
// that came whole count, wherever the body breaks off.
func FromResponse(statusCode int, header http.Header, body []byte) smithy.APIError {
	m, err := readMembers(body)
	if err != nil && m.message == nil {
		m.message = excerpt(body)
	}
	e := &exception{
		Message:    m.message,
		Type:       m.kind,
		StatusCode: statusCode,
		RequestID:  requestID(header),
	}
	code := firstCode(header.Get("X-Amzn-ErrorType"), m.shape, m.code)
	if code == codeTooManyRequestsException {
		return e.tooManyRequests(header, m.reason)
	}
	return e.typed(code)
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

// typed returns e as the type of its code.
func (e *exception) typed(code string) smithy.APIError {
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
	return e.generic(code)
}

// tooManyRequests returns e with what only this type has: the reason and the
// Retry-After header.
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
