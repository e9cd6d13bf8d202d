package sigv4_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

const (
	endpoint = "https://lambda.us-east-1.amazonaws.com"
	policy   = endpoint + "/2015-03-31/functions/Thumbnail/policy"
)

// numbered returns n headers with different names.
func numbered(n int) (headers []string) {
	for i := range n {
		headers = append(headers, fmt.Sprintf("X-Header-%d: v", i))
	}
	return headers
}

// parameters returns a query in canonical form with n parameters.
func parameters(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("p%05d=", i)
	}
	return strings.Join(all, "&")
}

// with applies a change to a request and returns it.
func with(r *http.Request, change func(*http.Request)) *http.Request {
	change(r)
	return r
}

func urlOf(u url.URL) *http.Request {
	return with(get(policy), func(r *http.Request) { r.URL = &u })
}

func host(name string) *http.Request {
	return with(get(policy), func(r *http.Request) { r.Host = name })
}

func length(n int64) *http.Request {
	return with(get(policy), func(r *http.Request) { r.ContentLength = n })
}

// requests are the requests that both signers must sign alike.
var requests = []struct {
	name    string
	request *http.Request
	token   string
}{
	// A request without headers gets those that signing needs.
	{"bare", get(policy), ""},
	// The method is signed unchanged, even if it is empty.
	{"method", with(get(policy), func(r *http.Request) { r.Method = "DELETE" }), ""},
	{"no method", with(get(policy), func(r *http.Request) { r.Method = "" }), ""},

	// The path is encoded once in the URL and once more in the canonical request.
	{"colons", get(endpoint + "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3AThumbnail/policy"), ""},
	{"dollar", get(endpoint + "/2015-03-31/functions/Thumbnail:$LATEST/policy"), ""},
	{"space", urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "/a b"}), ""},
	{"percent", urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "/100%/%41"}), ""},
	{"not ASCII", urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "/Überschrift/\xff"}), ""},
	{"unreserved characters", get(endpoint + "/azAZ09-._~"), ""},
	{"star", urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "*"}), ""},
	// Dots and double slashes of a path stay.
	{"dots", get(endpoint + "/a/../b//c/./"), ""},
	// An empty path is signed as the root.
	{"no path", get(endpoint), ""},
	{"root", get(endpoint + "/"), ""},
	// RawPath is used only if it is an encoding of Path.
	{"raw path of another path", urlOf(url.URL{Host: "example.com", Path: "/a", RawPath: "/%62"}), ""},
	{"raw path not encoded", urlOf(url.URL{Host: "example.com", Path: "/a b", RawPath: "/a b"}), ""},
	// Opaque replaces host and path.
	{"opaque", urlOf(url.URL{Scheme: "https", Host: "example.com", Opaque: "//example.com/a%2Fb"}), ""},
	{"opaque without a host", urlOf(url.URL{Scheme: "https", Host: "example.com", Opaque: "a:/b c"}), ""},
	{"opaque without a path", urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "/a", Opaque: "//example.com"}), ""},
	{"opaque with slashes", urlOf(url.URL{Scheme: "https", Host: "example.com", Opaque: "////a"}), ""},
	{"opaque with a query", urlOf(url.URL{Scheme: "https", Host: "example.com", Opaque: "//example.com/a?b=/c", RawQuery: "d=1"}), ""},

	// A query in canonical form is signed unchanged.
	{"query", get(policy + "?Qualifier=PROD&RevisionId=c0ffee-1"), ""},
	{"query encoded", get(policy + "?Qualifier=%24LATEST"), ""},
	{"query with an empty value", get(policy + "?Qualifier="), ""},
	{"query with equals signs", get(policy + "?Qualifier=a%3D%3D"), ""},
	{"question mark without a query", with(get(policy), func(r *http.Request) { r.URL.ForceQuery = true }), ""},
	// Other queries are rewritten, in the URL as well, for the sake of their order,
	// spaces, capitals, needless escapes, or names without a value.
	{"query out of order", get(policy + "?RevisionId=1&Qualifier=PROD"), ""},
	{"query with a name twice", get(policy + "?a=2&a=1"), ""},
	{"query with a parameter twice", get(policy + "?a=1&a=1"), ""},
	// Parameters are sorted by their encoded names, then by their encoded values.
	{"query with names that begin with another one", get(policy + "?a-=1&a=2&a.=3&a%2F=4&A=5"), ""},
	{"query with values out of order", get(policy + "?a=a/b&a=a-b&a=a"), ""},
	{"query with a plus", get(policy + "?Qualifier=a+b"), ""},
	{"query with a plus only", get(policy + "?Qualifier=+"), ""},
	{"query with a space", get(policy + "?Qualifier=a%20b"), ""},
	{"query in small letters", get(policy + "?Qualifier=a%3a"), ""},
	{"query escaped needlessly", get(policy + "?Qualifier=%41"), ""},
	{"query not escaped", get(policy + "?Qualifier=a:b"), ""},
	{"query with equals sign in a value", get(policy + "?Qualifier=a=b"), ""},
	{"query with no equals sign", get(policy + "?acl"), ""},
	{"query with no name", get(policy + "?=PROD"), ""},
	{"query with an empty parameter", get(policy + "?a=1&&b=1"), ""},
	{"query with an ampersand at the end", get(policy + "?a=1&"), ""},
	// Parameters that net/url cannot read are dropped.
	{"query broken", get(policy + "?Qualifier=%4"), ""},
	{"query with a semicolon", get(policy + "?a=1;b=2"), ""},
	{"query of too many parameters", get(policy + "?" + parameters(10_001)), ""},
	{"query of many parameters", get(policy + "?" + parameters(1_000)), ""},
	{"query too long", get(policy + "?a=" + strings.Repeat("x", 1024)), ""},

	// The host of the request takes precedence over that of the URL.
	{"host", host("vpce-1.lambda.us-east-1.vpce.amazonaws.com"), ""},
	{"no host", urlOf(url.URL{Path: "/"}), ""},
	{"port", get("http://127.0.0.1:4566/"), ""},
	// A default port is removed, from the request as well.
	{"port 443", get("https://example.com:443/"), ""},
	{"port 80", get("http://example.com:80/"), ""},
	{"port 443 in capitals", urlOf(url.URL{Scheme: "HTTPS", Host: "example.com:443", Path: "/"}), ""},
	{"port 443 of a scheme in other letters", urlOf(url.URL{Scheme: "httpſ", Host: "example.com:443", Path: "/"}), ""},
	{"port after a port", host("example.com:1:443"), ""},
	{"port 80 of Host", with(get("http://example.com/"), func(r *http.Request) { r.Host = "other.example.com:80" }), ""},
	// The default port of the other scheme stays.
	{"port 80 over TLS", get("https://example.com:80/"), ""},
	{"no port after the colon", host("example.com:"), ""},
	{"IPv6", get("http://[::1]/"), ""},
	{"IPv6 with a port", get("http://[::1]:4566/"), ""},
	{"IPv6 with a default port", get("http://[::1]:80/"), ""},
	{"IPv6 without brackets", host("::1"), ""},
	{"IPv6 with text before its port", host("[::1]a:443"), ""},
	{"IPv6 with a number after it", host("[::1]443"), ""},
	{"IPv6 with a port of the other scheme", get("http://[::1]:443/"), ""},
	{"brackets within brackets", host("[a]b]:443"), ""},
	{"host with spaces", host("a  b"), ""},
	{"host with spaces around", host(" \ta "), ""},

	// A length that is known and not 0 is signed.
	{"length 0", length(0), ""},
	{"length unknown", length(-1), ""},
	{"length 1", length(1), ""},
	{"length", length(217), ""},
	// A length or host in the map of headers is not signed.
	{"length in the map", get(policy, "Content-Length: 7"), ""},
	{"host in the map", get(policy, "Host: other.example.com"), ""},
	{"both in small letters", with(get(policy, "host: other.example.com", "content-length: 7"), func(r *http.Request) { r.ContentLength = 8 }), ""},

	// Names are signed in lower case and in order.
	{"headers", get(policy, "Content-Type: application/json", "Amz-Sdk-Invocation-Id: c0ffee", "Amz-Sdk-Request: attempt=1; max=3"), ""},
	{"hyphens before letters", get(policy, "Ab: 1", "A-B: 2", "A1: 3", "A: 4", "A-: 5"), ""},
	// Headers that proxies may change are not signed.
	{"headers that are not signed", get(policy, "User-Agent:  a  b ", "User-Agent: c", "X-Amzn-Trace-Id: Root=1"), ""},
	{"headers of the connection", get(policy, "Expect: 100-continue", "Transfer-Encoding: chunked"), ""},
	{"name in small letters", get(policy, "content-type: application/json"), ""},
	{"names that are not signed, in small letters", get(policy, "user-agent: a", "authorization: b"), ""},
	{"name with an underscore", get(policy, "X_under: 1"), ""},
	{"no name", get(policy, ": 1"), ""},
	// Several values are joined with commas.
	{"values", get(policy, "X-Meta: a", "X-Meta: b"), ""},
	{"no values", with(get(policy), func(r *http.Request) { r.Header["X-Meta"] = nil }), ""},
	// Spaces around values are trimmed, and runs of spaces within are folded.
	{"empty value", get(policy, "X-Meta: "), ""},
	{"value with spaces", get(policy, "X-Meta: a b c"), ""},
	{"value with many spaces", get(policy, "X-Meta: a  b"), ""},
	{"value with a space before it", get(policy, "X-Meta:  a"), ""},
	{"value with a space after it", get(policy, "X-Meta: a "), ""},
	{"value with a tab", get(policy, "X-Meta: \ta"), ""},
	{"value with a space beyond ASCII", get(policy, "X-Meta: a\u00a0"), ""},
	{"value beyond ASCII", get(policy, "X-Meta: a\u00a0\xff b"), ""},
	{"value with spaces and tabs", get(policy, "X-Meta: \t  a \t  \t b  "), ""},
	{"value of spaces", get(policy, "X-Meta:    "), ""},
	{"values with spaces", get(policy, "X-Meta:  a  b ", "X-Meta: ", "X-Meta: c\t"), ""},
	// Names that differ only in case are one name with the values of all. v4.Signer
	// joins the values in the order of a map, so they are equal here.
	{"a name in several cases", get(policy, "X-Meta: a", "x-meta: a", "X-META: a", "x-meta: a"), ""},
	{"the first name in two cases", get(policy, "Accept: a", "accept: a"), ""},
	{"a name in several cases, without values in one", with(get(policy, "X-Meta: a"), func(r *http.Request) { r.Header["x-meta"] = nil }), ""},
	{"the date in another case", get(policy, "x-amz-date: 20150830T123600Z"), ""},
	// The number of headers is not limited.
	{"many headers", get(policy, numbered(50)...), ""},

	// A session token is sent and signed.
	{"token", get(policy), "FwoGZXIvYXdzEXAMPLE//w=="},
	{"token with spaces", get(policy), " a  b"},

	// The headers of an earlier attempt are replaced.
	{"signed before", get(policy, "Authorization: AWS4-HMAC-SHA256 old", "X-Amz-Date: 20000101T000000Z", "X-Amz-Security-Token: old"), "new"},
	{"signed twice before", get(policy, "Authorization: a", "Authorization: b", "X-Amz-Date: a ", "X-Amz-Date: b", "X-Amz-Security-Token: a ", "X-Amz-Security-Token: b"), "new"},
	// If the credentials have no token, that of the request stays and is signed.
	{"token of the request", get(policy, "X-Amz-Security-Token: old"), ""},
}

