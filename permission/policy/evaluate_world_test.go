package policy_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The values of random grants and calls. They are few, so that calls often match
// grants.
var (
	worldPrincipals = []string{
		"*", "s3.amazonaws.com", "sns.amazonaws.com", "cloudfront.amazonaws.com", "alexa-appkit.amazon.com", "123456789012", "210987654321",
		"arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/r", "arn:aws:iam::123456789012:user/u", "arn:aws:iam::210987654321:role/r",
		"arn:aws:sts::210987654321:assumed-role/r/s",
	}
	worldActions    = []string{"lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:GetFunction", "lambda:*", "*"}
	worldQualifiers = []string{"", "1", "live"}
	worldSources    = []string{"arn:aws:s3:::uploads", "arn:aws:s3:::*", "arn:aws:sns:us-east-1:123456789012:t", "arn:aws:sns:us-east-1:123456789012:*"}
	worldAccounts   = []string{"123456789012", "210987654321"}
	worldOrgs       = []string{"o-a1b2c3d4e5", "o-zzzzzzzzzz"}
	worldTokens     = []string{"amzn1.ask.skill.1", "amzn1.ask.skill.2"}
	worldAuthTypes  = []string{"NONE", "AWS_IAM"}
)

// randomRequest returns a random grant on the function f. Some grants have combinations
// that the service refuses.
func randomRequest(r *rand.Rand) validate.Request {
	sometimes := func(list []string) string {
		if r.IntN(3) > 0 {
			return ""
		}
		return pick(r, list)
	}
	req := validate.Request{
		FunctionName: "f", Qualifier: pick(r, worldQualifiers), StatementId: "s",
		Action: pick(r, worldActions), Principal: pick(r, worldPrincipals),
		SourceArn: sometimes(worldSources), SourceAccount: sometimes(worldAccounts), PrincipalOrgID: sometimes(worldOrgs), EventSourceToken: sometimes(worldTokens),
	}
	if req.Action == "lambda:InvokeFunctionUrl" {
		req.FunctionUrlAuthType = sometimes(worldAuthTypes)
	}
	if req.Action == "lambda:InvokeFunction" && r.IntN(4) == 0 {
		via := r.IntN(2) == 0
		req.InvokedViaFunctionUrl = &via
	}
	return req
}

// worldCalls returns calls by every caller, directly and through function URLs, of the
// function, a version and an alias.
func worldCalls() []policy.Invocation {
	var calls []policy.Invocation
	for _, qualifier := range worldQualifiers {
		f := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:f")
		if qualifier != "" {
			q, err := arn.ParseQualifier(qualifier)
			if err != nil {
				panic(err)
			}
			f = f.WithQualifier(q)
		}
		for _, c := range worldCallers() {
			for _, action := range []string{"", "lambda:GetFunction"} {
				calls = append(calls, policy.Invocation{Function: f, Action: action, Caller: c})
			}
			for _, authType := range worldAuthTypes {
				calls = append(calls, policy.Invocation{Function: f, Caller: policy.FunctionUrl{AuthType: authType, Caller: c}})
			}
		}
	}
	return calls
}

func worldCallers() []policy.Caller {
	callers := []policy.Caller{
		policy.Anonymous{}, policy.AlexaSkill{},
		policy.AlexaSkill{EventSourceToken: worldTokens[0]}, policy.AlexaSkill{EventSourceToken: worldTokens[1]},
		policy.Service{Name: "cloudfront.amazonaws.com"},
		policy.Service{Name: "s3.amazonaws.com", OtherNames: []string{"s3.us-east-1.amazonaws.com"}, SourceArn: "arn:aws:s3:::other", SourceAccount: worldAccounts[1]},
		policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: worldAccounts[0]},
		policy.Service{Name: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t", SourceAccount: worldAccounts[0]},
	}
	for _, name := range []string{
		"iam::123456789012:root", "iam::123456789012:role/r", "iam::123456789012:user/u", "sts::123456789012:assumed-role/r/s",
		"iam::210987654321:role/r", "sts::210987654321:assumed-role/r/s", "sts::210987654321:assumed-role/r/t",
	} {
		for _, its := range []policy.IdentityPolicy{policy.IdentityPolicyUnknown, policy.IdentityPolicyAllows, policy.IdentityPolicySilent} {
			callers = append(callers, policy.IAMPrincipal{ARN: "arn:aws:" + name, PrincipalOrgID: worldOrgs[0], IdentityPolicy: its})
		}
	}
	return callers
}

// Elements of statements for the callers of worldCallers, as JSON.
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

// A randomEvaluated has the elements of a random statement, as randomGrant, from the
// lists above.
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

