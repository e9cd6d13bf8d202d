package policy_test

import (
	"math/rand/v2"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A small world for searches: few callers, functions and values, so that they
// often meet.
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

// randomRequest returns a grant on the function f of this world. Some have
// combinations that the service refuses.
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

// worldCalls are all calls of this world: every caller, directly and through
// function URLs, of the function, a version and an alias.
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
