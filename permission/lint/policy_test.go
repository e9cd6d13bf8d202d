package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A policyCase is a policy and the findings of one rule in it.
type policyCase struct {
	name       string
	requests   []validate.Request // the requests that were added, in order
	text       string             // the policy, if requests is nil
	statements []int              // positions of the rule's findings, 0 for the whole policy; nil without findings
}

func (c policyCase) document(t testing.TB) policy.Document {
	t.Helper()
	if c.text != "" {
		return parsePolicy(t, c.text)
	}
	return policyOf(t, c.requests...)
}

var (
	publicPair = []validate.Request{
		{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"},
		{Principal: "*", InvokedViaFunctionUrl: yes()},
	}
	cloudFrontPair = []validate.Request{
		{Principal: "cloudfront.amazonaws.com", Action: invokeURL, SourceArn: distribution},
		{Principal: "cloudfront.amazonaws.com", SourceArn: distribution},
	}
	topic = validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}
)

const (
	dead  = `{"Sid":"dead","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEID1234567"},"Action":"lambda:InvokeFunction","Resource":"` + functionARN + `"}`
	dead2 = `{"Sid":"dead","Effect":"Allow","Principal":{"AWS":["AROAEXAMPLEID1234567","AIDAEXAMPLEID1234567"]},"Action":"lambda:InvokeFunction","Resource":"` + functionARN + `"}`
)

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Id":"default","Statement":[` + strings.Join(statements, ",") + `]}`
}

func statement(principal, rest string) string {
	return `{"Sid":"x","Effect":"Allow","Principal":` + principal + `,"Action":"lambda:InvokeFunction","Resource":"` + functionARN + `"` + rest + `}`
}

// halves returns a policy that lets n roles call the function URL, but not the
// function.
func halves(n int) string {
	var roles []string
	for i := range n {
		roles = append(roles, fmt.Sprintf(`"arn:aws:iam::210987654321:role/r%d"`, i))
	}
	text := statement(`{"AWS":[`+strings.Join(roles, ",")+`]}`, "")
	return document(strings.Replace(text, `"lambda:InvokeFunction"`, `"lambda:InvokeFunctionUrl"`, 1))
}

