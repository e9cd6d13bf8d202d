package policy

import "strings"

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
	compareUnknown    comparison = iota // no operator that is known
	compareOther                        // one on numbers, dates, addresses or bytes
	compareEquals                       // strings
	compareIgnoreCase                   // strings
	compareLike                         // strings
	compareARN
	compareBool
	compareNull
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
	case opArnLike, "ArnEquals": // the same
		return compareARN, false
	case "ArnNotLike", "ArnNotEquals":
		return compareARN, true
	case opBool:
		return compareBool, false
	case "Null":
		return compareNull, false
	}
	return parseOther(s)
}

// parseOther reads the operators that are known and not compared.
func parseOther(s string) (c comparison, negated bool) {
	switch s {
	case "NumericEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "BinaryEquals", "IpAddress":
		return compareOther, false
	case "NumericNotEquals", "DateNotEquals", "NotIpAddress":
		return compareOther, true
	}
	return compareUnknown, false
}

// ofAbsent is the answer for a key that the request does not have.
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
