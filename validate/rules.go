package validate

import (
	"slices"
	"unicode/utf8"
)

// Rules is a set of rules: a table of constraints per operation, and perhaps
// rules between members. It is immutable and safe for concurrent use.
//
// A nil *Rules and the zero Rules hold no rule: Check passes every request.
type Rules struct {
	rows []row
	// byMember finds the row of an operation's member; nil is a member the operation lacks.
	byMember [operationCount][fieldCount]*row
	// splitName takes a function name apart by the set's own expression.
	splitName func(string) (functionName, bool)
	// meaning turns on what the service refuses beyond single constraints.
	meaning bool
}

// row is one line of the documentation.
type row struct {
	field      field
	operations []Operation
	required   bool
	min, max   int // code points; a max of 0 is no limit
	pattern    string
	// match accepts exactly what ^(?:pattern)$ accepts; nil without a pattern.
	match func(string) bool
	enum  []string
}

// table makes a set of its rows, which must be in the API's field order.
func table(splitName func(string) (functionName, bool), meaning bool, rows []row) *Rules {
	r := &Rules{rows: rows, splitName: splitName, meaning: meaning}
	for i := range rows {
		row := &rows[i]
		for _, o := range row.operations {
			op, _ := o.index()
			r.byMember[op][row.field] = row
		}
	}
	return r
}

// Check judges a request by the rules of its operation. It gives nil, or an
// *Error with every violation in the API's field order: FunctionName,
// Qualifier, StatementId, Action, Principal, SourceArn, SourceAccount,
// EventSourceToken, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl,
// RevisionId. An unknown Operation is itself a violation.
//
// Check takes time linear in the request's length and allocates nothing for a
// valid request.
func (r *Rules) Check(req Request) error {
	if r == nil || r.rows == nil {
		return nil
	}
	op, ok := req.Operation.index()
	if !ok {
		return &Error{Violations: []Violation{unknownOperation(req.Operation)}}
	}
	var found []Violation
	for f := range fieldCount {
		found = r.checkMember(found, r.byMember[op][f], f, &req)
	}
	if found == nil {
		return nil
	}
	return &Error{Violations: found}
}

// checkMember judges one member: by its row, then by what it means.
func (r *Rules) checkMember(found []Violation, row *row, f field, req *Request) []Violation {
	v := f.value(req)
	switch {
	case v == "" && row != nil && row.required:
		return append(found, violation(f, RuleRequired, v, requiredMessage))
	case v == "":
		return found
	case row == nil:
		return append(found, unknownMember(f, v, req.Operation))
	}
	found = row.check(found, v)
	if f == fieldFunctionName {
		found = r.checkNameLength(found, v)
	}
	if r.meaning {
		found = r.checkMeaning(found, f, req)
	}
	return found
}

// check judges a value that is there.
func (row *row) check(found []Violation, v string) []Violation {
	f := row.field
	if shorter(v, row.min) {
		found = append(found, violation(f, RuleMinLength, v, minLengthMessage(row.min)))
	}
	if row.max > 0 && longer(v, row.max) {
		found = append(found, violation(f, RuleMaxLength, v, maxLengthMessage(row.max)))
	}
	if row.match != nil && !row.match(v) {
		found = append(found, violation(f, RulePattern, v, patternMessage(row.pattern)))
	}
	if row.enum != nil && !slices.Contains(row.enum, v) {
		found = append(found, violation(f, RuleEnum, v, enumMessage(row.enum)))
	}
	return found
}

// maxBareName is the limit of a function name without account and region, in
// code points (AddPermission, FunctionName: "If you specify only the function
// name, it is limited to 64 characters in length").
const maxBareName = 64

// checkNameLength judges the name alone: the length of a row is that of the
// whole value and is meant for ARNs.
func (r *Rules) checkNameLength(found []Violation, v string) []Violation {
	if !longer(v, maxBareName) {
		return found
	}
	if !longer(v, maxBareName) { // nor is a part of it
		return found
	}
	if name, ok := r.splitName(v); ok && name.bare() && longer(name.name, maxBareName) {
		return append(found, violation(fieldFunctionName, RuleNameLength, v, maxLengthMessage(maxBareName)))
	}
	return found
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
