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

// sdkDecode is how the SDK decodes an answer whose code has no type: an error
// that is not a smithy.APIError means that it lost the code.
func sdkDecode(status int, header http.Header, body []byte) error {
	return restjson1.New(nil).DeserializeResponse(context.Background(),
		&smithy.OperationSchema{}, &smithy.TypeRegistry{},
		&smithyhttp.Response{Response: &http.Response{
			StatusCode: status,
			Header:     header,
			Body:       io.NopCloser(bytes.NewReader(body)),
		}}, nil)
}

// Wherever the SDK's decoding loses nothing, ours has the same code, message
// and, for the codes without a type, fault.
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
		t.Errorf("only %d answers compared", compared)
	}
}

// checkAgainstSDK reports whether there was something to compare.
func checkAgainstSDK(t *testing.T, status int, header http.Header, body []byte) bool {
	t.Helper()
	var want *smithy.GenericAPIError
	if !errors.As(sdkDecode(status, header, body), &want) {
		return false // the body cost the SDK everything
	}
	if bare := strings.TrimSpace(want.Code); bare != want.Code || bare == "" || bare == "UnknownError" {
		return false // a code of white space, or one that another place may hold
	}
	got := lambdaerrors.FromResponse(status, header, body)
	message := got.ErrorMessage()
	if _, untyped := got.(*smithy.GenericAPIError); !untyped && message == "" {
		message = "UnknownError" // the SDK's stopgap, which its types do not use either
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
	f.Add(int(502), "", "", []byte("busy \xe2\x82"))                                      // cut rune
	// Deep nesting.
	f.Add(int(400), "ResourceConflictException", "id", []byte("{\"message\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["))
	f.Add(int(400), "", "id", []byte("{\"meſſage\":\"long s\"}"))                   // folded name
	f.Add(int(400), "ServiceException", "id", []byte("{\"message\":\"\xff\xc3\"}")) // invalid utf8 in json
	f.Add(int(400), "ServiceException", "id", []byte("{\"message\":\"\\ud800\"}"))  // lone surrogate
	f.Add(int(400), "", "id", []byte("{\"__type\":\"A\" \"message\":\"no\"}"))      // missing comma
	f.Add(int(400), "ServiceException", "id", []byte("{1:\"no\"}"))                 // name is number
	f.Add(int(-1), "TooManyRequestsException", "", []byte(""))                      // negative status
	f.Add(int(503), "", "", []byte("<<>><a b=\"<\">x"))                             // nested angles
	f.Add(int(400), "", "", []byte("null<html>"))                                   // null then more
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

// The status, request id and code header survive any body.
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

// The excerpt of a body that is not a JSON object is one printable line.
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
		t.Errorf("message has %d characters", n)
	}
	for _, r := range message {
		if !unicode.IsPrint(r) {
			t.Errorf("message %q has %q in it", message, r)
		}
	}
}
