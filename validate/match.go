package validate

import "strings"

// The matchers of the plain rows whose pattern is no shape. Each accepts what its
// row's expression does, which the tests compare with package regexp.

// matchOriginalQualifier is (|[a-zA-Z0-9$_-]+).
func matchOriginalQualifier(s string) bool {
	return s == "" || isAll(s, wordOrDollar)
}

// matchAction is (lambda:[*]|lambda:[a-zA-Z]+|[*]).
func matchAction(s string) bool {
	name, ok := strings.CutPrefix(s, "lambda:")
	return s == "*" || ok && (name == "*" || isAll(name, alpha))
}

// matchAnyOnOneLine is .*, whose dot is anything but a line feed.
func matchAnyOnOneLine(s string) bool { return strings.IndexByte(s, '\n') < 0 }
