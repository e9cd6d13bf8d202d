package errors_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

// header returns a response header from alternating names and values.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// conflict returns the expected error of a 409 with the request id "id".
func conflict(message, typ *string) smithy.APIError {
	return &lambdaerrors.ResourceConflictException{Message: message, Type: typ, StatusCode: 409, RequestID: "id"}
}

func unknown(message string) smithy.APIError {
	return &smithy.GenericAPIError{Code: "UnknownError", Message: message}
}

const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
	"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// Every row has the status 409 and the request id "id".
var bodyTests = []struct {
	name string
	code string // X-Amzn-ErrorType header; "" if absent
	body string
	want smithy.APIError
}{
	// The header has the code, and the body has the message in one of two spellings.
	{"message", "ResourceConflictException", `{"Type":"User","message":"taken"}`, conflict(aws.String("taken"), aws.String("User"))},
	{"Message", "ResourceConflictException", `{"Message":"taken","Type":"User"}`, conflict(aws.String("taken"), aws.String("User"))},
	// Without a Type the field is nil.
	{"no Type", "ResourceConflictException", `{"message":"taken"}`, conflict(aws.String("taken"), nil)},
	// If the message is absent, null or empty, a typed error has no other message.
	{"no message", "ResourceConflictException", `{"Type":"User"}`, conflict(nil, aws.String("User"))},
	{"null message", "ResourceConflictException", `{"Message":null,"Type":null}`, conflict(nil, nil)},
	{"empty message", "ResourceConflictException", `{"message":""}`, conflict(aws.String(""), nil)},
	// The case of Type and Reason matters.
	{"type", "ResourceConflictException", `{"type":"User"}`, conflict(nil, nil)},
	{"reason", "TooManyRequestsException", `{"reason":"x"}`, &lambdaerrors.TooManyRequestsException{StatusCode: 409, RequestID: "id"}},
	{"Type is not a string", "ResourceConflictException", `{"Type":1,"message":"taken"}`, conflict(aws.String("taken"), nil)},
	// Messages and names are unescaped and not changed otherwise.
	{"escapes", "ResourceConflictException", `{"\u006dessage":"a\n\u003cb\u003e \ud83d\ude00"}`, conflict(aws.String("a\n<b> 😀"), nil)},

	// The code may be in the body, with one of three names.
	{"__type", "", `{"__type":"ResourceConflictException","message":"taken"}`, conflict(aws.String("taken"), nil)},
	{"code", "", `{"code":"ResourceConflictException","message":"taken"}`, conflict(aws.String("taken"), nil)},
	{"Code", "", `{"Code":"ResourceConflictException","Message":"taken"}`, conflict(aws.String("taken"), nil)},
	// The header precedes __type, which precedes code.
	{"header first", "ResourceConflictException", `{"__type":"A","code":"B"}`, conflict(nil, nil)},
	{"__type second", "", `{"code":"B","__type":"ResourceConflictException"}`, conflict(nil, nil)},
	// If a place has no code, the next place is used.
	{"empty __type", "", `{"__type":"","code":"ResourceConflictException"}`, conflict(nil, nil)},
	{"only a suffix", ":http://internal.amazon.com/", `{"code":"ResourceConflictException"}`, conflict(nil, nil)},
	{"only a namespace", "com.amazonaws.lambda#", `{"code":"ResourceConflictException"}`, conflict(nil, nil)},
	{"white space", " \t", `{"code":"ResourceConflictException"}`, conflict(nil, nil)},
	{"code is a number", "", `{"code":409,"__type":"ResourceConflictException"}`, conflict(nil, nil)},

	// A namespace before the code and a URI after it are not part of the code.
	{"namespace", "com.amazonaws.lambda#ResourceConflictException", ``, conflict(nil, nil)},
	{"suffix", "ResourceConflictException:http://internal.amazon.com/coral/com.amazonaws.awsgirapi/", ``, conflict(nil, nil)},
	{"both", "com.amazonaws.lambda#ResourceConflictException:http://internal.amazon.com/#x", ``, conflict(nil, nil)},
	{"both, in the body", "", `{"__type":"com.amazonaws.lambda#ResourceConflictException:http://internal.amazon.com/"}`, conflict(nil, nil)},

	// An error without a type has the code and the message; without a message, the
	// message is UnknownError.
	{"generic", "AccessDeniedException", `{"Message":"User is not authorized"}`, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "User is not authorized"}},
	{"generic, null message", "AccessDeniedException", `{"Message":null}`, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "UnknownError"}},
	{"generic, empty body", "InternalFailure", ``, &smithy.GenericAPIError{Code: "InternalFailure", Message: "UnknownError"}},
	{"generic, empty message", "InternalFailure", `{"message":""}`, &smithy.GenericAPIError{Code: "InternalFailure", Message: "UnknownError"}},
	// The case of codes matters.
	{"other case", "resourceconflictexception", ``, &smithy.GenericAPIError{Code: "resourceconflictexception", Message: "UnknownError"}},

	// There is no code.
	{"empty", "", ``, unknown("UnknownError")},
	{"white space", "", " \r\n", unknown("UnknownError")},
	{"null", "", `null`, unknown("UnknownError")},
	{"empty object", "", `{}`, unknown("UnknownError")},
	{"message only", "", `{"message":"Missing Authentication Token"}`, unknown("Missing Authentication Token")},

	// With a body that is not JSON the code is kept, and the message is an excerpt.
	{"HTML", "", badGateway, unknown("502 Bad Gateway 502 Bad Gateway nginx")},
	{"HTML and a code", "ResourceConflictException", badGateway, conflict(aws.String("502 Bad Gateway 502 Bad Gateway nginx"), nil)},
	{"words at tags", "", "<p>try</p><p>later</p>", unknown("try later")},
	{"XML", "", "<ServiceUnavailableException/>\n", unknown("<ServiceUnavailableException/>")},
	{"plain text", "", "upstream connect error\n\tor disconnect\x00\x1b[31m", unknown("upstream connect error or disconnect[31m")},
	{"not UTF-8", "", "caf\xe9 closed", unknown("caf closed")},
	{"text with bidirectional controls", "", "a\u202eb\u200fc", unknown("abc")},
	{"nothing to print", "", "\x00\x01\xff", unknown("UnknownError")},
	{"nothing to print, typed", "ResourceConflictException", "\x00\x01\xff", conflict(nil, nil)},
	{"unclosed tag", "", "<p>busy<br", unknown("busy")},

	// The same applies to JSON of another form.
	{"array", "ResourceConflictException", `["taken"]`, conflict(aws.String(`["taken"]`), nil)},
	{"string", "ResourceConflictException", `"taken"`, conflict(aws.String(`"taken"`), nil)},
	{"number", "", `409`, unknown("409")},
	{"nested message", "ResourceConflictException", `{"message":{"text":"taken"},"Type":"User"}`, conflict(aws.String(`{"text":"taken"}`), aws.String("User"))},
	{"message list", "", `{"message":["a",  "b"]}`, unknown(`["a", "b"]`)},
	{"__type is a number", "", `{"__type":7,"message":"taken"}`, unknown("taken")},

	// Of a truncated body the complete members are used; if there is no complete
	// message, the message is an excerpt.
	{"cut in the message", "ResourceConflictException", `{"Type":"User","message":"The stat`, conflict(aws.String(`{"Type":"User","message":"The stat`), aws.String("User"))},
	{"cut after the message", "ResourceConflictException", `{"message":"taken","Ty`, conflict(aws.String("taken"), nil)},
	{"cut after the code", "", `{"__type":"ResourceConflictException","message":`, conflict(aws.String(`{"__type":"ResourceConflictException","message":`), nil)},
	{"cut at once", "ResourceConflictException", `{`, conflict(aws.String("{"), nil)},
	// Text after the object is ignored.
	{"trailing data", "", `{"message":"taken"}<html>`, unknown("taken")},
	// Of members of the same name the last is used; null is ignored.
	{"twice", "ResourceConflictException", `{"message":"a","Message":"b","message":null}`, conflict(aws.String("b"), nil)},
}

