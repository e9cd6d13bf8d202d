package sigv4

import "net/http"

const (
	authorizationHeader = "Authorization"
	contentLengthHeader = "Content-Length"
	dateHeader          = "X-Amz-Date"
	hostHeader          = "Host"
	tokenHeader         = "X-Amz-Security-Token"
)

// fields are the headers that are signed, in the order of their names.
type fields struct {
	n    int
	list [16]field // a call of package permission has 7 at most; there is room for a program's own
}

// A field is one of them. That of Content-Length has no value: it is the request's.
type field struct{ name, value string }

// collect adds the headers of a request as they are once it is signed, but for
// the date. It reports whether all of them are plain.
func (f *fields) collect(r *http.Request, sessionToken string) bool {
	f.add(hostHeader, hostOf(r))
	if r.ContentLength > 0 {
		f.add(contentLengthHeader, "")
	}
	if sessionToken != "" && !f.add(tokenHeader, sessionToken) {
		return false
	}
	for name, values := range r.Header {
		switch {
		case isUnsigned(name), name == dateHeader, name == tokenHeader && sessionToken != "":
			continue
		case isSpecial(name), len(values) != 1, !f.add(name, values[0]):
			return false
		}
	}
	return f.n < len(f.list) // the date's place
}

// isUnsigned names what a proxy on the way may change, and Authorization itself,
// which an earlier attempt has left.
func isUnsigned(name string) bool {
	return name == authorizationHeader || name == "User-Agent" || name == "X-Amzn-Trace-Id"
}

// isSpecial names what is no ordinary header in the map: v4.Signer takes the first
// two from the request itself, and leaves out the others.
func isSpecial(name string) bool {
	return name == hostHeader || name == contentLengthHeader || name == "Expect" || name == "Transfer-Encoding"
}

// add puts a header into its place, if it is plain and there is room.
func (f *fields) add(name, value string) bool {
	if f.n == len(f.list) || !isPlainName(name) || !isPlainValue(value) {
		return false
	}
	i := f.n
	for ; i > 0 && f.list[i-1].name > name; i-- {
		f.list[i] = f.list[i-1]
	}
	f.list[i] = field{name, value}
	f.n++
	return true
}
