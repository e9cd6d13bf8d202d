package arn

// A class is a set of bytes, of which a name, a number or an alias is made.
// Each is a bit of its own, so that all can look at several bytes at once.
type class uint8

const (
	digit          class = 1 << iota // \d
	lower                            // [a-z]
	letterOrHyphen                   // [a-zA-Z-]
	digitOrHyphen                    // [0-9-]
	word                             // [a-zA-Z0-9-_] of the API's patterns
	nameChar                         // [a-zA-Z0-9-_\.]
	qualifierChar                    // [a-zA-Z0-9-_$]
)

// classes has the classes of every byte: a look-up for each byte of a name is
// what makes the parsers fast.
var classes = func() (table [256]class) {
	for c := range table {
		table[c] = classOf(byte(c))
	}
	return table
}()

func classOf(c byte) class {
	const everyName = word | nameChar | qualifierChar
	switch {
	case '0' <= c && c <= '9':
		return digit | digitOrHyphen | everyName
	case 'a' <= c && c <= 'z':
		return lower | letterOrHyphen | everyName
	case 'A' <= c && c <= 'Z':
		return letterOrHyphen | everyName
	}
	switch c {
	case '-':
		return letterOrHyphen | digitOrHyphen | everyName
	case '_':
		return everyName
	case '.':
		return nameChar
	case '$':
		return qualifierChar
	}
	return 0
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

// all reports whether s is made of set alone; it may be empty. Four bytes a
// turn take a third of the time.
func all(s string, set class) bool {
	for len(s) >= 4 {
		if classes[s[0]]&classes[s[1]]&classes[s[2]]&classes[s[3]]&set == 0 {
			return false
		}
		s = s[4:]
	}
	return span(s, set) == len(s)
}
