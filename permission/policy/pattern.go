package policy

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// hasVariable reports whether s may hold a policy variable. Its value is only
// known with the request.
func hasVariable(s string) bool { return strings.Contains(s, "${") }

// arnIncludes reports whether every ARN that the pattern q matches is also
// matched by p, part by part: both are split at the first five colons. If literal,
// q matches only itself.
func arnIncludes(p, q string, literal bool) bool {
	return strings.HasPrefix(p, "arn:") && partsInclude(p, q, literal)
}

// partsInclude is arnIncludes for a p that need not begin with "arn".
func partsInclude(p, q string, literal bool) bool {
	if !strings.HasPrefix(q, glob.LiteralPrefix(p)) {
		return false
	}
	for range 5 {
		pPart, pRest, isARN := strings.Cut(p, ":")
		qPart, qRest, isOtherARN := strings.Cut(q, ":")
		if !isARN || !isOtherARN || !includes(pPart, qPart, literal) {
			return false
		}
		p, q = pRest, qRest
	}
	return includes(p, q, literal)
}

// includes reports whether p matches everything that q matches. If literal, q is
// a text that matches only itself.
func includes(p, q string, literal bool) bool {
	if literal {
		return glob.Match(p, q)
	}
	return glob.Includes(p, q)
}

// isCompleteARN reports whether pattern has all six parts of an ARN, the first of
// them "arn".
func isCompleteARN(pattern string) bool {
	return strings.HasPrefix(pattern, "arn:") && strings.Count(pattern, ":") >= 5
}

// arnMatches reports whether a pattern that is a complete ARN matches text part
// by part, so that a wildcard never crosses one of the first five colons (IAM
// User Guide, "IAM JSON policy elements: Condition operators", ARN operators).
func arnMatches(pattern, text string) bool { return arnIncludes(pattern, text, true) }

// mayCompleteTo reports whether an ARN pattern with fewer than six parts matches
// text, if its wildcards cross colons or if parts are added to it.
func mayCompleteTo(pattern, text string) bool {
	if strings.Count(pattern, ":") >= 5 || !strings.HasPrefix(text, glob.LiteralPrefix(pattern)) {
		return false
	}
	return glob.Match(pattern, text) || glob.Match(pattern+":*", text)
}

// crosses reports whether an ARN pattern matches text if a * at the end of a
// segment, and each * of the sixth part, may stand for colons too. The time is
// proportional to the product of the lengths; text is the ARN of a function, which
// is short.
func crosses(pattern, text string) bool {
	if !strings.HasPrefix(text, glob.LiteralPrefix(pattern)) {
		return false
	}
	// reached[n] reports whether the part of the pattern read so far matches text[:n].
	reached := make([]bool, len(text)+1)
	reached[0] = true
	colons := 0
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '*':
			endsSegment := i+1 == len(pattern) || pattern[i+1] == ':'
			reachAll(reached, text, endsSegment || colons >= 5)
		case ':':
			colons++
			fallthrough
		default:
			reachNext(reached, text, pattern[i])
		}
	}
	return reached[len(text)]
}

// reachAll reads a *, which stands for colons too if crossing.
func reachAll(reached []bool, text string, crossing bool) {
	for n := range text {
		if reached[n] && (crossing || text[n] != ':') {
			reached[n+1] = true
		}
	}
}

// reachNext reads a byte of the pattern that stands for one of text.
func reachNext(reached []bool, text string, c byte) {
	for n := len(text) - 1; n >= 0; n-- {
		reached[n+1] = reached[n] && (c == text[n] || c == '?' && text[n] != ':')
	}
	reached[0] = false
}
