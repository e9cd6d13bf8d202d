package policy_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// fuzzCaller makes a caller of any kind of four texts.
func fuzzCaller(kind byte, a, b, c, d string) policy.Caller {
	identity := policy.IdentityPolicy(kind / 16 % 4)
	switch kind % 8 {
	case 0:
		return policy.Service{Name: a, SourceArn: b, SourceAccount: c}
	case 1:
		return policy.Service{Name: a, OtherNames: strings.Split(d, " "), SourceArn: b}
	case 2:
		return policy.AlexaSkill{Service: a, EventSourceToken: fuzzToken}
	case 3:
		return policy.IAMPrincipal{ARN: a, PrincipalOrgID: b, IdentityPolicy: identity}
	case 4:
		return policy.Anonymous{}
	case 5:
		return nil
	case 6:
		return policy.FunctionUrl{AuthType: a, OnlyInvokeFunctionUrl: kind >= 128}
	}
	if kind >= 128 {
		return policy.FunctionUrl{AuthType: "AWS_IAM", Caller: policy.Service{Name: a, SourceArn: b}}
	}
	return policy.FunctionUrl{AuthType: "AWS_IAM", Caller: policy.IAMPrincipal{ARN: a, PrincipalOrgID: b, IdentityPolicy: identity}}
}

const fuzzToken = "amzn1.ask.skill.s3cr3t"

// Any policy and any call: an answer that is always the same, in texts of one
// line each without the token, and that moves the right way when a statement is
// added.
func FuzzEvaluate(f *testing.F) {
	for _, e := range corpus.Evaluations() {
		kind := byte(0)
		if strings.HasPrefix(e.Request.Principal, "arn:") {
			kind = 3
		}
		f.Add(string(e.Policy), e.Request.Resource, e.Request.Action, kind, e.Request.Principal, e.Request.Context["aws:SourceArn"], e.Request.Context["aws:SourceAccount"], "")
	}
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"1"},"NotAction":"a:*","NotResource":"*:?","Condition":{"ForAnyValue:StringNotLikeIfExists":{"aws:principalservicenameslist":["*","${a}"]}}}}`,
		thumbnail, "", byte(1), "logs.amazonaws.com", "", "", "a b")
	f.Add(`{"Statement":[{}]}`, thumbnail+":1", "", byte(6), "NONE", "", "", "")
	f.Add(`{"Statement":[]}`, thumbnail, "", byte(2), "", "", "", "")
	f.Add(`{"Statement":`+plain+`}`, thumbnail, "lambda:InvokeFunction", byte(7), "arn:aws:sts::1:assumed-role/a/b", "", "", "")
	f.Fuzz(func(t *testing.T, text, function, action string, kind byte, a, b, c, d string) {
		document, err := policy.Parse(text)
		name, errName := arn.ParseFunction(function)
		if err != nil || errName != nil {
			return
		}
		call := policy.Invocation{Function: name, Action: action, Caller: fuzzCaller(kind, a, b, c, d)}
		decision := document.Evaluate(call)
		checkDecision(t, document, decision)
		if said := everythingSaid(decision); said != everythingSaid(document.Evaluate(call)) || strings.Contains(said, fuzzToken) && !strings.Contains(text+a+function+action, fuzzToken) {
			t.Errorf("says %q, then %q", said, everythingSaid(document.Evaluate(call)))
		}
		checkAdding(t, document, call)
	})
}

// checkDecision checks that the parts of a decision agree.
func checkDecision(t *testing.T, document policy.Document, d policy.Decision) {
	t.Helper()
	statements := document.Statements()
	least := policy.Allowed
	for _, s := range d.Steps() {
		least = min(least, s.Verdict)
	}
	if least != d.Verdict() {
		t.Errorf("%v by %+v", d, d.Steps())
	}
	if s, index, ok := d.Statement(); ok != (index >= 0) || ok && s.Raw() != statements[index].Raw() {
		t.Errorf("%v by statement %d, %v: %s", d, index, ok, s)
	}
	for _, r := range d.Reasons() {
		if r.Sid != statements[r.Index].Sid() || r.Text == "" || strings.ContainsAny(r.String(), "\r\n") || !utf8.ValidString(r.Text) {
			t.Errorf("%+v for %s", r, statements[r.Index])
		}
	}
}

// checkAdding checks that a Deny for everybody leaves nobody but those whose
// answer does not depend on the policy, and that an Allow takes nothing away.
func checkAdding(t *testing.T, d policy.Document, call policy.Invocation) {
	t.Helper()
	everything := `"Principal":"*","Action":"*","Resource":"*"}`
	was := d.Evaluate(call).Verdict()
	if denied := d.With(mustStatement(t, `{"Effect":"Deny",`+everything)).Evaluate(call); denied.Verdict() > policy.Unsupported {
		t.Errorf("denied to all: %v", denied)
	}
	allowed := d.With(mustStatement(t, `{"Effect":"Allow",`+everything)).Evaluate(call)
	if allowed.Verdict() < was && was > policy.Unsupported {
		t.Errorf("%v, and allowed to all: %v", was, allowed)
	}
}
