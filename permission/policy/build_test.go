package policy_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The expected texts have the form of published answers of the service. No published
// answer shows the form of the rows marked "chosen".
var buildTests = []struct {
	name     string
	req      validate.Request
	resource string
	want     string
}{
	// Member order; no Condition member without a condition; Action a plain string.
	{"plain", s3Invoke, fn,
		`{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn"}`},
	// SourceArn is ArnLike, although the API reference says StringLike.
	{"source arn", with(func(r *validate.Request) { r.StatementId = "s3"; r.SourceArn = "arn:aws:s3:::test-bucket" }), fn,
		`{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::test-bucket"}}}`},
	// StringEquals before ArnLike; the order of keys within StringEquals.
	{"function URL", validate.Request{
		StatementId: "urlPermission", Action: "lambda:InvokeFunctionUrl", Principal: "*", SourceArn: "arn:aws:s3:::test-bucket",
		SourceAccount: "111111111111", FunctionUrlAuthType: "NONE", PrincipalOrgID: "o-1234567890",
	}, fn,
		`{"Sid":"urlPermission","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111","lambda:FunctionUrlAuthType":"NONE","aws:PrincipalOrgID":"o-1234567890"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::test-bucket"}}}`},
	// Anyone, with a condition.
	{"wildcard principal", with(func(r *validate.Request) {
		r.StatementId, r.Principal, r.SourceAccount = "wilcard", "*", "111111111111"
	}), fn,
		`{"Sid":"wilcard","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111"}}}`},
	// An account id becomes its root user.
	{"account", with(func(r *validate.Request) { r.Principal = "000000000123" }), fn,
		`{"Sid":"s","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000123:root"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn"}`},
	// The partition is the resource's.
	{"account in China", with(func(r *validate.Request) { r.Principal = "111122223333" }), "arn:aws-cn:lambda:cn-north-1:111111111111:function:fn",
		`{"Sid":"s","Effect":"Allow","Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"},"Action":"lambda:InvokeFunction","Resource":"arn:aws-cn:lambda:cn-north-1:111111111111:function:fn"}`},
	// An ARN is written unchanged.
	{"role", with(func(r *validate.Request) { r.Principal = "arn:aws:iam::111122223333:role/a/b" }), fn,
		`{"Sid":"s","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a/b"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn"}`},
	// Alexa is a service although its name does not end in amazonaws.com.
	// Chosen: the place of the token among other keys.
	{"Alexa", with(func(r *validate.Request) {
		r.Principal, r.EventSourceToken, r.SourceAccount = "alexa-appkit.amazon.com", "amzn1.ask.skill.1", "111111111111"
	}), fn,
		`{"Sid":"s","Effect":"Allow","Principal":{"Service":"alexa-appkit.amazon.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111","lambda:EventSourceToken":"amzn1.ask.skill.1"}}}`},
	// Bool has the string "true".
	{"via function URL", with(func(r *validate.Request) { r.Principal, r.InvokedViaFunctionUrl = "*", yes() }), fn,
		`{"Sid":"s","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}`},
	// Chosen: false is a condition too, and Bool comes after ArnLike.
	{"not via function URL", with(func(r *validate.Request) {
		r.SourceArn, r.InvokedViaFunctionUrl = "arn:aws:s3:::b", no()
	}), fn,
		`{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"},"Bool":{"lambda:InvokedViaFunctionUrl":"false"}}}`},
	// A qualifier is part of the Resource; an alias is not resolved.
	{"alias", with(func(r *validate.Request) { r.FunctionName, r.Qualifier = "fn", "PROD" }), fn + ":PROD",
		`{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn:PROD"}`},
	// Only the characters that JSON requires are escaped.
	{"escaping", with(func(r *validate.Request) { r.SourceArn = "arn:aws:x:::a<b>&\u2028é/\\\"\t\x01" }), fn,
		`{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:x:::a<b>&` + "\u2028" + `é/\\\"\t\u0001"}}}`},
	// Chosen: a unique id is an AWS identity, not a service.
	{"unique id", with(func(r *validate.Request) { r.Principal = "AROAEXAMPLEID1234567" }), fn,
		`{"Sid":"s","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEID1234567"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn"}`},
}

func TestNewStatement(t *testing.T) {
	for _, test := range buildTests {
		t.Run(test.name, func(t *testing.T) {
			s, err := policy.NewStatement(test.req, arn.MustParseFunction(test.resource))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, s.Raw()); diff != "" {
				t.Errorf("Raw (-want +got):\n%s", diff)
			}
			parsed, err := policy.ParseStatement(s.Raw())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(view(s), view(parsed)); diff != "" {
				t.Errorf("built and parsed statement differ (-built +parsed):\n%s", diff)
			}
		})
	}
}

