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

// numbered returns n headers that differ in their names.
func numbered(n int) (headers []string) {
	for i := range n {
		headers = append(headers, fmt.Sprintf("X-Header-%d: v", i))
	}
	return headers
}

// with returns a request that is changed.
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

// Requests of every kind. Plain ones are signed here, the others are left to
// v4.Signer.
var requests = []struct {
	name    string
	plain   bool
	request *http.Request
	token   string
}{
	// A request without headers of its own has those that signing needs.
	{"bare", true, get(policy), ""},
	// The method is signed as it stands, also when there is none.
	{"method", true, with(get(policy), func(r *http.Request) { r.Method = "DELETE" }), ""},
	{"no method", true, with(get(policy), func(r *http.Request) { r.Method = "" }), ""},

	// The path is encoded once in the URL and once more in what is signed.
	{"colons", true, get(endpoint + "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3AThumbnail/policy"), ""},
	{"dollar", true, get(endpoint + "/2015-03-31/functions/Thumbnail:$LATEST/policy"), ""},
	{"space", true, urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "/a b"}), ""},
	{"percent", true, urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "/100%/%41"}), ""},
	{"not ASCII", true, urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "/Überschrift/\xff"}), ""},
	{"star", true, urlOf(url.URL{Scheme: "https", Host: "example.com", Path: "*"}), ""},
	// A path that is not made simpler: the services but S3 would see it as it is.
	{"dots", true, get(endpoint + "/a/../b//c/./"), ""},
	// No path is the root.
	{"no path", true, get(endpoint), ""},
	{"root", true, get(endpoint + "/"), ""},
	// RawPath counts only when it is an encoding of Path.
	{"raw path of another", true, urlOf(url.URL{Host: "example.com", Path: "/a", RawPath: "/%62"}), ""},
	{"raw path not encoded", true, urlOf(url.URL{Host: "example.com", Path: "/a b", RawPath: "/a b"}), ""},
	// Opaque stands for host and path.
	{"opaque", false, urlOf(url.URL{Scheme: "https", Host: "example.com", Opaque: "//example.com/a%2Fb"}), ""},

	// A query in canonical form is signed as it is.
	{"query", true, get(policy + "?Qualifier=PROD&RevisionId=c0ffee-1"), ""},
	{"query encoded", true, get(policy + "?Qualifier=%24LATEST"), ""},
	{"query with an empty value", true, get(policy + "?Qualifier="), ""},
	{"query with equals signs", true, get(policy + "?Qualifier=a%3D%3D"), ""},
	{"query alone", true, with(get(policy), func(r *http.Request) { r.URL.ForceQuery = true }), ""},
	// Others are rewritten, in the URL as well: order, space, capitals, needless
	// escapes, names without a value.
	{"query out of order", false, get(policy + "?RevisionId=1&Qualifier=PROD"), ""},
	{"query with a name twice", false, get(policy + "?a=2&a=1"), ""},
	{"query with a plus", false, get(policy + "?Qualifier=a+b"), ""},
	{"query with a space", false, get(policy + "?Qualifier=a%20b"), ""},
	{"query in small letters", false, get(policy + "?Qualifier=a%3a"), ""},
	{"query escaped needlessly", false, get(policy + "?Qualifier=%41"), ""},
	{"query not escaped", false, get(policy + "?Qualifier=a:b"), ""},
	{"query with equals sign in a value", false, get(policy + "?Qualifier=a=b"), ""},
	{"query with no equals sign", false, get(policy + "?acl"), ""},
	{"query with no name", false, get(policy + "?=PROD"), ""},
	{"query with nothing between", false, get(policy + "?a=1&&b=1"), ""},
	{"query with nothing behind", false, get(policy + "?a=1&"), ""},
	// What net/url does not read is dropped.
	{"query broken", false, get(policy + "?Qualifier=%4"), ""},
	{"query with a semicolon", false, get(policy + "?a=1;b=2"), ""},
	{"query too long", false, get(policy + "?a=" + strings.Repeat("x", 1024)), ""},

	// The host of the request goes before that of the URL.
	{"host", true, host("vpce-1.lambda.us-east-1.vpce.amazonaws.com"), ""},
	{"no host", true, urlOf(url.URL{Path: "/"}), ""},
	{"port", true, get("http://127.0.0.1:4566/"), ""},
	// A default port is signed away, and from the request as well.
	{"port 443", false, get("https://example.com:443/"), ""},
	{"port 80", false, get("http://example.com:80/"), ""},
	{"port 80 of Host", false, with(get("http://example.com/"), func(r *http.Request) { r.Host = "other.example.com:80" }), ""},
	// The other scheme's default port is a port like any.
	{"port 80 over TLS", false, get("https://example.com:80/"), ""},
	{"no port behind the colon", false, host("example.com:"), ""},
	{"IPv6", false, get("http://[::1]/"), ""},
	{"IPv6 with a port", false, get("http://[::1]:4566/"), ""},
	{"IPv6 with a default port", false, get("http://[::1]:80/"), ""},
	{"IPv6 without brackets", false, host("::1"), ""},
	{"host with spaces", false, host("a  b"), ""},

	// A length that is known, and not 0, is signed.
	{"length 0", true, length(0), ""},
	{"length unknown", true, length(-1), ""},
	{"length", true, length(217), ""},
	// That of the map is not.
	{"length in the map", false, get(policy, "Content-Length: 7"), ""},
	{"host in the map", false, get(policy, "Host: other.example.com"), ""},

	// Names are signed in lower case and in order.
	{"headers", true, get(policy, "Content-Type: application/json", "Amz-Sdk-Invocation-Id: c0ffee", "Amz-Sdk-Request: attempt=1; max=3"), ""},
	{"hyphens before letters", true, get(policy, "Ab: 1", "A-B: 2", "A1: 3", "A: 4", "A-: 5"), ""},
	// What proxies may change is not signed, whatever it is.
	{"headers that are not signed", true, get(policy, "User-Agent:  a  b ", "User-Agent: c", "X-Amzn-Trace-Id: Root=1"), ""},
	{"headers of the connection", false, get(policy, "Expect: 100-continue", "Transfer-Encoding: chunked"), ""},
	{"name in small letters", false, get(policy, "content-type: application/json"), ""},
	{"names that are not signed, in small letters", false, get(policy, "user-agent: a", "authorization: b"), ""},
	{"name with an underscore", false, get(policy, "X_under: 1"), ""},
	{"no name", false, get(policy, ": 1"), ""},
	// Several values are joined with commas.
	{"values", false, get(policy, "X-Meta: a", "X-Meta: b"), ""},
	{"no values", false, with(get(policy), func(r *http.Request) { r.Header["X-Meta"] = nil }), ""},
	// Spaces around values are trimmed, and folded within.
	{"empty value", true, get(policy, "X-Meta: "), ""},
	{"value with spaces", true, get(policy, "X-Meta: a b c"), ""},
	{"value with many spaces", false, get(policy, "X-Meta: a  b"), ""},
	{"value with a space before", false, get(policy, "X-Meta:  a"), ""},
	{"value with a space behind", false, get(policy, "X-Meta: a "), ""},
	{"value with a tab", false, get(policy, "X-Meta: \ta"), ""},
	{"value with a space that is no ASCII", false, get(policy, "X-Meta: a\u00a0"), ""},
	{"value that is no ASCII", true, get(policy, "X-Meta: a\u00a0\xff b"), ""},
	// As many as there is room for, beside Host and X-Amz-Date.
	{"headers up to the limit", true, get(policy, numbered(14)...), ""},
	{"headers beyond the limit", false, get(policy, numbered(15)...), ""},

	// A session token is sent and signed.
	{"token", true, get(policy), "FwoGZXIvYXdzEXAMPLE//w=="},
	{"token with spaces", false, get(policy), " a  b"},
	{"token and headers beyond the limit", false, get(policy, numbered(14)...), "a"},

	// What an earlier attempt has left is replaced.
	{"signed before", true, get(policy, "Authorization: AWS4-HMAC-SHA256 old", "X-Amz-Date: 20000101T000000Z", "X-Amz-Security-Token: old"), "new"},
	{"signed twice before", true, get(policy, "Authorization: a", "Authorization: b", "X-Amz-Date: a ", "X-Amz-Date: b", "X-Amz-Security-Token: a ", "X-Amz-Security-Token: b"), "new"},
	// Without a token of the credentials that of the request stays, and is signed.
	{"token of the request", true, get(policy, "X-Amz-Security-Token: old"), ""},
}

