// Package charset has the sets of bytes that the documented patterns are made of,
// and matches text against them several bytes at a time.
//
// Everything here is safe for concurrent use.
package charset

import "unicode/utf8"

// A Set is a set of bytes. Each is a bit of its own, so that several bytes can be
// looked up at once. NotSpace and Quotation also hold bytes beyond ASCII, which are
// parts of longer runes; the other sets hold only ASCII.
type Set uint16

// The sets are named after their members. The comments spell them as the patterns
// of the API reference do, or as package regexp does.
const (
	Digit          Set = 1 << iota // \d
	Lower                          // [a-z]
	Letter                         // [a-zA-Z]
	LetterOrHyphen                 // [a-zA-Z-]
	LowerOrDigit                   // [a-z0-9]
	DigitOrHyphen                  // [0-9-]
	Alnum                          // [a-zA-Z0-9]
	AlnumOrHyphen                  // [a-zA-Z0-9-]
	Word                           // [a-zA-Z0-9-_]
	WordOrDot                      // [a-zA-Z0-9-_.]
	WordOrDollar                   // [a-zA-Z0-9-_$]
	NotSpace                       // \S, byte by byte
	Quotation                      // a quotation mark, or a byte beyond ASCII, which may be part of one
)

// sets holds, for every byte, the sets that have it.
var sets = func() (table [256]Set) {
	for c := range table {
		table[c] = setsOf(byte(c))
	}
	return table
}()

func setsOf(c byte) Set {
	const (
		words  = Word | WordOrDot | WordOrDollar | NotSpace
		alnum  = Alnum | AlnumOrHyphen | words
		letter = Letter | LetterOrHyphen | alnum
	)
	switch {
	case '0' <= c && c <= '9':
		return Digit | LowerOrDigit | DigitOrHyphen | alnum
	case 'a' <= c && c <= 'z':
		return Lower | LowerOrDigit | letter
	case 'A' <= c && c <= 'Z':
		return letter
	case c == '"', c == '\'', c == '`', c >= utf8.RuneSelf:
		return Quotation | NotSpace
	}
	switch c {
	case ' ', '\t', '\n', '\f', '\r':
		return 0
	case '-':
		return LetterOrHyphen | DigitOrHyphen | AlnumOrHyphen | words
	case '_':
		return words
	case '.':
		return WordOrDot | NotSpace
	case '$':
		return WordOrDollar | NotSpace
	}
	return NotSpace
}

// Has reports whether c is in the set, or in one of the sets of a union.
func (s Set) Has(c byte) bool { return sets[c]&s != 0 }

// Matches reports whether text is not empty and the set has each of its bytes: [set]+
// as a pattern. The set must not be a union.
//
// It looks at four bytes at a time, the last four first and some of them twice. This is
// faster than counting bytes or stopping at a wrong one.
func (s Set) Matches(text string) bool {
	if len(text) < 4 {
		return s.matchesFew(text)
	}
	last := text[len(text)-4:]
	s &= sets[last[0]] & sets[last[1]] & sets[last[2]] & sets[last[3]]
	for len(text) > 4 {
		s &= sets[text[0]] & sets[text[1]] & sets[text[2]] & sets[text[3]]
		text = text[4:]
	}
	return s != 0
}

func (s Set) matchesFew(text string) bool {
	for i := range len(text) {
		s &= sets[text[i]]
	}
	return s != 0 && text != ""
}

// Span returns the length of the longest prefix of text whose bytes are all in the
// set. The set must not be a union.
func (s Set) Span(text string) int {
	rest := text
	for len(rest) >= 4 && sets[rest[0]]&sets[rest[1]]&sets[rest[2]]&sets[rest[3]]&s != 0 {
		rest = rest[4:]
	}
	for rest != "" && sets[rest[0]]&s != 0 {
		rest = rest[1:]
	}
	return len(text) - len(rest)
}
