package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// An evaluateTest is one row: a policy, a call, and what comes out.
type evaluateTest struct {
	statements string // differences from plain, an object for each statement
	call       policy.Invocation
	want       policy.Verdict
	says       string // part of what the Decision says: its Why and its Reasons
}

const thumbnail = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// plain is the statement that rows differ from.
const plain = `{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"}`

// Callers of the rows. The function is in account 123456789012.
var (
	bucket = policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012"}

	ownUser    = policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:user/u"}
	ownRole    = policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:role/r"}
	ownSession = policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:assumed-role/r/s"}
	ownRoot    = policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:root"}

	otherRole    = policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:role/r", PrincipalOrgID: "o-a1b2c3d4e5"}
	otherSession = policy.IAMPrincipal{ARN: "arn:aws:sts::210987654321:assumed-role/r/s"}
)

// from is a direct invocation of the unqualified function.
func from(c policy.Caller) policy.Invocation {
	return policy.Invocation{Function: arn.MustParseFunction(thumbnail), Caller: c}
}

// on is a direct invocation of a version or alias by the bucket.
func on(qualifier string) policy.Invocation {
	return policy.Invocation{Function: arn.MustParseFunction(thumbnail + ":" + qualifier), Caller: bucket}
}

// to is a call of another action.
func to(action string, c policy.Caller) policy.Invocation {
	v := from(c)
	v.Action = action
	return v
}

func allows(p policy.IAMPrincipal) policy.IAMPrincipal {
	p.IdentityPolicy = policy.IdentityPolicyAllows
	return p
}

func silent(p policy.IAMPrincipal) policy.IAMPrincipal {
	p.IdentityPolicy = policy.IdentityPolicySilent
	return p
}

func runEvaluateTests(t *testing.T, tests []evaluateTest) {
	t.Helper()
	for _, tt := range tests {
		d := differingFromPlain(t, tt.statements)
		got := d.Evaluate(tt.call)
		if got.Verdict() != tt.want {
			t.Errorf("%s\n%+v: %v, want %v", d, tt.call, got, tt.want)
		}
		if text := everythingSaid(got); !strings.Contains(text, tt.says) {
			t.Errorf("%s\n%+v: says %q, which does not hold %q", d, tt.call, text, tt.says)
		}
	}
}

func everythingSaid(d policy.Decision) string {
	lines := []string{d.String()}
	for _, s := range d.Steps() {
		lines = append(lines, s.Why)
	}
	for _, r := range d.Reasons() {
		lines = append(lines, r.String())
	}
	return strings.Join(lines, "\n")
}

// differingFromPlain makes a policy of statements that are plain but for some
// members; null leaves one out.
func differingFromPlain(t testing.TB, differences string) policy.Document {
	t.Helper()
	d := mustDocument(t, `{"Version":"2012-10-17","Statement":[]}`)
	for decoder := json.NewDecoder(strings.NewReader(differences)); decoder.More(); {
		members := map[string]json.RawMessage{}
		if err := json.Unmarshal([]byte(plain), &members); err != nil {
			t.Fatal(err)
		}
		var changed map[string]json.RawMessage
		if err := decoder.Decode(&changed); err != nil {
			t.Fatalf("%s: %v", differences, err)
		}
		for name, member := range changed {
			if members[name] = member; string(member) == "null" {
				delete(members, name)
			}
		}
		d = d.With(statementOf(t, members))
	}
	return d
}
