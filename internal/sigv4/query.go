package sigv4

import (
	"net/url"
	"slices"
	"strings"
)

// canonicalQuery returns a query with its parameters encoded in the one way that
// is signed, in the order of their names and, for the same name, of their values.
// What net/url does not read is left out.
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
	slices.Sort(pairs) // where a name ends counts less than any character in it
	return strings.ReplaceAll(strings.Join(pairs, "&"), "\x00", "=")
}

// encode is url.QueryEscape, but for the space.
func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// maxCanonical bounds the queries that are looked at; net/url ignores a query of
// too many parameters. Those of Lambda's policy operations are far below.
const maxCanonical = 1024

// isCanonicalQuery reports whether a query certainly is in canonical form already:
// each parameter with "=", encoded as there, and none twice.
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
