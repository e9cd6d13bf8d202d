package validate

// The rule ids of Violation.Rule. They are stable: programs and tests may compare them.
const (
	// RuleRequired: the member is required and absent or empty.
	RuleRequired = "required"
	// RuleMinLength: the member has too few code points.
	RuleMinLength = "min-length"
	// RuleMaxLength: the member has too many code points.
	RuleMaxLength = "max-length"
	// RulePattern: the whole value does not match the documented expression.
	RulePattern = "pattern"
	// RuleEnum: the value is none of the documented ones.
	RuleEnum = "enum"
	// RuleUnknownMember: the member is set, but the operation has no such member
	// in this set. Dropping it silently could widen a grant.
	RuleUnknownMember = "unknown-member"
	// RuleNameLength: a function name alone, without account or region, has more
	// than 64 code points.
	RuleNameLength = "name-length"
	// RuleQualifierMismatch: FunctionName and Qualifier carry different qualifiers.
	RuleQualifierMismatch = "qualifier-mismatch"
	// RuleLatest: a grant on $LATEST.
	RuleLatest = "latest"
	// RulePrincipal: the principal has a form that no principal has.
	RulePrincipal = "principal"
	// RuleAuthTypeAction: FunctionUrlAuthType with an action other than lambda:InvokeFunctionUrl.
	RuleAuthTypeAction = "function-url-auth-type-action"
	// RuleInvokedViaAction: InvokedViaFunctionUrl with an action other than lambda:InvokeFunction.
	RuleInvokedViaAction = "invoked-via-function-url-action"
)

// Violation is one broken rule. It is a comparable value and an error;
// errors.As finds it in what Check returns:
//
//	var v validate.Violation
//	if errors.As(err, &v) { ... v.Field, v.Rule ... }
type Violation struct {
	// Field is the member, spelled as the API spells it: "StatementId".
	Field string
	// Rule is one of the Rule constants.
	Rule string
	// Value is the offending value, unshortened. It is "" for an absent member
	// and always for EventSourceToken, which is a secret.
	Value string
	// Message is the broken constraint in the service's own words.
	Message string
	// Hint says what to write instead when the mistake is a known one, else "".
	Hint string
}

// Error is one line: the field, the quoted value (shortened when long), the
// constraint and the hint.
func (v Violation) Error() string {
	value, hint := "", ""
	if v.Value != "" {
		value = " " + quote(v.Value)
	}
	if v.Hint != "" {
		hint = " (hint: " + v.Hint + ")"
	}
	return v.Field + value + ": " + v.Message + hint
}
