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

// unknownMessage has words of ours: the service is never asked.
func unknownMessage(o Operation) string { return "Member is not defined for " + o.String() }

func unknownOperation(o Operation) Violation {
	names := []string{AddPermission.String(), GetPolicy.String(), RemovePermission.String()}
	return Violation{Field: "Operation", Rule: RuleEnum, Value: string(o), Message: enumMessage(names)}
}
