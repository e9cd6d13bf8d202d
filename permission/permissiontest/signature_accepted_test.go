package permissiontest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/httpbinding"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// What a signature may be, and what a proxy may add.
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
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

// Any signature is still a signature, and a session token must be the one.
func TestSignatureStillNeeded(t *testing.T) {
	s := validSigning()
	s.after = func(r *http.Request) { r.Header.Del("Authorization") }
	if w := s.send(t, fixedService(t, permissiontest.WithAnySignature())); w.Code != 403 {
		t.Errorf("unsigned: %d %s", w.Code, w.Body)
	}
	s = validSigning()
	if w := s.send(t, fixedService(t, permissiontest.WithCredentials(s.keyID, s.secret, "token"))); w.Code != 403 {
		t.Errorf("without the session token: %d %s", w.Code, w.Body)
	}
}

// Whatever a path carries, a signature over the escaped path is right: the
// canonical request escapes it once more.
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
			t.Errorf("no name: %s", got)
		case got == "InvalidSignatureException":
			t.Errorf("%q: %s", name, got)
		}
	})
}

// No header gets in without the secret key, and none is repeated in an answer.
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
		if w.Code != 403 || w.Header().Get("X-Amzn-Errortype") == "" {
			t.Errorf("%q: %d %s", header, w.Code, w.Body)
		}
		if len(header) > len(badSignature) && strings.Contains(w.Body.String(), header) {
			t.Errorf("%q is in the answer %s", header, w.Body)
		}
		if any := send(permissiontest.WithAnySignature()); any.Code != 403 && !wellFormed(header) {
			t.Errorf("%q counts as a signature: %d %s", header, any.Code, any.Body)
		}
	})
}

// wellFormed is what every SigV4 header has, each part once.
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
