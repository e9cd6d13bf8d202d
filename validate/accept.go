package validate

// accepts reports whether an examination of the request would find nothing. It
// asks the same questions of the same rows, and composes nothing: nearly all
// requests are right, and that they are is all there is to say of them.
//
// The members stand in a row of calls because a loop over them would copy them.
func (r *Rules) accepts(op int, req *Request) bool {
	name, ok := r.splitName(req.FunctionName)
	if !ok || name.tooLong || r.meaning && isRefused(req, name) {
		return false
	}
	rows := r.rowsOf(op)
	return rows[fieldFunctionName].fits(req.FunctionName) &&
		rows[fieldQualifier].accepts(req.Qualifier) &&
		rows[fieldStatementId].accepts(req.StatementId) &&
		rows[fieldAction].accepts(req.Action) &&
		rows[fieldPrincipal].accepts(req.Principal) &&
		rows[fieldSourceArn].accepts(req.SourceArn) &&
		rows[fieldSourceAccount].accepts(req.SourceAccount) &&
		rows[fieldEventSourceToken].accepts(req.EventSourceToken) &&
		rows[fieldPrincipalOrgID].accepts(req.PrincipalOrgID) &&
		rows[fieldFunctionUrlAuthType].accepts(req.FunctionUrlAuthType) &&
		rows[fieldInvokedViaFunctionUrl].accepts(boolText(req.InvokedViaFunctionUrl)) &&
		rows[fieldRevisionId].accepts(req.RevisionId)
}
