package policy_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// An evaluateTest is a policy, a call and the expected decision.
type evaluateTest struct {
	statements string // differences from plain, an object for each statement
	call       policy.Invocation
	want       policy.Verdict
	says       string // part of the Decision's texts, Why or Reasons
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
			t.Errorf("%s\n%+v: texts %q, want %q in them", d, tt.call, text, tt.says)
		}
	}
}

// The called function and action: Resource and Action of a statement.
var targetTests = []evaluateTest{
	// An unqualified permission applies to the unqualified ARN.
	{`{}`, from(bucket), policy.Allowed, "statement 1 matches"},
	// It does not apply to a version, an alias or $LATEST.
	{`{}`, on("2"), policy.Denied, "Resource " + thumbnail + ":2 is not " + thumbnail},
	{`{}`, on("PROD"), policy.Denied, ""},
	{`{}`, on("$LATEST"), policy.Denied, ""},
	// A permission on a version applies only to the ARN with that version.
	{`{"Resource":"` + thumbnail + `:2"}`, on("2"), policy.Allowed, ""},
	{`{"Resource":"` + thumbnail + `:2"}`, on("22"), policy.Denied, ""},
	{`{"Resource":"` + thumbnail + `:2"}`, from(bucket), policy.Denied, ""},
	// A permission on an alias applies only to the alias's ARN, in its own case.
	{`{"Resource":"` + thumbnail + `:PROD"}`, on("PROD"), policy.Allowed, ""},
	{`{"Resource":"` + thumbnail + `:PROD"}`, on("prod"), policy.Denied, ""},
	// Another region, account or name is another function.
	{`{"Resource":"arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail"}`, from(bucket), policy.Denied, ""},
	{`{"Resource":"arn:aws:lambda:us-east-1:210987654321:function:Thumbnail"}`, from(bucket), policy.Denied, ""},
	{`{"Resource":"` + thumbnail + `s"}`, from(bucket), policy.Denied, ""},
	// One entry of several is enough.
	{`{"Resource":["` + thumbnail + `:1","` + thumbnail + `"]}`, from(bucket), policy.Allowed, ""},
	{`{"Resource":["` + thumbnail + `:1","` + thumbnail + `:2"]}`, from(bucket), policy.Denied, "is not one of " + thumbnail + ":1, " + thumbnail + ":2"},
	// Up to four entries are named; of five or more, the first three.
	{`{"Resource":["a","b","c","d"]}`, from(bucket), policy.Denied, "is not one of a, b, c, d"},
	{`{"Resource":["a","b","c","d","e"]}`, from(bucket), policy.Denied, "is not one of a, b, c and 2 more"},
	// Wildcards match within the six parts of the ARN; the last part may have colons.
	{`{"Resource":"*"}`, from(bucket), policy.Allowed, ""},
	{`{"Resource":"` + thumbnail + `:*"}`, on("PROD"), policy.Allowed, ""},
	{`{"Resource":"` + thumbnail + `:*"}`, from(bucket), policy.Denied, "does not match"},
	{`{"Resource":"` + thumbnail + `:?"}`, on("22"), policy.Denied, ""},
	{`{"Resource":"arn:aws:lambda:*:123456789012:function:Thumb*"}`, from(bucket), policy.Allowed, ""},
	// It is not documented whether a * at the end of a segment matches the colons after
	// it. A pattern that matches only if it does is undecided.
	{`{"Resource":"arn:aws:lambda:us-east-1:*:Thumbnail"}`, from(bucket), policy.Unsupported, "it is not known whether Resource"},
	{`{"Resource":"arn:aws:lambda:*:function:Thumbnail"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":"arn:aws:lambda:us-*:function:Thumb*"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":"arn:aws:lambda:us-e*-1:123456789012:fun*:PROD"}`, on("PROD"), policy.Allowed, ""},
	{`{"Resource":"arn:aws:lambda:us-e*:PROD:*:*"}`, on("PROD"), policy.Denied, ""},
	// A * within a segment matches only inside the segment, also if another * ends a
	// segment.
	{`{"Resource":"arn:aws:lam*a:*:function:Thumbnail"}`, from(bucket), policy.Unsupported, ""},
	// In the sixth segment every * may match colons.
	{`{"Resource":"arn:aws:lambda:*:function:Thu*D"}`, on("PROD"), policy.Unsupported, ""},
	// The same patterns in a Deny, and in NotResource.
	{`{} {"Effect":"Deny","Resource":"arn:aws:lambda:us-east-1:*:Thumbnail"}`, from(bucket), policy.Unsupported, "statement 2: it is not known whether Resource"},
	{`{} {"Effect":"Deny","Resource":"arn:aws:lambda:*:function:Thumbnail"}`, from(bucket), policy.Unsupported, ""},
	{`{} {"Effect":"Deny","Resource":"arn:aws:lambda:us-*:function:Thumb*"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":null,"NotResource":"arn:aws:lambda:us-east-1:*:Thumbnail"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":null,"NotResource":"arn:aws:lambda:*:function:Thumbnail"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":null,"NotResource":"arn:aws:lambda:us-*:function:Thumb*"}`, from(bucket), policy.Unsupported, ""},
	{`{} {"Effect":"Deny","Resource":null,"NotResource":"arn:aws:lambda:us-*:function:Thumb*"}`, from(bucket), policy.Unsupported, ""},
	// An undecided pattern makes no difference if another statement or another entry
	// decides.
	{`{"Resource":"arn:aws:lambda:us-east-1:*:Thumbnail"} {}`, from(bucket), policy.Allowed, "statement 2 matches"},
	{`{"Resource":["arn:aws:lambda:us-east-1:*:Thumbnail","*"]}`, from(bucket), policy.Allowed, ""},
	{`{"Resource":["arn:aws:lambda:us-east-1:*:Thumbnail","arn:aws:lambda:us-east-1:*:Thumbnail"]}`, from(bucket), policy.Unsupported, ""},
	{`{} {"Effect":"Deny","Action":"lambda:GetFunction","Resource":"arn:aws:lambda:us-east-1:*:Thumbnail"}`, from(bucket), policy.Allowed, ""},
	// A * within a segment and a ? do not match colons.
	{`{"Resource":"arn:aws:lam*2:function:Thumbnail:PROD"}`, on("PROD"), policy.Denied, "does not match"},
	{`{"Resource":"arn:aws:lambda:us-east-1:1*n:Thumbnail:PROD"}`, on("PROD"), policy.Denied, ""},
	{`{"Resource":"arn:aws:lambda:us-east-1?123456789012:function:Thumbnail:PROD"}`, on("PROD"), policy.Denied, ""},
	{`{"Resource":"arn:aws:lambda:us-east-?:*:function:T?umbnail"}`, from(bucket), policy.Allowed, ""},
	// A pattern that does not match in either interpretation does not match.
	{`{"Resource":"arn:aws:lambda:*:function:Other"}`, from(bucket), policy.Denied, ""},
	{`{"Resource":"arn:aws:s3:*:*:*:*"}`, from(bucket), policy.Denied, ""},
	// IAM completes some ARNs with missing segments, so that they are undecided if any
	// way of completing them would match.
	{`{"Resource":"arn:aws:lambda:*"}`, from(bucket), policy.Unsupported, "it is not known whether Resource"},
	{`{"Resource":"arn:aws:lambda"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":"arn:*Thumbnail"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":"arn:aws:s3:*"}`, from(bucket), policy.Denied, ""},
	{`{"Resource":"Thumbnail"}`, from(bucket), policy.Denied, ""},
	// An ARN begins with "arn"; a pattern in place of "arn" is undecided.
	{`{"Resource":"*:aws:lambda:us-east-1:123456789012:function:Thumbnail"}`, from(bucket), policy.Unsupported, ""},
	// A pattern with all six segments is not completed, and a * within a segment does
	// not match colons.
	{`{"Resource":"*:aws:lambda:us-e*2:function:Thumbnail"}`, from(bucket), policy.Denied, "does not match"},
	// Policy variables are undecided; the old version of the language does not have
	// them.
	{`{"Resource":"` + thumbnail + `${aws:username}"}`, from(bucket), policy.Unsupported, ""},
	// NotResource matches everything that is not listed.
	{`{"Resource":null,"NotResource":"` + thumbnail + `"}`, from(bucket), policy.Denied, "is excluded by NotResource"},
	{`{"Resource":null,"NotResource":"` + thumbnail + `"}`, on("PROD"), policy.Allowed, ""},
	// A statement with neither form, with both forms or with an empty list is
	// undecided.
	{`{"Resource":null}`, from(bucket), policy.Unsupported, "does not have exactly one of Resource and NotResource"},
	{`{"NotResource":"x"}`, from(bucket), policy.Unsupported, ""},
	{`{"Resource":[]}`, from(bucket), policy.Unsupported, "is empty"},

	// The case of an action does not matter.
	{`{"Action":"LAMBDA:invokefunction"}`, from(bucket), policy.Allowed, ""},
	{`{}`, to("lambda:INVOKEFUNCTION", bucket), policy.Allowed, ""},
	// Another action is denied.
	{`{"Action":"lambda:GetFunction"}`, from(bucket), policy.Denied, "Action lambda:InvokeFunction is not lambda:GetFunction"},
	{`{"Action":"lambda:InvokeFunctionUrl"}`, from(bucket), policy.Denied, ""},
	// A wildcard stands for any characters, and ? for one.
	{`{"Action":"lambda:Invoke*"}`, from(bucket), policy.Allowed, ""},
	{`{"Action":"lambda:INVOKEFUNCTIO?"}`, from(bucket), policy.Allowed, ""},
	{`{"Action":"lambda:InvokeFunction?"}`, from(bucket), policy.Denied, "does not match"},
	{`{"Action":["s3:*","*"]}`, to("lambda:GetFunction", bucket), policy.Allowed, ""},
	// Actions of another service do not match.
	{`{"Action":"s3:*"}`, from(bucket), policy.Denied, ""},
	// The Kelvin sign is not a K.
	{`{"Action":"lambda:Invo\u212aeFunction"}`, from(bucket), policy.Denied, ""},
	// Wildcards in place of the service are not documented.
	{`{"Action":"*:InvokeFunction"}`, from(bucket), policy.Unsupported, ""},
	{`{"Action":"*:GetFunction"}`, from(bucket), policy.Denied, ""},
	// NotAction matches everything that is not listed.
	{`{"Action":null,"NotAction":"lambda:Get*"}`, from(bucket), policy.Allowed, ""},
	{`{"Action":null,"NotAction":["s3:*","lambda:Invoke*"]}`, from(bucket), policy.Denied, "is excluded by NotAction"},
}