// The signed request is that of v4.Signer.
func TestSignsAsTheSDK(t *testing.T) {
	for _, row := range requests {
		t.Run(row.name, func(t *testing.T) {
			x := taskOf(row.request)
			x.credentials = withToken(row.token)
			wantAsTheSDK(t, sigv4.NewSigner(), x)
		})
	}
}

// Credentials, hash, region and service are written unchanged.
func TestSignsAnyScope(t *testing.T) {
	for _, change := range []func(*task){
		func(x *task) { x.credentials = aws.Credentials{} },
		func(x *task) { x.credentials.AccessKeyID = "a  b\n/" },
		func(x *task) { x.hash = "" },
		func(x *task) { x.hash = "UNSIGNED-PAYLOAD" },
		func(x *task) { x.service, x.region = "", "" },
		func(x *task) { x.region = "a/b" },
		// The time is written in UTC.
		func(x *task) { x.at = time.Date(2026, 1, 1, 1, 0, 0, 0, time.FixedZone("CET", 3600+1)) },
		func(x *task) { x.at = time.Time{} },
		func(x *task) { x.at = time.Date(12026, 1, 2, 3, 4, 5, 6, time.UTC) },
		func(x *task) { x.at = time.Date(-1, 1, 2, 3, 4, 5, 6, time.UTC) },
	} {
		x := taskOf(get(policy))
		change(&x)
		wantAsTheSDK(t, sigv4.NewSigner(), x)
	}
}

