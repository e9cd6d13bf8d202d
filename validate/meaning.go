package validate

import "strings"

// What the service refuses although each member is well-formed by itself. A
// rule here holds its peace when a member that it looks at is malformed: that
// has its own violation, and what was meant is not known.

// The service's answers, InvalidParameterValueException, word for word.
const (
	mismatchMessage = "The derived qualifier from the function name does not match the specified qualifier."
	latestMessage   = "We currently do not support adding policies for $LATEST."
	authTypeMessage = "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
	// The service is reported to refuse this; its words are not known and are
	// formed here after those of FunctionUrlAuthType.
	invokedViaMessage = "InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action"
)

const latest = "$LATEST"

// meaningOf judges what a member that is there means.
func (e *examination) meaningOf(req *Request, f field) {
	switch f {
	case fieldFunctionName:
		e.latestInName(req)
	case fieldQualifier:
		e.qualifier(req)
	case fieldPrincipal:
		e.principal(req.Principal)
	case fieldFunctionUrlAuthType:
		e.authTypeAction(req)
	case fieldInvokedViaFunctionUrl:
		e.invokedViaAction(req)
	}
}

const latestHint = "leave the qualifier out for the unqualified function, or name a version or an alias"

// latestInName refuses a grant on "NAME:$LATEST". When Qualifier says $LATEST
// too, that is where it is reported.
func (e *examination) latestInName(req *Request) {
	if e.name.qualifier == latest && req.Qualifier != latest && isAddPermission(req) {
		e.reportWith(latestHint, fieldFunctionName, RuleLatest, req.FunctionName, latestMessage)
	}
}

// qualifier refuses a Qualifier beside another one in the name, for any
// operation, and a grant on $LATEST.
func (e *examination) qualifier(req *Request) {
	q, inName := req.Qualifier, e.name.qualifier
	if inName != "" && inName != q && matchCurrentQualifier(q) {
		hint := "FunctionName says " + quote(inName) + ": give the qualifier in one of the two"
		e.reportWith(hint, fieldQualifier, RuleQualifierMismatch, q, mismatchMessage)
	}
	if q == latest && isAddPermission(req) {
		e.reportWith(latestHint, fieldQualifier, RuleLatest, q, latestMessage)
	}
}

func isAddPermission(req *Request) bool {
	return req.Operation.String() == AddPermission.String()
}

// authTypeAction and invokedViaAction pass the wildcards "*" and "lambda:*":
// whether the service does is not known.
func (e *examination) authTypeAction(req *Request) {
	if !mayBeAction(req.Action, "lambda:InvokeFunctionUrl") {
		const hint = `set Action to "lambda:InvokeFunctionUrl", or leave FunctionUrlAuthType out`
		e.reportWith(hint, fieldFunctionUrlAuthType, RuleAuthTypeAction, req.FunctionUrlAuthType, authTypeMessage)
	}
}

// invokedViaAction judges true only: what the service makes of an explicit
// false is not known.
func (e *examination) invokedViaAction(req *Request) {
	if *req.InvokedViaFunctionUrl && !mayBeAction(req.Action, "lambda:InvokeFunction") {
		const hint = `set Action to "lambda:InvokeFunction", or leave InvokedViaFunctionUrl out`
		e.reportWith(hint, fieldInvokedViaFunctionUrl, RuleInvokedViaAction, "true", invokedViaMessage)
	}
}

// mayBeAction reports whether an action is the wanted one, covers it, or is
// malformed or missing. Case is ignored, as it is when a policy is evaluated
// (IAM User Guide, "IAM JSON policy elements: Action"); whether the service's
// check ignores it too is not known, so the rule gives way.
func mayBeAction(action, want string) bool {
	return action == "*" || action == "lambda:*" || strings.EqualFold(action, want) || !matchAction(action)
}