func TestEvaluateTarget(t *testing.T) { runEvaluateTests(t, targetTests) }

const deny = `{"Sid":"block","Effect":"Deny","Principal":"*"}`

// The Effect, several statements, and unknown members.
var statementsTests = []evaluateTest{
	// A policy without statements denies.
	{``, from(bucket), policy.Denied, "no statement matches"},
	// One statement of several is enough.
	{`{"Action":"lambda:GetFunction"} {}`, from(bucket), policy.Allowed, "statement 2 matches"},
	// A Deny that matches wins at any position.
	{deny + `{}`, from(bucket), policy.Denied, "statement 1 (block) denies it"},
	{`{}` + deny, from(bucket), policy.Denied, "statement 2 (block) denies it"},
	{`{"Principal":"*"}` + deny, from(allows(ownRole)), policy.Denied, ""},
	// The text names the first of several statements that match, or that may match.
	{deny + deny, from(bucket), policy.Denied, "statement 1 (block) denies it"},
	{`{} {"Effect":"deny"} {"Effect":"deny"}`, from(bucket), policy.Unsupported, "Unsupported: statement 2: the Effect deny"},
	// The text names the first of several Allows that grant the same, or that may grant
	// the same.
	{`{"Principal":{"AWS":"210987654321"}} {"Principal":{"AWS":"210987654321"}}`, from(otherRole), policy.AllowedIfIdentityPolicy, "AllowedIfIdentityPolicy: statement 1 matches"},
	{`{"Effect":"allow"} {"Effect":"allow"}`, from(bucket), policy.Unsupported, "Unsupported: statement 1: the Effect allow"},
	// A Deny that does not match changes nothing.
	{`{} {"Effect":"Deny","Principal":{"Service":"sns.amazonaws.com"}}`, from(bucket), policy.Allowed, ""},
	// If a Deny may match, only a call that would be allowed without it is undecided.
	{`{} {"Effect":"Deny","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}`, from(bucket), policy.Unsupported,
		"statement 2: it is not known which value the call has for aws:CurrentTime"},
	{`{"Effect":"Deny","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}`, from(bucket), policy.Denied, "no statement matches"},
	// An Allow that may match makes a call undecided, unless another Allow matches.
	{`{"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`, from(bucket), policy.Unsupported, "aws:SourceIp"},
	{`{"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}} {}`, from(bucket), policy.Allowed, "statement 2 matches"},
	// It makes no difference if another part of the statement does not match, before or
	// after it.
	{`{"Action":"lambda:GetFunction","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`, from(bucket), policy.Denied, ""},
	{`{"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringEquals":{"aws:SourceAccount":"210987654321"}}}`, from(bucket), policy.Denied,
		"SourceAccount 123456789012 is not 210987654321"},
	// An unknown member may be a misspelt condition.
	{`{"condition":{"Bool":{"aws:SecureTransport":"true"}}}`, from(bucket), policy.Unsupported, "a member that is not known: condition"},
	// An unknown Effect may stand for Allow or for Deny.
	{`{"Effect":"allow"}`, from(bucket), policy.Unsupported, "the Effect allow is neither Allow nor Deny"},
	{`{} {"Effect":"deny"}`, from(bucket), policy.Unsupported, "statement 2"},
	{`{"Effect":null} {"Effect":"Deny"}`, from(bucket), policy.Denied, "statement 2 denies it"},
}

