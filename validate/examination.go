package validate

import (
	"slices"
	"unicode/utf8"
)

// examination is one run of Check over a request, which its methods are given:
// a pointer to it in here would send every request to the heap.
type examination struct {
	meaning bool // as in the Rules

	// name is FunctionName, taken apart once for all the rules that look into it;
	// named says that it matches the expression of the set.
	name  functionName
	named bool

	found []Violation
}

// report adds a violation with the hint for a known mistake.
func (e *examination) report(f field, rule, value, message string) {
	e.found = append(e.found, violation(f, rule, value, message))
}

// reportWith adds a violation with a hint of its own.
func (e *examination) reportWith(hint string, f field, rule, value, message string) {
	e.report(f, rule, value, message)
	e.found[len(e.found)-1].Hint = hint
}

// member judges one member, given its row or nil when the operation lacks it.
func (e *examination) member(req *Request, f field, row *row) {
	v := f.value(req)
	switch {
	case v != "" && row != nil:
		e.value(req, row, v)
	case v != "":
		e.found = append(e.found, unknownMember(f, v, req.Operation))
	case row != nil && row.required:
		e.report(f, RuleRequired, v, requiredMessage)
	}
}

// value judges a member that is there: by its row, then by what it means.
func (e *examination) value(req *Request, row *row, v string) {
	if shorter(v, row.min) {
		e.report(row.field, RuleMinLength, v, minLengthMessage(row.min))
	}
	if row.max > 0 && longer(v, row.max) {
		e.report(row.field, RuleMaxLength, v, maxLengthMessage(row.max))
	}
	if !e.matches(row, v) {
		e.report(row.field, RulePattern, v, patternMessage(row.pattern))
	}
	if row.enum != nil && !slices.Contains(row.enum, v) {
		e.report(row.field, RuleEnum, v, enumMessage(row.enum))
	}
	if row.field == fieldFunctionName {
		e.nameLength(v)
	}
	if e.meaning {
		e.meaningOf(req, row.field)
	}
}

func (e *examination) matches(row *row, v string) bool {
	if row.field == fieldFunctionName {
		return e.named
	}
	return row.match == nil || row.match(v)
}

// maxBareName is the limit of a function name without account and region, in
// code points (AddPermission, FunctionName: "If you specify only the function
// name, it is limited to 64 characters in length").
const maxBareName = 64

// nameLength judges the name alone: the length of a row is that of the whole
// value and is meant for ARNs.
func (e *examination) nameLength(v string) {
	if e.named && e.name.bare && longer(e.name.name, maxBareName) {
		e.report(fieldFunctionName, RuleNameLength, v, maxLengthMessage(maxBareName))
	}
}

// longer reports whether s has more than n code points. Bytes that are not
// UTF-8 count one each.
func longer(s string, n int) bool {
	// A code point has at least one byte.
	return len(s) > n && utf8.RuneCountInString(s) > n
}

// shorter reports whether s has fewer than n code points.
func shorter(s string, n int) bool {
	// A code point has at most utf8.UTFMax bytes.
	return len(s) < n*utf8.UTFMax && utf8.RuneCountInString(s) < n
}
