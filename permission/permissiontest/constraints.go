package permissiontest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/validate"
)

// constraint is one of the library's constraints as the service checks it: with
// the documented regular expression, where package validate has code of its own.
// A difference between the two shows in tests of a client against this service.
type constraint struct {
	validate.Constraint
	path    string         // the member with a small first letter
	pattern *regexp.Regexp // nil without one; the whole value must match
}

var constraints = compileConstraints(validate.Current.Constraints())

func compileConstraints(rows []validate.Constraint) []constraint {
	out := make([]constraint, len(rows))
	for i, row := range rows {
		out[i] = constraint{Constraint: row, path: strings.ToLower(row.Field[:1]) + row.Field[1:]}
		if row.Pattern != "" {
			out[i].pattern = regexp.MustCompile(`^(?:` + row.Pattern + `)$`)
		}
	}
	return out
}

// checkConstraints answers with one ValidationException for all members. Its
// grammar was recorded in LocalStack's TestLambdaPermissions.test_permission_exceptions and
// TestLambdaFunction.test_function_name_and_qualifier_validation, that of several
// failures in TestLambdaLayer; answer.go says where they are.
func checkConstraints(req request) *answer {
	var failures []string
	for _, c := range constraints {
		if c.holdsFor(req) {
			failures = append(failures, c.failures(req)...)
		}
	}
	if len(failures) == 0 {
		return nil
	}
	plural := "s"
	if len(failures) == 1 {
		plural = ""
	}
	return plainError(http.StatusBadRequest, "ValidationException",
		strconv.Itoa(len(failures))+" validation error"+plural+" detected: "+strings.Join(failures, "; "))
}

func (c constraint) holdsFor(req request) bool {
	return slices.Contains(c.Operations, req.operation)
}

// failures returns the parts of the message for one member. They repeat the value
// unchanged.
func (c constraint) failures(req request) []string {
	value, present := req.members[c.Field]
	if !present {
		if c.Required {
			return []string{"Value null at '" + c.path + "' failed to satisfy constraint: Member must not be null"}
		}
		return nil
	}
	broken := c.broken(value)
	for i, words := range broken {
		broken[i] = "Value '" + value + "' at '" + c.path + "' failed to satisfy constraint: " + words
	}
	return broken
}

// broken returns the service's text for each constraint that a value violates. The
// order of a length and a pattern is not known.
func (c constraint) broken(value string) []string {
	var words []string
	length := utf8.RuneCountInString(value)
	if length < c.MinLength {
		words = append(words, "Member must have length greater than or equal to "+strconv.Itoa(c.MinLength))
	}
	if c.MaxLength > 0 && length > c.MaxLength {
		words = append(words, "Member must have length less than or equal to "+strconv.Itoa(c.MaxLength))
	}
	if c.pattern != nil && !c.pattern.MatchString(value) {
		words = append(words, "Member must satisfy regular expression pattern: "+c.Pattern)
	}
	if c.Enum != nil && !slices.Contains(c.Enum, value) {
		words = append(words, "Member must satisfy enum value set: ["+strings.Join(c.Enum, ", ")+"]")
	}
	return words
}
