package permissiontest_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/encoding/httpbinding"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// noon is the time of the service's clock in these tests.
var noon = time.Date(2015, 8, 6, 13, 20, 34, 0, time.UTC)

const validBody = `{"Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com","StatementId":"s3"}`

// signing has the inputs of a client that signs a request; tests change them.
type signing struct {
	keyID, secret, token, region, service string
	at                                    time.Time
	method, target, body                  string
	before, after                         func(*http.Request) // called before and after signing
}

// send signs the request with the SDK's signer and passes it to the service.
func (s signing) send(t testing.TB, service http.Handler) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(s.method, "http://lambda.us-east-1.amazonaws.com"+s.target, strings.NewReader(s.body))
	r.Header.Set("Content-Type", "application/json")
	if s.before != nil {
		s.before(r)
	}
	hash := sha256.Sum256([]byte(s.body))
	credentials := aws.Credentials{AccessKeyID: s.keyID, SecretAccessKey: s.secret, SessionToken: s.token}
	err := v4.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(hash[:]), s.service, s.region, s.at)
	if err != nil {
		t.Fatal(err)
	}
	if s.after != nil {
		s.after(r)
	}
	w := httptest.NewRecorder()
	service.ServeHTTP(w, r)
	return w
}

const (
	badSignature = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	badToken = "The security token included in the request is invalid."
)

// replaceAuthorization returns a function that edits the Authorization header after
// signing.
func replaceAuthorization(from, to string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
	}
}

