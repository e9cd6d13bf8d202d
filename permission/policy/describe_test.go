package policy_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// describeTests change the given members of a plain grant to S3.
var describeTests = []struct{ members, want string }{
	{``, "Allows the service s3.amazonaws.com to call lambda:InvokeFunction on " + fn + "."},
	// Principals: everybody, accounts, identities, services, the id of a deleted
	// identity.
	{`"Principal":"*"`, "Allows everybody to call lambda:InvokeFunction on " + fn + "."},
	{`"Principal":{"AWS":["210987654321","arn:aws:iam::111111111111:root"]}`, "Allows the account 210987654321 or the account 111111111111 to call lambda:InvokeFunction on " + fn + "."},
	{`"Principal":{"AWS":"arn:aws:iam::111111111111:role/r"}`, "Allows arn:aws:iam::111111111111:role/r to call lambda:InvokeFunction on " + fn + "."},
	{`"Principal":{"AWS":"AROAEXAMPLEID1234567"}`, "Allows the deleted identity AROAEXAMPLEID1234567 to call lambda:InvokeFunction on " + fn + "."},
	{`"Principal":{"Federated":"p"}`, "Allows the Federated principal p to call lambda:InvokeFunction on " + fn + "."},
	{`"Principal":{}`, "Allows nobody to call lambda:InvokeFunction on " + fn + "."},
	// Actions and resources: lists, everything, Not elements.
	{`"Action":["a","b","c"],"Resource":"*"`, "Allows the service s3.amazonaws.com to call a, b or c on any function."},
	{`"Effect":"Deny","NotPrincipal":"*","NotAction":"a","NotResource":"r"`, "Denies everybody except everybody to call any action except a on any function except r."},
	{`"Action":[]`, "Allows the service s3.amazonaws.com to call an empty list on " + fn + "."},
	// Both forms of an element.
	{`"Principal":"*","NotPrincipal":"*"`, "Allows callers that are not clear (exactly one of Principal and NotPrincipal is needed) to call lambda:InvokeFunction on " + fn + "."},
	{`"Action":"a","NotAction":"b","Resource":"r","NotResource":"s"`, "Allows the service s3.amazonaws.com to call any action that is not clear (exactly one of Action and NotAction is needed)" +
		" on any function that is not clear (exactly one of Resource and NotResource is needed)."},
	// Unknown effects and unknown members.
	{`"Effect":"allow"`, "With the unknown Effect allow, names the service s3.amazonaws.com to call lambda:InvokeFunction on " + fn + "."},
	{`"Effect":""`, "Without an Effect, names the service s3.amazonaws.com to call lambda:InvokeFunction on " + fn + "."},
	{`"Note":"secret"`, "Allows the service s3.amazonaws.com to call lambda:InvokeFunction on " + fn + "; the member Note is not known."},
}

func TestDescribe(t *testing.T) {
	for _, test := range describeTests {
		if got := grantWith(t, test.members).Describe(); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.members, got, test.want)
		}
	}
	if got := (policy.Statement{}).Describe(); got != "" {
		t.Errorf("the zero Statement: got %q, want an empty text", got)
	}
}

// Each operator of a condition has a description.
func TestDescribeConditions(t *testing.T) {
	for _, test := range []struct{ condition, want string }{
		{`{"StringEquals":{"AWS:SourceAccount":"1"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b*"}}`, "SourceAccount is 1 and SourceArn matches arn:aws:s3:::b*"},
		{`{"StringEquals":{"k":["a","b"]}}`, "k is a or b"},
		{`{"StringNotEquals":{"k":"a"}}`, "k is not a"},
		{`{"StringEqualsIgnoreCase":{"k":"a"}}`, "k is, in any case, a"},
		{`{"StringNotLikeIfExists":{"k":"a*"}}`, "k does not match a*, unless the key is absent"},
		{`{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}`, "InvokedViaFunctionUrl is true"},
		{`{"Null":{"k":"true"}}`, "k is absent"},
		{`{"Null":{"k":false}}`, "k is present"},
		{`{"Null":{"k":"x"}}`, "k meets Null x"},
		{`{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`, "aws:SourceIp meets IpAddress 10.0.0.0/8"},
		{`{"ForAnyValue:StringLike":{"k":"a"}}`, "any value of k matches a"},
		{`{"ForAllValues:StringEquals":{"k":"a"}}`, "every value of k is a"},
		// An operator without a verb is shown as it is spelled, with its prefix and IfExists.
		{`{"ForAnyValue:NumericEqualsIfExists":{"k":"5"}}`, "k meets ForAnyValue:NumericEqualsIfExists 5"},
		{`{"StrangeIfExists":{"k":"5"}}`, "k meets StrangeIfExists 5"},
		{`{"StringEquals":{"k":[]}}`, "k is nothing"},
		{`{"StringEquals":{}}`, "the operator StringEquals, which has no key, is met"},
	} {
		_, got, _ := strings.Cut(grantWith(t, `"Condition":`+test.condition).Describe(), ", if ")
		if want := test.want + "."; got != want {
			t.Errorf("%s: got %q, want %q", test.condition, got, want)
		}
	}
}

// A description shows no token, for any operator and for an unknown member.
func TestDescribeHidesTokens(t *testing.T) {
	const token = "amzn1.ask.skill.s3cr3t"
	for _, members := range []string{
		`"Condition":{"StringEquals":{"lambda:EventSourceToken":"` + token + `"}}`,
		`"Condition":{"ForAnyValue:StringNotLike":{"EventSourceToken":["x","` + token + `"]}}`,
		`"Condition":{"Null":{"lambda:eventsourcetoken":"` + token + `"}}`,
		`"Condition":{"Strange":{"lambda:EventSourceToken":"` + token + `"}}`,
		`"EventSourceToken":"` + token + `"`,
	} {
		s := grantWith(t, members)
		if text := s.Describe() + (policy.Document{}).With(s).Describe(); strings.Contains(text, token) {
			t.Errorf("%s: %s shows the token", members, text)
		}
	}
}

// The description of a document has one line for each statement, with its number and
// Sid.
func TestDescribeDocument(t *testing.T) {
	for _, test := range []struct{ document, want string }{
		{`{}`, "The policy has no statements."},
		{`{"Statement":[` + plain + `,{"Sid":"x","Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}],"Extra":1}`,
			"1: Allows the service s3.amazonaws.com to call lambda:InvokeFunction on " + thumbnail + ".\n" +
				"2 (x): Denies everybody to call any action on any function.\n" +
				"The policy has a member that is not known: Extra."},
	} {
		if got := mustDocument(t, test.document).Describe(); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.document, got, test.want)
		}
	}
}
