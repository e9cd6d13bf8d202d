package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// statementView has the results of all accessors of a Statement.
type statementView struct {
	Sid, Effect               string
	Principals, NotPrincipals []policy.Principal
	Actions, NotActions       []string
	Resources, NotResources   []string
	Conditions                []policy.Condition
	UnknownMembers            []string
	Raw                       string
}

func view(s policy.Statement) statementView {
	return statementView{
		s.Sid(), s.Effect(), s.Principals(), s.NotPrincipals(), s.Actions(), s.NotActions(),
		s.Resources(), s.NotResources(), s.Conditions(), s.UnknownMembers(), s.Raw(),
	}
}

// wantEqual fails the test if the named value got is not want.
func wantEqual[T comparable](t testing.TB, name string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// wantContains fails the test if the named text does not contain part.
func wantContains(t testing.TB, name, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("%s: got %q, want one with %q", name, text, part)
	}
}

func mustStatement(t testing.TB, text string) policy.Statement {
	t.Helper()
	s, err := policy.ParseStatement(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustDocument(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const fn = "arn:aws:lambda:us-east-1:111111111111:function:fn"

func yes() *bool { b := true; return &b }

func no() *bool { b := false; return &b }

// s3Invoke is a plain grant; with returns a changed copy of it.
var s3Invoke = validate.Request{StatementId: "s", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com", FunctionName: "fn"}

func with(change func(*validate.Request)) validate.Request {
	req := s3Invoke
	change(&req)
	return req
}

// build returns the statement of a request for a function in account 123456789012.
// FunctionName may have any form.
func build(t testing.TB, req validate.Request) policy.Statement {
	t.Helper()
	f, err := arn.ParseFunction(req.FunctionName)
	if err != nil {
		t.Fatal(err)
	}
	f = f.Complete("aws", "us-east-1", "123456789012")
	if req.Qualifier != "" {
		q, err := arn.ParseQualifier(req.Qualifier)
		if err != nil {
			t.Fatal(err)
		}
		f = f.WithQualifier(q)
	}
	s, err := policy.NewStatement(req, f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// grantWith returns the statement of a plain grant with some members changed;
// members is a piece of JSON such as `"Principal":"*"`.
func grantWith(t testing.TB, members string) policy.Statement {
	t.Helper()
	text := "{" + members
	for name, member := range map[string]string{
		"Effect":    `"Allow"`,
		"Principal": `{"Service":"s3.amazonaws.com"}`,
		"Action":    `"lambda:InvokeFunction"`,
		"Resource":  `"arn:aws:lambda:us-east-1:111111111111:function:fn"`,
	} {
		if !strings.Contains(members, `"`+name+`":`) && !strings.Contains(members, `"Not`+name+`":`) {
			if len(text) > 1 {
				text += ","
			}
			text += `"` + name + `":` + member
		}
	}
	return mustStatement(t, text+"}")
}

func condition(operator, value string) string {
	return `"Condition":{"` + operator + `":{"k":` + value + `}}`
}

func statementOf(t testing.TB, members map[string]json.RawMessage) policy.Statement {
	t.Helper()
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return mustStatement(t, string(text))
}

// full returns a document of n similar statements.
func full(t testing.TB, n int) policy.Document {
	t.Helper()
	list := make([]policy.Statement, n)
	for i := range list {
		list[i] = mustStatement(t, strings.ReplaceAll(`{"Sid":"s-N","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:my-function","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/rule-N"}}}`, "N", string(rune('a'+i/26/26%26))+string(rune('a'+i/26%26))+string(rune('a'+i%26))))
	}
	return policy.Document{}.With(list...)
}

const thumbnail = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// plain is the statement that differingFromPlain changes.
const plain = `{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"}`

// Callers of evaluateTests. The function is in account 123456789012.
var (
	bucket = policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012"}

	ownUser    = policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:user/u"}
	ownRole    = policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:role/r"}
	ownSession = policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:assumed-role/r/s"}
	ownRoot    = policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:root"}

	otherRole    = policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:role/r", PrincipalOrgID: "o-a1b2c3d4e5"}
	otherSession = policy.IAMPrincipal{ARN: "arn:aws:sts::210987654321:assumed-role/r/s"}
)

// from returns a direct invocation of the unqualified function.
func from(c policy.Caller) policy.Invocation {
	return policy.Invocation{Function: arn.MustParseFunction(thumbnail), Caller: c}
}

// on returns a direct invocation of a version or alias by the bucket.
func on(qualifier string) policy.Invocation {
	return policy.Invocation{Function: arn.MustParseFunction(thumbnail + ":" + qualifier), Caller: bucket}
}

// to returns a call of another action.
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

func denies(p policy.IAMPrincipal) policy.IAMPrincipal {
	p.IdentityPolicy = policy.IdentityPolicyDenies
	return p
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

// differingFromPlain returns a policy of statements that are plain with some members
// changed; a member null is left out.
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

// throughURL returns an invocation through a function URL.
func throughURL(authType string, c policy.Caller) policy.Invocation {
	return from(policy.FunctionUrl{AuthType: authType, Caller: c})
}
