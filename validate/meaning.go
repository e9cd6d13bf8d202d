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

// checkMeaning judges a member that is there.
func (r *Rules) checkMeaning(found []Violation, f field, req *Request) []Violation {
	switch f {
	case fieldFunctionName:
		return r.checkLatestInName(found, req)
	case fieldQualifier:
		return r.checkQualifier(found, req)
	case fieldPrincipal:
		return checkPrincipal(found, req.Principal)
	case fieldFunctionUrlAuthType:
		return checkAuthTypeAction(found, req)
	case fieldInvokedViaFunctionUrl:
		return checkInvokedViaAction(found, req)
	}
	return found
}

// checkLatestInName refuses a grant on "NAME:$LATEST". When Qualifier says
// $LATEST too, that is where it is reported.
func (r *Rules) checkLatestInName(found []Violation, req *Request) []Violation {
	if !strings.HasSuffix(req.FunctionName, latest) || req.Qualifier == latest || !isAddPermission(req) {
		return found
	}
	if name, _ := r.splitName(req.FunctionName); name.qualifier != latest {
		return found
	}
	return append(found, withHint(violation(fieldFunctionName, RuleLatest, req.FunctionName, latestMessage), latestHint))
}

// checkQualifier refuses a Qualifier beside another one in the name, for any
// operation, and a grant on $LATEST.
func (r *Rules) checkQualifier(found []Violation, req *Request) []Violation {
	q := req.Qualifier
	// Most names have no qualifier, and those of this ending agree.
	if strings.Contains(req.FunctionName, ":") && !strings.HasSuffix(req.FunctionName, ":"+q) {
		found = r.checkMismatch(found, req)
	}
	if q == latest && isAddPermission(req) {
		found = append(found, withHint(violation(fieldQualifier, RuleLatest, q, latestMessage), latestHint))
	}
	return found
}

func (r *Rules) checkMismatch(found []Violation, req *Request) []Violation {
	name, _ := r.splitName(req.FunctionName)
	if name.qualifier == "" || name.qualifier == req.Qualifier || !matchCurrentQualifier(req.Qualifier) {
		return found
	}
	v := violation(fieldQualifier, RuleQualifierMismatch, req.Qualifier, mismatchMessage)
	return append(found, withHint(v, "FunctionName says "+quote(name.qualifier)+": give the qualifier in one of the two"))
}

const latestHint = "leave the qualifier out for the unqualified function, or name a version or an alias"

// checkAuthTypeAction and checkInvokedViaAction pass the wildcards "*" and
// "lambda:*": whether the service does is not known.
func checkAuthTypeAction(found []Violation, req *Request) []Violation {
	if mayBeAction(req.Action, "lambda:InvokeFunctionUrl") {
		return found
	}
	v := violation(fieldFunctionUrlAuthType, RuleAuthTypeAction, req.FunctionUrlAuthType, authTypeMessage)
	return append(found, withHint(v, `set Action to "lambda:InvokeFunctionUrl", or leave FunctionUrlAuthType out`))
}

// checkInvokedViaAction judges true only: what the service makes of an explicit
// false is not known.
func checkInvokedViaAction(found []Violation, req *Request) []Violation {
	if !*req.InvokedViaFunctionUrl || mayBeAction(req.Action, "lambda:InvokeFunction") {
		return found
	}
	v := violation(fieldInvokedViaFunctionUrl, RuleInvokedViaAction, "true", invokedViaMessage)
	return append(found, withHint(v, `set Action to "lambda:InvokeFunction", or leave InvokedViaFunctionUrl out`))
}

// mayBeAction reports whether an action is the wanted one, covers it, or is
// malformed or missing. Case is ignored, as it is when a policy is evaluated
// (IAM User Guide, "IAM JSON policy elements: Action"); whether the service's
// check ignores it too is not known, so the rule gives way.
func mayBeAction(action, want string) bool {
	return action == "*" || action == "lambda:*" || strings.EqualFold(action, want) || !matchAction(action)
}

func isAddPermission(req *Request) bool {
	return req.Operation.String() == AddPermission.String()
}

func withHint(v Violation, hint string) Violation {
	v.Hint = hint
	return v
}
