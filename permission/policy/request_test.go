package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The Request of every statement that NewStatement builds, builds the same bytes again.
func TestRequestInvertsNewStatement(t *testing.T) {
	for _, g := range corpus.Grants() {
		s := build(t, g.Request)
		req, err := s.Request()
		if err != nil {
			t.Errorf("%s: %v", g.ID, err)
			continue
		}
		if again := build(t, req).Raw(); again != s.Raw() {
			t.Errorf("%s: the request of\n%s\nbuilds\n%s\nwant the same bytes", g.ID, s.Raw(), again)
		}
	}
}

// requestTests change the given members of a plain grant to S3.
var requestTests = []struct {
	name    string
	members string
	want    validate.Request // empty FunctionName, Action and Principal stand for those of the plain grant
}{
	// A Sid may be missing: the caller sets the StatementId.
	{"no Sid", `"Sid":""`, validate.Request{}},
	{"Sid", `"Sid":"plain"`, validate.Request{StatementId: "plain"}},
	// Values are returned unchanged, also both forms of an account.
	{"account id", `"Principal":{"AWS":"210987654321"}`, validate.Request{Principal: "210987654321"}},
	{"root user", `"Principal":{"AWS":"arn:aws:iam::210987654321:root"}`, validate.Request{Principal: "arn:aws:iam::210987654321:root"}},
	{"deleted role", `"Principal":{"AWS":"AROAEXAMPLEID1234567"}`, validate.Request{Principal: "AROAEXAMPLEID1234567"}},
	// Both spellings of everybody.
	{"anyone", `"Principal":"*"`, validate.Request{Principal: "*"}},
	{"any AWS identity", `"Principal":{"AWS":"*"}`, validate.Request{Principal: "*"}},
	// A list of one entry is the same as the entry.
	{"lists", `"Principal":{"Service":["s3.amazonaws.com"]},"Action":["lambda:*"]`, validate.Request{Action: "lambda:*"}},
	// The qualifier stays in the name.
	{"alias", `"Resource":"` + fn + `:live"`, validate.Request{FunctionName: fn + ":live"}},
	// Each parameter that becomes a condition. The case of keys does not matter.
	{"source", `"Condition":{"StringEquals":{"aws:sourceaccount":"123456789012"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}}`,
		validate.Request{SourceArn: "arn:aws:s3:::b", SourceAccount: "123456789012"}},
	{"organization", `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`, validate.Request{PrincipalOrgID: "o-a1b2c3d4e5"}},
	{"token", `"Condition":{"StringEquals":{"lambda:EventSourceToken":"t"}}`, validate.Request{EventSourceToken: "t"}},
	{"URL", `"Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}`, validate.Request{FunctionUrlAuthType: "NONE"}},
	{"through the URL", `"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}`, validate.Request{InvokedViaFunctionUrl: yes()}},
	{"not through the URL", `"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":false}}`, validate.Request{InvokedViaFunctionUrl: no()}},
	// ArnEquals is the same as ArnLike.
	{"ArnEquals", `"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::b*"}}`, validate.Request{SourceArn: "arn:aws:s3:::b*"}},
	// StringLike is the same as ArnLike if all wildcards are in the sixth part.
	{"StringLike", `"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:t*"}}`, validate.Request{SourceArn: "arn:aws:sns:us-east-1:123456789012:t*"}},
	// The sixth part may have colons.
	{"StringLike of a log group", `"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:logs:us-east-1:123456789012:log-group:/aws/*:*"}}`, validate.Request{SourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:/aws/*:*"}},
	// An empty Condition is no condition.
	{"empty condition", `"Condition":{}`, validate.Request{}},
}

func TestRequest(t *testing.T) {
	for _, test := range requestTests {
		t.Run(test.name, func(t *testing.T) {
			got, err := grantWith(t, test.members).Request()
			if err != nil {
				t.Fatal(err)
			}
			want := test.want
			fill(&want.FunctionName, fn)
			fill(&want.Action, "lambda:InvokeFunction")
			fill(&want.Principal, "s3.amazonaws.com")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// inexpressibleTests change the given members of a plain grant to S3.
var inexpressibleTests = []struct {
	name    string
	members string
	want    policy.InexpressibleError
}{
	{"Deny", `"Sid":"block","Effect":"Deny"`, policy.InexpressibleError{Sid: "block", Element: "Effect", Reason: `AddPermission writes Allow, not "Deny"`}},
	{"no Effect", `"Effect":""`, policy.InexpressibleError{Element: "Effect", Reason: `AddPermission writes Allow, not ""`}},
	{"unknown member", `"Note":"x"`, policy.InexpressibleError{Reason: `AddPermission has no parameter for the member "Note"`}},
	// The Not elements.
	{"NotPrincipal", `"NotPrincipal":"*"`, policy.InexpressibleError{Element: "NotPrincipal", Reason: "AddPermission does not write this element"}},
	{"NotAction", `"NotAction":"x"`, policy.InexpressibleError{Element: "NotAction", Reason: "AddPermission does not write this element"}},
	{"NotResource", `"NotResource":"x"`, policy.InexpressibleError{Element: "NotResource", Reason: "AddPermission does not write this element"}},
	// Exactly one entry of each element.
	{"no principal", `"Principal":{}`, policy.InexpressibleError{Element: "Principal", Reason: "AddPermission writes one entry, and the statement has 0"}},
	{"two principals", `"Principal":{"AWS":["111111111111","222222222222"]}`, policy.InexpressibleError{Element: "Principal", Reason: "AddPermission writes one entry, and the statement has 2"}},
	{"two actions", `"Action":["a","b"]`, policy.InexpressibleError{Element: "Action", Reason: "AddPermission writes one entry, and the statement has 2"}},
	{"two resources", `"Resource":["a","b"]`, policy.InexpressibleError{Element: "Resource", Reason: "AddPermission writes one entry, and the statement has 2"}},
	{"empty principal", `"Principal":{"Service":""}`, policy.InexpressibleError{Element: "Principal", Reason: "it is empty"}},
	{"empty action", `"Action":""`, policy.InexpressibleError{Element: "Action", Reason: "it is empty"}},
	// The type of the principal follows from its value.
	{"service as AWS", `"Principal":{"AWS":"s3.amazonaws.com"}`, policy.InexpressibleError{Element: "Principal", Reason: `AddPermission writes this value as a principal of type "Service", not "AWS"`}},
	{"account as service", `"Principal":{"Service":"123456789012"}`, policy.InexpressibleError{Element: "Principal", Reason: `AddPermission writes this value as a principal of type "AWS", not "Service"`}},
	{"any service", `"Principal":{"Service":"*"}`, policy.InexpressibleError{Element: "Principal", Reason: `AddPermission writes this value as a principal of type "*", not "Service"`}},
	{"federated", `"Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/p"}`, policy.InexpressibleError{Element: "Principal", Reason: `AddPermission writes this value as a principal of type "AWS", not "Federated"`}},
	// The full ARN of one function.
	{"any function", `"Resource":"*"`, policy.InexpressibleError{Element: "Resource", Reason: `AddPermission writes the full ARN of one function, version or alias, not "*"`}},
	{"name", `"Resource":"f"`, policy.InexpressibleError{Element: "Resource", Reason: `AddPermission writes the full ARN of one function, version or alias, not "f"`}},
	// Conditions: known keys, each once, by the operator that AddPermission writes, with one value.
	{"unknown key", `"Condition":{"StringEquals":{"aws:SourceVpc":"v"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringEquals" of "aws:SourceVpc": AddPermission has no parameter for this key`}},
	{"no key", `"Condition":{"StringEquals":{}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringEquals" of "": AddPermission has no parameter for this key`}},
	{"operator", `"Condition":{"StringLike":{"aws:SourceAccount":"1"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringLike" of "aws:SourceAccount": AddPermission compares this key by StringEquals`}},
	{"IfExists", `"Condition":{"ArnLikeIfExists":{"aws:SourceArn":"arn:aws:s3:::b"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"ArnLikeIfExists" of "aws:SourceArn": AddPermission compares this key by ArnLike`}},
	{"StringLike across colons", `"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:sns:*:t"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringLike" of "aws:SourceArn": AddPermission compares this key by ArnLike`}},
	{"StringLike in the region", `"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:t"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringLike" of "aws:SourceArn": AddPermission compares this key by ArnLike`}},
	{"StringLike of five parts", `"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:t"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringLike" of "aws:SourceArn": AddPermission compares this key by ArnLike`}},
	{"StringLike of no ARN", `"Condition":{"StringLike":{"aws:SourceArn":"urn:aws:sns:us-east-1:123456789012:t"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringLike" of "aws:SourceArn": AddPermission compares this key by ArnLike`}},
	{"two values", `"Condition":{"StringEquals":{"aws:SourceAccount":["1","2"]}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringEquals" of "aws:SourceAccount": AddPermission writes one value, and the statement has 2`}},
	{"no value", `"Condition":{"StringEquals":{"aws:SourceAccount":[]}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringEquals" of "aws:SourceAccount": AddPermission writes one value, and the statement has 0`}},
	{"empty value", `"Condition":{"StringEquals":{"aws:SourceAccount":""}}`, policy.InexpressibleError{Element: "Condition", Reason: `"StringEquals" of "aws:SourceAccount": the value is empty`}},
	{"one key twice", `"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::a"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"ArnLike" of "aws:SourceArn": the statement has a second condition on this key`}},
	{"flag twice", `"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":true,"lambda:invokedViaFunctionUrl":false}}`, policy.InexpressibleError{Element: "Condition", Reason: `"Bool" of "lambda:invokedViaFunctionUrl": the statement has a second condition on this key`}},
	{"no boolean", `"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"True"}}`, policy.InexpressibleError{Element: "Condition", Reason: `"Bool" of "lambda:InvokedViaFunctionUrl": the value is neither "true" nor "false"`}},
}

func TestRequestRefuses(t *testing.T) {
	for _, test := range inexpressibleTests {
		t.Run(test.name, func(t *testing.T) {
			req, err := grantWith(t, test.members).Request()
			var got *policy.InexpressibleError
			if !errors.As(err, &got) {
				t.Fatalf("got error %v, want an *InexpressibleError", err)
			}
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(validate.Request{}, req); diff != "" {
				t.Errorf("request returned with an error (-zero +got):\n%s", diff)
			}
		})
	}
}

func TestRequestOfZeroStatement(t *testing.T) {
	_, err := policy.Statement{}.Request()
	if want := "policy.Statement.Request: it is the zero Statement"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// FuzzRequest checks that the Request of any statement builds an equivalent statement,
// and that an error contains no value of a condition.
func FuzzRequest(f *testing.F) {
	for _, test := range requestTests {
		f.Add(grantWith(f, test.members).Raw())
	}
	for _, test := range inexpressibleTests {
		f.Add(grantWith(f, test.members).Raw())
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := policy.ParseStatement(text)
		if err != nil {
			return
		}
		req, err := s.Request()
		if err != nil {
			checkHidden(t, s, err)
			return
		}
		checkRequest(t, s, req)
	})
}

func checkRequest(t *testing.T, s policy.Statement, req validate.Request) {
	t.Helper()
	resource, err := arn.ParseFunction(req.FunctionName)
	if err != nil {
		t.Fatal(err)
	}
	fill(&req.StatementId, "no-sid")
	built, err := policy.NewStatement(req, resource)
	if err != nil {
		t.Fatalf("%s: NewStatement refuses the request: %v", s, err)
	}
	for _, d := range policy.Diff(s, built) {
		isSid := d.Field == "Sid" && s.Sid() == ""
		isStringLike := d.Field == "Condition" && strings.EqualFold(d.Key, "aws:SourceArn")
		if !isSid && !isStringLike {
			t.Errorf("the request of %s builds %s: %v", s, built, d)
		}
	}
}

func checkHidden(t *testing.T, s policy.Statement, err error) {
	t.Helper()
	for _, c := range s.Conditions() {
		for _, value := range c.Values {
			isDistinct := len(value) > 12 && strings.Count(s.Raw(), value) == 1 // not a word of the error by chance
			if isDistinct && strings.Contains(err.Error(), value) {
				t.Errorf("%v shows the value %q", err, value)
			}
		}
	}
}
