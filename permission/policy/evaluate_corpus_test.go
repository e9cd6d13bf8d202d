package policy_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Every documented case comes out as documented, whether the caller's identity
// policy is told to Evaluate or not.
//
// The cases know "allow" and "deny", the final answers. So the answer must be
// Allowed or Denied if the identity policy is told; if not, an
// AllowedIfIdentityPolicy stands for what the identity policy does.
func TestEvaluateCorpus(t *testing.T) {
	for _, e := range corpus.Evaluations() {
		t.Run(e.ID, func(t *testing.T) {
			want := map[string]policy.Verdict{"allow": policy.Allowed, "deny": policy.Denied}[e.Expect]
			identity := map[string]policy.IdentityPolicy{"allow": policy.IdentityPolicyAllows, "none": policy.IdentityPolicySilent}[e.Request.Identity]

			told := documentOf(t, e).Evaluate(invocationOf(t, e.Request, identity))
			if told.Verdict() != want {
				t.Errorf("%s: %v, want %v", e.Note, told, want)
			}
			open := documentOf(t, e).Evaluate(invocationOf(t, e.Request, policy.IdentityPolicyUnknown))
			final := open.Verdict()
			if final == policy.AllowedIfIdentityPolicy {
				final = map[bool]policy.Verdict{true: policy.Allowed, false: policy.Denied}[identity == policy.IdentityPolicyAllows]
			}
			if final != want {
				t.Errorf("%s: identity policy not told: %v, want %v", e.Note, open, want)
			}
		})
	}
}

func documentOf(t *testing.T, e corpus.Evaluation) policy.Document {
	t.Helper()
	if string(e.Policy) == "null" {
		return policy.Document{}
	}
	return mustDocument(t, string(e.Policy))
}

// invocationOf finds the typed caller whose context is that of the request, and
// fails if a key of it is left.
func invocationOf(t *testing.T, r corpus.EvaluationRequest, identity policy.IdentityPolicy) policy.Invocation {
	t.Helper()
	context := map[string]string{}
	for key, value := range r.Context {
		context[strings.ToLower(key)] = value
	}
	take := func(key string) string {
		defer delete(context, key)
		return context[key]
	}
	v := policy.Invocation{Function: arn.MustParseFunction(r.Resource), Action: r.Action}
	switch {
	case r.Principal == "anonymous":
		take("lambda:functionurlauthtype")
		take("lambda:invokedviafunctionurl")
		v.Caller = policy.FunctionUrl{AuthType: "NONE"}
	case strings.HasPrefix(r.Principal, "arn:"):
		v.Caller = policy.IAMPrincipal{ARN: r.Principal, PrincipalOrgID: take("aws:principalorgid"), IdentityPolicy: identity}
	case strings.HasPrefix(r.Principal, "alexa-"):
		v.Caller = policy.AlexaSkill{Service: r.Principal, EventSourceToken: take("lambda:eventsourcetoken")}
	default:
		v.Caller = policy.Service{Name: r.Principal, SourceArn: take("aws:sourcearn"), SourceAccount: take("aws:sourceaccount")}
	}
	if len(context) > 0 {
		t.Fatalf("no caller has the context %v", r.Context)
	}
	return v
}
