package validate

import "strings"

// The matchers of the plain rows. Each accepts what its row's expression does,
// which the tests compare with package regexp.

// matchOriginalQualifier is (|[a-zA-Z0-9$_-]+).
func matchOriginalQualifier(s string) bool {
	return s == "" || isAll(s, func(c byte) bool { return isWord(c) || c == '$' })
}

// matchStatementId is ([a-zA-Z0-9-_]+).
func matchStatementId(s string) bool { return isAll(s, isWord) }

// matchRemovedStatementId is ([a-zA-Z0-9-_.]+).
func matchRemovedStatementId(s string) bool { return isAll(s, isWordOrDot) }

// matchEventSourceToken is [a-zA-Z0-9._\-]+.
func matchEventSourceToken(s string) bool { return isAll(s, isWordOrDot) }

func isWordOrDot(c byte) bool { return isWord(c) || c == '.' }

// matchAction is (lambda:[*]|lambda:[a-zA-Z]+|[*]).
func matchAction(s string) bool {
	name, ok := strings.CutPrefix(s, "lambda:")
	return s == "*" || ok && (name == "*" || isAll(name, isAlpha))
}

// matchAnyOnOneLine is .*, whose dot is anything but a line feed.
func matchAnyOnOneLine(s string) bool { return !strings.Contains(s, "\n") }

// matchPrincipal is [^\s]+.
func matchPrincipal(s string) bool {
	return isAll(s, func(c byte) bool {
		// \s is these five for package regexp.
		return c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r'
	})
}

// matchPrincipalOrgID is o-[a-z0-9]{10,32}.
func matchPrincipalOrgID(s string) bool {
	id, ok := strings.CutPrefix(s, "o-")
	return ok && 10 <= len(id) && len(id) <= 32 &&
		isAll(id, func(c byte) bool { return isLower(c) || isDigit(c) })
}
