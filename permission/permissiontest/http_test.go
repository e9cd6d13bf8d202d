package permissiontest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// post sends a body of AddPermission to fn.
func post(t testing.TB, service http.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	s := validSigning()
	s.body = body
	return s.send(t, service)
}

// The body is one JSON object with members of the right type, each at most once.
func TestRequestBody(t *testing.T) {
	const rest = `"Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com"`
	tests := []struct {
		name, body string
		code       string // "" is success
	}{
		{"valid", validBody, ""},
		{"whitespace around it", " \r\n" + validBody + "\n", ""},
		{"escapes", `{"\u0041ction":"lambda:InvokeFunction","Principal":"\u0073\u0033.amazonaws.com","StatementId":"s3"}`, ""},
		{"null members are absent", `{"Qualifier2":null,"SourceArn":null,"InvokedViaFunctionUrl":null,"StatementId":"a",` + rest + `}`, ""},
		{"a boolean", `{"InvokedViaFunctionUrl":true,"StatementId":"a",` + rest + `}`, ""},
		// Unknown members are ignored. The case of names matters.
		{"unknown members", `{"sourceArn":"x","Other":{"a":[1,{}]},"StatementId":"a",` + rest + `}`, ""},
		{"empty", ``, "ValidationException"},
		{"an empty object", `{}`, "ValidationException"},
		{"not JSON", `Action=lambda`, "SerializationException"},
		{"incomplete", validBody[:len(validBody)-1], "SerializationException"},
		{"a second object", validBody + validBody, "SerializationException"},
		{"a list", `[` + validBody + `]`, "SerializationException"},
		{"null", `null`, "SerializationException"},
		{"a member twice", `{"StatementId":"a","StatementId":"b",` + rest + `}`, "SerializationException"},
		{"a number instead of a string", `{"StatementId":1,` + rest + `}`, "SerializationException"},
		{"a boolean instead of a string", `{"StatementId":true,` + rest + `}`, "SerializationException"},
		{"a list instead of a string", `{"StatementId":["a"],` + rest + `}`, "SerializationException"},
		{"an object instead of a string", `{"StatementId":{"a":1},` + rest + `}`, "SerializationException"},
		{"a string instead of a boolean", `{"InvokedViaFunctionUrl":"true","StatementId":"a",` + rest + `}`, "SerializationException"},
		{"not UTF-8", "{\"StatementId\":\"\xff\"," + rest + `}`, "SerializationException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(t, fixedService(t), tt.body)
			status := 400
			if tt.code == "" {
				status = 201
			}
			want(t, "answer", wire{status, tt.code, w.Body.String()}, wireOf(w))
		})
	}
}

// A body that is longer than the limit is refused.
func TestRequestBodyTooLong(t *testing.T) {
	w := post(t, fixedService(t), strings.Repeat(" ", 1<<20)+validBody)
	want(t, "answer", wire{413, "RequestTooLargeException", w.Body.String()}, wireOf(w))
}

// Requests that are not of the API are refused, and unknown members are ignored.
// Unknown lists both.
func TestUnknown(t *testing.T) {
	tests := []struct {
		name, method, target, body string
		status                     int
		unknown                    []string
	}{
		{"another method", "PUT", "/2015-03-31/functions/fn/policy", "", 403,
			[]string{"PUT /2015-03-31/functions/fn/policy"}},
		{"another operation", "GET", "/2015-03-31/functions/fn", "", 403, []string{"GET /2015-03-31/functions/fn"}},
		{"another version of the API", "GET", "/2014-11-13/functions/fn/policy", "", 403,
			[]string{"GET /2014-11-13/functions/fn/policy"}},
		{"no name", "GET", "/2015-03-31/functions//policy", "", 403, []string{"GET /2015-03-31/functions//policy"}},
		{"no statement id", "DELETE", "/2015-03-31/functions/fn/policy/", "", 403,
			[]string{"DELETE /2015-03-31/functions/fn/policy/"}},
		{"one slash too many", "POST", "/2015-03-31/functions/fn/policy/", validBody, 403,
			[]string{"POST /2015-03-31/functions/fn/policy/"}},
		{"a member of the query", "POST", "/2015-03-31/functions/fn/policy?RevisionId=wrong&x-id=y", validBody, 201,
			[]string{`AddPermission: query member "RevisionId"`, `AddPermission: query member "x-id"`}},
		{"a member of the body", "POST", "/2015-03-31/functions/fn/policy",
			strings.Replace(validBody, "{", `{"SourceARN":"arn:aws:s3:::b",`, 1), 201,
			[]string{`AddPermission: body member "SourceARN"`}},
		{"nothing unknown", "POST", "/2015-03-31/functions/fn/policy", validBody, 201, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			service := fixedService(t)
			s := validSigning()
			s.method, s.target, s.body = tt.method, tt.target, tt.body
			w := s.send(t, service)
			if w.Code != tt.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, tt.status)
			}
			const denied = `{"Message":"Unable to determine service/operation name to be authorized"}`
			if tt.status == 403 && w.Body.String() != denied {
				t.Errorf("body %s, want %s", w.Body, denied)
			}
			if diff := cmp.Diff(tt.unknown, service.Unknown()); diff != "" {
				t.Errorf("Unknown (-want +got):\n%s", diff)
			}
		})
	}
}