// If a covers b, a allows every call that b allows. Equivalent statements have the same
// verdict for every call. The checks of the counts make sure that there are enough
// pairs and calls of each kind.
func TestEvaluateAgreesWithCovers(t *testing.T) {
	pairs := 2000
	if testing.Short() {
		pairs = 400
	}
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
			isAllowed := matches && byB.Verdict() > policy.Unsupported // by b, not only by the identity policy
			if isAllowed {
				allowed++
			}
			if byA.Verdict() == policy.Unsupported {
				undecided++
			}
			if isAllowed && byA.Verdict() < byB.Verdict() {
				t.Fatalf("a covers b and allows less: %+v\na: %s: %v\nb: %s: %v", call, a, byA, b, byB)
			}
			if isEquivalent && byA.Verdict() != byB.Verdict() {
				t.Fatalf("a and b are equivalent and have different verdicts: %+v\na: %s: %v\nb: %s: %v", call, a, byA, b, byB)
			}
		}
	}
	t.Logf("%d pairs: %d where a covers b, %d of them equivalent; %d calls allowed by b, %d undecided for a", pairs, covered, equivalent, allowed, undecided)
	// With fewer the test would show little.
	for _, count := range []struct {
		name       string
		got, least int
	}{
		{"pairs where a covers b", covered, pairs / 20}, {"equivalent pairs", equivalent, pairs / 50},
		{"allowed calls", allowed, pairs}, {"undecided calls", undecided, pairs},
	} {
		if count.got < count.least {
			t.Errorf("%s: got %d, want at least %d", count.name, count.got, count.least)
		}
	}
}

// For random grants, the statement of NewStatement, the statement that the in-memory
// service returns, over HTTP and in process, and its policy afterwards have the same
// decision for every call, with the same reasons.
func TestEvaluateWhatTheServiceStores(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("f")
	server.CreateAlias("f", "live", server.PublishVersion("f"))
	clients := []permission.API{server.Client(), server.API()}

	const grants = 60
	r := rand.New(rand.NewPCG(3, 4))
	calls := worldCalls()
	verdicts := map[policy.Verdict]int{}
	for n := 0; n < grants; {
		req := randomRequest(r)
		if validate.Current.Check(req) != nil {
			continue
		}
		built := policy.Document{}.With(build(t, req))
		added, inPolicy := addAndRemove(t, clients[n%len(clients)], req)
		n++
		for _, call := range calls {
			want := built.Evaluate(call)
			verdicts[want.Verdict()]++
			for _, d := range []policy.Document{policy.Document{}.With(added), inPolicy} {
				if diff := cmp.Diff(everythingSaid(want), everythingSaid(d.Evaluate(call))); diff != "" {
					t.Fatalf("%s\nin the service %s\n%+v (-want +got):\n%s", built, d, call, diff)
				}
			}
		}
	}
	t.Logf("%d grants, %d calls each: %v", grants, len(calls), verdicts)
	for _, v := range []policy.Verdict{policy.Denied, policy.Unsupported, policy.AllowedIfIdentityPolicy, policy.Allowed} {
		if verdicts[v] < grants {
			t.Errorf("%d calls were %v, want at least one for each grant: %v", verdicts[v], v, verdicts)
		}
	}
}

// addAndRemove adds a grant and removes it again. It returns the statement that the
// service returned, and the policy with only this statement.
func addAndRemove(t *testing.T, client permission.API, req validate.Request) (policy.Statement, policy.Document) {
	t.Helper()
	added, err := client.AddPermission(t.Context(), permission.NewAddPermissionInput(req))
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: &req.FunctionName, Qualifier: optional(req.Qualifier)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.RemovePermission(t.Context(), &permission.RemovePermissionInput{
		FunctionName: &req.FunctionName, Qualifier: optional(req.Qualifier), StatementId: &req.StatementId,
	})
	if err != nil {
		t.Fatal(err)
	}
	return mustStatement(t, aws.ToString(added.Statement)), mustDocument(t, aws.ToString(got.Policy))
}

// A grant with SourceArn and SourceAccount allows calls by that service for that
// source of that account, and by no other caller of the world.
func TestEvaluateNobodyElse(t *testing.T) {
	d := policy.Document{}.With(build(t, validate.Request{
		FunctionName: "f", Qualifier: "live", StatementId: "s", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012",
	}))
	want := policy.Invocation{
		Function: arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:f:live"),
		Caller:   policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012"},
	}
	for _, call := range worldCalls() {
		if _, _, matched := d.Evaluate(call).Statement(); matched != reflect.DeepEqual(want, call) {
			t.Errorf("%+v: %v, want it allowed only for the source of the grant", call, d.Evaluate(call))
		}
	}
}
