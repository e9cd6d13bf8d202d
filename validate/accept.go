package validate

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
		return (n == 0 || v[:n] == s.prefix) && isAll(v[n:], s.class)
	case !e.fits(v):
		return false
	case s.class != 0:
		return s.matches(v)
	}
	return (e.match == nil || e.match(v)) && e.lists(v)
}
