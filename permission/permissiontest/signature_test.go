package permissiontest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// noon is what the service's clock shows in these tests.
var noon = time.Date(2015, 8, 6, 13, 20, 34, 0, time.UTC)

const validBody = `{"Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com","StatementId":"s3"}`

// signing is what a client may do wrong when it signs.
type signing struct {
	keyID, secret, token, region, service string
	at                                    time.Time
	method, target, body                  string
	before, after                         func(*http.Request) // of signing
}

func validSigning() signing {
	return signing{
		keyID: permissiontest.DefaultAccessKeyID, secret: permissiontest.DefaultSecretAccessKey,
		region: "us-east-1", service: "lambda", at: noon,
		method: "POST", target: "/2015-03-31/functions/fn/policy", body: validBody,
	}
}

// send signs with the SDK's signer and hands the request to the service.
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

func fixedService(t testing.TB, options ...permissiontest.Option) *permissiontest.Service {
	t.Helper()
	options = append([]permissiontest.Option{permissiontest.WithClock(func() time.Time { return noon })}, options...)
	s := permissiontest.NewService(options...)
	if err := s.CreateFunction("fn"); err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	badSignature = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	badToken = "The security token included in the request is invalid."
)

// replaceAuthorization edits the header after signing.
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
		{"nothing but the algorithm", func(s *signing) {
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
		{"a session token nobody gave", func(s *signing) { s.token = "token" }, "UnrecognizedClientException", badToken},
		{"wrong secret", func(s *signing) { s.secret = "wrong" }, "InvalidSignatureException", badSignature},
		{"wrong region", func(s *signing) { s.region = "us-west-2" },
			"InvalidSignatureException", "Credential should be scoped to a valid region. "},
		{"wrong service", func(s *signing) { s.service = "sns" },
			"InvalidSignatureException", "Credential should be scoped to correct service: 'lambda'. "},
		{"scope of another day", func(s *signing) { s.after = replaceAuthorization("/20150806/", "/20150805/") },
			"InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
				"'20150805' != '20150806', from '20150806T132034Z'."},
		// The text as it was recorded.
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
		// Every header of this kind must be signed.
		{"an x-amz header added", func(s *signing) { s.after = func(r *http.Request) { r.Header.Set("X-Amz-Target", "x") } },
			"InvalidSignatureException", badSignature},
		{"payload left unsigned", func(s *signing) {
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
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || len(body) != 1 {
				t.Fatalf("body %s, want one member", w.Body)
			}
			if got := w.Header().Get("X-Amzn-Errortype"); w.Code != 403 || got != tt.code || body["message"] != tt.message {
				t.Errorf("got %d %s\n%s\nwant 403 %s\n%s", w.Code, got, body["message"], tt.code, tt.message)
			}
			if _, ok := service.Policy("fn"); ok {
				t.Error("the request was carried out")
			}
		})
	}
}

func setTarget(r *http.Request, target string) {
	u, err := r.URL.Parse(target)
	if err != nil {
		panic(err)
	}
	r.URL, r.RequestURI = u, target
}