// A fallback gets exactly the requests that are not of the API, unchanged and with any
// signature.
func TestWithFallback(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/aliases", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, "alias of %s: %s", r.PathValue("name"), body)
	})
	tests := []struct {
		name, method, target, body string
		signed                     bool
		status                     int
		want                       string // in the body
	}{
		{"an operation of the API", "POST", "/2015-03-31/functions/fn/policy", validBody, true, 201, `"Statement"`},
		{"an operation of the API, unsigned", "POST", "/2015-03-31/functions/fn/policy", validBody, false, 403, "Missing Authentication Token"},
		{"another operation", "POST", "/2015-03-31/functions/fn/aliases", "{}", true, 201, "alias of fn: {}"},
		{"another operation, unsigned", "POST", "/2015-03-31/functions/a%2Fb/aliases", "{}", false, 201, "alias of a/b: {}"},
		{"a request that the handler does not know", "PUT", "/2015-03-31/functions/fn/policy", "", true, 404, "404 page not found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			service := fixedService(t, permissiontest.WithFallback(mux))
			s := validSigning()
			s.method, s.target, s.body = tt.method, tt.target, tt.body
			if !tt.signed {
				s.after = func(r *http.Request) { r.Header.Del("Authorization") }
			}
			w := s.send(t, service)
			want(t, "status", tt.status, w.Code)
			if !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("body %s, want one with %q", w.Body, tt.want)
			}
			if got := service.Unknown(); got != nil {
				t.Errorf("Unknown() = %q, want nil", got)
			}
		})
	}
}

// RemovePermission takes RevisionId from the query.
func TestRevisionIdInQuery(t *testing.T) {
	service := fixedService(t)
	post(t, service, validBody)
	s := validSigning()
	s.method, s.target, s.body = "DELETE", "/2015-03-31/functions/fn/policy/s3?RevisionId=wrong", ""
	if w := s.send(t, service); w.Code != 412 {
		t.Errorf("%d %s, want 412", w.Code, w.Body)
	}
}

// The same calls have the same answers each time, including ids.
func TestDeterministic(t *testing.T) {
	story := func() string {
		service := fixedService(t)
		var b strings.Builder
		for _, call := range [][2]string{{"POST", validBody}, {"POST", validBody}, {"GET", ""}} {
			s := validSigning()
			s.method, s.body = call[0], call[1]
			w := s.send(t, service)
			fmt.Fprintln(&b, w.Code, w.Header(), w.Body)
		}
		return b.String()
	}
	if first, second := story(), story(); first != second {
		t.Errorf("answers (-first time +second time):\n%s", cmp.Diff(first, second))
	}
}

// The Date of an answer is the time of the service's clock, from which clients learn
// their skew.
func TestDate(t *testing.T) {
	w := post(t, fixedService(t), validBody)
	if got, want := w.Header().Get("Date"), "Thu, 06 Aug 2015 13:20:34 GMT"; got != want {
		t.Errorf("Date %q, want %q", got, want)
	}
}

// A logger gets one line for each request, without any part of its headers and its
// body.
func TestWithLogger(t *testing.T) {
	var lines bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&lines, nil))
	service := fixedService(t, permissiontest.WithLogger(logger))
	post(t, service, strings.Replace(validBody, "{", `{"EventSourceToken":"s3cr3t",`, 1))
	post(t, service, validBody)
	got := lines.String()
	want(t, "lines of the log", 2, strings.Count(got, "\n"))
	for _, part := range []string{"POST /2015-03-31/functions/fn/policy", "status=409 code=ResourceConflictException"} {
		if !strings.Contains(got, part) {
			t.Errorf("the log has no %q:\n%s", part, got)
		}
	}
	for _, secret := range []string{"s3cr3t", "Signature", permissiontest.DefaultAccessKeyID} {
		if strings.Contains(got, secret) {
			t.Errorf("the log has %q:\n%s", secret, got)
		}
	}
}

// FuzzRequestBody checks that the answer to any body is JSON with a known status, and
// that encoding/json decodes an accepted body to the stored statement.
func FuzzRequestBody(f *testing.F) {
	for _, body := range []string{
		"", "{}", "null", "[]", validBody, validBody[:40], `{"StatementId":1}`, `{"StatementId":"a","StatementId":"b"}`,
		`{"InvokedViaFunctionUrl":false}`, "\xef\xbb\xbf{}", `{"a":{"a":1,"a":2}}`,
		strings.Replace(validBody, "{", `{"SourceArn":"arn:aws:s3:::\ud800<&>\u2028",`, 1),
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		service := fixedService(t)
		w := post(t, service, string(body))
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%q: answer %s, want JSON", body, w.Body)
		}
		if w.Code != 201 && w.Code != 400 {
			t.Fatalf("%q: %d %s, want 201 or 400", body, w.Code, w.Body)
		}
		if w.Code == 201 {
			checkAccepted(t, service, body)
		}
	})
}

func checkAccepted(t *testing.T, service *permissiontest.Service, body []byte) {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatalf("accepted %q, which is not JSON: %v", body, err)
	}
	if !utf8.Valid(body) {
		t.Fatalf("accepted %q, which is not UTF-8", body)
	}
	d, _ := service.Policy("fn")
	if len(d.Statements()) != 1 {
		t.Fatalf("accepted %q, policy %s, want one statement", body, d)
	}
	if d.Size() > policy.MaxSize {
		t.Fatalf("accepted %q, a policy of %d bytes, want at most %d", body, d.Size(), policy.MaxSize)
	}
	if got := d.Statements()[0].Sid(); got != members["StatementId"] {
		t.Errorf("%q: Sid %q, want %q", body, got, members["StatementId"])
	}
}