// Options have the same effect as with v4.Signer.
func TestOptions(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*v4.SignerOptions)
	}{
		{"no option", func(*v4.SignerOptions) {}},
		{"Logger", func(o *v4.SignerOptions) { o.Logger = new(logged) }},
		// This option concerns only presigned URLs.
		{"DisableHeaderHoisting", func(o *v4.SignerOptions) { o.DisableHeaderHoisting = true }},
		{"LogSigning", func(o *v4.SignerOptions) { o.Logger, o.LogSigning = new(logged), true }},
		{"DisableURIPathEscaping", func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }},
		{"DisableSessionToken", func(o *v4.SignerOptions) { o.DisableSessionToken = true }},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := taskOf(get(endpoint + "/a%20b"))
			x.credentials = withToken("token")
			x.optFns = append(x.optFns, row.change)
			wantAsTheSDK(t, sigv4.NewSigner(), x)
			// Options of the signer have the effect of those of the call.
			want := x.by(v4.NewSigner())
			x.optFns = nil
			if diff := cmp.Diff(want, x.by(sigv4.NewSigner(row.change))); diff != "" {
				t.Errorf("as options of the signer (-want +got):\n%s", diff)
			}
		})
	}
}

// This test fails when the SDK adds an option, which this package must then support.
func TestOptionsAreKnown(t *testing.T) {
	var got []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[v4.SignerOptions]()) {
		got = append(got, f.Name)
	}
	want := []string{"DisableHeaderHoisting", "DisableURIPathEscaping", "Logger", "LogSigning", "DisableSessionToken"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("v4.SignerOptions (-want +got):\n%s", diff)
	}
}

