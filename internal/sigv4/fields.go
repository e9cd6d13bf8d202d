package sigv4

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	authorizationHeader = "Authorization"
	dateHeader          = "X-Amz-Date"
	tokenHeader         = "X-Amz-Security-Token"
)

// These two headers are signed with the values of the request's fields, not with those
// of its map of headers.
const (
	hostName   = "host"
	lengthName = "content-length"
)

// A field is a header that is signed, with its name in lower case. The fields of Host
// and Content-Length have no values here: the request has them.
type field struct {
	name   string
	values []string
}

// appendSigned appends the headers of a request that are signed, in the order of
// their names.
func appendSigned(fields []field, r *http.Request) []field {
	fields = insert(fields, field{name: hostName})
	if r.ContentLength > 0 {
		fields = insert(fields, field{name: lengthName})
	}
	for name, values := range r.Header {
		if isUnsigned(name) {
			continue
		}
		if name = lower(name); name != hostName && name != lengthName {
			fields = insert(fields, field{name, values})
		}
	}
	return fields
}

// insert inserts a field in the order of names. If there is a field with this name,
// because the map has the name in another case too, insert appends the values to it.
// Time grows with the square of the number of headers, which is small.
func insert(fields []field, f field) []field {
	i := len(fields)
	for i > 0 && fields[i-1].name > f.name {
		i--
	}
	if i > 0 && fields[i-1].name == f.name {
		same := &fields[i-1]
		same.values = append(slices.Clip(same.values), f.values...) // a copy, so that the request's values stay
		return fields
	}
	fields = append(fields, field{})
	copy(fields[i+1:], fields[i:])
	fields[i] = f
	return fields
}

// isUnsigned reports whether a header is not signed, because a proxy may change it, or,
// for Authorization, because it is of an earlier attempt. Only names in canonical form
// are recognized.
func isUnsigned(name string) bool {
	switch name {
	case authorizationHeader, "User-Agent", "X-Amzn-Trace-Id", "Expect", "Transfer-Encoding":
		return true
	}
	return false
}

// lower returns a name in lower case. It does not allocate for the headers that every
// call has.
func lower(name string) string {
	switch name {
	case "Amz-Sdk-Invocation-Id":
		return "amz-sdk-invocation-id"
	case "Amz-Sdk-Request":
		return "amz-sdk-request"
	case "Content-Type":
		return "content-type"
	case dateHeader:
		return "x-amz-date"
	case tokenHeader:
		return "x-amz-security-token"
	}
	return strings.ToLower(name)
}

func (r request) appendFields(b []byte) []byte {
	for i := range r.signed {
		f := &r.signed[i]
		b = append(b, f.name...)
		b = append(b, ':')
		switch f.name {
		case hostName:
			b = appendFolded(b, strings.Trim(hostOf(r.Request), " ")) // other white space stays, as with v4.Signer
		case lengthName:
			b = strconv.AppendInt(b, r.ContentLength, 10)
		default:
			b = appendValues(b, f.values)
		}
		b = append(b, '\n')
	}
	return b
}

func appendValues(b []byte, values []string) []byte {
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFolded(b, strings.TrimSpace(value))
	}
	return b
}

// appendFolded appends a value with one space in place of several. The value must not
// begin with a space.
func appendFolded(b []byte, value string) []byte {
	if !strings.Contains(value, "  ") {
		return append(b, value...)
	}
	for i := range len(value) {
		if value[i] != ' ' || value[i-1] != ' ' {
			b = append(b, value[i])
		}
	}
	return b
}

func (r request) appendNames(b []byte) []byte {
	for i := range r.signed {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, r.signed[i].name...)
	}
	return b
}
