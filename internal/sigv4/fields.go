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

// A field is a header that is signed, with its name in lower case.
type field struct {
	name, value string   // value has no space around it
	more        []string // values behind the first, as they are
}

// appendSigned appends the headers of a request that are signed, in the order of
// their names. Host and length are those of the request, whatever the map says.
func appendSigned(fields []field, r *http.Request) []field {
	fields = insert(fields, field{name: "host", value: strings.Trim(hostOf(r), " ")}) // of no other space
	if r.ContentLength > 0 {
		fields = insert(fields, field{name: "content-length", value: strconv.FormatInt(r.ContentLength, 10)})
	}
	for name, values := range r.Header {
		if isUnsigned(name) {
			continue
		}
		f := field{name: lower(name)}
		if f.name == "host" || f.name == "content-length" {
			continue
		}
		if len(values) > 0 {
			f.value, f.more = strings.TrimSpace(values[0]), values[1:]
		}
		fields = insert(fields, f)
	}
	return fields
}

// insert puts a field into its place. One whose name is there already, in other
// letters of the map, adds its values to it.
func insert(fields []field, f field) []field {
	i := len(fields)
	for i > 0 && fields[i-1].name > f.name {
		i--
	}
	if i > 0 && fields[i-1].name == f.name {
		same := &fields[i-1]
		same.more = append(append(slices.Clip(same.more), f.value), f.more...)
		return fields
	}
	fields = append(fields, field{})
	copy(fields[i+1:], fields[i:])
	fields[i] = f
	return fields
}

// isUnsigned names what a proxy on the way may change, and Authorization itself,
// which an earlier attempt has left. Only names in their canonical form count.
func isUnsigned(name string) bool {
	switch name {
	case authorizationHeader, "User-Agent", "X-Amzn-Trace-Id", "Expect", "Transfer-Encoding":
		return true
	}
	return false
}

// lower returns a name in lower case, for those that calls have without making it.
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

func appendFields(b []byte, fields []field) []byte {
	for i := range fields {
		f := &fields[i]
		b = append(b, f.name...)
		b = append(b, ':')
		b = appendFolded(b, f.value)
		for _, value := range f.more {
			b = append(b, ',')
			b = appendFolded(b, strings.TrimSpace(value))
		}
		b = append(b, '\n')
	}
	return b
}

// appendFolded appends a value with one space for several. It begins with none.
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

func appendNames(b []byte, fields []field) []byte {
	for i := range fields {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, fields[i].name...)
	}
	return b
}
