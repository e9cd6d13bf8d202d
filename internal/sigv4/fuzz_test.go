package sigv4_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

// headersOf reads one "Name: value" from each line, as it is.
func headersOf(lines string) http.Header {
	h := http.Header{}
	for line := range strings.Lines(lines) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		h[name] = append(h[name], value)
	}
	return h
}

// collide reports whether names are equal but for their case, also with those that
// signing sets, and their values are not: v4.Signer joins them in random order.
func collide(h http.Header) bool {
	seen := map[string][]string{}
	for name, values := range h {
		lower := strings.ToLower(name)
		isSet := name != "X-Amz-Date" && lower == "x-amz-date" || name != "X-Amz-Security-Token" && lower == "x-amz-security-token"
		before, ok := seen[lower]
		if len(values) > 0 && (isSet || ok && !slices.Equal(before, values)) {
			return true
		}
		if len(values) > 0 {
			seen[lower] = values
		}
	}
	return false
}

// Whatever the request is, it is signed as v4.Signer signs it, and again after an
// attempt has left its headers. One Signer takes all of them, with the key that
// the one before has left.
func FuzzSignHTTP(f *testing.F) {
	signer := sigv4.NewSigner()
	f.Fuzz(func(t *testing.T, method, scheme, urlHost, path, rawPath, query, opaque, host, headers string, length int64, id, secret, token, hash, region string, seconds int64, pathAsItIs, noToken bool) {
		r := &http.Request{
			Method: method, Host: host, Header: headersOf(headers), ContentLength: length,
			URL: &url.URL{Scheme: scheme, Host: urlHost, Path: path, RawPath: rawPath, RawQuery: query, Opaque: opaque},
		}
		if collide(r.Header) {
			t.Skip("v4.Signer has no one answer")
		}
		x := taskOf(r)
		x.credentials = aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token}
		x.hash, x.region, x.at = hash, region, time.Unix(seconds, 0)
		x.optFns = append(x.optFns, func(o *v4.SignerOptions) {
			o.DisableURIPathEscaping, o.DisableSessionToken = pathAsItIs, noToken
		})
		wantAsTheSDK(t, signer, x)

		x.inPlace(signer, x.request)
		x.at = x.at.Add(12 * time.Hour)
		wantAsTheSDK(t, signer, x)
	})
}