// Whatever is signed, the result is that of v4.Signer.
func TestSignsAsTheSDK(t *testing.T) {
	for _, row := range requests {
		t.Run(row.name, func(t *testing.T) {
			x := taskOf(row.request)
			x.credentials = withToken(row.token)
			wantAsTheSDK(t, sigv4.NewSigner(), x)
			if got := sigv4.IsPlain(row.request, row.token, v4.SignerOptions{}); got != row.plain {
				t.Errorf("plain = %v, want %v", got, row.plain)
			}
		})
	}
}

// Credentials, hash, region and service are written as they are.
func TestSignsAnyScope(t *testing.T) {
	for _, change := range []func(*task){
		func(x *task) { x.credentials = aws.Credentials{} },
		func(x *task) { x.credentials.AccessKeyID = "a  b\n/" },
		func(x *task) { x.hash = "" },
		func(x *task) { x.hash = "UNSIGNED-PAYLOAD" },
		func(x *task) { x.service, x.region = "", "" },
		func(x *task) { x.region = "a/b" },
		// The time is that of UTC, whichever zone it is given in.
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

// Options that change what is signed, or that show it, are left to the SDK.
func TestOptions(t *testing.T) {
	for _, row := range []struct {
		name   string
		plain  bool
		change func(*v4.SignerOptions)
	}{
		{"none", true, func(*v4.SignerOptions) {}},
		{"Logger", true, func(o *v4.SignerOptions) { o.Logger = new(logged) }},
		// It is about URLs that are signed, which SignHTTP does not do.
		{"DisableHeaderHoisting", true, func(o *v4.SignerOptions) { o.DisableHeaderHoisting = true }},
		{"LogSigning", false, func(o *v4.SignerOptions) { o.Logger, o.LogSigning = new(logged), true }},
		{"DisableURIPathEscaping", false, func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }},
		{"DisableSessionToken", false, func(o *v4.SignerOptions) { o.DisableSessionToken = true }},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := taskOf(get(endpoint + "/a%20b"))
			x.credentials = withToken("token")
			x.optFns = append(x.optFns, row.change)
			wantAsTheSDK(t, sigv4.NewSigner(), x)

			var o v4.SignerOptions
			row.change(&o)
			if got := sigv4.IsPlain(x.request, "token", o); got != row.plain {
				t.Errorf("plain = %v, want %v", got, row.plain)
			}
			// Those of the signer count as those of the call do.
			want := x.by(v4.NewSigner())
			x.optFns = nil
			if diff := cmp.Diff(want, x.by(sigv4.NewSigner(row.change))); diff != "" {
				t.Errorf("as options of the signer (-want +got):\n%s", diff)
			}
		})
	}
}

