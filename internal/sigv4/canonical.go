package sigv4

import (
	"net/http"
	"net/url"
	"strings"
)

// A request is what is written as a canonical request: IAM User Guide, "Create a
// signed AWS API request", step 1. Its query already is in canonical form.
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

// appendPath encodes the path of a URL, which is encoded there, once more, as for
// every service but S3.
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

// pathOf returns the path that a URL is sent with. That of an opaque one begins
// at its first slash behind the host.
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

// isUnreserved is the set of RFC 3986, section 2.3, which is never encoded.
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
