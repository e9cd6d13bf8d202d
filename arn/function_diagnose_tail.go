package arn

import "strings"

// diagnoseTail says why s is not a name with or without a qualifier, and from
// where on.
func diagnoseTail(s string) (reason, rest string) {
	n := span(s, nameChar)
	rest = s[n:]
	switch {
	case n == 0 && (rest == "" || rest[0] == ':'):
		return "function name is empty", rest
	case rest == "" || rest[0] == ':':
		return diagnoseTailQualifier(strings.TrimPrefix(rest, ":"))
	case rest[0] == '$' && n == 0:
		return "a qualifier needs a function name and a colon before it", rest
	case rest[0] == '$':
		return "a colon belongs between function name and qualifier", rest
	default:
		return character(rest) + " is not allowed in a function name, which has letters, digits, '-', '_' and '.'", rest
	}
}

// diagnoseTailQualifier says why s is not a qualifier that can follow a name.
func diagnoseTailQualifier(s string) (reason, rest string) {
	first, _, more := strings.Cut(s, ":")
	rest = s[span(s, word):]
	switch {
	case first == "":
		return "qualifier is empty: leave the colon out too, or give " + qualifierKinds, s
	case more && (Qualifier{first}).fitsFunction():
		return "too many colons: a name is followed by one qualifier at most", s[len(first):]
	case first[0] == '$':
		return "a qualifier that starts with '$' must be $LATEST or $LATEST.PUBLISHED", s
	default:
		return character(rest) + " is not allowed in a qualifier after a function name, which has letters, digits, '-' and '_'", rest
	}
}