func TestEvaluateStatements(t *testing.T) { runEvaluateTests(t, statementsTests) }

// Members of the document that concern its statements.
func TestEvaluateDocuments(t *testing.T) {
	variable := `{"Principal":"*","Action":"lambda:*","Resource":"*","Effect":"Allow","Condition":{"StringEquals":{"aws:SourceAccount":"${x}"}}}`
	for _, tt := range []struct {
		document string
		want     policy.Verdict
	}{
		// Policy variables were added in the Version of 2012; in older versions they
		// are text.
		{`{"Version":"2012-10-17","Statement":` + variable + `}`, policy.Unsupported},
		{`{"Version":"2008-10-17","Statement":` + variable + `}`, policy.Denied},
		{`{"Statement":` + variable + `}`, policy.Denied},
		// Other versions are not known.
		{`{"Version":"2020-01-01","Statement":` + plain + `}`, policy.Unsupported},
		// An unknown member may contain more statements.
		{`{"Version":"2012-10-17","Statement":` + plain + `,"statement":[]}`, policy.Unsupported},
		{`{"Version":"2012-10-17","Statement":` + plain + `}`, policy.Allowed},
	} {
		if got := mustDocument(t, tt.document).Evaluate(from(bucket)); got.Verdict() != tt.want {
			t.Errorf("%s: %v, want %v", tt.document, got, tt.want)
		}
	}
}

