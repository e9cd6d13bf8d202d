package permissiontest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A ValidationException has this grammar and precedes all other errors: these functions
// do not exist.
func TestValidationException(t *testing.T) {
	pattern := func(field string, operation validate.Operation) string {
		for _, c := range validate.Current.Constraints() {
			if c.Field == field && holdsFor(c, operation) {
				return c.Pattern
			}
		}
		t.Fatalf("no pattern of %s", field)
		return ""
	}
	long := strings.Repeat("a", 129)
	tests := []struct {
		name string
		call func(permission.API) error
		want string
	}{
		{"one member", adding(function("none"), sid("example.com")),
			"1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"},
		{"several, in the order of the members", adding(function("*"), sid("a b")),
			"2 validation errors detected: Value '*' at 'functionName' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: " + pattern("FunctionName", validate.AddPermission) +
				"; Value 'a b' at 'statementId' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"},
		{"a length", getting("none", long),
			"1 validation error detected: Value '" + long + "' at 'qualifier' failed to satisfy constraint: " +
				"Member must have length less than or equal to 128"},
		{"an enum", adding(func(in *permission.AddPermissionInput) { in.FunctionUrlAuthType = "aws_iam" }),
			"1 validation error detected: Value 'aws_iam' at 'functionUrlAuthType' failed to satisfy constraint: " +
				"Member must satisfy enum value set: [NONE, AWS_IAM]"},
		{"a value unchanged, with quotation marks", adding(sid(`"<'é`)),
			`1 validation error detected: Value '"<'é' at 'statementId' failed to satisfy constraint: ` +
				"Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"},
		{"empty is not absent", adding(func(in *permission.AddPermissionInput) { in.Action = aws.String("") }),
			"1 validation error detected: Value '' at 'action' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: " + pattern("Action", validate.AddPermission)},
		{"a length and a pattern of one member", adding(qualifier("")),
			"2 validation errors detected: Value '' at 'qualifier' failed to satisfy constraint: " +
				"Member must have length greater than or equal to 1; Value '' at 'qualifier' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: " + pattern("Qualifier", validate.AddPermission)},
		{"RemovePermission has its own pattern", removing("none", "", "a b.c", ""),
			"1 validation error detected: Value 'a b.c' at 'statementId' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: " + pattern("StatementId", validate.RemovePermission)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			overHTTP, inProcess := tt.call(w.client), tt.call(w.API())
			want(t, "error", said{400, "ValidationException", tt.want}, saidBy(overHTTP))
			if diff := cmp.Diff(seen(overHTTP), seen(inProcess)); diff != "" {
				t.Errorf("API() differs from HTTP (-HTTP +API):\n%s", diff)
			}
			var members map[string]string
			if err := json.Unmarshal([]byte(w.last.body), &members); err != nil {
				t.Fatalf("body %s: %v", w.last.body, err)
			}
			want(t, "members of the body", map[string]string{"message": tt.want}, members)
		})
	}
}

func holdsFor(c validate.Constraint, operation validate.Operation) bool {
	for _, o := range c.Operations {
		if o == operation {
			return true
		}
	}
	return false
}