func TestNewStatementRefuses(t *testing.T) {
	const bad = "a\xffb"
	tests := []struct {
		name     string
		req      validate.Request
		resource string
		field    string
		hint     string
	}{
		// The resource must be complete.
		{"name only", s3Invoke, "fn", "Resource", "Complete"},
		{"partial ARN", s3Invoke, "111111111111:fn", "Resource", "Complete"},
		// The four members that every statement has must not be empty.
		{"no id", with(func(r *validate.Request) { r.StatementId = "" }), fn, "StatementId", "empty"},
		{"no action", with(func(r *validate.Request) { r.Action = "" }), fn, "Action", "empty"},
		{"no principal", with(func(r *validate.Request) { r.Principal = "" }), fn, "Principal", "empty"},
		// A condition that is present but empty is not left out.
		{"empty source", with(func(r *validate.Request) { r.Empty = validate.MembersOf("SourceArn") }), fn, "SourceArn", "present but empty"},
		{"empty account", with(func(r *validate.Request) { r.Empty = validate.MembersOf("SourceAccount") }), fn, "SourceAccount", "present but empty"},
		{"empty token", with(func(r *validate.Request) { r.Empty = validate.MembersOf("EventSourceToken") }), fn, "EventSourceToken", "present but empty"},
		{"empty organization", with(func(r *validate.Request) { r.Empty = validate.MembersOf("PrincipalOrgID") }), fn, "PrincipalOrgID", "present but empty"},
		// JSON is UTF-8.
		{"id", with(func(r *validate.Request) { r.StatementId = bad }), fn, "StatementId", "UTF-8"},
		{"action", with(func(r *validate.Request) { r.Action = bad }), fn, "Action", "UTF-8"},
		{"principal", with(func(r *validate.Request) { r.Principal = bad }), fn, "Principal", "UTF-8"},
		{"source arn", with(func(r *validate.Request) { r.SourceArn = bad }), fn, "SourceArn", "UTF-8"},
		{"source account", with(func(r *validate.Request) { r.SourceAccount = bad }), fn, "SourceAccount", "UTF-8"},
		{"token", with(func(r *validate.Request) { r.EventSourceToken = bad }), fn, "EventSourceToken", "UTF-8"},
		{"organization", with(func(r *validate.Request) { r.PrincipalOrgID = bad }), fn, "PrincipalOrgID", "UTF-8"},
		{"auth type", with(func(r *validate.Request) { r.FunctionUrlAuthType = bad }), fn, "FunctionUrlAuthType", "UTF-8"},
		// The resource has no Qualifier or another Qualifier than the request.
		{"qualifier lost", with(func(r *validate.Request) { r.Qualifier = "PROD" }), fn, "Qualifier", "WithQualifier"},
		{"other qualifier", with(func(r *validate.Request) { r.Qualifier = "PROD" }), fn + ":1", "Qualifier", "WithQualifier"},
		// A qualifier in FunctionName that the resource does not have; another
		// function.
		{"qualifier in the name", with(func(r *validate.Request) { r.FunctionName = "fn:PROD" }), fn, "FunctionName", fn},
		{"other function", with(func(r *validate.Request) { r.FunctionName = "gn" }), fn, "FunctionName", fn},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := policy.NewStatement(test.req, arn.MustParseFunction(test.resource))
			var e *policy.BuildError
			wantEqual(t, "a valid statement is returned with the error", s.IsValid(), false)
			if !errors.As(err, &e) {
				t.Fatalf("got error %v, want a *BuildError", err)
			}
			wantEqual(t, "Field", e.Field, test.field)
			wantContains(t, "Error", e.Error(), test.hint)
		})
	}
	// The zero Function is not a resource either.
	if _, err := policy.NewStatement(s3Invoke, arn.Function{}); err == nil {
		t.Error("NewStatement for the zero Function: no error, want one")
	}
}

// FunctionName may be empty or any form of the function's name; a text that is not a
// name is ignored.
func TestNewStatementNames(t *testing.T) {
	for _, name := range []string{"", "fn", "fn:PROD", fn, fn + ":PROD", "111111111111:fn", "no name at all"} {
		req := validate.Request{FunctionName: name, StatementId: "s", Action: "lambda:InvokeFunction", Principal: "*"}
		if _, err := policy.NewStatement(req, arn.MustParseFunction(fn+":PROD")); err != nil {
			t.Errorf("FunctionName %q: %v", name, err)
		}
	}
}

// For each real grant, the Statement and the Policy that the in-memory service returns
// over HTTP are parsed and printed without a change, and are equivalent to the result
// of NewStatement.
func TestServiceStatements(t *testing.T) {
	for _, g := range corpus.Grants() {
		t.Run(g.ID, func(t *testing.T) {
			want := build(t, g.Request)
			client := serverFor(t, want)
			added, err := client.AddPermission(t.Context(), permission.NewAddPermissionInput(g.Request))
			if err != nil {
				t.Fatal(err)
			}
			s := mustStatement(t, aws.ToString(added.Statement))
			wantEqual(t, "Raw, and the Statement that the service returned", s.Raw(), aws.ToString(added.Statement))
			if !s.Equivalent(want) {
				t.Errorf("the service returned %s, want the meaning of %s", s, want)
			}
			got, err := client.GetPolicy(t.Context(), &permission.GetPolicyInput{
				FunctionName: aws.String(g.Request.FunctionName), Qualifier: optional(g.Request.Qualifier),
			})
			if err != nil {
				t.Fatal(err)
			}
			d := mustDocument(t, aws.ToString(got.Policy))
			wantEqual(t, "Raw, and the Policy that the service returned", d.Raw(), aws.ToString(got.Policy))
			if whole := (policy.Document{}).With(want); !d.Equivalent(whole) {
				t.Errorf("the service returned %s, want the meaning of %s", d, whole)
			}
		})
	}
}

// serverFor starts a service that has the function, and the version or alias,
// of the statement's resource.
func serverFor(t *testing.T, s policy.Statement) *permission.Client {
	t.Helper()
	f := arn.MustParseFunction(s.Resources()[0])
	server := permissiontest.NewServer(t, permissiontest.WithRegion(f.Region()), permissiontest.WithAccount(f.AccountID()))
	server.CreateFunction(f.Unqualified().String())
	if q := f.Qualifier(); !q.IsZero() {
		version := server.PublishVersion(f.Name())
		if version != q.String() {
			server.CreateAlias(f.Name(), q.String(), version)
		}
	}
	return server.Client()
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
