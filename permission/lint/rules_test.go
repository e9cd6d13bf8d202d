package lint_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A grantCase is a grant and the field of one rule's finding in it. Members that every
// grant has are left out where they do not matter; see filled.
type grantCase struct {
	req   validate.Request
	opts  []lint.Option
	field string // the field of the rule's finding; "" if there is no finding

	// legitimate says that the grant is intended. If the rule finds it
	// nevertheless, that is a known false positive.
	legitimate bool
}

var grantCases = map[string][]grantCase{}

func init() {
	for _, cases := range []map[string][]grantCase{unusableCases, openCases, accountCases, actionCases, sourceCases, callerCases, urlCases} {
		for rule, list := range cases {
			grantCases[rule] = append(grantCases[rule], list...)
		}
	}
}

func TestRulesOfGrants(t *testing.T) {
	for rule, cases := range grantCases {
		for _, c := range cases {
			req := filled(c.req)
			found := ofRule(lint.CheckGrant(req, c.opts...), rule)
			checkOne(t, rule, req, found, c.field)

			// The service must accept the grant: package validate is for grants that it
			// refuses.
			if err := validate.Current.Check(req); err != nil {
				t.Errorf("%s: the service refuses the grant: %v", rule, err)
			}
		}
	}
}

// checkOne wants one finding about field, or no finding if field is "".
func checkOne(t *testing.T, rule string, req validate.Request, found []lint.Finding, field string) {
	t.Helper()
	var got []string
	for _, f := range found {
		got = append(got, f.Field)
		if f.StatementId != req.StatementId {
			t.Errorf("%s: StatementId %q, want %q", rule, f.StatementId, req.StatementId)
		}
		checkTexts(t, f)
	}
	want := []string{field}
	if field == "" {
		want = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s on %+v: fields (-want +got):\n%s", rule, req, diff)
	}
}

// A statement has the same findings as the grant that created it.
func TestStatementsAreJudgedLikeGrants(t *testing.T) {
	for _, cases := range grantCases {
		for _, c := range cases {
			req := filled(c.req)
			statement, err := policy.NewStatement(req, resourceOf(t, req))
			if err != nil {
				t.Error(err)
				continue
			}
			// The statement contains the account of the function, so the grant must
			// contain it too.
			asGrant := req
			asGrant.FunctionName, asGrant.Qualifier = statement.Resources()[0], ""
			want := lint.CheckGrant(asGrant, c.opts...)
			got := slices.DeleteFunc(lint.CheckPolicy(policy.Document{}.With(statement), c.opts...), isOfPolicy)
			for i := range got {
				if got[i].Statement != 1 {
					t.Errorf("%v: position %d, want 1", got[i], got[i].Statement)
				}
				got[i].Statement = 0
			}
			if diff := cmp.Diff(unnamed(want), unnamed(got), equateEmpty); diff != "" {
				t.Errorf("%+v: (-as grant +as statement):\n%s", req, diff)
			}
		}
	}
}

func isOfPolicy(f lint.Finding) bool {
	_, ok := policyCases[f.Rule]
	return ok
}

// unnamed removes the messages, in which a grant names an account by its id and a
// statement by the ARN of its root user.
func unnamed(all []lint.Finding) []lint.Finding {
	for i := range all {
		all[i].Message = ""
	}
	return all
}

// Every rule has a case with a finding and a case without one.
func TestEveryRuleHasBothCases(t *testing.T) {
	for _, rule := range lint.Rules() {
		var finds, passes bool
		for _, c := range grantCases[rule.ID] {
			finds, passes = finds || c.field != "", passes || c.field == ""
		}
		for _, c := range policyCases[rule.ID] {
			finds, passes = finds || len(c.statements) > 0, passes || len(c.statements) == 0
		}
		if !finds || !passes {
			t.Errorf("rule %s: has a case with a finding: %t, a case without: %t; want both", rule.ID, finds, passes)
		}
	}
}

func TestCasesAreOfRules(t *testing.T) {
	known := map[string]bool{}
	for _, rule := range lint.Rules() {
		known[rule.ID] = true
	}
	for id := range grantCases {
		if !known[id] {
			t.Errorf("grantCases has an unknown rule, %s", id)
		}
	}
}

// Disabling a rule removes its false positives and no other finding.
func TestFalsePositivesCanBeTurnedOff(t *testing.T) {
	for rule, cases := range grantCases {
		for _, c := range cases {
			if !c.legitimate || c.field == "" {
				continue
			}
			all := lint.CheckGrant(filled(c.req), c.opts...)
			want := slices.DeleteFunc(slices.Clone(all), func(f lint.Finding) bool { return f.Rule == rule })
			got := lint.CheckGrant(filled(c.req), append(slices.Clone(c.opts), lint.Disable(rule))...)
			if diff := cmp.Diff(want, got, equateEmpty); diff != "" {
				t.Errorf("%s disabled: (-want +got):\n%s", rule, diff)
			}
		}
	}
}

var equateEmpty = cmp.Transformer("nil", func(all []lint.Finding) []lint.Finding {
	return append([]lint.Finding{}, all...)
})

func TestTableOfRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range lint.Rules() {
		if seen[r.ID] {
			t.Errorf("two rules have the id %s", r.ID)
		}
		seen[r.ID] = true
		if r.Title == "" {
			t.Errorf("rule %s has no Title", r.ID)
		}
		if r.Why == "" {
			t.Errorf("rule %s has no Why", r.ID)
		}
		if r.Documentation == "" {
			t.Errorf("rule %s has no Documentation", r.ID)
		}
	}
	list := lint.Rules()
	list[0].ID = "changed"
	if lint.Rules()[0].ID == "changed" {
		t.Error("changing the result of Rules changed the table")
	}
}