func TestFromResponseBody(t *testing.T) {
	for _, tt := range bodyTests {
		h := header("X-Amzn-Requestid", "id")
		if tt.code != "" {
			h.Set("X-Amzn-ErrorType", tt.code)
		}
		got := lambdaerrors.FromResponse(409, h, []byte(tt.body))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// As in the SDK, the message of a typed error is the member message or Message, if
// there is one; the message of an error without a type is the last member of that name
// in any case. (TestFromResponseBody tests the rest; its rows are compared with the
// part of the SDK that has no types.)
func TestFromResponseMessageNames(t *testing.T) {
	const typed, generic = "ResourceConflictException", "InternalFailure"
	for _, tt := range []struct{ code, body, want string }{
		{typed, `{"message":"a","MESSAGE":"b"}`, "a"},
		{typed, `{"Message":"a","MESSAGE":"b"}`, "a"},
		{typed, `{"MESSAGE":"b","message":"a"}`, "a"},
		{typed, `{"MESSAGE":"b"}`, "b"},
		{generic, `{"message":"a","MESSAGE":"b"}`, "b"},
		{generic, `{"MESSAGE":"b","message":"a"}`, "a"},
	} {
		err := lambdaerrors.FromResponse(409, header("X-Amzn-ErrorType", tt.code), []byte(tt.body))
		if got := err.ErrorMessage(); got != tt.want {
			t.Errorf("%s of %s: message %q, want %q", tt.code, tt.body, got, tt.want)
		}
	}
}

// Each documented code has its own type, with the values of the headers, also if the
// status is not the documented one.
func TestFromResponseTypes(t *testing.T) {
	m, typ := aws.String("no"), aws.String("User")
	for _, want := range []smithy.APIError{
		&lambdaerrors.InvalidParameterValueException{Message: m, Type: typ, StatusCode: 418, RequestID: "id"},
		&lambdaerrors.PolicyLengthExceededException{Message: m, Type: typ, StatusCode: 418, RequestID: "id"},
		&lambdaerrors.PreconditionFailedException{Message: m, Type: typ, StatusCode: 418, RequestID: "id"},
		&lambdaerrors.PublicPolicyException{Message: m, Type: typ, StatusCode: 418, RequestID: "id"},
		&lambdaerrors.ResourceConflictException{Message: m, Type: typ, StatusCode: 418, RequestID: "id"},
		&lambdaerrors.ResourceNotFoundException{Message: m, Type: typ, StatusCode: 418, RequestID: "id"},
		&lambdaerrors.ServiceException{Message: m, Type: typ, StatusCode: 418, RequestID: "id"},
		&lambdaerrors.TooManyRequestsException{
			Message: m, Type: typ, StatusCode: 418, RequestID: "id",
			Reason: lambdaerrors.ThrottleReasonCallerRateLimitExceeded, RetryAfterSeconds: aws.String("7"),
		},
	} {
		h := header("x-amzn-errortype", want.ErrorCode(), "x-amzn-requestid", "id", "retry-after", "7")
		body := `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"no"}`
		got := lambdaerrors.FromResponse(418, h, []byte(body))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.ErrorCode(), diff)
		}
	}
}

