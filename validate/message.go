package validate

import (
	"strconv"
	"strings"
)

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

// violation makes one, with the hint for a known mistake. No secret gets into it.
func violation(f field, rule, value, message string) Violation {
	v := Violation{Field: f.String(), Rule: rule, Value: value, Message: message, Hint: hint(f, rule, value)}
	if f == fieldEventSourceToken {
		v.Value = ""
	}
	return v
}

func unknownOperation(o Operation) Violation {
	names := []string{AddPermission.String(), GetPolicy.String(), RemovePermission.String()}
	return Violation{Field: "Operation", Rule: RuleEnum, Value: string(o), Message: enumMessage(names)}
}

// unknownMember has words of ours: the service is never asked.
func unknownMember(f field, value string, o Operation) Violation {
	v := violation(f, RuleUnknownMember, value, "Member is not defined for "+o.String())
	if o.String() == AddPermission.String() {
		v.Hint = "the original reference predates this member: check with validate.Current"
	}
	return v
}
