// Package glob compares texts with patterns in which * stands for any number of
// characters, including zero, and ? for exactly one character (IAM User Guide, "IAM
// JSON policy elements: Resource" and "IAM JSON policy elements: Condition operators",
// string operators). A character is a Unicode code point. There is no escape: a pattern
// cannot require a literal * or ?.
//
// The package does not treat ARNs specially: callers compare their parts one by
// one.
//
// All functions are safe for concurrent use. In a text that is not UTF-8, each invalid
// byte is one character.
package glob

import (
	"strings"
	"unicode/utf8"
)

// HasWildcard reports whether s has a * or ?, and so matches texts other than itself.
func HasWildcard(s string) bool {
	return strings.IndexByte(s, '*') >= 0 || strings.IndexByte(s, '?') >= 0
}

// LiteralPrefix returns the part of a pattern before its first wildcard: every text
// that matches begins with it.
func LiteralPrefix(pattern string) string {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '*' || pattern[i] == '?' {
			return pattern[:i]
		}
	}
	return pattern
}

// Match reports whether pattern matches the whole of text. The time is at most
// proportional to the sum of the lengths; if the pattern has a ?, it is at most
// proportional to their product, divided by 64 for long texts.
func Match(pattern, text string) bool {
	return includes(pattern, text, true)
}

// Includes reports whether every text that matches the pattern other also matches
// pattern. True is always right; false is also returned for a few unusual pairs, such as
// "?*" and "*?". The time is as for [Match].
//
// Other is matched like a text, except that only a * of pattern matches a * in it, and
// only a wildcard matches a ?.
func Includes(pattern, other string) bool { return includes(pattern, other, false) }

// includes is Match if literal, else Includes. The stars cut the pattern into pieces,
// and each piece is searched for after the one before it. Its first occurrence is
// enough: if the rest of the pattern does not match after that, it does not match after
// a later one either.
func includes(pattern, text string, literal bool) bool {
	prefix := LiteralPrefix(pattern)
	if len(prefix) == len(pattern) {
		return pattern == text
	}
	if !strings.HasPrefix(text, prefix) { // the common case
		return false
	}
	pattern, text = pattern[len(prefix):], text[len(prefix):]
	piece, rest, hasStar := strings.Cut(pattern, "*")
	text, ok := cutPrefix(text, piece, literal)
	if !ok || !hasStar {
		return ok && text == ""
	}
	for {
		piece, rest, hasStar = strings.Cut(rest, "*")
		if !hasStar {
			return hasSuffix(text, piece, literal)
		}
		if text, ok = cutThrough(text, piece, literal); !ok {
			return false
		}
	}
}

// cutPrefix returns text without the piece at its beginning, if text begins with it.
func cutPrefix(text, piece string, literal bool) (rest string, ok bool) {
	for piece != "" {
		n := strings.IndexByte(piece, '?')
		if n < 0 {
			return strings.CutPrefix(text, piece)
		}
		if text, ok = strings.CutPrefix(text, piece[:n]); !ok || text == "" || text[0] == '*' && !literal {
			return text, false
		}
		_, width := utf8.DecodeRuneInString(text)
		text, piece = text[width:], piece[n+1:]
	}
	return text, true
}

// hasSuffix reports whether text ends with the piece.
func hasSuffix(text, piece string, literal bool) bool {
	if strings.IndexByte(piece, '?') < 0 {
		return strings.HasSuffix(text, piece)
	}
	begin := len(text)
	for range utf8.RuneCountInString(piece) {
		if begin == 0 {
			return false
		}
		_, width := utf8.DecodeLastRuneInString(text[:begin])
		begin -= width
	}
	rest, ok := cutPrefix(text[begin:], piece, literal)
	return ok && rest == ""
}

// cutThrough returns the part of text after the first occurrence of the piece.
func cutThrough(text, piece string, literal bool) (rest string, ok bool) {
	switch {
	case strings.IndexByte(piece, '?') < 0:
		at := strings.Index(text, piece)
		if at < 0 {
			return "", false
		}
		return text[at+len(piece):], true
	case len(piece) > shortPiece && len(text) > shortPiece:
		return search(text, piece, literal)
	}
	for begin := range text {
		if rest, ok = cutPrefix(text[begin:], piece, literal); ok {
			return rest, true
		}
	}
	return "", false
}

// shortPiece is the length in bytes up to which comparing at each place of a text costs
// less than making the tables of search.
const shortPiece = 64

// Overlaps reports whether there is a text that both patterns match. Bytes that are not
// UTF-8 count as U+FFFD. The time is proportional to the product of the lengths.
func Overlaps(a, b string) bool {
	p, q := []rune(a), []rune(b)
	// row[j] reports whether p[i:] and q[j:] overlap, next[j] the same of p[i+1:].
	row, next := make([]bool, len(q)+1), make([]bool, len(q)+1)
	for i := len(p); i >= 0; i-- {
		for j := len(q); j >= 0; j-- {
			row[j] = overlapAt(p, q, i, j, row, next)
		}
		row, next = next, row
	}
	return next[0]
}

// overlapAt reports whether p[i:] and q[j:] overlap. It needs the results for q[j+1:] in
// row and those for p[i+1:] in next.
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
