package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// No text shows the token of the caller or of the policy, for any operator, key and way
// of printing.
func TestEvaluateHidesTokens(t *testing.T) {
	const callers, policys = "amzn1.ask.skill.S3CR3T", "amzn1.ask.skill.S3CR3T-T00"
	for _, operator := range evaluateOperators {
		for _, key := range []string{"lambda:EventSourceToken", "LAMBDA:eventsourcetoken", "aws:EventSourceToken", "EventSourceToken"} {
			for _, effect := range []string{"Allow", "Deny", "allow"} {
				for _, c := range append(worldCallers(), policy.AlexaSkill{EventSourceToken: callers}) {
					d := differingFromPlain(t, fmt.Sprintf(`{"Principal":"*","Effect":%q,"Condition":{%q:{%q:[%q,%q]}}}`, effect, operator, key, policys, policys+"${v}"))
					decision := d.Evaluate(from(c))
					text := everythingSaid(decision) + fmt.Sprintf("%v %+v %#v %s %v %+v %#v", decision, decision, decision, decision, from(c), from(c), from(c)) +
						fmt.Sprintf("%+v %#v", struct{ d policy.Decision }{decision}, struct{ d policy.Decision }{decision})
					if strings.Contains(text, "S3CR3T") {
						t.Fatalf("%s by %T: the token is shown: %s", d, c, text)
					}
				}
			}
		}
	}
}

// Each text is one line of limited length, for every policy.
func TestEvaluateTexts(t *testing.T) {
	for _, statement := range []string{
		`{"Sid":"a\nb"}`, `{"Resource":"a\u0000b"}`, `{"Resource":"a\u2028b"}`, `{"Action":["` + strings.Repeat("é", 5000) + `"]}`, `{"Principal":{"Service":" "}}`,
		`{"Condition":{"Op\t":{"k\r":"v"}}}`, `{"Condition":{"StringLike":{"aws:SourceArn":["\"","*\u0085",""]}}}`,
		`{"Principal":{"AWS":["` + strings.Repeat(`1","`, 5000) + `2"]}}`, `{"x\ny":1}`, `{"Effect":"\n"}`,
	} {
		for _, line := range strings.Split(everythingSaid(differingFromPlain(t, statement).Evaluate(from(bucket))), "\n") {
			if len(line) > 1500 {
				t.Errorf("%.100s: a line of %d bytes, want at most 1500: %q", statement, len(line), line)
			}
			if strings.ContainsAny(line, "\r\t\x00\u0085\u2028") {
				t.Errorf("%.100s: a line with a control character or a separator: %q", statement, line)
			}
		}
		if n := strings.Count(everythingSaid(differingFromPlain(t, statement).Evaluate(from(bucket))), "\n"); n > 2 {
			t.Errorf("%.100s: %d line breaks, want at most 2", statement, n)
		}
	}
}

func TestVerdictString(t *testing.T) {
	for v, want := range map[policy.Verdict]string{
		policy.Denied: "Denied", policy.Unsupported: "Unsupported", policy.AllowedIfIdentityPolicy: "AllowedIfIdentityPolicy", policy.Allowed: "Allowed", 7: "Verdict(7)",
	} {
		if v.String() != want {
			t.Errorf("Verdict(%d).String() = %s, want %s", int(v), v, want)
		}
	}
}

// The zero Decision and the zero Document deny.
func TestEvaluateZero(t *testing.T) {
	var zero policy.Decision
	if got := zero.Verdict(); got != policy.Denied {
		t.Errorf("the zero Decision: Verdict %v, want Denied", got)
	}
	s, index, ok := zero.Statement()
	wantEqual(t, "the zero Decision: Statement is found", ok, false)
	wantEqual(t, "the zero Decision: Statement is valid", s.IsValid(), false)
	if index != -1 {
		t.Errorf("the zero Decision: index %d, want -1", index)
	}
	if got := zero.Steps(); got != nil {
		t.Errorf("the zero Decision: Steps %v, want nil", got)
	}
	if got := zero.Reasons(); got != nil {
		t.Errorf("the zero Decision: Reasons %v, want nil", got)
	}
	got := (policy.Document{}).Evaluate(from(bucket))
	if got.Verdict() != policy.Denied {
		t.Errorf("the zero Document: %v, want Denied", got)
	}
	if got.Reasons() != nil {
		t.Errorf("the zero Document: Reasons %v, want nil", got.Reasons())
	}
}

// A step that no statement decided has the index -1, because no statement matches or
// because the verdict follows from the Invocation.
func TestStepIndex(t *testing.T) {
	d := differingFromPlain(t, `{}`)
	for _, test := range []struct {
		call policy.Invocation
		want int
	}{{from(bucket), 0}, {on("PROD"), -1}, {from(policy.Anonymous{}), -1}, {from(nil), -1}} {
		if got := d.Evaluate(test.call).Steps()[0].Index; got != test.want {
			t.Errorf("%+v: Index %d, want %d", test.call, got, test.want)
		}
	}
}

// A Reason distinguishes a statement that may match from one that does not match. A
// statement that matches has no Reason.
func TestReasonsUndecided(t *testing.T) {
	const invoke = "lambda:InvokeFunction"
	d := differingFromPlain(t, `{} {"Sid":"reads","Action":"lambda:GetFunction"}
		{"Sid":"office","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}} {"Effect":"Deny","Principal":{"Robot":"r2"}}`)
	want := []policy.Reason{
		{Index: 1, Sid: "reads", Action: invoke, Text: "Action lambda:InvokeFunction is not lambda:GetFunction"},
		{Index: 2, Sid: "office", Action: invoke, Undecided: true, Text: "it is not known which value the call has for aws:SourceIp"},
		{Index: 3, Action: invoke, Undecided: true, Text: "it is not known whether Principal s3.amazonaws.com is r2"},
	}
	if diff := cmp.Diff(want, d.Evaluate(from(bucket)).Reasons()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
