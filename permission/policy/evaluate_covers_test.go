package policy_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Pieces of statements for the callers of the world, as JSON.
var (
	evaluatePrincipals = []string{
		`"*"`, `{"AWS":"*"}`, `{"AWS":"123456789012"}`, `{"AWS":"210987654321"}`, `{"AWS":"arn:aws:iam::210987654321:root"}`, `{"AWS":"arn:aws:iam::210987654321:role/r"}`,
		`{"AWS":"arn:aws:iam::123456789012:role/r"}`, `{"AWS":"arn:aws:sts::210987654321:assumed-role/r/s"}`, `{"AWS":["arn:aws:iam::123456789012:user/u","210987654321"]}`,
		`{"Service":"s3.amazonaws.com"}`, `{"Service":["s3.amazonaws.com","sns.amazonaws.com"]}`, `{"Service":"alexa-appkit.amazon.com","AWS":"123456789012"}`,
		`{"AWS":"AROAEXAMPLEID1234567"}`, `{"Service":"*"}`, `{"Federated":"p"}`, `{}`,
	}
	evaluateActions = []string{
		`"*"`, `"lambda:*"`, `"lambda:Invoke*"`, `"LAMBDA:invokefunction"`, `"lambda:InvokeFunction"`, `["lambda:InvokeFunction","lambda:InvokeFunctionUrl"]`, `"lambda:Get*"`, `"*:Invoke*"`, `[]`,
	}
	evaluateResources = []string{
		`"*"`, `"arn:aws:lambda:us-east-1:123456789012:function:f"`, `"arn:aws:lambda:us-east-1:123456789012:function:f:*"`, `"arn:aws:lambda:us-east-1:123456789012:function:f:live"`,
		`"arn:aws:lambda:*:123456789012:function:f*"`, `"arn:aws:lambda:us-east-1:*:function:?"`, `"arn:aws:lambda:*"`,
		`["arn:aws:lambda:us-east-1:123456789012:function:f","arn:aws:lambda:us-east-1:123456789012:function:f:1"]`, `"arn:aws:lambda:us-east-1:123456789012:function:${v}"`,
	}
	evaluateOperators = []string{
		"StringEquals", "StringLike", "ArnLike", "ArnEquals", "Bool", "Null", "StringEqualsIgnoreCase", "NumericEquals", "IpAddress",
		"StringEqualsIfExists", "StringLikeIfExists", "ArnLikeIfExists", "BoolIfExists", "StringNotEquals", "StringNotLike", "ArnNotLike",
		"ForAnyValue:StringLike", "ForAllValues:StringEquals", "stringequals",
	}
	evaluateKeys = []string{
		"aws:SourceArn", "AWS:SourceArn", "AWS:SourceAccount", "aws:PrincipalOrgID", "lambda:EventSourceToken", "lambda:FunctionUrlAuthType", "lambda:InvokedViaFunctionUrl",
		"aws:PrincipalIsAWSService", "aws:PrincipalServiceNamesList", "aws:PrincipalArn", "aws:SourceIp",
	}
	evaluateValues = []string{
		`"arn:aws:s3:::uploads"`, `"arn:aws:s3:::*"`, `"arn:aws:*:*:*:*"`, `"arn:*"`, `"*"`, `"arn:aws:s3:::?ploads"`, `["arn:aws:s3:::uploads","arn:aws:s3:::other"]`,
		`"123456789012"`, `"*12"`, `["123456789012","210987654321"]`, `"o-a1b2c3d4e5"`, `"o-*"`, `"amzn1.ask.skill.1"`, `"NONE"`, `"none"`, `"true"`, `true`, `"false"`,
		`"s3.*"`, `"s3.amazonaws.com"`, `"${v}"`, `["${v}","NONE"]`, `[]`,
	}
)

// A randomEvaluated is a statement in the making: as randomGrant, from the
// pieces above.
type randomEvaluated [9]string

func (g *randomEvaluated) draw(r *rand.Rand, place int) {
	lists := [len(g)][]string{
		evaluatePrincipals, evaluateActions, evaluateResources, evaluateOperators, evaluateKeys, evaluateValues, evaluateOperators, evaluateKeys, evaluateValues,
	}
	g[place] = pick(r, lists[place])
}

func newRandomEvaluated(r *rand.Rand) randomEvaluated {
	var g randomEvaluated
	for place := range g {
		g.draw(r, place)
	}
	return g
}

func (g randomEvaluated) changed(r *rand.Rand) randomEvaluated {
	g.draw(r, r.IntN(len(g)))
	return g
}

// No call is allowed by b and not by an a that covers b, and statements that
// are equivalent give one answer to all. The least numbers keep the test from
// losing its grip unseen.
func TestEvaluateAgreesWithCovers(t *testing.T) {
	const pairs = 2000
	r := rand.New(rand.NewPCG(5, 6))
	calls := worldCalls()
	covered, equivalent, allowed, undecided := 0, 0, 0, 0
	for range pairs {
		g := newRandomEvaluated(r)
		a := randomGrant(g).statement(t, r.IntN(3))
		b := randomGrant(g.changed(r)).statement(t, r.IntN(3))
		isEquivalent := a.Equivalent(b)
		if !isEquivalent && !policy.Covers(a, b) {
			continue
		}
		covered++
		if isEquivalent {
			equivalent++
		}
		forA, forB := policy.Document{}.With(a), policy.Document{}.With(b)
		for _, call := range calls {
			byA, byB := forA.Evaluate(call), forB.Evaluate(call)
			_, _, matches := byB.Statement()
			isAllowed := matches && byB.Verdict() > policy.Unsupported // by b, not by the identity policy alone
			if isAllowed {
				allowed++
			}
			if byA.Verdict() == policy.Unsupported {
				undecided++
			}
			if isAllowed && byA.Verdict() < byB.Verdict() || isEquivalent && byA.Verdict() != byB.Verdict() {
				t.Fatalf("%+v\na: %s: %v\nb: %s: %v", call, a, byA, b, byB)
			}
		}
	}
	t.Logf("%d pairs: %d where a covers b, %d of them equivalent; %d calls allowed by b, %d undecided for a", pairs, covered, equivalent, allowed, undecided)
	if covered < pairs/20 || equivalent < pairs/50 || allowed < pairs || undecided < pairs {
		t.Errorf("too few: of %d pairs %d covered, %d equivalent; %d calls allowed, %d undecided", pairs, covered, equivalent, allowed, undecided)
	}
}
