package validate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

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
	// RuleEnum: the value is not one of the documented values.
	RuleEnum = "enum"
	// RuleUnknownMember: the member is set, but the operation has no such member
	// in this set. Dropping it silently could widen a grant.
	RuleUnknownMember = "unknown-member"
	// RuleNameLength: a bare function name, without account and region, has more
	// than 64 code points.
	RuleNameLength = "name-length"
	// RuleQualifierMismatch: FunctionName and Qualifier carry different qualifiers.
	RuleQualifierMismatch = "qualifier-mismatch"
	// RuleLatest: a grant on $LATEST.
	RuleLatest = "latest"
	// RulePrincipal: no principal has this form.
	RulePrincipal = "principal"
	// RuleAuthTypeAction: FunctionUrlAuthType with an action other than lambda:InvokeFunctionUrl.
	RuleAuthTypeAction = "function-url-auth-type-action"
	// RuleInvokedViaAction: InvokedViaFunctionUrl with an action other than lambda:InvokeFunction.
	RuleInvokedViaAction = "invoked-via-function-url-action"
)

// RuleIDs returns the rule ids that a Violation can have, in the order of the
// constants.
func RuleIDs() []string {
	return []string{
		RuleRequired, RuleMinLength, RuleMaxLength, RulePattern, RuleEnum, RuleUnknownMember,
		RuleNameLength, RuleQualifierMismatch, RuleLatest, RulePrincipal, RuleAuthTypeAction, RuleInvokedViaAction,
	}
}

// Violation is one broken rule. It is a comparable value and an error; errors.As
// finds it in the error of Check:
//
//	var v validate.Violation
//	if errors.As(err, &v) { ... v.Field, v.Rule ... }
//
// In JSON it is an object with the members field, rule, value, message and hint,
// those of value and hint only if they are not "". A finding of package lint has
// field, rule, message and hint as well, and beside them its severity, which a
// violation does not need: the service rejects the request.
type Violation struct {
	// Field is the member, spelled as the API spells it: "StatementId".
	Field string `json:"field"`
	// Rule is one of the Rule constants.
	Rule string `json:"rule"`
	// Value is the offending value, unshortened. It is "" for an absent member
	// and always for EventSourceToken, which is a secret, and for Policy, which may
	// hold one.
	Value string `json:"value,omitempty"`
	// Message is the broken constraint in the service's own words.
	Message string `json:"message"`
	// Hint has the right form if the mistake is a known one; otherwise it is "".
	Hint string `json:"hint,omitempty"`
}

// Error returns one line: the field, the quoted value (shortened if it is long), the
// constraint and the hint.
func (v Violation) Error() string {
	value, hint := "", ""
	if v.Value != "" {
		value = " " + abbrev.Quote(v.Value)
	}
	if v.Hint != "" {
		hint = " (hint: " + v.Hint + ")"
	}
	return v.Field + value + ": " + v.Message + hint
}

// Error is the error of Check: all violations of a request, at least one, in the
// API's field order.
type Error struct {
	Violations []Violation `json:"violations"`
}

// Error returns one line for one violation. For several it returns a line with their
// number, then an indented line for each.
func (e *Error) Error() string {
	if len(e.Violations) == 1 {
		return "invalid request: " + e.Violations[0].Error()
	}
	lines := []string{fmt.Sprintf("invalid request: %d violations", len(e.Violations))}
	for _, v := range e.Violations {
		lines = append(lines, v.Error())
	}
	return strings.Join(lines, "\n  ")
}

// Unwrap gives the violations as Violation values, for errors.As.
func (e *Error) Unwrap() []error {
	errs := make([]error, len(e.Violations))
	for i, v := range e.Violations {
		errs[i] = v
	}
	return errs
}

// The service's words for a constraint, as a ValidationException carries them
// after "failed to satisfy constraint: ".

const requiredMessage = "Member must not be null"

func minLengthMessage(n int) string {
	return "Member must have length greater than or equal to " + strconv.Itoa(n)
}

func maxLengthMessage(n int) string {
	return "Member must have length less than or equal to " + strconv.Itoa(n)
}

func patternMessage(pattern string) string {
	return "Member must satisfy regular expression pattern: " + pattern
}

func enumMessage(values []string) string {
	return "Member must satisfy enum value set: [" + strings.Join(values, ", ") + "]"
}

// unknownMessage has our own words: a service never answers so, since clients do not
// send such a member.
func unknownMessage(o Operation) string { return "Member is not defined for " + o.String() }

func (r *Rules) unknownOperation(o Operation) Violation {
	var names []string
	for _, list := range [...][]Operation{statementOperations, documentOperations} {
		for _, known := range list {
			if r.rowsOf(known) != nil {
				names = append(names, string(known))
			}
		}
	}
	return Violation{Field: "Operation", Rule: RuleEnum, Value: string(o), Message: enumMessage(names)}
}
