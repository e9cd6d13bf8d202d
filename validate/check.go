package validate

// examination is one run of Check over a request, which its methods are given:
// a pointer to it in here would send every request to the heap.
type examination struct {
	meaning bool // as in the Rules

	// name is FunctionName, taken apart once for all the rules that look into it;
	// named says that it matches the expression of the set.
	name  functionName
	named bool

	empty Members // as Request.empty gives them

	found []Violation
}

// report adds a violation with the hint for a known mistake. No secret gets into
// it.
func (e *examination) report(f field, rule, value, message string) {
	v := Violation{Field: f.String(), Rule: rule, Value: value, Message: message, Hint: hint(f, rule, value)}
	if f == fieldEventSourceToken {
		v.Value = ""
	}
	e.found = append(e.found, v)
}

// reportWith adds a violation with a hint of its own.
func (e *examination) reportWith(hint string, f field, rule, value, message string) {
	e.report(f, rule, value, message)
	e.found[len(e.found)-1].Hint = hint
}

// examine gives every violation of a request, in the order of its members.
func (r *Rules) examine(op int, req Request) []Violation {
	e := examination{meaning: r.meaning}
	e.name, e.named = r.splitName(req.FunctionName)
	e.empty = req.empty()
	entries := r.entriesOf(op)
	for f := range fieldCount {
		e.member(&req, entries[f], f, f.value(&req))
	}
	return e.found
}

// member judges one member by its row.
func (e *examination) member(req *Request, row *entry, f field, v string) {
	switch {
	case v == "" && row.required:
		e.report(f, RuleRequired, v, requiredMessage)
	case v == "" && !e.empty.has(f):
	case row == &lacking:
		e.unknown(f, v, req.Operation)
	default:
		e.value(&row.row, v)
		if e.meaning {
			e.meaningOf(req, f)
		}
	}
}

// unknown reports a member that the operation does not have in this set.
func (e *examination) unknown(f field, v string, o Operation) {
	advice := ""
	if o.String() == AddPermission.String() {
		advice = "the original reference predates this member: check with validate.Current"
	}
	e.reportWith(advice, f, RuleUnknownMember, v, unknownMessage(o))
}

// value judges a member that is there by its row.
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

// accepts reports whether an examination of the request would find nothing. It
// asks the same questions of the same rows, and composes nothing: nearly all
// requests are right, and that they are is all there is to say of them.
//
// The members stand in a row of calls because a loop over them would copy them.
func (r *Rules) accepts(op int, req *Request) bool {
	name, ok := r.splitName(req.FunctionName)
	if !ok || name.tooLong || req.empty() != 0 || r.meaning && isRefused(req, name) {
		return false
	}
	e := r.entriesOf(op)
	return e[fieldFunctionName].fits(req.FunctionName) &&
		e[fieldQualifier].accepts(req.Qualifier) &&
		e[fieldStatementId].accepts(req.StatementId) &&
		e[fieldAction].accepts(req.Action) &&
		e[fieldPrincipal].accepts(req.Principal) &&
		e[fieldSourceArn].accepts(req.SourceArn) &&
		e[fieldSourceAccount].accepts(req.SourceAccount) &&
		e[fieldEventSourceToken].accepts(req.EventSourceToken) &&
		e[fieldPrincipalOrgID].accepts(req.PrincipalOrgID) &&
		e[fieldFunctionUrlAuthType].accepts(req.FunctionUrlAuthType) &&
		e[fieldInvokedViaFunctionUrl].accepts(boolText(req.InvokedViaFunctionUrl)) &&
		e[fieldRevisionId].accepts(req.RevisionId)
}

// accepts reports whether its row has nothing against a value, or its absence.
func (e *entry) accepts(v string) bool {
	if v == "" {
		return !e.required
	}
	return e.acceptsValue(v)
}

func (e *entry) acceptsValue(v string) bool {
	switch s := &e.shape; {
	case e.from <= len(v) && len(v) <= e.to:
		n := len(s.prefix)
		return (n == 0 || v[:n] == s.prefix) && s.class.Matches(v[n:])
	case !e.fits(v):
		return false
	case s.class != 0:
		return s.matches(v)
	}
	return (e.match == nil || e.match(v)) && e.lists(v)
}
