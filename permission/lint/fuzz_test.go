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
	// everybody, with all conditions
	f.Add("f", "", "s", "lambda:InvokeFunctionUrl", "*", "arn:aws-cn:s3:::b/*", "", "o-a1b2c3d4e5", "NONE", true, true)
	// a regional service in China
	f.Add("arn:aws-cn:lambda:cn-north-1:123456789012:function:f", "", "s", "lambda:InvokeFunction", "logs.cn-north-1.amazonaws.com.cn", "arn:aws-cn:logs:cn-north-1:123456789012:log-group:g:", "", "", "", false, false)
	// no member at all
	f.Add("", "", "", "", "", "", "", "", "", false, false)
	// a root user without a partition
	f.Add("f:$LATEST", "$LATEST", "s", "*", "arn::iam::123456789012:root", "arn:::::", "12", "", "AWS_IAM", true, true)
	// a policy variable and a nested ARN
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:f", "PROD", "s", "lambda:InvokeFunction", "events.amazonaws.com", "arn:aws:events:us-east-1:210987654321:rule/arn:aws:${x}", "123456789012", "", "", false, false)
	// wildcards in each member that may have them
	f.Add("f", "", "s", "lambda:*", "*.amazonaws.com", "arn:aws:s3:::*?*", "", "", "", true, false)
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
	// deleted and empty principals
	f.Add(`{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":{"AWS":["AROAEXAMPLEID1234567:s",""]},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"},{"Sid":"x","Effect":"Allow","Principal":{},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"},{"Sid":"x","Effect":"Allow","Principal":{"AWS":""},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"},{"Sid":"x","Effect":"Allow","Principal":"","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"}]}`)
	// halves of a pair, one with a wildcard in the action
	f.Add(`{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"TRUE"}}},{"Sid":"x","Effect":"Allow","Principal":{"AWS":"*"},"Action":"lambda:Invoke*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"}]}`)
	// a literal * and a pattern
	f.Add(`{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:s3:::*"}}},{"Sid":"x","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Condition":{"StringLike":{"aws:SourceArn":"arn:aws:s3:::?"}}}]}`)
	// two statements without a Sid
	f.Add(`{"Version":"2012-10-17","Statement":[{},{}]}`)
	// incomplete ARNs of functions
	f.Add(`{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"","Resource":"123456789012:function:f"},{"Sid":"x","Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:lambda:us-east-1:123456789012:f"}]}`)
	// one statement that is not in a list
	f.Add(`{"Statement":{"Effect":"Deny","NotPrincipal":"*","NotAction":"*","NotResource":"*"}}`)
	// tokens with other operators
	f.Add(`{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Condition":{"StringLike":{"lambda:EventSourceToken":"token-that-nobody-guesses"},"Null":{"lambda:EventSourceToken":"false"}}},{"Sid":"x","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Condition":{"StringEquals":{"lambda:EventSourceToken":"token-that-nobody-guesses"}}}]}`)
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

// checkFindings wants findings that are complete, belong to a rule of the table, are in
// the order of the table and are not repeated.
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
		if i < 0 {
			t.Errorf("%v belongs to no rule of the table", f)
			continue
		}
		if f.Severity != rules[i].Severity {
			t.Errorf("%v: severity %v, want the rule's, %v", f, f.Severity, rules[i].Severity)
		}
		checkTexts(t, f)
		here := place{f.Rule, f.Field, f.Statement}
		if seen[here] {
			t.Errorf("repeated: %v", f)
		}
		seen[here] = true
	}
	if strings.Contains(text(t, found), secretToken) {
		t.Error("the token is shown")
	}
}

// checkRepeats wants a second check to find the same, and a check with a rule disabled
// to find all but the findings of that rule.
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
