package policy

import (
	"slices"
	"strings"
)

// positive holds the operators that are met by equality or likeness with one of
// the values, so that fewer values are the stronger condition.
var positive = []string{
	opStringEquals, "StringEqualsIgnoreCase", opStringLike, opArnLike, opBool,
	"NumericEquals", "DateEquals", "IpAddress",
}

const ifExists = "IfExists"

// implies reports whether every request that meets b meets a too.
func implies(b, a Condition) bool {
	if !b.HasKey(a.Key) {
		return false
	}
	if compareAspects(conditionAspect(b), conditionAspect(a)) == 0 {
		return true
	}
	bOperator, bOptional := strings.CutSuffix(normalOperator(b.Operator), ifExists)
	aOperator, aOptional := strings.CutSuffix(normalOperator(a.Operator), ifExists)
	if bOptional && !aOptional || len(b.Values) == 0 {
		return false
	}
	return slices.Contains(positive, bOperator) &&
		each(b.Values, a.Values, func(p, v string) bool { return valueImplies(bOperator, v, aOperator, p) })
}

// valueImplies reports whether a text that compares with v by bOperator
// compares with p by aOperator.
func valueImplies(bOperator, v, aOperator, p string) bool {
	if bOperator == aOperator && v == p {
		return true
	}
	if hasVariable(v) || hasVariable(p) {
		return false
	}
	literal := bOperator == opStringEquals || bOperator == opStringLike && !hasWildcard(v)
	switch aOperator {
	case opStringEquals:
		return literal && v == p
	case opStringLike:
		return (literal || bOperator == opStringLike) && includes(p, v, literal)
	case opArnLike:
		return (literal || bOperator == opArnLike) && arnIncludes(p, v, literal)
	}
	return false
}
