package policy

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// An operator is a condition operator, taken apart (IAM User Guide, "IAM JSON
// policy elements: Condition operators").
type operator struct {
	compare   comparison
	negated   bool
	ifExists  bool
	set       setOperator
	variables bool // values may hold policy variables
}

type comparison int8

const (
	compareUnknown    comparison = iota // of an unknown operator
	compareOther                        // numbers or bytes, which are not compared
	compareEquals                       // strings
	compareIgnoreCase                   // strings
	compareLike                         // strings
	compareARN
	compareBool
	compareNull
	compareAddress
	compareSameTime
	compareBefore
	compareUntil
	compareFrom
	compareAfter
)

type setOperator int8

const (
	setNone setOperator = iota
	setAny
	setAll
)

func parseOperator(s string) operator {
	var o operator
	if rest, ok := strings.CutPrefix(s, "ForAnyValue:"); ok {
		s, o.set = rest, setAny
	} else if rest, ok := strings.CutPrefix(s, "ForAllValues:"); ok {
		s, o.set = rest, setAll
	}
	s, o.ifExists = strings.CutSuffix(s, ifExists)
	o.compare, o.negated = parseComparison(s)
	if o.compare == compareNull && (o.ifExists || o.set != setNone) {
		o.compare = compareUnknown
	}
	return o
}

// parseComparison reads the operator proper, which is spelled in one case.
func parseComparison(s string) (c comparison, negated bool) {
	switch s {
	case opStringEquals:
		return compareEquals, false
	case "StringNotEquals":
		return compareEquals, true
	case "StringEqualsIgnoreCase":
		return compareIgnoreCase, false
	case "StringNotEqualsIgnoreCase":
		return compareIgnoreCase, true
	case opStringLike:
		return compareLike, false
	case "StringNotLike":
		return compareLike, true
	case opArnLike, "ArnEquals": // these two behave identically
		return compareARN, false
	case "ArnNotLike", "ArnNotEquals":
		return compareARN, true
	case opBool:
		return compareBool, false
	case "Null":
		return compareNull, false
	case "IpAddress":
		return compareAddress, false
	case "NotIpAddress":
		return compareAddress, true
	}
	if date, ok := strings.CutPrefix(s, "Date"); ok {
		return parseDateComparison(date)
	}
	return parseOther(s)
}

// parseDateComparison reads an operator on dates without its first word.
func parseDateComparison(s string) (c comparison, negated bool) {
	switch s {
	case "Equals":
		return compareSameTime, false
	case "NotEquals":
		return compareSameTime, true
	case "LessThan":
		return compareBefore, false
	case "LessThanEquals":
		return compareUntil, false
	case "GreaterThanEquals":
		return compareFrom, false
	case "GreaterThan":
		return compareAfter, false
	}
	return compareUnknown, false
}

// parseOther reads the operators that are known but not evaluated.
func parseOther(s string) (c comparison, negated bool) {
	switch s {
	case "NumericEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
		"BinaryEquals":
		return compareOther, false
	case "NumericNotEquals":
		return compareOther, true
	}
	return compareUnknown, false
}

// of reports whether o is met by a key that the request has.
func (o operator) of(values []string, v contextValue) truth {
	if o.set == setNone {
		if v.isList { // such a key asks for a set operator
			return maybe
		}
		return o.ofOne(values, v.text)
	}
	t := o.ofOne(values, v.text)
	for _, text := range v.more {
		if u := o.ofOne(values, text); o.set == setAny {
			t = max(t, u)
		} else {
			t = min(t, u)
		}
	}
	return t
}

// ofOne reports whether one value of the request compares with one of the policy's, or
// with no value of the policy if the operator is negated.
func (o operator) ofOne(values []string, text string) truth {
	t := anyOf(values, func(p string) truth {
		if o.variables && hasVariable(p) {
			return maybe
		}
		return o.compare.of(p, text)
	})
	if o.negated {
		return t.not()
	}
	return t
}

// of compares one value of the policy with one of the request.
func (c comparison) of(p, text string) truth {
	switch c {
	case compareEquals:
		return truthOf(p == text)
	case compareIgnoreCase:
		return equalIgnoringCase(p, text)
	case compareLike:
		return truthOf(glob.Match(p, text))
	case compareARN:
		return equalARN(p, text)
	case compareBool:
		return equalBool(p, text)
	case compareNull:
		return boolValue(p).not()
	case compareAddress:
		return addressIn(p, text)
	case compareSameTime, compareBefore, compareUntil, compareFrom, compareAfter:
		return c.ofTimes(p, text)
	}
	return maybe
}

// ofTimes compares the date of the request with that of the policy. It returns maybe
// for texts that are not dates.
func (c comparison) ofTimes(p, text string) truth {
	at, isTime := parseTime(text)
	limit, isLimit := parseTime(p)
	if !isTime || !isLimit {
		return maybe
	}
	order := at.Compare(limit)
	switch c {
	case compareBefore:
		return truthOf(order < 0)
	case compareUntil:
		return truthOf(order <= 0)
	case compareFrom:
		return truthOf(order >= 0)
	case compareAfter:
		return truthOf(order > 0)
	}
	return truthOf(order == 0)
}

// dateLayouts are the forms of ISO 8601 that IAM reads, besides seconds since 1970 (IAM User
// Guide, "IAM JSON policy elements: Condition operators", date operators).
var dateLayouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly}

func parseTime(s string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	// A shorter number may be a year.
	const shortest = 5
	seconds, err := strconv.ParseInt(s, 10, 64)
	return time.Unix(seconds, 0), err == nil && len(s) >= shortest
}

// equalIgnoringCase compares without regard to case. It returns maybe for texts that
// differ in the case of letters other than A to Z: IAM's rule is not documented.
func equalIgnoringCase(p, text string) truth {
	if equalFoldASCII(p, text) {
		return yes
	}
	return maybeIf(strings.EqualFold(p, text))
}

// equalARN compares an ARN with a pattern. It returns maybe for a pattern that has fewer
// than six parts, or a wildcard in place of "arn", if it matches in some reading: no
// documentation says which reading is right.
func equalARN(p, text string) truth {
	if isCompleteARN(p) {
		return truthOf(arnMatches(p, text))
	}
	return maybeIf(mayCompleteTo(p, text) || partsInclude(p, text, true))
}

// addressIn compares an address with a range or another address (IAM User Guide, "IAM
// JSON policy elements: Condition operators", IP address operators). It returns maybe
// for other texts.
func addressIn(p, text string) truth {
	address, err := netip.ParseAddr(text)
	if err != nil {
		return maybe
	}
	if other, err := netip.ParseAddr(p); err == nil {
		return truthOf(other == address)
	}
	addresses, err := netip.ParsePrefix(p)
	if err != nil {
		return maybe
	}
	return truthOf(addresses.Contains(address))
}

func equalBool(p, text string) truth {
	a, b := boolValue(p), boolValue(text)
	if a == maybe || b == maybe {
		return maybe
	}
	return truthOf(a == b)
}

// ofAbsent reports whether o is met by a key that the request does not have.
func (o operator) ofAbsent(values []string) truth {
	switch {
	case o.compare == compareUnknown:
		return maybe
	case o.compare == compareNull:
		return anyOf(values, boolValue)
	case o.set == setAny && !o.ifExists:
		return no
	}
	return truthOf(o.ifExists || o.set == setAll || o.negated)
}

// boolValue reads a value of Bool or Null.
func boolValue(s string) truth {
	switch {
	case equalFoldASCII(s, "true"):
		return yes
	case equalFoldASCII(s, "false"):
		return no
	}
	return maybe
}
