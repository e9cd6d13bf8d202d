package arn

// A class is a set of bytes, of which a name, a number or an alias is made.
type class uint8

const (
	digit class = 1 << iota
	lower
	upper
	hyphen
	underscore
	dot
	dollar

	letter        = lower | upper
	word          = letter | digit | hyphen | underscore // [a-zA-Z0-9-_] of the API's patterns
	nameChar      = word | dot                           // [a-zA-Z0-9-_\.]
	qualifierChar = word | dollar                        // [a-zA-Z0-9-_$]
)

// classes has the class of every byte: a look-up for each byte of a name is
// what makes the parsers fast.
var classes = func() (table [256]class) {
	for c := range table {
		table[c] = classOf(byte(c))
	}
	return table
}()

func classOf(c byte) class {
	switch {
	case '0' <= c && c <= '9':
		return digit
	case 'a' <= c && c <= 'z':
		return lower
	case 'A' <= c && c <= 'Z':
		return upper
	}
	return map[byte]class{'-': hyphen, '_': underscore, '.': dot, '$': dollar}[c]
}

// span is the length of the longest start of s that is made of set alone.
func span(s string, set class) int {
	for i := range len(s) {
		if classes[s[i]]&set == 0 {
			return i
		}
	}
	return len(s)
}

// all reports whether s is made of set alone; it may be empty.
func all(s string, set class) bool { return span(s, set) == len(s) }
