package lint_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

var _ permission.Check = lint.Check(lint.SeverityError)

// several is a grant with findings of each severity.
var several = filled(validate.Request{Principal: "new.amazonaws.com", Action: "lambda:*"})

// Check refuses a grant that has findings of at least the given severity.
func TestCheck(t *testing.T) {
	for _, min := range severities {
		err := lint.Check(min)(t.Context(), several)
		var got *lint.Error
		if !errors.As(err, &got) {
			t.Fatalf("Check(%v) = %v, want a *lint.Error", min, err)
		}
		want := slices.DeleteFunc(lint.CheckGrant(several), func(f lint.Finding) bool { return f.Severity < min })
		if len(want) == 0 {
			t.Errorf("%v: the grant has no finding of this severity", min)
		}
		if diff := cmp.Diff(want, got.Findings); diff != "" {
			t.Errorf("%v: (-want +got):\n%s", min, diff)
		}
		for _, f := range got.Findings {
			if !strings.Contains(err.Error(), f.String()) {
				t.Errorf("the error %q does not contain the finding %q", err, f)
			}
		}
	}
}

func TestCheckPasses(t *testing.T) {
	// The severity of the finding is lower.
	req := filled(validate.Request{Principal: "sns.amazonaws.com"})
	if err := lint.Check(lint.SeverityError)(t.Context(), req); err != nil {
		t.Errorf("a warning was refused: %v", err)
	}
	// A cancelled context makes no difference.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := lint.Check(lint.SeverityError)(ctx, req); err != nil {
		t.Errorf("with a cancelled context: %v", err)
	}
	// Other operations grant nothing.
	for _, o := range []validate.Operation{validate.GetPolicy, validate.RemovePermission} {
		other := several
		other.Operation = o
		if err := lint.Check(lint.SeverityInfo)(t.Context(), other); err != nil {
			t.Errorf("%v: %v", o, err)
		}
	}
	// The operation "AddPermission" means the same as the zero Operation.
	other := several
	other.Operation = "AddPermission"
	if err := lint.Check(lint.SeverityError)(t.Context(), other); err == nil {
		t.Error("AddPermission by its name was not refused")
	}
	// Check takes the options of CheckGrant.
	check := lint.Check(lint.SeverityError, lint.Disable(lint.RuleActionWildcardOpen))
	if err := check(t.Context(), several); err != nil {
		t.Errorf("with the rule disabled: %v", err)
	}
}

func TestErrorIsReadable(t *testing.T) {
	one := &lint.Error{Findings: lint.CheckGrant(filled(validate.Request{Principal: "sns.amazonaws.com"}))}
	const want = `questionable grant: warning service-no-source: SourceArn: "sns.amazonaws.com" may call on behalf of any account's resources ` +
		`(add SourceArn, like "arn:aws:sns:REGION:ACCOUNT:TOPIC", or at least SourceAccount)`
	if got := one.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	many := &lint.Error{Findings: lint.CheckGrant(several)}
	lines := strings.Split(many.Error(), "\n")
	if len(lines) != 1+len(many.Findings) {
		t.Errorf("the error of %d findings has %d lines, want a heading and one line for each finding", len(many.Findings), len(lines))
	}
	if got, want := lines[0], fmt.Sprintf("questionable grant: %d findings", len(many.Findings)); got != want {
		t.Errorf("heading %q, want %q", got, want)
	}
}

// If the qualifiers of FunctionName and Qualifier differ, the function is the one that
// FunctionName names.
func TestFunctionOfTwoQualifiers(t *testing.T) {
	req := filled(validate.Request{FunctionName: functionARN + ":1", Qualifier: "2", Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:210987654321:t"})
	if found := ofRule(lint.CheckGrant(req), lint.RuleForeignSource); len(found) != 1 {
		t.Errorf("found %v, want one finding: the source is in another account than the function", found)
	}
}

// The text of a finding shortens long values and escapes unprintable characters.
func TestValuesAreQuoted(t *testing.T) {
	long := "arn:aws:sns:us-east-1:123456789012:" + strings.Repeat("é\n", 1000)
	for _, f := range lint.CheckGrant(filled(validate.Request{Principal: strings.Repeat("a.", 1000) + "\n", SourceArn: long, Action: "lambda:x\n"})) {
		s := f.String()
		if len(s) > 1000 {
			t.Errorf("the text has %d bytes, want at most 1000: %q", len(s), s)
		}
		if strings.Contains(s, "\n") {
			t.Errorf("the text has more than one line: %q", s)
		}
	}
}

// Many goroutines may use one check at once, and all get the same findings.
func TestConcurrentUse(t *testing.T) {
	check := lint.Check(lint.SeverityInfo, lint.WithService(grant.Service{Principal: "x.example"}), lint.Disable("none"))
	want := check(t.Context(), several)
	d := policyOf(t, topics(20)...)
	wantPolicy := lint.CheckPolicy(d)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if diff := cmp.Diff(want, check(t.Context(), several)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(wantPolicy, lint.CheckPolicy(d)); diff != "" {
				t.Error(diff)
			}
		})
	}
	wg.Wait()
}

const marker = "marker-4f1d"

// No finding about a grant of grantCases shows its token.
func TestTokenOfGrantIsNotShown(t *testing.T) {
	for _, cases := range grantCases {
		for _, c := range cases {
			req := filled(c.req)
			req.EventSourceToken = marker
			found := lint.CheckGrant(req, c.opts...)
			found = append(found, lint.CheckPolicy(policy.Document{}.With(statementOf(t, req)), c.opts...)...)
			if s := text(t, found); strings.Contains(s, marker) {
				t.Errorf("%+v: the token is shown: %s", c.req, s)
			}
		}
	}
}

// No finding about a policy shows a token, in any condition that can hold one.
func TestTokenOfPolicyIsNotShown(t *testing.T) {
	for _, condition := range []string{
		`{"StringEquals":{"lambda:EventSourceToken":"` + marker + `"}}`,
		`{"StringLike":{"lambda:eventsourcetoken":["` + marker + `","x"]}}`,
		`{"ForAnyValue:StringEquals":{"lambda:EventSourceToken":"` + marker + `"}}`,
		`{"StringEquals":{"lambda:EventSourceToken":"` + marker + `","lambda:eventSourceToken":"` + marker + `"}}`,
	} {
		s := statement(`"*"`, `,"Condition":`+condition)
		found := lint.CheckPolicy(parsePolicy(t, document(s, s, statement(`"*"`, ""))))
		if len(found) == 0 {
			t.Errorf("%s: no findings", condition)
		}
		if s := text(t, found); strings.Contains(s, marker) {
			t.Errorf("%s: the token is shown: %s", condition, s)
		}
	}
	// This test can fail: text contains the marker if the marker is not a token.
	shown := lint.CheckGrant(filled(validate.Request{Principal: marker + ".amazonaws.com"}))
	if !strings.Contains(text(t, shown), marker) {
		t.Error("the marker is not found in a principal")
	}
}
