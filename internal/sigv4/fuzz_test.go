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

// headersOf reads one "Name: value" from each line, without changing the name.
func headersOf(lines string) http.Header {
	h := http.Header{}
	for line := range strings.Lines(lines) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		h[name] = append(h[name], value)
	}
	return h
}

// collide reports whether two names differ only in case, while their values differ. One
// of them may be a header that signing sets. v4.Signer joins such values in random
// order.
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

// Every request is signed as v4.Signer signs it, and so is the signed request, for a
// second attempt. One Signer signs all of them and may use the key of the request
// before.
func FuzzSignHTTP(f *testing.F) {
	// An ARN in the path.
	f.Add("GET", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:Thumbnail/policy", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3AThumbnail/policy", "", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(0), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// A call of the client.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// A default port.
	f.Add("POST", "http", "127.0.0.1:80", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// A host of white space.
	f.Add("0", "0", "0", "0", "0", "", "", "\n", "0", int64(97), "0", "0", "", "0", "0", int64(1440938160), bool(false), bool(false))
	// IPv6.
	f.Add("POST", "http", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "[::1]:443", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// The last second of a year.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/\u00fc b%", "", "", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1798761599), bool(false), bool(false))
	// Header names that are not in canonical form.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "", "content-type: a\nX_under: b\nhost: c\nauthorization: d\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// An opaque URL.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "//example.com/a%2Fb?c", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(true), bool(true))
	// A port.
	f.Add("POST", "http", "127.0.0.1:4566", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// A query in canonical order.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "Qualifier=%24LATEST&RevisionId=c0ffee-1", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// A query in another order.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "RevisionId=c0ffee-1&Qualifier=a+b%2f", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// A request that is signed already.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "", "Authorization: old\nX-Amz-Date: old\nX-Amz-Security-Token: old \n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "new", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(true), bool(true))
	// Temporary credentials.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "", "Content-Type: application/json\nUser-Agent: aws-sdk-go-v2/1.47.7\nAmz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2\nAmz-Sdk-Request: attempt=1; max=3\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "FwoGZXIvYXdzEXAMPLE//w==", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	// Values and spaces.
	f.Add("POST", "https", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/Thumbnail/policy", "/2015-03-31/functions/Thumbnail/policy", "", "", "", "X-Meta: a  b\nX-Meta:  c\nX-Other: \td\nX-Third: a b\n", int64(217), "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "us-east-1", int64(1440938160), bool(false), bool(false))
	signer := sigv4.NewSigner()
	f.Fuzz(func(t *testing.T, method, scheme, urlHost, path, rawPath, query, opaque, host, headers string, length int64, id, secret, token, hash, region string, seconds int64, pathAsItIs, noToken bool) {
		r := &http.Request{
			Method: method, Host: host, Header: headersOf(headers), ContentLength: length,
			URL: &url.URL{Scheme: scheme, Host: urlHost, Path: path, RawPath: rawPath, RawQuery: query, Opaque: opaque},
		}
		if collide(r.Header) {
			t.Skip("v4.Signer signs such a request in several ways")
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
