package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A request is written as a canonical request: IAM User Guide, "Create a signed AWS API
// request", step 1. Its query must be in canonical form.
type request struct {
	*http.Request
	signed      []field
	payloadHash string
	escapesPath bool
}

// appendTo appends the canonical request, and returns the names of the signed
// headers in it.
func (r request) appendTo(b []byte) (canonical, names []byte) {
	b = append(b, r.Method...)
	b = append(b, '\n')
	b = r.appendPath(b)
	b = append(b, '\n')
	b = append(b, r.URL.RawQuery...)
	b = append(b, '\n')
	b = r.appendFields(b)
	b = append(b, '\n')
	begin := len(b)
	b = r.appendNames(b)
	end := len(b)
	b = append(b, '\n')
	b = append(b, r.payloadHash...)
	return b, b[begin:end]
}

// appendPath appends the path of the URL, encoded a second time, as every service but
// S3 requires.
func (r request) appendPath(b []byte) []byte {
	const hex = "0123456789ABCDEF"
	path := pathOf(r.URL)
	if !r.escapesPath {
		return append(b, path...)
	}
	for i := range len(path) {
		if c := path[i]; isUnreserved(c) || c == '/' {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&0xF])
		}
	}
	return b
}

// pathOf returns the path with which a URL is sent. The path of an opaque URL begins at
// the first slash after its host.
func pathOf(u *url.URL) string {
	path := u.EscapedPath()
	if u.Opaque != "" {
		opaque, _, _ := strings.Cut(u.Opaque, "?")
		opaque = strings.TrimPrefix(opaque, "//")
		_, path, _ = strings.Cut(opaque, "/")
		path = "/" + path
	}
	if path == "" {
		return "/"
	}
	return path
}

// isUnreserved reports whether c is an unreserved character (RFC 3986, section 2.3),
// which is never encoded.
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func hostOf(r *http.Request) string {
	if r.Host != "" {
		return r.Host
	}
	return r.URL.Host
}

// cutDefaultPort removes the port from the host if it is the default port of the
// request's scheme, since a proxy on the way may remove it too.
func cutDefaultPort(r *http.Request) {
	host := hostOf(r)
	name, port, _ := strings.Cut(host, ":")
	if address, _, ok := strings.Cut(host, "]"); ok { // of IPv6, which loses its brackets too
		name = strings.TrimPrefix(address, "[")
		_, port, _ = strings.Cut(host, "]:")
	}
	if port == "80" && strings.ToLower(r.URL.Scheme) == "http" || port == "443" && strings.ToLower(r.URL.Scheme) == "https" {
		r.Host = name
	}
}

// canonicalQuery returns a query in canonical form: with its parameters encoded as the
// signature requires, ordered by name and then by value. Parameters that net/url cannot
// read are left out.
func canonicalQuery(query string) string {
	if isCanonicalQuery(query) {
		return query
	}
	var pairs []string
	values, _ := url.ParseQuery(query)
	for name, all := range values {
		for _, value := range all {
			pairs = append(pairs, encode(name)+"\x00"+encode(value))
		}
	}
	slices.Sort(pairs) // the end of a name sorts before any character
	return strings.ReplaceAll(strings.Join(pairs, "&"), "\x00", "=")
}

// encode is url.QueryEscape with %20 for a space.
func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// maxCanonical bounds the length of the queries that isCanonicalQuery reads, since
// net/url ignores a query with too many parameters. The queries of Lambda's policy
// operations are much shorter.
const maxCanonical = 1024

// isCanonicalQuery reports whether a query is certainly in canonical form: each
// parameter has a "=" and an encoded name and value, and the names increase.
func isCanonicalQuery(query string) bool {
	if len(query) > maxCanonical {
		return false
	}
	before := ""
	for more := query != ""; more; {
		var pair string
		pair, query, more = strings.Cut(query, "&")
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name <= before || !isEncoded(name) || !isEncoded(value) {
			return false
		}
		before = name
	}
	return true
}

func isEncoded(s string) bool {
	for i := range len(s) {
		if !isUnreserved(s[i]) {
			plain, err := url.QueryUnescape(s)
			return err == nil && encode(plain) == s
		}
	}
	return true
}
