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

// isCompleteARN reports whether pattern has all six parts of an ARN, the first of
// them "arn".
func isCompleteARN(pattern string) bool {
	return strings.HasPrefix(pattern, "arn:") && strings.Count(pattern, ":") >= 5
}

// arnMatches reports whether a pattern that is a complete ARN matches text part
// by part, so that a wildcard never crosses one of the first five colons (IAM
// User Guide, "IAM JSON policy elements: Condition operators", ARN operators).
func arnMatches(pattern, text string) bool {
	return strings.HasPrefix(text, pattern[:literalHead(pattern)]) && partsMatch(pattern, text)
}

// partsMatch splits both at the first five colons and reports whether each part
// of pattern matches its counterpart.
func partsMatch(pattern, text string) bool {
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

// mayCompleteTo reports whether an ARN pattern with fewer than six parts matches
// text, if its wildcards cross colons or if parts are added to it.
func mayCompleteTo(pattern, text string) bool {
	if strings.Count(pattern, ":") >= 5 || !strings.HasPrefix(text, pattern[:literalHead(pattern)]) {
		return false
	}
	return matches(pattern, text) || matches(pattern+":*", text)
}

// crosses reports whether an ARN pattern matches text if a * at the end of a
// segment, and each * of the sixth part, may stand for colons too. The time is
// proportional to the product of the lengths; text is the ARN of a function, which
// is short.
func crosses(pattern, text string) bool {
	if !strings.HasPrefix(text, pattern[:literalHead(pattern)]) {
		return false
	}
	// reached[n] reports whether what was read of the pattern matches text[:n].
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
