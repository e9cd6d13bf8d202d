package lint_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// checkQuickLook wants the look before policy.Covers to rule out nothing that
// policy.Covers finds.
func checkQuickLook(t *testing.T, statements []policy.Statement) {
	t.Helper()
	for _, a := range statements {
		for _, b := range statements {
			if policy.Covers(a, b) && !lint.MayCover(a, b) {
				t.Errorf("%s covers %s, which is not looked at", a, b)
			}
		}
	}
}

func TestQuickLook(t *testing.T) {
	var all []policy.Statement
	for _, g := range corpus.Grants() {
		all = append(all, statementOf(t, g.Request))
	}
	for _, cases := range policyCases {
		for _, c := range cases {
			if statements := c.document(t).Statements(); len(statements) < 10 {
				all = append(all, statements...)
			}
		}
	}
	checkQuickLook(t, all)
}
