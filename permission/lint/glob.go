package lint

import (
	"strings"
	"unicode/utf8"
)

const wildcards = "*?"

func hasWildcard(s string) bool { return strings.ContainsAny(s, wildcards) }

// overlaps reports whether there is a text that both patterns match; '*' is any
// text and '?' any character. Time grows at most with the product of the lengths.
func overlaps(a, b string) bool {
	if !hasWildcard(a) {
		return includes(b, a)
	}
	p, q := []rune(a), []rune(b)
	// row[j] says whether p[i:] and q[j:] overlap, for one i after the other
	// from the end.
	row, next := make([]bool, len(q)+1), make([]bool, len(q)+1)
	for i := len(p); i >= 0; i-- {
		for j := len(q); j >= 0; j-- {
			row[j] = overlapAt(p, q, i, j, row, next)
		}
		row, next = next, row
	}
	return next[0]
}

// overlapAt works out p[i:] against q[j:] from row, which has q[j+1:], and next,
// which has p[i+1:].
func overlapAt(p, q []rune, i, j int, row, next []bool) bool {
	pEnd, qEnd := i == len(p), j == len(q)
	switch {
	case pEnd && qEnd:
		return true
	case !pEnd && p[i] == '*':
		return next[j] || !qEnd && row[j+1]
	case !qEnd && q[j] == '*':
		return row[j+1] || !pEnd && next[j]
	case pEnd || qEnd:
		return false
	}
	return (p[i] == q[j] || p[i] == '?' || q[j] == '?') && next[j+1]
}

// includes reports whether a pattern matches all that shape, a pattern too, can
// match. It may say no where that is hard to tell, never yes wrongly. Time grows
// at most with the product of the lengths.
func includes(pattern, shape string) bool {
	// A '*' of the shape stands for a text of any length, which a '*' of the
	// pattern alone matches.
	i, j := 0, 0
	star, resume := -1, 0
	for j < len(shape) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, resume = i, j
			i++
		case i < len(pattern) && pattern[i] == '?' && shape[j] != '*':
			i++
			j += width(shape[j:])
		case i < len(pattern) && pattern[i] != '?' && pattern[i] == shape[j]:
			i++
			j++
		case star >= 0:
			resume += width(shape[resume:])
			i, j = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}

// width is that of the first character of s in bytes.
func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
