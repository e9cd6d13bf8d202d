package validate

import "unicode/utf8"

// A class is a set of bytes. Each is a bit of its own, so that isAll can look at
// several bytes at once. Every class but notSpace and quotation is ASCII: a byte
// of a longer rune is in no other.
type class uint16

const (
	digit         class = 1 << iota // \d
	lower                           // [a-z]
	alpha                           // [a-zA-Z]
	lowerOrDigit                    // [a-z0-9]
	digitOrHyphen                   // [0-9-]
	alnum                           // [a-zA-Z0-9]
	alnumOrHyphen                   // [a-zA-Z0-9-]
	word                            // [a-zA-Z0-9-_]
	wordOrDot                       // [a-zA-Z0-9-_.]
	wordOrDollar                    // [a-zA-Z0-9-_$]
	notSpace                        // \S of package regexp, byte by byte
	quotation                       // a byte of a quotation mark, or beyond ASCII
)

// classes has the classes of every byte: looking a byte up is what makes the
// matchers fast.
var classes = func() (table [256]class) {
	for c := range table {
		table[c] = classOf(byte(c))
	}
	return table
}()

func classOf(c byte) class {
	const (
		inWords = word | wordOrDot | wordOrDollar | notSpace
		inAlnum = alnum | alnumOrHyphen | inWords
	)
	switch {
	case '0' <= c && c <= '9':
		return digit | lowerOrDigit | digitOrHyphen | inAlnum
	case 'a' <= c && c <= 'z':
		return lower | alpha | lowerOrDigit | inAlnum
	case 'A' <= c && c <= 'Z':
		return alpha | inAlnum
	}
	if c == '"' || c == '\'' || c == '`' || c >= utf8.RuneSelf {
		return quotation | notSpace
	}
	switch c {
	case ' ', '\t', '\n', '\f', '\r':
		return 0
	case '-':
		return digitOrHyphen | alnumOrHyphen | inWords
	case '_':
		return inWords
	case '.':
		return wordOrDot | notSpace
	case '$':
		return wordOrDollar | notSpace
	}
	return notSpace
}

// is reports whether c is in a class.
func is(c byte, set class) bool { return classes[c]&set != 0 }

// isAll reports whether s is not empty and each of its bytes is in the class. It
// looks at four bytes a turn, the last four first, and at some of them twice: to
// count bytes, or to stop at a wrong one, takes longer.
func isAll(s string, set class) bool {
	if len(s) < 4 {
		return isAllOfFew(s, set)
	}
	last := s[len(s)-4:]
	set &= classes[last[0]] & classes[last[1]] & classes[last[2]] & classes[last[3]]
	for len(s) > 4 {
		set &= classes[s[0]] & classes[s[1]] & classes[s[2]] & classes[s[3]]
		s = s[4:]
	}
	return set != 0
}

func isAllOfFew(s string, set class) bool {
	for i := range len(s) {
		set &= classes[s[i]]
	}
	return set != 0 && s != ""
}

// isAccountID is \d{12}.
func isAccountID(s string) bool { return len(s) == 12 && isAll(s, digit) }
