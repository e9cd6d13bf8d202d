package policy

import (
	"strings"
	"unicode/utf8"
)

// A pattern is text in which * stands for any characters, also none, and ? for
// exactly one (IAM User Guide, "IAM JSON policy elements: Resource").

func hasWildcard(s string) bool { return strings.ContainsAny(s, "*?") }

// hasVariable reports whether s may hold a policy variable. What it stands for
// is only known with the request.
func hasVariable(s string) bool { return strings.Contains(s, "${") }

// includes reports whether every text that q matches is also matched by p. If
// literal, q is no pattern: it matches itself alone. The answer yes is always
// right; no is also given for a few unusual pairs, such as "?*" and "*?".
//
// It matches p against the characters of q, where a * of q can only be taken by
// a * of p, and a ? of q by either wildcard. The time is at most proportional
// to the product of the lengths.
func includes(p, q string, literal bool) bool {
	i, j := 0, 0
	star, retry := -1, 0 // the last * of p, and where to go on in q if it takes one more
	for j < len(q) {
		width := runeWidth(q[j:])
		switch {
		case i < len(p) && p[i] == '*':
			star, retry = i, j
			i++
		case i < len(p) && p[i] == '?' && (literal || q[j] != '*'):
			i++
			j += width
		case i < len(p) && p[i] != '?' && p[i] == q[j]:
			i++
			j++
		case star >= 0:
			retry += runeWidth(q[retry:])
			i, j = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(p[i:], "*") == ""
}

func runeWidth(s string) int {
	_, width := utf8.DecodeRuneInString(s)
	return width
}

// arnIncludes is includes for ARNs: both are split at the first five colons,
// and each of the six parts must include its counterpart.
func arnIncludes(p, q string, literal bool) bool {
	ps, qs := strings.SplitN(p, ":", 6), strings.SplitN(q, ":", 6)
	if len(ps) != 6 || len(qs) != 6 || ps[0] != "arn" {
		return false
	}
	for i := range ps {
		if !includes(ps[i], qs[i], literal) {
			return false
		}
	}
	return true
}

// matches reports whether a pattern matches text. Most do not, and differ in
// front of the first wildcard.
func matches(pattern, text string) bool {
	head := literalHead(pattern)
	if head == len(pattern) {
		return pattern == text
	}
	return strings.HasPrefix(text, pattern[:head]) && includes(pattern[head:], text[head:], true)
}

// literalHead returns how many bytes are in front of the first wildcard.
func literalHead(pattern string) int {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '*' || pattern[i] == '?' {
			return i
		}
	}
	return len(pattern)
}

// arnMatches reports whether the ARN pattern matches text: part by part, so
// that a wildcard never crosses one of the first five colons (IAM User Guide,
// "IAM JSON policy elements: Condition operators", ARN operators).
func arnMatches(pattern, text string) bool {
	if !strings.HasPrefix(pattern, "arn:") || !strings.HasPrefix(text, pattern[:literalHead(pattern)]) {
		return false
	}
	for range 5 {
		p, patterns, isARN := strings.Cut(pattern, ":")
		t, texts, isTextARN := strings.Cut(text, ":")
		if !isARN || !isTextARN || !matches(p, t) {
			return false
		}
		pattern, text = patterns, texts
	}
	return matches(pattern, text)
}
