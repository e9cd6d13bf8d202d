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

// isRefused reports whether the service refuses what the request means: whether
// meaningOf has anything to say of any member.
func isRefused(req *Request, name functionName) bool {
	return name.qualifier != "" && (isLatestInName(req, name) || isMismatch(req, name)) || isLatest(req) ||
		mayBeNoPrincipal(req.Principal) && principalRefusal(req.Principal) != "" ||
		isWrongForAuthType(req) || isWrongForInvokedVia(req)
}

// isLatestInName is a grant on "NAME:$LATEST". When Qualifier says $LATEST too,
// that is where it is reported.
func isLatestInName(req *Request, name functionName) bool {
	return name.qualifier == latest && req.Qualifier != latest && isAddPermission(req)
}

// isLatest is a grant on $LATEST.
func isLatest(req *Request) bool { return req.Qualifier == latest && isAddPermission(req) }

// isMismatch is a Qualifier beside another one in the name, for any operation.
func isMismatch(req *Request, name functionName) bool {
	return name.qualifier != "" && req.Qualifier != "" && name.qualifier != req.Qualifier && matchCurrentQualifier(req.Qualifier)
}

func isAddPermission(req *Request) bool {
	return req.Operation.String() == AddPermission.String()
}

// isWrongForAuthType and isWrongForInvokedVia pass the wildcards "*" and
// "lambda:*": whether the service does is not known.
func isWrongForAuthType(req *Request) bool {
	return req.FunctionUrlAuthType != "" && !mayBeAction(req.Action, "lambda:InvokeFunctionUrl")
}

// isWrongForInvokedVia judges true only: what the service makes of an explicit
// false is not known.
func isWrongForInvokedVia(req *Request) bool {
	return req.InvokedViaFunctionUrl != nil && *req.InvokedViaFunctionUrl && !mayBeAction(req.Action, "lambda:InvokeFunction")
}

const latestHint = "leave the qualifier out for the unqualified function, or name a version or an alias"

// meaningOf judges what a member that is there means.
func (e *examination) meaningOf(req *Request, f field) {
	switch f {
	case fieldFunctionName:
		if isLatestInName(req, e.name) {
			e.reportWith(latestHint, f, RuleLatest, req.FunctionName, latestMessage)
		}
	case fieldQualifier:
		e.qualifier(req)
	case fieldPrincipal:
		if message := principalRefusal(req.Principal); message != "" {
			e.report(f, RulePrincipal, req.Principal, message)
		}
	case fieldFunctionUrlAuthType:
		if isWrongForAuthType(req) {
			const hint = `set Action to "lambda:InvokeFunctionUrl", or leave FunctionUrlAuthType out`
			e.reportWith(hint, f, RuleAuthTypeAction, req.FunctionUrlAuthType, authTypeMessage)
		}
	case fieldInvokedViaFunctionUrl:
		if isWrongForInvokedVia(req) {
			const hint = `set Action to "lambda:InvokeFunction", or leave InvokedViaFunctionUrl out`
			e.reportWith(hint, f, RuleInvokedViaAction, "true", invokedViaMessage)
		}
	}
}

func (e *examination) qualifier(req *Request) {
	if isMismatch(req, e.name) {
		e.found = append(e.found, mismatch(e.name.qualifier, req.Qualifier))
	}
	if isLatest(req) {
		e.reportWith(latestHint, fieldQualifier, RuleLatest, req.Qualifier, latestMessage)
	}
}

// mismatch is the violation of a Qualifier beside another one in FunctionName.
func mismatch(inName, qualifier string) Violation {
	return Violation{
		Field: "Qualifier", Rule: RuleQualifierMismatch, Value: qualifier, Message: mismatchMessage,
		Hint: "FunctionName says " + quote(inName) + ": give the qualifier in one of the two",
	}
}

// mayBeAction reports whether an action is the wanted one, covers it, or is
// malformed or missing. Case is ignored, as it is when a policy is evaluated
// (IAM User Guide, "IAM JSON policy elements: Action"); whether the service's
// check ignores it too is not known, so the rule gives way.
func mayBeAction(action, want string) bool {
	return action == "*" || action == "lambda:*" || strings.EqualFold(action, want) || !matchAction(action)
}