func TestSignatureRefusals(t *testing.T) {
	tests := []struct {
		name          string
		edit          func(*signing)
		code, message string
	}{
		{"unsigned", func(s *signing) { s.after = func(r *http.Request) { r.Header.Del("Authorization") } },
			"MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"another scheme", func(s *signing) { s.after = func(r *http.Request) { r.Header.Set("Authorization", "Bearer secret") } },
			"IncompleteSignatureException", "Authorization header must begin with 'AWS4-HMAC-SHA256'."},
		{"only the algorithm", func(s *signing) {
			s.after = func(r *http.Request) { r.Header.Set("Authorization", "AWS4-HMAC-SHA256") }
		},
			"IncompleteSignatureException", "Authorization header requires 'Credential' parameter. " +
				"Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter."},
		{"no signature", func(s *signing) { s.after = replaceAuthorization("Signature=", "Sig=") },
			"IncompleteSignatureException", "Authorization header requires 'Signature' parameter."},
		{"a part without a value", func(s *signing) { s.after = replaceAuthorization("Signature=", "Signature") },
			"IncompleteSignatureException", "Authorization header has a malformed or repeated parameter."},
		{"a part twice", func(s *signing) { s.after = replaceAuthorization("Signature=", "Signature=x,Signature=") },
			"IncompleteSignatureException", "Authorization header has a malformed or repeated parameter."},
		{"two headers", func(s *signing) {
			s.after = func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }
		},
			"IncompleteSignatureException", "Authorization header has a malformed or repeated parameter."},
		{"a credential without a scope", func(s *signing) { s.after = replaceAuthorization("/us-east-1", "") },
			"IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."},
		{"another terminator", func(s *signing) { s.after = replaceAuthorization("aws4_request", "aws5_request") },
			"IncompleteSignatureException", "Credential should be scoped with a valid terminator: 'aws4_request'."},
		{"no date", func(s *signing) { s.after = func(r *http.Request) { r.Header.Del("X-Amz-Date") } },
			"IncompleteSignatureException", "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."},
		{"another form of date", func(s *signing) {
			s.after = func(r *http.Request) { r.Header.Set("X-Amz-Date", "2015-08-06T13:20:34Z") }
		},
			"IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '2015-08-06T13:20:34Z'."},
		{"unknown key id", func(s *signing) { s.keyID = "AKIDEXAMPLE" }, "UnrecognizedClientException", badToken},
		{"an unknown session token", func(s *signing) { s.token = "token" }, "UnrecognizedClientException", badToken},
		{"wrong secret", func(s *signing) { s.secret = "wrong" }, "InvalidSignatureException", badSignature},
		{"wrong region", func(s *signing) { s.region = "us-west-2" },
			"InvalidSignatureException", "Credential should be scoped to a valid region. "},
		{"wrong service", func(s *signing) { s.service = "sns" },
			"InvalidSignatureException", "Credential should be scoped to correct service: 'lambda'. "},
		{"scope of another day", func(s *signing) { s.after = replaceAuthorization("/20150806/", "/20150805/") },
			"InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
				"'20150805' != '20150806', from '20150806T132034Z'."},
		// The message is a recorded one.
		{"expired", func(s *signing) { s.at = time.Date(2015, 8, 6, 13, 12, 23, 0, time.UTC) },
			"InvalidSignatureException", "Signature expired: 20150806T131223Z is now earlier than 20150806T131534Z (20150806T132034Z - 5 min.)"},
		{"not yet current", func(s *signing) { s.at = noon.Add(5*time.Minute + time.Second) },
			"InvalidSignatureException", "Signature not yet current: 20150806T132535Z is still later than 20150806T132534Z (20150806T132034Z + 5 min.)"},
		{"tampered body", func(s *signing) {
			s.after = func(r *http.Request) {
				r.Body = io.NopCloser(strings.NewReader(strings.Replace(validBody, "s3.", "s4.", 1)))
			}
		}, "InvalidSignatureException", badSignature},
		{"tampered path", func(s *signing) { s.after = func(r *http.Request) { setTarget(r, "/2015-03-31/functions/fn2/policy") } },
			"InvalidSignatureException", badSignature},
		{"tampered query", func(s *signing) {
			s.after = func(r *http.Request) { setTarget(r, "/2015-03-31/functions/fn/policy?Qualifier=1") }
		}, "InvalidSignatureException", badSignature},
		// A parser of queries ignores the parts that it cannot parse.
		{"a query added that does not parse", func(s *signing) {
			s.after = func(r *http.Request) {
				setTarget(r, "/2015-03-31/functions/fn/policy?Qualifier=PROD;x&%zz")
			}
		}, "InvalidSignatureException", badSignature},
		{"a second date", func(s *signing) { s.after = func(r *http.Request) { r.Header.Add("X-Amz-Date", "20150806T132035Z") } },
			"IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '20150806T132034Z,20150806T132035Z'."},
		// The signature is checked before the rest of the request.
		{"a body that ends early, wrong secret", func(s *signing) {
			s.secret = "wrong"
			s.after = func(r *http.Request) { r.Body = endsEarly(validBody) }
		}, "InvalidSignatureException", badSignature},
		{"a body that is too long, unknown key id", func(s *signing) {
			s.keyID, s.body = "AKIDEXAMPLE", strings.Repeat(" ", 1<<20)+validBody
		}, "UnrecognizedClientException", badToken},
		{"tampered method", func(s *signing) { s.after = func(r *http.Request) { r.Method = "GET" } },
			"InvalidSignatureException", badSignature},
		{"tampered host", func(s *signing) { s.after = func(r *http.Request) { r.Host = "elsewhere" } },
			"InvalidSignatureException", badSignature},
		{"tampered header", func(s *signing) { s.after = func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") } },
			"InvalidSignatureException", badSignature},
		{"tampered date", func(s *signing) { s.after = func(r *http.Request) { r.Header.Set("X-Amz-Date", "20150806T132035Z") } },
			"InvalidSignatureException", badSignature},
		{"host not signed", func(s *signing) { s.after = replaceAuthorization("host;", "") },
			"InvalidSignatureException", badSignature},
		// Every x-amz header must be signed.
		{"an x-amz header added", func(s *signing) { s.after = func(r *http.Request) { r.Header.Set("X-Amz-Target", "x") } },
			"InvalidSignatureException", badSignature},
		{"an unsigned payload", func(s *signing) {
			s.before = func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }
			s.after = func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("{}")) }
		}, "InvalidSignatureException", badSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			service := fixedService(t)
			s := validSigning()
			tt.edit(&s)
			w := s.send(t, service)
			var body map[string]string
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatalf("body %s: %v", w.Body, err)
			}
			want(t, "answer", wire{403, tt.code, w.Body.String()}, wireOf(w))
			want(t, "members of the body", map[string]string{"message": tt.message}, body)
			if _, ok := service.Policy("fn"); ok {
				t.Error("a policy is stored, want the request not carried out")
			}
		})
	}
}

// endsEarly returns a body that breaks off, like a body that is shorter than its
// Content-Length.
func endsEarly(text string) io.ReadCloser {
	return io.NopCloser(io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrUnexpectedEOF)))
}

func setTarget(r *http.Request, target string) {
	u, err := r.URL.Parse(target)
	if err != nil {
		panic(err)
	}
	r.URL, r.RequestURI = u, target
}

