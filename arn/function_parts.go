package arn

import "strings"

const (
	accountIDLength = 12
	maxFunctionName = 256 // the longest FunctionName that the API takes
)

// cutARN cuts arn:(aws[a-zA-Z-]*)?:lambda: off the start of s.
func cutARN(s string) (partition, rest string, ok bool) {
	after, ok := strings.CutPrefix(s, "arn:")
	if !ok {
		return "", s, false
	}
	partition, after, _ = cutAtColon(after)
	if partition != "" && !isPartition(partition) {
		return "", s, false
	}
	rest, ok = strings.CutPrefix(after, "lambda:")
	return partition, rest, ok
}

// cutAtColon is strings.Cut for the short parts of an ARN, which a plain loop finds
// sooner.
func cutAtColon(s string) (before, after string, found bool) {
	for i := range len(s) {
		if s[i] == ':' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// isPartition is aws[a-zA-Z-]*.
func isPartition(s string) bool {
	after, ok := strings.CutPrefix(s, "aws")
	return ok && all(after, letterOrHyphen)
}

// isRegion is (eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}.
func isRegion(s string) bool {
	s = strings.TrimPrefix(s, "eusc-")
	const shortest = len("us-x-1")
	if len(s) < shortest || s[2] != '-' || !all(s[:2], lower) {
		return false
	}
	middle, number := s[3:len(s)-2], s[len(s)-2:]
	if number[0] != '-' || classes[number[1]]&digit == 0 {
		return false
	}
	word := span(middle, lower)
	if word == len(middle) {
		return true
	}
	// At most one more word stands before that of the direction.
	direction := middle[word+1:]
	return middle[word] == '-' && isRegionKind(middle[:word]) && direction != "" && all(direction, lower)
}

// isRegionKind is gov|iso[a-z]?.
func isRegionKind(s string) bool {
	after, ok := strings.CutPrefix(s, "iso")
	return s == "gov" || ok && (after == "" || len(after) == 1 && all(after, lower))
}

func isAccountID(s string) bool { return len(s) == accountIDLength && all(s, digit) }

// beginsWithAccountID reports whether s begins with an account ID and a colon.
func beginsWithAccountID(s string) bool {
	return len(s) > accountIDLength && s[accountIDLength] == ':' && all(s[:accountIDLength], digit)
}
