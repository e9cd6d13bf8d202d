package validate

import (
	"fmt"
	"strings"
)

// Error is what Check returns for a request that breaks rules: all of the
// violations, in the API's field order, never none.
type Error struct {
	Violations []Violation
}

// Error is one line for one violation. For several it is a line with their
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