// Valid signatures are accepted, also after changes by a proxy that do not affect them.
func TestSignatureAccepted(t *testing.T) {
	tests := []struct {
		name    string
		options []permissiontest.Option
		edit    func(*signing)
	}{
		{"at noon", nil, func(*signing) {}},
		{"five minutes early", nil, func(s *signing) { s.at = noon.Add(5 * time.Minute) }},
		{"five minutes late", nil, func(s *signing) { s.at = noon.Add(-5 * time.Minute) }},
		{"headers that are not signed", nil, func(s *signing) {
			s.after = func(r *http.Request) { r.Header.Set("Via", "proxy"); r.Header.Set("X-Amzn-Trace-Id", "x") }
		}},
		{"no space after commas", nil, func(s *signing) {
			s.after = func(r *http.Request) {
				r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), ", ", ","))
			}
		}},
		{"payload hash as a header", nil, func(s *signing) {
			s.before = func(r *http.Request) {
				hash := sha256.Sum256([]byte(validBody))
				r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(hash[:]))
			}
		}},
		{"content-length not signed", nil, func(s *signing) {
			s.before = func(r *http.Request) { r.ContentLength = 0 }
			s.after = func(r *http.Request) { r.ContentLength = int64(len(validBody)) }
		}},
		{"temporary credentials", []permissiontest.Option{permissiontest.WithCredentials("ASIAEXAMPLE", "secret", "token")},
			func(s *signing) { s.keyID, s.secret, s.token = "ASIAEXAMPLE", "secret", "token" }},
		{"another region", []permissiontest.Option{permissiontest.WithRegion("eu-west-1")},
			func(s *signing) { s.region = "eu-west-1" }},
		{"any signature", []permissiontest.Option{permissiontest.WithAnySignature()}, func(s *signing) {
			s.keyID, s.secret, s.token, s.region, s.at = "anybody", "anything", "token", "us-west-2", noon.AddDate(10, 0, 0)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := validSigning()
			tt.edit(&s)
			if w := s.send(t, fixedService(t, tt.options...)); w.Code != 201 {
				t.Errorf("status %d, body %s; want 201", w.Code, w.Body)
			}
		})
	}
}

// WithAnySignature still requires a signature, and WithCredentials requires the session
// token.
func TestSignatureStillNeeded(t *testing.T) {
	s := validSigning()
	s.after = func(r *http.Request) { r.Header.Del("Authorization") }
	if w := s.send(t, fixedService(t, permissiontest.WithAnySignature())); w.Code != 403 {
		t.Errorf("unsigned: status %d, body %s; want 403", w.Code, w.Body)
	}
	s = validSigning()
	if w := s.send(t, fixedService(t, permissiontest.WithCredentials(s.keyID, s.secret, "token"))); w.Code != 403 {
		t.Errorf("without the session token: status %d, body %s; want 403", w.Code, w.Body)
	}
}

// A request with two session tokens is refused.
func TestSecondSessionToken(t *testing.T) {
	s := validSigning()
	s.token = "token"
	s.after = func(r *http.Request) { r.Header.Add("X-Amz-Security-Token", "other") }
	w := s.send(t, fixedService(t, permissiontest.WithCredentials(s.keyID, s.secret, "token")))
	if got := w.Header().Get("X-Amzn-Errortype"); got != "UnrecognizedClientException" {
		t.Errorf("%d %s, want UnrecognizedClientException", w.Code, w.Body)
	}
}

// A malformed query is refused and listed in Unknown, also if signatures are not
// checked.
func TestMalformedQuery(t *testing.T) {
	service := fixedService(t, permissiontest.WithAnySignature())
	s := validSigning()
	s.after = func(r *http.Request) { setTarget(r, s.target+"?Qualifier=PROD;x&%zz") }
	w := s.send(t, service)
	want(t, "answer", wire{400, "SerializationException", w.Body.String()}, wireOf(w))
	if diff := cmp.Diff([]string{"AddPermission: malformed query"}, service.Unknown()); diff != "" {
		t.Errorf("Unknown (-want +got):\n%s", diff)
	}
}

// A Content-Length that is larger than the body is reported only if the signature is
// right.
func TestWrongContentLength(t *testing.T) {
	server := permissiontest.NewServer(t, permissiontest.WithClock(func() time.Time { return noon }))
	server.CreateFunction("fn")
	tests := []struct {
		name, secret string
		status       int
		code         string
	}{
		{"signed", permissiontest.DefaultSecretAccessKey, 400, "SerializationException"},
		{"signed by another key", "wrong", 403, "InvalidSignatureException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := validSigning()
			s.secret = tt.secret
			s.before = func(r *http.Request) { r.ContentLength = int64(len(validBody)) + 1 }
			var head strings.Builder
			s.after = func(r *http.Request) {
				fmt.Fprintf(&head, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", r.RequestURI, r.Host, r.ContentLength)
				_ = r.Header.Write(&head)
			}
			s.send(t, http.NotFoundHandler())
			response := exchange(t, server.URL, head.String()+"\r\n"+validBody)
			want(t, "answer", wire{tt.status, tt.code, ""}, wire{response.StatusCode, response.Header.Get("X-Amzn-Errortype"), ""})
		})
	}
}

