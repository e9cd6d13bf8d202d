package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The statement of every real grant has the meaning of the request, and parsing its
// text returns the same statement.
func TestGrants(t *testing.T) {
	for _, g := range corpus.Grants() {
		t.Run(g.ID, func(t *testing.T) {
			s := build(t, g.Request)
			parsed := mustStatement(t, s.Raw())
			if diff := cmp.Diff(view(s), view(parsed)); diff != "" {
				t.Errorf("print and parse (-built +parsed):\n%s", diff)
			}
			wantEqual(t, "Sid", s.Sid(), g.Request.StatementId)
			wantEqual(t, "Effect", s.Effect(), "Allow")
			if diff := cmp.Diff([]string{g.Request.Action}, s.Actions()); diff != "" {
				t.Errorf("Actions (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(conditionsOf(g.Request), valuesByKey(s)); diff != "" {
				t.Errorf("Conditions (-want +got):\n%s", diff)
			}
			checkPair(t, s, parsed)
		})
	}
}

func conditionsOf(req validate.Request) map[string]string {
	want := map[string]string{
		"StringEquals AWS:SourceAccount": req.SourceAccount, "StringEquals lambda:FunctionUrlAuthType": req.FunctionUrlAuthType,
		"StringEquals aws:PrincipalOrgID": req.PrincipalOrgID, "StringEquals lambda:EventSourceToken": req.EventSourceToken,
		"ArnLike AWS:SourceArn": req.SourceArn, "Bool lambda:InvokedViaFunctionUrl": "",
	}
	if b := req.InvokedViaFunctionUrl; b != nil {
		want["Bool lambda:InvokedViaFunctionUrl"] = map[bool]string{true: "true", false: "false"}[*b]
	}
	for key, value := range want {
		if value == "" {
			delete(want, key)
		}
	}
	return want
}

func valuesByKey(s policy.Statement) map[string]string {
	got := map[string]string{}
	for _, c := range s.Conditions() {
		got[c.Operator+" "+c.Key] = c.Values[0]
	}
	return got
}

// A policy of all grants and the policy in reverse order are equivalent and have
// different texts.
func TestGrantsAsDocument(t *testing.T) {
	var forth, back policy.Document
	grants := corpus.Grants()
	for i := range grants {
		forth = forth.With(build(t, grants[i].Request))
		back = back.With(build(t, grants[len(grants)-1-i].Request))
	}
	if forth.Raw() == back.Raw() {
		t.Errorf("both documents are %s, want another order of statements", forth.Raw())
	}
	if !forth.Equivalent(back) {
		t.Error("the documents differ in the order of statements: Equivalent = false, want true")
	}
	if diff := cmp.Diff(viewDocument(forth), viewDocument(mustDocument(t, forth.Raw()))); diff != "" {
		t.Errorf("print and parse (-edited +parsed):\n%s", diff)
	}
	if forth.Equivalent(back.Without(grants[0].Request.StatementId)) {
		t.Error("one document lacks a statement: Equivalent = true, want false")
	}
}

// A change of any single field of any grant makes the statements different, and Diff
// shows it. (RevisionId is not part of the statement.)
func TestChangedGrants(t *testing.T) {
	changes := 0
	for _, g := range corpus.Grants() {
		for field, changed := range singleChanges(t, g.Request) {
			for _, req := range changed {
				a, b := build(t, g.Request), build(t, req)
				if a.Equivalent(b) {
					t.Errorf("%s: equivalent in spite of %s:\n%s\n%s", g.ID, field, a, b)
				}
				if len(policy.Diff(a, b)) == 0 {
					t.Errorf("%s: Diff does not show %s:\n%s\n%s", g.ID, field, a, b)
				}
				checkPair(t, a, b)
				checkCovers(t, a, b)
				checkCovers(t, b, a)
				changes++
			}
		}
	}
	if fields := 12; changes < fields*len(corpus.Grants()) {
		t.Errorf("%d changes were tried, want at least one for each field of each grant", changes)
	}
}

// singleChanges returns req with one field changed, by field: absent fields get a
// value, present ones get another value, and optional ones are also cleared.
func singleChanges(t testing.TB, req validate.Request) map[string][]validate.Request {
	t.Helper()
	changes := make(map[string][]validate.Request)
	add := func(field string, change func(*validate.Request)) {
		changed := req
		change(&changed)
		if changed != req {
			changes[field] = append(changes[field], changed)
		}
	}
	f, err := arn.ParseFunction(req.FunctionName)
	if err != nil {
		t.Fatal(err)
	}
	add("FunctionName", func(r *validate.Request) {
		r.FunctionName = "other"
		if r.Qualifier == "" && !f.Qualifier().IsZero() {
			r.FunctionName += ":" + f.Qualifier().String()
		}
	})
	if f.Qualifier().IsZero() {
		add("Qualifier", func(r *validate.Request) { r.Qualifier += "9" })
		add("Qualifier", func(r *validate.Request) { r.Qualifier = "" })
	}
	for field, of := range map[string]func(*validate.Request) *string{
		"StatementId": func(r *validate.Request) *string { return &r.StatementId },
		"Action":      func(r *validate.Request) *string { return &r.Action },
		"Principal":   func(r *validate.Request) *string { return &r.Principal },
	} {
		add(field, func(r *validate.Request) { *of(r) += "x" })
	}
	for field, of := range map[string]func(*validate.Request) *string{
		"SourceArn":           func(r *validate.Request) *string { return &r.SourceArn },
		"SourceAccount":       func(r *validate.Request) *string { return &r.SourceAccount },
		"EventSourceToken":    func(r *validate.Request) *string { return &r.EventSourceToken },
		"PrincipalOrgID":      func(r *validate.Request) *string { return &r.PrincipalOrgID },
		"FunctionUrlAuthType": func(r *validate.Request) *string { return &r.FunctionUrlAuthType },
	} {
		add(field, func(r *validate.Request) { *of(r) += "x" })
		add(field, func(r *validate.Request) { *of(r) = "" })
	}
	for _, b := range []*bool{nil, yes(), no()} {
		if (b == nil) != (req.InvokedViaFunctionUrl == nil) || b != nil && *b != *req.InvokedViaFunctionUrl {
			add("InvokedViaFunctionUrl", func(r *validate.Request) { r.InvokedViaFunctionUrl = b })
		}
	}
	return changes
}
