package errors_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/restjson1"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

// sdkDecode decodes an answer as the SDK does for a code without a type. If the error
// is not a smithy.APIError, the SDK has lost the code.
func sdkDecode(status int, header http.Header, body []byte) error {
	return restjson1.New(nil).DeserializeResponse(context.Background(),
		&smithy.OperationSchema{}, &smithy.TypeRegistry{},
		&smithyhttp.Response{Response: &http.Response{
			StatusCode: status,
			Header:     header,
			Body:       io.NopCloser(bytes.NewReader(body)),
		}}, nil)
}

// If the SDK's decoding loses nothing, FromResponse returns the same code, message and,
// for codes without a type, fault.
func TestFromResponseAgreesWithSDK(t *testing.T) {
	compared := 0
	for _, tt := range bodyTests {
		if checkAgainstSDK(t, 409, header("X-Amzn-ErrorType", tt.code), []byte(tt.body)) {
			compared++
		}
	}
	for _, tt := range wireTests {
		if checkAgainstSDK(t, tt.status, header("X-Amzn-ErrorType", tt.code), []byte(tt.body)) {
			compared++
		}
	}
	if compared < len(wireTests) {
		t.Errorf("%d answers were compared, want at least one for each recorded answer", compared)
	}
}

// checkAgainstSDK compares FromResponse with the SDK, and reports whether there was
// something to compare.
func checkAgainstSDK(t *testing.T, status int, header http.Header, body []byte) bool {
	t.Helper()
	var want *smithy.GenericAPIError
	if !errors.As(sdkDecode(status, header, body), &want) {
		return false // the SDK lost the code
	}
	if bare := strings.TrimSpace(want.Code); bare != want.Code || bare == "" || bare == "UnknownError" {
		return false // a code of whitespace, or one that may be in another place
	}
	got := lambdaerrors.FromResponse(status, header, body)
	message := got.ErrorMessage()
	if _, untyped := got.(*smithy.GenericAPIError); !untyped && message == "" {
		message = "UnknownError" // the SDK's replacement, which its types do not have either
	} else if untyped && got.ErrorFault() != want.Fault {
		t.Errorf("fault %v, the SDK has %v", got.ErrorFault(), want.Fault)
	}
	if got.ErrorCode() != want.Code || message != want.Message {
		t.Errorf("status %d, header %q, body %q:\nours: %q %q\nSDK:  %q %q",
			status, header, body, got.ErrorCode(), message, want.Code, want.Message)
	}
	return true
}

func FuzzFromResponse(f *testing.F) {
	f.Add(int(500), "ServiceException", "id", []byte("\xef\xbb\xbf{\"message\":\"no\"}")) // byte order mark
	f.Add(int(502), "", "", []byte("busy \xe2\x82"))                                      // incomplete UTF-8
	// Deep nesting.
	f.Add(int(400), "ResourceConflictException", "id", []byte("{\"message\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["))
	f.Add(int(400), "", "id", []byte("{\"meſſage\":\"long s\"}"))                   // a name that is equal by case folding
	f.Add(int(400), "ServiceException", "id", []byte("{\"message\":\"\xff\xc3\"}")) // invalid utf8 in json
	f.Add(int(400), "ServiceException", "id", []byte("{\"message\":\"\\ud800\"}"))  // lone surrogate
	f.Add(int(400), "", "id", []byte("{\"__type\":\"A\" \"message\":\"no\"}"))      // missing comma
	f.Add(int(400), "ServiceException", "id", []byte("{1:\"no\"}"))                 // a number as a name
	f.Add(int(-1), "TooManyRequestsException", "", []byte(""))                      // negative status
	f.Add(int(503), "", "", []byte("<<>><a b=\"<\">x"))                             // nested angles
	f.Add(int(400), "", "", []byte("null<html>"))                                   // text after null
	f.Add(int(503), "", "", []byte("<a><b></b></a>"))                               // only tags
	f.Add(int(503), "", "", []byte("a\xe2\x80\xa8b\xc2\x85c\xe2\x80\xaed"))         // separators
	f.Add(int(201), "ServiceException", "id", []byte("{\"message\":\"no\"}"))       // success status
	for _, tt := range bodyTests {
		f.Add(409, tt.code, "id", []byte(tt.body))
	}
	for _, tt := range wireTests {
		f.Add(tt.status, tt.code, "", []byte(tt.body))
	}
	f.Fuzz(func(t *testing.T, status int, code, id string, body []byte) {
		h := header("X-Amzn-ErrorType", code, "X-Amzn-Requestid", id)
		err := lambdaerrors.FromResponse(status, h, body)
		if err == nil {
			t.Fatal("no error")
		}
		if err.ErrorCode() == "" {
			t.Error("no code")
		}
		checkAnswerKept(t, err, status, code, id)
		checkExcerpt(t, err, body)
		checkAgainstSDK(t, status, h, body)
		for _, ask := range questions {
			ask(err)
		}
	})
}

// checkAnswerKept checks that an error has the status, the request id and the code of
// the header, for any body.
func checkAnswerKept(t *testing.T, err smithy.APIError, status int, code, id string) {
	t.Helper()
	if e, typed := err.(exception); typed {
		if got := e.HTTPStatusCode(); got != status {
			t.Errorf("status %d, want %d", got, status)
		}
		if got := e.ServiceRequestID(); got != id {
			t.Errorf("request id %q, want %q", got, id)
		}
	}
	plain := code != "" && !strings.ContainsAny(code, ":#") && code == strings.TrimSpace(code)
	if plain && err.ErrorCode() != code {
		t.Errorf("code %q, want %q of the header", err.ErrorCode(), code)
	}
}

// checkExcerpt checks that the message for a body that is not a JSON object is one
// printable line.
func checkExcerpt(t *testing.T, err smithy.APIError, body []byte) {
	t.Helper()
	if strings.HasPrefix(string(bytes.TrimLeft(body, " \t\r\n")), "{") {
		return
	}
	message := err.ErrorMessage()
	if !utf8.ValidString(message) {
		t.Errorf("message %q is not UTF-8", message)
	}
	if n := utf8.RuneCountInString(message); n > abbrev.Max {
		t.Errorf("the message has %d characters, want at most abbrev.Max", n)
	}
	for _, r := range message {
		if !unicode.IsPrint(r) {
			t.Errorf("message %q has %q in it", message, r)
		}
	}
}
