package arn

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// ParseFunction reads a function name, a partial ARN or a full ARN, each with
// or without a qualifier. It accepts the same texts as the pattern in the API
// reference, with one addition that the service itself prints when it refuses a
// name, the prefix eusc- of a region:
//
//	(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?
//
// and takes it apart as the pattern's groups do. So each part may be missing
// by itself: us-east-1:Thumbnail is a name with a region. Where a text can be
// read in two ways the pattern prefers the longer ARN: 123456789012:PROD is
// function PROD of an account, function:PROD is the function PROD, and
// my-region:PROD is alias PROD of a function called my-region.
//
// The length is not checked: the API limits the whole to 256 characters and a
// bare name to 64.
//
// The error is a [*ParseError]. On success nothing is allocated.
//
// Source: AddPermission, "Pattern" of FunctionName.
func ParseFunction(s string) (Function, error) {
	r := reading{rest: s}
	r.head()
	ok := r.tail()
	if !ok && strings.HasPrefix(r.rest, "$") {
		// No name starts with a dollar sign, so the part read last is the name:
		// function:$LATEST is the latest version of a function called function.
		r.undo()
		ok = r.tail()
	}
	if !ok {
		reason, rest := diagnoseFunction(s)
		return Function{}, &ParseError{Func: "ParseFunction", Input: s, Rest: rest, Reason: reason}
	}
	return r.function, nil
}

// MustParseFunction is [ParseFunction] for tests and hard-coded names: it
// panics with the [*ParseError] instead of returning it. Use ParseFunction for
// text from outside of the program.
func MustParseFunction(s string) Function {
	f, err := ParseFunction(s)
	if err != nil {
		panic(err)
	}
	return f
}

// A reading is how far a text has been read. The pattern tries each of its
// optional groups before it tries to go without, and a group can match in one
// way only since its colon is its end. So one pass from left to right finds
// the reading that the pattern prefers.
type reading struct {
	function   Function
	last       group
	beforeLast string // text from the last group on
	rest       string // text after it
}

type group int

const (
	noGroup group = iota
	arnGroup
	regionGroup
	accountGroup
	functionGroup
)

// head reads the parts before the name.
func (r *reading) head() {
	rest, last, beforeLast := r.rest, noGroup, ""
	if after, ok := strings.CutPrefix(rest, "arn:aws:lambda:"); ok { // nearly every ARN
		r.function.partition = "aws"
		last, beforeLast, rest = arnGroup, rest, after
	} else if partition, after, ok := cutARN(rest); ok {
		r.function.partition = partition
		last, beforeLast, rest = arnGroup, rest, after
	}
	if region, after, ok := cutAtColon(rest); ok && IsRegion(region) {
		r.function.region = region
		last, beforeLast, rest = regionGroup, rest, after
	}
	if beginsWithAccountID(rest) {
		r.function.accountID = rest[:accountIDLength]
		last, beforeLast, rest = accountGroup, rest, rest[accountIDLength+1:]
	}
	if after, ok := strings.CutPrefix(rest, "function:"); ok {
		last, beforeLast, rest = functionGroup, rest, after
	}
	r.last, r.beforeLast, r.rest = last, beforeLast, rest
}

// undo gives the last group back, to be read as a name. One is enough: two, or
// the group that starts with "arn:", have more colons than NAME:QUALIFIER, so that no
// name is read from them either.
func (r *reading) undo() {
	switch r.last {
	case regionGroup:
		r.function.region = ""
	case accountGroup:
		r.function.accountID = ""
	}
	r.rest = r.beforeLast
}

// tail reads the rest as a name with or without a qualifier.
func (r *reading) tail() (ok bool) {
	end := charset.WordOrDot.Span(r.rest)
	name, rest := r.rest[:end], r.rest[end:]
	var q Qualifier
	if rest != "" {
		q = Qualifier{rest[1:]}
		if rest[0] != ':' || q.IsZero() || !q.fitsFunction() {
			return false
		}
	}
	r.function.name, r.function.qualifier = name, q
	return name != ""
}

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
	return ok && (after == "" || charset.LetterOrHyphen.Matches(after))
}

// IsRegion reports whether s has the form of a region's name, such as us-east-1,
// as FunctionName and SourceArn take it; whether there is such a region is not
// known here. Of the patterns in the API reference it follows the newest, with the
// prefix eusc- that the service itself prints:
//
//	(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}
func IsRegion(s string) bool {
	s = strings.TrimPrefix(s, "eusc-")
	const shortest = len("us-x-1")
	if len(s) < shortest || s[2] != '-' || !charset.Lower.Matches(s[:2]) {
		return false
	}
	middle, number := s[3:len(s)-2], s[len(s)-2:]
	if number[0] != '-' || !charset.Digit.Has(number[1]) {
		return false
	}
	word := charset.Lower.Span(middle)
	if word == len(middle) {
		return true
	}
	// At most one more word stands before that of the direction.
	return middle[word] == '-' && isRegionKind(middle[:word]) && charset.Lower.Matches(middle[word+1:])
}

// isRegionKind is gov|iso[a-z]?.
func isRegionKind(s string) bool {
	after, ok := strings.CutPrefix(s, "iso")
	return s == "gov" || ok && (after == "" || len(after) == 1 && charset.Lower.Matches(after))
}

// IsAccountID reports whether s has the form of an account ID: 12 digits.
func IsAccountID(s string) bool { return len(s) == accountIDLength && charset.Digit.Matches(s) }

// beginsWithAccountID reports whether s begins with an account ID and a colon.
func beginsWithAccountID(s string) bool {
	return len(s) > accountIDLength && s[accountIDLength] == ':' && charset.Digit.Matches(s[:accountIDLength])
}
