package policy

import "strings"

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
