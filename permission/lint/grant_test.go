package lint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// A statement that AddPermission wrote is the grant that it was written for.
func TestStatementBecomesItsGrant(t *testing.T) {
	for _, g := range corpus.Grants() {
		want := g.Request
		s := statementOf(t, want)
		got, resource, ok := lint.RequestOf(s)
		if !ok {
			t.Errorf("%s: %s is no grant", g.ID, s)
			continue
		}
		want.FunctionName, want.Qualifier = resource.String(), ""
		if len(want.Principal) == 12 {
			want.Principal = s.Principals()[0].Value
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", g.ID, diff)
		}
	}
}

// checkConversion holds what a statement was taken for against what
// AddPermission writes for that.
func checkConversion(t *testing.T, s policy.Statement) {
	t.Helper()
	req, resource, ok := lint.RequestOf(s)
	// StringLike is written as ArnLike, which is another operator.
	if !ok || strings.Contains(s.Raw(), "StringLike") {
		return
	}
	req.StatementId = "sid"
	again, err := policy.NewStatement(req, resource)
	if err != nil {
		if s.Actions()[0] != "" {
			t.Errorf("%s was taken for a grant that cannot be written: %v", s, err)
		}
		return
	}
	if !policy.Covers(again, s) || !policy.Covers(s, again) {
		t.Errorf("%s was taken for %s", s, again)
	}
}

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
