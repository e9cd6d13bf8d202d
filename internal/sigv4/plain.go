package sigv4

import (
	"net/http"
	"net/url"
	"strings"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// isPlain reports whether the request and the options are usual, as far as can be
// said without its headers. v4.Signer changes neither the host nor the query of a
// plain request.
func isPlain(r *http.Request, o *v4.SignerOptions) bool {
	return !o.LogSigning && !o.DisableURIPathEscaping && !o.DisableSessionToken &&
		r.URL.Opaque == "" && isPlainHost(hostOf(r)) && isCanonicalQuery(r.URL.RawQuery)
}

func hostOf(r *http.Request) string {
	if r.Host != "" {
		return r.Host
	}
	return r.URL.Host
}

// isPlainHost reports whether a host is a name or an IPv4 address, with no port or
// one that no scheme has by default: a default port is not signed.
func isPlainHost(host string) bool {
	name, port, found := strings.Cut(host, ":")
	if !consistsOf(name, isUnreserved) || !consistsOf(port, isDigit) {
		return false
	}
	return !found || port != "" && port != "80" && port != "443"
}

// maxQuery bounds the queries that are looked at. Those of Lambda's policy
// operations are far below; net/url ignores a query of too many parameters.
const maxQuery = 1024

// isCanonicalQuery reports whether a query already is what it becomes in the
// canonical request: each parameter with "=", encoded as there, and none twice.
func isCanonicalQuery(query string) bool {
	if len(query) > maxQuery {
		return false
	}
	before := ""
	for more := query != ""; more; {
		var pair string
		pair, query, more = strings.Cut(query, "&")
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name <= before || !isCanonicallyEncoded(name) || !isCanonicallyEncoded(value) {
			return false
		}
		before = name
	}
	return true
}

// isCanonicallyEncoded reports whether s is the only encoding that the canonical
// query has for what s means. It differs from that of net/url in the space.
func isCanonicallyEncoded(s string) bool {
	if consistsOf(s, isUnreserved) {
		return true
	}
	plain, err := url.QueryUnescape(s)
	return err == nil && !strings.Contains(plain, " ") && url.QueryEscape(plain) == s
}

// isPlainName reports whether the name of a header is in its canonical form, of
// letters, digits and hyphens. Such names do not become equal in lower case, and
// keep their order: where two first differ, both have a capital or neither.
func isPlainName(name string) bool {
	begins := true
	for i := range len(name) {
		c := name[i]
		if isLetter(c) && begins != isUpper(c) || !isLetter(c) && !isDigit(c) && c != '-' {
			return false
		}
		begins = c == '-'
	}
	return name != ""
}

// isPlainValue reports whether the value of a header is signed as it stands: there
// is no space to trim or to fold. What is no ASCII counts as a space.
func isPlainValue(value string) bool {
	return value == "" || isGraphic(value[0]) && isGraphic(value[len(value)-1]) && !strings.Contains(value, "  ")
}

func consistsOf(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

// isUnreserved is the set of RFC 3986, section 2.3, which is never encoded.
func isUnreserved(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

func isLetter(c byte) bool  { return isUpper(c) || c >= 'a' && c <= 'z' }
func isUpper(c byte) bool   { return c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool   { return c >= '0' && c <= '9' }
func isGraphic(c byte) bool { return c > ' ' && c <= '~' }