func TestFromResponseHeaders(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header http.Header
		want   smithy.APIError
	}{
		// An answer may have no header.
		{"nil", nil, unknown("UnknownError")},
		// The request id has one of two names; the first precedes the second.
		{"X-Amz-RequestId", header("X-Amzn-ErrorType", "ServiceException", "X-Amz-RequestId", "b"), &lambdaerrors.ServiceException{StatusCode: 500, RequestID: "b"}},
		{"both ids", header("X-Amzn-ErrorType", "ServiceException", "X-Amz-RequestId", "b", "X-Amzn-RequestId", "a"), &lambdaerrors.ServiceException{StatusCode: 500, RequestID: "a"}},
		// Retry-After and the reason of throttling may be absent.
		{"no Retry-After", header("X-Amzn-ErrorType", "TooManyRequestsException"), &lambdaerrors.TooManyRequestsException{StatusCode: 500}},
		// Retry-After is kept unchanged.
		{"Retry-After date", header("X-Amzn-ErrorType", "TooManyRequestsException", "Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"), &lambdaerrors.TooManyRequestsException{StatusCode: 500, RetryAfterSeconds: aws.String("Fri, 31 Dec 1999 23:59:59 GMT")}},
	} {
		if diff := cmp.Diff(tt.want, lambdaerrors.FromResponse(500, tt.header, nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// An excerpt has at most abbrev.Max code points, and ends in an ellipsis if it was
// shortened. Only the beginning of a body is read.
func TestFromResponseExcerptLength(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"fits", strings.Repeat("é", abbrev.Max), strings.Repeat("é", abbrev.Max)},
		{"one more", strings.Repeat("é", abbrev.Max+1), strings.Repeat("é", abbrev.Max-1) + "…"},
		{"huge", strings.Repeat("busy ", 1<<20), strings.Repeat("busy ", abbrev.Max/5) + "…"},
		{"huge page", badGateway + strings.Repeat("<!-- padding -->", 1<<16), "502 Bad Gateway 502 Bad Gateway nginx"},
		{"text after much markup", strings.Repeat("<!-- none -->", 1<<16) + "late", strings.Repeat("<!-- none -->", 19) + "<!-- non…"},
		// Only the first 16 KiB of a body are used.
		{"text at their end", strings.Repeat(" ", 16<<10-1) + "late", "l"},
		{"text after them", strings.Repeat(" ", 16<<10) + "late", "UnknownError"},
		{"huge broken JSON", `{"a":"` + strings.Repeat("x", 1<<20), `{"a":"` + strings.Repeat("x", abbrev.Max-7) + "…"},
	} {
		got := lambdaerrors.FromResponse(502, nil, []byte(tt.body)).ErrorMessage()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// The service's own message is not an excerpt: it is never shortened.
func TestFromResponseLongMessage(t *testing.T) {
	want := strings.Repeat("m", 1<<20)
	got := lambdaerrors.FromResponse(400, nil, []byte(`{"message":"`+want+`"}`)).ErrorMessage()
	if got != want {
		t.Errorf("a message of %d bytes was returned with %d bytes", len(want), len(got))
	}
}

// An error does not keep the memory of the body that its message was in.
func TestFromResponseKeepsNoBody(t *testing.T) {
	const size, count = 60_000, 100
	body := []byte(`{"Type":"User","message":"taken","padding":"` + strings.Repeat("x", size) + `"}`)
	var before, after runtime.MemStats
	kept := make([]smithy.APIError, count)
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range kept {
		kept[i] = lambdaerrors.FromResponse(409, header("X-Amzn-ErrorType", "ResourceConflictException"), body)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > count*size/10 {
		t.Errorf("%d errors keep %d bytes, want at most a tenth of the bodies", count, grown)
	}
	runtime.KeepAlive(kept)
}
