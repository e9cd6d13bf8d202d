package grants

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/validate"
)

// The id of a grant is a valid statement id, and grants with different names have
// different ids.
func TestID(t *testing.T) {
	long := strings.Repeat("a", 200)
	seen := map[string]string{}
	for _, name := range []string{"Grant", "module.m.aws_lambda_permission.p[0]", strings.Repeat("a", 100), long, long + "b"} {
		g := Grant{Name: name}
		id := g.ID()
		if err := validate.Current.Check(validate.Request{FunctionName: "f", StatementId: id, Action: "lambda:*", Principal: "*"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s have the same id, %s", name, other, id)
		}
		seen[id] = name
	}
}

// Listed has all names, or the first twenty.
func TestListed(t *testing.T) {
	for _, tt := range []struct {
		n    int
		want string
	}{
		{1, "(1): a"},
		{20, "(20): a" + strings.Repeat(", a", 19)},
		{21, "(21): a" + strings.Repeat(", a", 19) + ", ..."},
	} {
		if got := Listed(strings.Split(strings.Repeat("a", tt.n), "")); got != tt.want {
			t.Errorf("%d names: got %s, want %s", tt.n, got, tt.want)
		}
	}
}

// The condition of a grant precedes the outcome of other conditions.
func TestWhen(t *testing.T) {
	for _, tt := range []struct{ condition, outcome, want string }{
		{"", "", ""},
		{"A", "", "A is true"},
		{"", "B is false", "B is false"},
		{"A", "B is false", "A is true and B is false"},
	} {
		if got := When(tt.condition, tt.outcome); got != tt.want {
			t.Errorf("When(%q, %q) = %q, want %q", tt.condition, tt.outcome, got, tt.want)
		}
	}
}