// An Invocation that is incomplete or contradicts itself is Unsupported.
var invocationsTests = []evaluateTest{
	{`{"Principal":"*"}`, policy.Invocation{}, policy.Unsupported, `the Function "" is not a full ARN`},
	{`{"Principal":"*"}`, policy.Invocation{Function: arn.MustParseFunction("Thumbnail"), Caller: bucket}, policy.Unsupported, "use its Complete method"},
	{`{"Principal":"*"}`, from(nil), policy.Unsupported, "no Caller"},
	{`{"Principal":"*"}`, from(&bucket), policy.Unsupported, "a *policy.Service cannot be the Caller"},
	{`{"Principal":"*"}`, to("InvokeFunction", bucket), policy.Unsupported, "the Action InvokeFunction is not one of Lambda's"},
	{`{"Principal":"*"}`, to("lambda:*", bucket), policy.Unsupported, ""},
	{`{"Principal":"*"}`, to("s3:GetObject", bucket), policy.Unsupported, ""},
	{`{"Principal":"*"}`, to("lambda:InvokeFunctionUrl", bucket), policy.Unsupported, "use the caller FunctionUrl"},
	{`{"Principal":"*"}`, to("lambda:GetFunction", policy.AlexaSkill{}), policy.Unsupported, ""},
	{`{"Principal":"*"}`, from(policy.Service{}), policy.Unsupported, `the service's Name ""`},
	{`{"Principal":"*"}`, from(policy.Service{Name: "*.amazonaws.com"}), policy.Unsupported, ""},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "123456789012"}), policy.Unsupported, "the ARN 123456789012 is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:group/g"}), policy.Unsupported, ""},
	// The name of an identity must be complete: user, role or session.
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:user/"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:user/path/"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:user"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:role/"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:role/path/"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:federated-user/"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:assumed-role/r/"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:assumed-role//s"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:assumed-role/r/s/x"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:session/x"}), policy.Unsupported, "is not that of a user"},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:role/*"}), policy.Unsupported, ""},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:assumed-role/r"}), policy.Unsupported, ""},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::123:user/u"}), policy.Unsupported, ""},
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam:us-east-1:123456789012:user/u"}), policy.Unsupported, "is not that of a user"},
}

func TestEvaluateInvocations(t *testing.T) { runEvaluateTests(t, invocationsTests) }

// Evaluate returns the documented verdict for every documented case, with and without
// the caller's identity policy.
//
// The cases have the final answers "allow" and "deny". With the identity policy the
// verdict must be Allowed or Denied; without it, AllowedIfIdentityPolicy stands for the
// answer of the identity policy.
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
				t.Errorf("%s: without the identity policy: %v, want %v", e.Note, open, want)
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

// invocationOf returns the Invocation with the context of the request, and fails the
// test if no caller has a key of it.
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
