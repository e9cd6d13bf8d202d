package sigv4

import (
	"net/http"
	"net/url"
	"strconv"
)

// A request is what is written as a canonical request: IAM User Guide, "Create a
// signed AWS API request", step 1.
type request struct {
	*http.Request
	signed      *fields
	payloadHash string
}

// appendTo appends the canonical request, and returns the names of the signed
// headers in it.
func (r request) appendTo(b []byte) (canonical, names []byte) {
	b = append(b, r.Method...)
	b = append(b, '\n')
	b = appendPath(b, r.URL)
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
func appendPath(b []byte, u *url.URL) []byte {
	const hex = "0123456789ABCDEF"
	path := u.EscapedPath()
	if path == "" {
		return append(b, '/')
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

func (r request) appendFields(b []byte) []byte {
	for i := range r.signed.n {
		f := &r.signed.list[i]
		b = appendLower(b, f.name)
		b = append(b, ':')
		if f.name == contentLengthHeader {
			b = strconv.AppendInt(b, r.ContentLength, 10)
		} else {
			b = append(b, f.value...)
		}
		b = append(b, '\n')
	}
	return b
}

func (r request) appendNames(b []byte) []byte {
	for i := range r.signed.n {
		if i > 0 {
			b = append(b, ';')
		}
		b = appendLower(b, r.signed.list[i].name)
	}
	return b
}

// appendLower appends a plain name in lower case. Of its letters, digits and
// hyphens only capitals have not the bit that makes them small.
func appendLower(b []byte, name string) []byte {
	begin := len(b)
	b = append(b, name...)
	for i := begin; i < len(b); i++ {
		b[i] |= 'a' ^ 'A'
	}
	return b
}
