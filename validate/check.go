package validate

// Check judges a request by the rules of its operation. It returns nil, or an
// *Error with every violation in the API's field order: FunctionName,
// Qualifier, StatementId, Action, Principal, SourceArn, SourceAccount,
// EventSourceToken, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl,
// ResourceArn, Policy, RevisionId. An Operation that the set does not know is itself
// a violation, and the only one.
//
// Check takes time linear in the request's length and allocates nothing for a
// valid request.
func (r *Rules) Check(req Request) error {
	if r == nil || r.rows == nil {
		return nil
	}
	rows := r.rowsOf(req.Operation)
	if rows == nil {
		return &Error{Violations: []Violation{r.unknownOperation(req.Operation)}}
	}
	e := examination{rows: rows, operation: req.Operation, meaning: r.meaning, sourceArn: req.SourceArn, empty: req.empty()}
	e.name, e.named = r.splitName(req.FunctionName)
	e.request(&req)
	if e.found == nil {
		return nil
	}
	return &Error{Violations: e.found}
}

// examination is one run of Check. It holds no pointer to the request, which would
// then be allocated.
type examination struct {
	rows      *[fieldCount]*row // of the operation
	operation Operation
	meaning   bool   // as in the Rules
	sourceArn string // of the request

	// name is FunctionName, taken apart once for all the rules that look into it;
	// named reports whether it matches the expression of the set.
	name  functionName
	named bool

	empty Members // as Request.empty returns them: only those without a value count

	found []Violation
}

// request judges the members in the API's order, each by its constraints and then by
// its meaning. A loop over the members would be slower.
func (e *examination) request(r *Request) {
	if e.member(fieldFunctionName, r.FunctionName) {
		e.latestInName(r)
	}
	if e.member(fieldQualifier, r.Qualifier) {
		e.qualifier(r)
	}
	e.member(fieldStatementId, r.StatementId)
	e.member(fieldAction, r.Action)
	if e.member(fieldPrincipal, r.Principal) {
		e.principal(r.Principal)
	}
	e.member(fieldSourceArn, r.SourceArn)
	e.member(fieldSourceAccount, r.SourceAccount)
	e.member(fieldEventSourceToken, r.EventSourceToken)
	e.member(fieldPrincipalOrgID, r.PrincipalOrgID)
	if e.member(fieldFunctionUrlAuthType, r.FunctionUrlAuthType) {
		e.authType(r)
	}
	if e.member(fieldInvokedViaFunctionUrl, boolText(r.InvokedViaFunctionUrl)) {
		e.invokedVia(r)
	}
	e.member(fieldResourceArn, r.ResourceArn)
	e.member(fieldPolicy, r.Policy)
	e.member(fieldRevisionId, r.RevisionId)
}

// member judges one member by its row. It reports whether the member has a value, and
// the set has rules on its meaning.
func (e *examination) member(f field, v string) bool {
	row := e.rows[f]
	switch {
	case v == "" && row != nil && row.required:
		e.reportWith(e.missing(f), f, RuleRequired, v, requiredMessage)
	case v == "" && !e.empty.has(f):
	case row == nil:
		e.unknown(f, v)
	default:
		e.value(row, v)
		return e.meaning && v != ""
	}
	return false
}

// unknown reports a member that the operation does not have in this set.
func (e *examination) unknown(f field, v string) {
	advice := ""
	if e.operation.isAddPermission() && f != fieldResourceArn && f != fieldPolicy {
		advice = "the original reference predates this member: check with validate.Current"
	}
	e.reportWith(advice, f, RuleUnknownMember, v, unknownMessage(e.operation))
}

// value judges a member that is present by its row.
func (e *examination) value(row *row, v string) {
	if row.isShort(v) {
		e.report(row.field, RuleMinLength, v, minLengthMessage(row.min))
	}
	if row.isLong(v) {
		e.report(row.field, RuleMaxLength, v, maxLengthMessage(row.max))
	}
	if !e.matches(row, v) {
		e.report(row.field, RulePattern, v, patternMessage(row.pattern))
	}
	if !row.lists(v) {
		e.report(row.field, RuleEnum, v, enumMessage(row.enum))
	}
	if row.field == fieldFunctionName && e.name.tooLong {
		e.report(row.field, RuleNameLength, v, maxLengthMessage(maxBareName))
	}
}

// matches spares FunctionName, which has been taken apart, a second reading.
func (e *examination) matches(row *row, v string) bool {
	if row.field == fieldFunctionName {
		return e.named
	}
	return row.matches(v)
}

// report adds a violation with the hint for a known mistake. No secret gets into
// it.
func (e *examination) report(f field, rule, value, message string) {
	e.reportWith(hint(f, rule, value), f, rule, value, message)
}

// reportWith adds a violation with a hint of its own.
func (e *examination) reportWith(hint string, f field, rule, value, message string) {
	if f == fieldEventSourceToken || f == fieldPolicy {
		value = ""
	}
	e.found = append(e.found, Violation{Field: f.String(), Rule: rule, Value: value, Message: message, Hint: hint})
}