// LogSigning writes the same text as the SDK. Each option is applied once, those of the
// call after those of the signer.
func TestLogging(t *testing.T) {
	var want, got logged
	x := taskOf(get(policy))
	on := func(log *logged) func(*v4.SignerOptions) {
		return func(o *v4.SignerOptions) { o.Logger, o.LogSigning = log, !o.LogSigning }
	}
	x.by(v4.NewSigner(on(&want)))
	x.by(sigv4.NewSigner(on(&got)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if len(got) != 1 {
		t.Errorf("%d lines, want 1", len(got))
	}
	x.optFns = append(x.optFns, on(&got))
	x.by(sigv4.NewSigner(on(&got)))
	if len(got) != 1 {
		t.Errorf("%d more lines, want 0", len(got)-1)
	}
	for _, line := range got {
		if strings.Contains(line, keys.SecretAccessKey) {
			t.Error("the secret is in the log")
		}
	}
}

// A request without a URL or a header map panics as with the SDK.
func TestPanicsAsTheSDK(t *testing.T) {
	panicOf := func(signer v4.HTTPSigner, r *http.Request) (value string) {
		defer func() { value = fmt.Sprint(recover()) }()
		taskOf(r).inPlace(signer, r)
		return
	}
	for _, change := range []func(*http.Request){
		func(r *http.Request) { r.URL = nil },
		func(r *http.Request) { r.Header = nil },
	} {
		want, got := panicOf(v4.NewSigner(), with(get(policy), change)), panicOf(sigv4.NewSigner(), with(get(policy), change))
		if want == "<nil>" {
			t.Error("v4.Signer does not panic")
		}
		if got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}
