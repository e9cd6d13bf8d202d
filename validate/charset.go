package validate

// A class is a set of bytes. Every class here is ASCII, so a byte of a longer
// rune is in none but notSpace.
type class uint8

const (
	digit class = 1 << iota
	lower
	upper
	hyphen
	underscore
	dot
	dollar
	notSpace // \S of package regexp, byte by byte

	alpha         = lower | upper
	alnum         = alpha | digit
	alnumOrHyphen = alnum | hyphen
	word          = alnumOrHyphen | underscore // [a-zA-Z0-9-_]
	wordOrDot     = word | dot
	wordOrDollar  = word | dollar
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
	switch {
	case '0' <= c && c <= '9':
		return digit | notSpace
	case 'a' <= c && c <= 'z':
		return lower | notSpace
	case 'A' <= c && c <= 'Z':
		return upper | notSpace
	}
	switch c {
	case ' ', '\t', '\n', '\f', '\r':
		return 0
	case '-':
		return hyphen | notSpace
	case '_':
		return underscore | notSpace
	case '.':
		return dot | notSpace
	case '$':
		return dollar | notSpace
	}
	return notSpace
}

// is reports whether c is in a class.
func is(c byte, set class) bool { return classes[c]&set != 0 }

// isAll reports whether s is not empty and each of its bytes is in the class.
func isAll(s string, set class) bool {
	for i := range len(s) {
		if classes[s[i]]&set == 0 {
			return false
		}
	}
	return s != ""
}

// isAccountID is \d{12}.
func isAccountID(s string) bool { return len(s) == 12 && isAll(s, digit) }
