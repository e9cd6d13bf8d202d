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

// span is the length of the longest start of s that is made of set alone. Four
// bytes a turn take a third of the time.
func span(s string, set class) int {
	rest := s
	for len(rest) >= 4 && classes[rest[0]]&classes[rest[1]]&classes[rest[2]]&classes[rest[3]]&set != 0 {
		rest = rest[4:]
	}
	for rest != "" && classes[rest[0]]&set != 0 {
		rest = rest[1:]
	}
	return len(s) - len(rest)
}

// all reports whether s is made of set alone; it may be empty.
func all(s string, set class) bool { return span(s, set) == len(s) }