var policyCases = map[string][]policyCase{
	lint.RuleURLPair: {
		{name: "one half", requests: publicPair[:1], statements: []int{1}},
		{name: "the other half", requests: publicPair[1:], statements: []int{1}},
		{name: "both halves", requests: publicPair},
		{name: "CloudFront's halves", requests: cloudFrontPair},
		// CheckPolicy does not search for the other halves of more than 32 principals.
		{name: "32 halves", text: halves(32), statements: []int{1}},
		{name: "33 halves", text: halves(33)},
		{name: "one of CloudFront's halves", requests: cloudFrontPair[:1], statements: []int{1}},
		// An unconditional grant to invoke includes invocations through the URL.
		{name: "invoking in any way", requests: []validate.Request{
			{Principal: role, Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"}, {Principal: role},
		}},
		{name: "all actions at once", requests: []validate.Request{{Principal: role, Action: "lambda:*"}}},
		{name: "a half for everybody includes the half for a role", requests: []validate.Request{
			{Principal: role, Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"}, {Principal: "*", InvokedViaFunctionUrl: yes()},
			{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"},
		}},
		// The halves are for different callers, so that nobody has both.
		{name: "halves of two roles", requests: []validate.Request{
			{Principal: role, Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"},
			{Principal: role + "2", InvokedViaFunctionUrl: yes()},
		}, statements: []int{1, 2}},
		{name: "halves on two aliases", requests: []validate.Request{
			{Qualifier: "a", Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"},
			{Qualifier: "b", Principal: "*", InvokedViaFunctionUrl: yes()},
		}, statements: []int{1, 2}},
		{name: "no function URL", requests: []validate.Request{{Principal: role}, topic}},
	},
	lint.RuleDeadPrincipal: {
		{name: "a role that was deleted", text: document(dead), statements: []int{1}},
		{name: "two principals of one statement are one finding", text: document(dead2), statements: []int{1}},
		{name: "a role whose name looks like an id", requests: []validate.Request{{Principal: "arn:aws:iam::123456789012:role/AROAEXAMPLEID1234567"}}},
	},
	lint.RuleDuplicate: {
		{name: "the later of two", requests: []validate.Request{topic, {Principal: role}, topic}, statements: []int{3}},
		{name: "the last two of three", requests: []validate.Request{topic, topic, topic}, statements: []int{2, 3}},
		{
			name:       "an account in two spellings",
			text:       document(statement(`{"AWS":"210987654321"}`, ""), statement(`{"AWS":["arn:aws:iam::210987654321:root"]}`, "")),
			statements: []int{2},
		},
		{name: "two topics", requests: []validate.Request{topic, {Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t2"}}},
		{name: "a wider statement is not a duplicate", requests: []validate.Request{topic, {Principal: "sns.amazonaws.com"}}},
		{name: "two aliases", requests: []validate.Request{{Qualifier: "a", Principal: role}, {Qualifier: "b", Principal: role}}},
	},
	lint.RuleCovered: {
		// The wider statement may stand before or after the narrower one.
		{name: "a wider statement after it", requests: []validate.Request{topic, {Principal: "sns.amazonaws.com"}}, statements: []int{1}},
		{name: "a wider statement before it", requests: []validate.Request{{Principal: "sns.amazonaws.com"}, topic}, statements: []int{2}},
		{name: "everybody", requests: []validate.Request{{Principal: role}, {Principal: "*"}}, statements: []int{1}},
		{name: "a wildcard", requests: []validate.Request{
			{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:us-east-1:123456789012:api/*/GET/pets/*"},
			{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:us-east-1:123456789012:api/*"},
		}, statements: []int{1}},
		// The two grants of a load balancer: the one without a source was added before
		// there was a target group.
		{name: "a load balancer", requests: []validate.Request{
			{Principal: "elasticloadbalancing.amazonaws.com", SourceArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg/1"},
			{Principal: "elasticloadbalancing.amazonaws.com"},
		}, statements: []int{1}},
		// The grants of the CDK and SAM for an API with a proxy resource.
		{name: "a route and its tail opened", requests: []validate.Request{
			apiGateway("api/prod/*/"), apiGateway("api/prod/*/{proxy+}"), apiGateway("api/prod/*/*"),
		}},
		{name: "a tail opened for another stage", requests: []validate.Request{
			apiGateway("api/prod/GET/pets"), apiGateway("api/*/*/*"),
		}, statements: []int{1}},
		{name: "a method opened, and its tail", requests: []validate.Request{
			apiGateway("api/prod/GET/pets"), apiGateway("api/prod/*/*"),
		}, statements: []int{1}},
		{name: "the end of a segment opened", requests: []validate.Request{
			apiGateway("api/prod/GET/pets1"), apiGateway("api/prod/GET/pets*"),
		}, statements: []int{1}},
		{name: "a tail opened two segments above", requests: []validate.Request{
			apiGateway("api/prod/GET/pets/1"), apiGateway("api/prod/GET/*"),
		}, statements: []int{1}},
		{name: "a tail opened for another service", requests: []validate.Request{
			events("rule/a/b"), events("rule/a/*"),
		}, statements: []int{1}},
		{name: "two that overlap", requests: []validate.Request{
			{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket"}, {Principal: "s3.amazonaws.com", SourceAccount: "123456789012"},
		}},
		{name: "the tail of a route is open in the first statement", requests: []validate.Request{
			apiGateway("api/prod/*/*"), apiGateway("api/prod/*/{proxy+}"),
		}},
		{name: "duplicates are not covered", requests: []validate.Request{topic, topic}},
	},
	lint.RulePolicySize: {
		{name: "above 18 KiB", requests: topics(100), statements: []int{0}},
		{name: "below", requests: topics(40)},
	},
	lint.RuleOtherCondition: {
		{name: "an operator of another kind", text: document(statement(`"*"`, `,"Condition":{"StringNotEquals":{"AWS:SourceAccount":"123456789012"}}`)), statements: []int{1}},
		{name: "a key that has no member", text: document(statement(`"*"`, `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`)), statements: []int{1}},
		{name: "an organization of the source", text: document(statement(`{"Service":"config.amazonaws.com"}`, `,"Condition":{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`)), statements: []int{1}},
		{name: "one of two conditions", text: document(statement(`{"Service":"s3.amazonaws.com"}`, `,"Condition":{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5","AWS:SourceAccount":"123456789012"}}`)), statements: []int{1}},
		{name: "conditions of AddPermission", text: document(statement(`{"Service":"s3.amazonaws.com"}`, `,"Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"}}`))},
		{name: "no condition", text: document(statement(`{"Service":"s3.amazonaws.com"}`, ""))},
		// Lists are judged like single values, except for an empty list of values.
		{name: "two principals", text: document(statement(`{"Service":["s3.amazonaws.com","sns.amazonaws.com"]}`, `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`)), statements: []int{1}},
		{name: "two values", text: document(statement(`"*"`, `,"Condition":{"StringEquals":{"AWS:SourceAccount":["123456789012","210987654321"]}}`))},
		{name: "no value", text: document(statement(`"*"`, `,"Condition":{"StringEquals":{"AWS:SourceAccount":[]}}`)), statements: []int{1}},
		{name: "Deny", text: document(strings.Replace(statement(`"*"`, `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`), "Allow", "Deny", 1))},
	},
	lint.RuleNotJudged: {
		{name: "no Effect", text: document(strings.Replace(statement(`"*"`, ""), `"Effect":"Allow",`, "", 1)), statements: []int{1}},
		{name: "no action", text: document(strings.Replace(statement(`"*"`, ""), `"lambda:InvokeFunction"`, `[]`, 1)), statements: []int{1}},
		{name: "all principals but one", text: document(strings.Replace(statement(`"*"`, ""), `"Principal"`, `"NotPrincipal"`, 1)), statements: []int{1}},
		{name: "all functions but one", text: document(strings.Replace(statement(`"*"`, ""), `"Resource"`, `"NotResource"`, 1)), statements: []int{1}},
		{name: "an empty action and another action", text: document(strings.Replace(statement(`"*"`, ""), `"lambda:InvokeFunction"`, `["lambda:InvokeFunction",""]`, 1)), statements: []int{1}},
		{name: "all actions but one", text: document(strings.Replace(statement(`"*"`, ""), `"Action"`, `"NotAction"`, 1)), statements: []int{1}},
		{name: "one of two principals", text: document(statement(`{"Service":"s3.amazonaws.com","Federated":"cognito-identity.amazonaws.com"}`, "")), statements: []int{1}},
		{name: "two conditions on one key", text: document(statement(`"*"`, `,"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:s3:::a*"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*b"}}`)), statements: []int{1}},
		{name: "more than a thousand grants", text: document(listed(11, 10, 10)), statements: []int{1}},
		{name: "a thousand grants", text: document(listed(10, 10, 10))},
		{name: "a federated principal", text: document(statement(`{"Federated":"cognito-identity.amazonaws.com"}`, "")), statements: []int{1}},
		{name: "a service called *", text: document(statement(`{"Service":"*"}`, "")), statements: []int{1}},
		{name: "an unknown member", text: document(statement(`"*"`, `,"Comment":"x"`)), statements: []int{1}},
		{name: "another service's resource", text: document(strings.Replace(statement(`"*"`, ""), functionARN, "arn:aws:s3:::b", 1)), statements: []int{1}},
		{name: "a function by its name", text: document(strings.Replace(statement(`"*"`, ""), functionARN, "my-function", 1)), statements: []int{1}},
		{name: "a function by a malformed ARN", text: document(strings.Replace(statement(`"*"`, ""), ":function:", ":", 1)), statements: []int{1}},
		{name: "an identity by its name", text: document(statement(`{"AWS":"somebody"}`, "")), statements: []int{1}},
		// A statement that denies grants nothing.
		{name: "Deny", text: document(strings.Replace(statement(`"*"`, ""), "Allow", "Deny", 1))},
		// Lists, and patterns of functions.
		{name: "two actions", text: document(strings.Replace(statement(`"*"`, ""), `"lambda:InvokeFunction"`, `["lambda:InvokeFunction","lambda:GetFunction"]`, 1))},
		{name: "two principals", text: document(statement(`{"Service":["s3.amazonaws.com","sns.amazonaws.com"]}`, ""))},
		{name: "all functions", text: document(strings.Replace(statement(`"*"`, ""), functionARN, "*", 1))},
		{name: "all versions and aliases", text: document(strings.Replace(statement(`"*"`, ""), `"`+functionARN+`"`, `["`+functionARN+`","`+functionARN+`:*"]`, 1))},
		{name: "functions whose name begins alike", text: document(strings.Replace(statement(`"*"`, ""), functionARN, functionARN+"*", 1))},
		// Other spellings of the statements that AddPermission writes.
		{name: "lists of one", text: document(statement(`{"AWS":["*"]}`, `,"Condition":{"StringLike":{"aws:sourcearn":["arn:aws:s3:::b"]},"Bool":{"lambda:InvokedViaFunctionUrl":true}}`))},
		{name: "an account", text: document(statement(`{"AWS":"210987654321"}`, ""))},
		{name: "a deleted role", text: document(dead)},
		{name: "without a Sid", text: document(strings.Replace(statement(`{"Service":"s3.amazonaws.com"}`, ""), `"Sid":"x",`, "", 1))},
		{name: "all members", requests: []validate.Request{{
			Principal: "arn:aws:iam::123456789012:role/r", SourceArn: "arn:aws:s3:::b", SourceAccount: "123456789012", EventSourceToken: "token",
			PrincipalOrgID: "o-a1b2c3d4e5", FunctionUrlAuthType: "NONE", InvokedViaFunctionUrl: no(), Qualifier: "PROD",
		}}},
	},
}

// topics returns n grants, each to another topic.
func topics(n int) []validate.Request {
	var list []validate.Request
	for i := range n {
		list = append(list, validate.Request{
			StatementId: fmt.Sprintf("topic-%03d", i), Principal: "sns.amazonaws.com",
			SourceArn: fmt.Sprintf("arn:aws:sns:us-east-1:123456789012:topic-%03d", i),
		})
	}
	return list
}

func TestRulesOfPolicies(t *testing.T) {
	for rule, cases := range policyCases {
		for _, c := range cases {
			t.Run(rule+"/"+c.name, func(t *testing.T) {
				d := c.document(t)
				var got []int
				for _, f := range ofRule(lint.CheckPolicy(d), rule) {
					got = append(got, f.Statement)
					checkPlace(t, d, f)
				}
				if diff := cmp.Diff(c.statements, got); diff != "" {
					t.Errorf("positions (-want +got):\n%s\n%s", diff, d)
				}
				if found := ofRule(lint.CheckPolicy(d, lint.Disable(rule)), rule); len(found) > 0 {
					t.Errorf("with the rule disabled: found %v, want no findings", found)
				}
			})
		}
	}
}

// checkPlace wants the finding's StatementId to be the Sid of the statement at its
// position.
func checkPlace(t *testing.T, d policy.Document, f lint.Finding) {
	t.Helper()
	var want string
	if f.Statement > 0 {
		want = d.Statements()[f.Statement-1].Sid()
	}
	if f.StatementId != want {
		t.Errorf("StatementId %q of statement %d, want %q", f.StatementId, f.Statement, want)
	}
}

// An empty policy has no findings.
func TestEmptyPolicy(t *testing.T) {
	if got := lint.CheckPolicy(policy.Document{}); got != nil {
		t.Errorf("found %v, want nil", got)
	}
}

// A policy of exactly 18 KiB has no finding; one more byte makes the difference.
func TestPolicySizeToTheByte(t *testing.T) {
	const limit = 18 * 1024
	padded := func(sid int) policy.Document {
		return policyOf(t, validate.Request{StatementId: strings.Repeat("x", sid), Principal: role})
	}
	fits := limit - padded(1).Size() + 1
	for sid, want := range map[int]int{fits: 0, fits + 1: 1} {
		if got := ofRule(lint.CheckPolicy(padded(sid)), lint.RulePolicySize); len(got) != want {
			t.Errorf("%d bytes: found %v, want %d", padded(sid).Size(), got, want)
		}
	}
}

// If a policy is too large to compare its statements with each other, each statement is
// still judged.
func TestLargePolicy(t *testing.T) {
	list := topics(300)
	list = append(list, list[0], validate.Request{Principal: "*"})
	d := policyOf(t, list...)
	if least := 2 * policy.MaxSize; d.Size() <= least {
		t.Fatalf("the policy has %d bytes, want more than %d", d.Size(), least)
	}
	want := []string{lint.RulePublic, lint.RulePolicySize}
	if diff := cmp.Diff(want, rulesOf(lint.CheckPolicy(d))); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// A finding about several principals or grants of a statement counts them.
func TestMessagesCount(t *testing.T) {
	const first = `"AROAEXAMPLEID1234567" is the unique id of a user or role that was deleted`
	identities := func(ids string) string { return document(statement(`{"AWS":[`+ids+`]}`, "")) }
	federated := func(names string) string { return document(statement(`{"Federated":[`+names+`]}`, "")) }
	actions := func(names string) string {
		return document(strings.Replace(statement(`{"AWS":"210987654321"}`, ""), `"lambda:InvokeFunction"`, `[`+names+`]`, 1))
	}
	for _, c := range []struct{ rule, text, want string }{
		{lint.RuleDeadPrincipal, identities(`"AROAEXAMPLEID1234567"`), first},
		{lint.RuleDeadPrincipal, identities(`"AROAEXAMPLEID1234567","AIDAEXAMPLEID1234567"`), first + ", and so is one other principal"},
		{lint.RuleDeadPrincipal, identities(`"AROAEXAMPLEID1234567","AIDAEXAMPLEID1234567","AIDAEXAMPLEID7654321"`), first + ", and so are 2 other principals"},
		// Up to four parts are listed; of five or more, the first three.
		{lint.RuleNotJudged, federated(`"a","b","c","d"`), `not judged: the principal "a", the principal "b", the principal "c", the principal "d"`},
		{lint.RuleNotJudged, federated(`"a","b","c","d","e"`), `not judged: the principal "a", the principal "b", the principal "c" and 2 more`},
		// The reason is given without the name of the function that found it.
		{lint.RuleNotJudged, document(statement(`"*"`, `,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012","AWS:SourceAccount":"123456789012"}}`)),
			`not judged: "StringEquals" of "aws:SourceAccount": the statement has a second condition on this key`},
		{lint.RuleUnknownAction, actions(`"lambda:A"`), `"lambda:A" is not known`},
		{lint.RuleUnknownAction, actions(`"lambda:A","lambda:A"`), `"lambda:A" is not known`},
		{lint.RuleUnknownAction, actions(`"lambda:A","lambda:B"`), `"lambda:A" is not known; another grant of the statement has the same problem`},
		{lint.RuleUnknownAction, actions(`"lambda:A","lambda:B","lambda:C"`), `"lambda:A" is not known; 2 other grants of the statement have the same problem`},
	} {
		var got []string
		for _, f := range ofRule(lint.CheckPolicy(parsePolicy(t, c.text)), c.rule) {
			got = append(got, f.Message)
		}
		if diff := cmp.Diff([]string{c.want}, got); diff != "" {
			t.Errorf("%s: messages (-want +got):\n%s", c.text, diff)
		}
	}
}

// For equal statements the advice is to remove the later one; for a covered statement
// it may be to remove the wider one.
func TestAdviceOnSuperfluousStatements(t *testing.T) {
	anyTopic := validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:*"}
	for _, c := range []struct {
		rule     string
		requests []validate.Request
		want     string
	}{
		{lint.RuleDuplicate, []validate.Request{topic, topic}, "remove this statement"},
		{lint.RuleCovered, []validate.Request{topic, anyTopic}, "if it is wider than it should be, else this one"},
	} {
		found := ofRule(lint.CheckPolicy(policyOf(t, c.requests...)), c.rule)
		if len(found) != 1 || !strings.Contains(found[0].Fix, c.want) {
			t.Errorf("%s: found %v, want one finding whose fix contains %q", c.rule, found, c.want)
		}
	}
}

// Statements are compared in policies of up to twice the service's limit; one more byte
// makes the difference.
func TestComparedToTheByte(t *testing.T) {
	const limit = 2 * policy.MaxSize
	padded := func(sid int) policy.Document {
		again := topic
		again.StatementId = strings.Repeat("x", sid)
		return policyOf(t, topic, again)
	}
	fits := limit - padded(1).Size() + 1
	for sid, want := range map[int]int{fits: 1, fits + 1: 0} {
		if got := ofRule(lint.CheckPolicy(padded(sid)), lint.RuleDuplicate); len(got) != want {
			t.Errorf("%d bytes: found %d duplicates, want %d", padded(sid).Size(), len(got), want)
		}
	}
}

// Findings are sorted by rule, then by statement.
func TestOrderOfFindings(t *testing.T) {
	d := policyOf(t, validate.Request{Principal: "sns.amazonaws.com"}, validate.Request{Principal: "*"}, validate.Request{Principal: "sns.amazonaws.com"})
	var got []string
	for _, f := range above(lint.CheckPolicy(d), lint.SeverityInfo) {
		got = append(got, fmt.Sprint(f.Rule, " ", f.Statement))
	}
	want := []string{"public 2", "service-no-source 1", "service-no-source 3", "duplicate 3", "covered 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules and statements (-want +got):\n%s", diff)
	}
}

// A condition that is not judged may limit who may call, so no rule reports that a
// limit is missing. All other rules apply.
func TestRestIsJudged(t *testing.T) {
	const sourceOrganization = `"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}`
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a service of an organization":  {statement(`{"Service":"config.amazonaws.com"}`, `,"Condition":{`+sourceOrganization+`}`), nil},
		"everybody from an address":     {statement(`"*"`, `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`), nil},
		"a source that never matches":   {statement(`{"Service":"sns.amazonaws.com"}`, `,"Condition":{`+sourceOrganization+`,"ArnLike":{"AWS:SourceArn":"arn:aws:sns:us-east-1::t"}}`), []string{lint.RuleSourceParts}},
		"a service that needs no grant": {statement(`{"Service":"sqs.amazonaws.com"}`, `,"Condition":{`+sourceOrganization+`}`), []string{lint.RuleNoPermissionNeeded}},
	} {
		found := lint.CheckPolicy(parsePolicy(t, document(c.text)))
		if diff := cmp.Diff(c.want, rulesOf(above(found, lint.SeverityInfo))); diff != "" {
			t.Errorf("%s: rules above info (-want +got):\n%s", name, diff)
		}
		if others := ofRule(found, lint.RuleOtherCondition); len(others) != 1 || !strings.Contains(others[0].Message, "aws:Source") {
			t.Errorf("%s: found %v, want one finding of other-condition whose message contains %q", name, others, "aws:Source")
		}
	}
}