// An option that the SDK adds must be looked at: is a request with it still plain?
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

// What LogSigning writes is what the SDK writes, and options are applied once,
// those of the call on top.
func TestLogging(t *testing.T) {
	var want, got logged
	x := taskOf(get(policy))
	on := func(log *logged) func(*v4.SignerOptions) {
		return func(o *v4.SignerOptions) { o.Logger, o.LogSigning = log, !o.LogSigning }
	}
	x.by(v4.NewSigner(on(&want)))
	x.by(sigv4.NewSigner(on(&got)))
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 1 {
		t.Errorf("%d lines (-want +got):\n%s", len(got), diff)
	}
	x.optFns = append(x.optFns, on(&got))
	x.by(sigv4.NewSigner(on(&got)))
	if len(got) != 1 {
		t.Errorf("%d lines, want none more", len(got)-1)
	}
	for _, line := range got {
		if strings.Contains(line, keys.SecretAccessKey) {
			t.Error("the secret is in the log")
		}
	}
}

// A request without a URL or a header map panics as it does with the SDK.
func TestPanicsAsTheSDK(t *testing.T) {
	panics := func(signer v4.HTTPSigner, r *http.Request) (what string) {
		defer func() { what = fmt.Sprint(recover()) }()
		taskOf(r).inPlace(signer, r)
		return
	}
	for _, change := range []func(*http.Request){
		func(r *http.Request) { r.URL = nil },
		func(r *http.Request) { r.Header = nil },
	} {
		want, got := panics(v4.NewSigner(), with(get(policy), change)), panics(sigv4.NewSigner(), with(get(policy), change))
		if got != want || got == "<nil>" {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}