// exchange sends a request, closes the connection for writing and reads the response.
func exchange(t *testing.T, url, request string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// FuzzSignedPath checks that a signature is valid for every path: the canonical request
// escapes the escaped path again.
func FuzzSignedPath(f *testing.F) {
	for _, name := range []string{"fn", fnARN, fnARN + ":live", "fn:$LATEST", "a b/c%2Fd", "é\x00\"<>", "..", "//"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		service := fixedService(t)
		s := validSigning()
		s.method, s.body = "GET", ""
		s.target = "/2015-03-31/functions/" + httpbinding.EscapePath(name, true) + "/policy"
		got := s.send(t, service).Header().Get("X-Amzn-Errortype")
		switch {
		case name == "" && got != "AccessDeniedException":
			t.Errorf("no name: %q, want AccessDeniedException", got)
		case got == "InvalidSignatureException":
			t.Errorf("%q: %s, want a valid signature", name, got)
		}
	})
}

// FuzzAuthorization checks that no Authorization header is accepted without the secret
// key, and that no answer contains the header.
func FuzzAuthorization(f *testing.F) {
	for _, header := range []string{
		"", "Bearer c2VjcmV0", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 =,=", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e",
		"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20150806/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
		"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20150806/us-east-1/lambda/aws4_request,SignedHeaders=;host;;host,Signature==",
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		send := func(options ...permissiontest.Option) *httptest.ResponseRecorder {
			s := validSigning()
			s.method, s.body = "GET", ""
			s.after = func(r *http.Request) { r.Header["Authorization"] = []string{header} }
			return s.send(t, fixedService(t, options...))
		}
		w := send()
		if w.Code != 403 {
			t.Errorf("%q: %d %s, want 403", header, w.Code, w.Body)
		}
		if w.Header().Get("X-Amzn-Errortype") == "" {
			t.Errorf("%q: the refusal has no code: %s", header, w.Body)
		}
		if len(header) > len(badSignature) && strings.Contains(w.Body.String(), header) {
			t.Errorf("%q: the answer contains the header: %s", header, w.Body)
		}
		if any := send(permissiontest.WithAnySignature()); any.Code != 403 && !wellFormed(header) {
			t.Errorf("%q: status %d, body %s; want 403, because it is not a signature", header, any.Code, any.Body)
		}
	})
}

// wellFormed reports whether a header has each part of Signature Version 4 once.
func wellFormed(header string) bool {
	for _, part := range []string{
		`^\s*AWS4-HMAC-SHA256 `,
		`[ ,]\s*Credential=([^/,]+/){4}aws4_request\s*(,|$)`,
		`[ ,]\s*SignedHeaders=[^,]`,
		`[ ,]\s*Signature=[^,]`,
	} {
		if len(regexp.MustCompile(part).FindAllString(header, -1)) != 1 {
			return false
		}
	}
	return true
}

// pinned is an option for a client that signs with fixed credentials.
func pinned(keyID, secret, token string) func(*permission.Options) {
	return func(o *permission.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secret, SessionToken: token}, nil
		})
	}
}

// After RotateCredentials, previous temporary credentials are expired and previous
// long-term keys are unknown. A client that retrieves the new credentials is not
// affected.
func TestRotateCredentials(t *testing.T) {
	w := newWorld(t, permissiontest.WithCredentials("AKIAFIRST", "one", ""))
	w.RotateCredentials("ASIASECOND", "two", "second")
	w.RotateCredentials("ASIATHIRD", "three", "third")
	const invalid, expired = "The security token included in the request is invalid.", "The security token included in the request is expired"
	tests := []struct {
		name                string
		client              func(*permission.Options)
		code, message, body string
	}{
		{"the current credentials", pinned("ASIATHIRD", "three", "third"), "", "", ""},
		{"refreshed credentials", func(*permission.Options) {}, "", "", ""},
		{"the previous temporary credentials", pinned("ASIASECOND", "two", "second"), "ExpiredTokenException", expired, `{"message":"` + expired + `"}`},
		{"a previous long-term key", pinned("AKIAFIRST", "one", ""), "UnrecognizedClientException", invalid, `{"message":"` + invalid + `"}`},
		{"a previous token with the current key", pinned("ASIATHIRD", "three", "second"), "UnrecognizedClientException", invalid, `{"message":"` + invalid + `"}`},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := w.Client(unchecked, func(o *permission.Options) { o.HTTPClient = w.last }, tt.client)
			got := seen(add(client, sid(string(rune('a'+i)))))
			if diff := cmp.Diff([]string{tt.code, tt.message}, []string{got.Code, got.Message}); diff != "" {
				t.Errorf("code and message (-want +got):\n%s", diff)
			}
			if tt.body != "" {
				want(t, "answer", wire{403, tt.code, tt.body}, w.last.wire())
			}
		})
	}
	for _, keys := range [][2]string{{"", "x"}, {"x", ""}} {
		if w.Service.RotateCredentials(keys[0], keys[1], "") == nil {
			t.Errorf("RotateCredentials of %q: no error, want one", keys)
		}
	}
}
