package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

func FuzzCheckGrant(f *testing.F) {
	add := func(r validate.Request) {
		via := r.InvokedViaFunctionUrl != nil && *r.InvokedViaFunctionUrl
		f.Add(r.FunctionName, r.Qualifier, r.StatementId, r.Action, r.Principal, r.SourceArn, r.SourceAccount,
			r.PrincipalOrgID, r.FunctionUrlAuthType, r.EventSourceToken != "", via)
	}
	for _, g := range corpus.Grants() {
		add(g.Request)
	}
	for _, m := range corpus.Mistakes() {
		add(m.Request)
	}
	f.Fuzz(func(t *testing.T, name, qualifier, id, action, principal, source, account, org, authType string, token, via bool) {
		req := validate.Request{
			FunctionName: name, Qualifier: qualifier, StatementId: id, Action: action, Principal: principal,
			SourceArn: source, SourceAccount: account, PrincipalOrgID: org, FunctionUrlAuthType: authType,
		}
		if token {
			req.EventSourceToken = secretToken
		}
		if via {
			req.InvokedViaFunctionUrl = yes()
		}
		found := lint.CheckGrant(req)
		checkFindings(t, found)
		checkRepeats(t, found, func(opts ...lint.Option) []lint.Finding { return lint.CheckGrant(req, opts...) })
	})
}

func FuzzCheckPolicy(f *testing.F) {
	for _, g := range corpus.Grants() {
		f.Add(document(statementOf(f, g.Request).Raw()))
	}
	for _, cases := range policyCases {
		for _, c := range cases {
			f.Add(c.document(f).Raw())
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := policy.Parse(text)
		if err != nil {
			t.Skip()
		}
		found := lint.CheckPolicy(d)
		checkFindings(t, found)
		checkRepeats(t, found, func(opts ...lint.Option) []lint.Finding { return lint.CheckPolicy(d, opts...) })
		for _, f := range found {
			checkPlace(t, d, f)
		}
	})
}

const secretToken = "token-that-nobody-guesses"

// checkFindings wants each finding complete, in order, told once, and of a rule
// of the table.
func checkFindings(t *testing.T, found []lint.Finding) {
	t.Helper()
	rules := lint.Rules()
	type place struct {
		rule, field string
		statement   int
	}
	seen := map[place]bool{}
	last := -1
	for _, f := range found {
		i := slices.IndexFunc(rules, func(r lint.Rule) bool { return r.ID == f.Rule })
		if i < last {
			t.Errorf("%v is out of order", f)
		}
		last = i
		if i < 0 || f.Severity != rules[i].Severity || f.Message == "" || f.Why == "" || f.Fix == "" || f.Documentation == "" {
			t.Errorf("incomplete finding %+v", f)
		}
		here := place{f.Rule, f.Field, f.Statement}
		if seen[here] {
			t.Errorf("told twice: %v", f)
		}
		seen[here] = true
	}
	if strings.Contains(text(t, found), secretToken) {
		t.Error("the token is shown")
	}
}

// checkRepeats wants the same findings again, and without a rule all but its own.
func checkRepeats(t *testing.T, found []lint.Finding, check func(...lint.Option) []lint.Finding) {
	t.Helper()
	if diff := cmp.Diff(found, check()); diff != "" {
		t.Errorf("the second time (-first +second):\n%s", diff)
	}
	if len(found) == 0 {
		return
	}
	rule := found[0].Rule
	want := slices.DeleteFunc(slices.Clone(found), func(f lint.Finding) bool { return f.Rule == rule })
	if diff := cmp.Diff(want, check(lint.Disable(rule)), equateEmpty); diff != "" {
		t.Errorf("without %s (-want +got):\n%s", rule, diff)
	}
}
