package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/validate"
)

const (
	mismatch    = "The derived qualifier from the function name does not match the specified qualifier."
	onLatest    = "We currently do not support adding policies for $LATEST."
	noPrincipal = "The provided principal was invalid. Please check the principal and try again."
	authType    = "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
	invokedVia  = "InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action"
)

// The service refuses these requests although every member is well-formed; the message
// is the service's.
func TestMeaning(t *testing.T) {
	type refusal struct{ Field, Rule, Value, Message string }
	tests := []struct {
		why     string
		request validate.Request
		want    []refusal
	}{
		// FunctionName and Qualifier contain different qualifiers, for each operation.
		{"mismatch, AddPermission", grant(func(r *validate.Request) { r.FunctionName, r.Qualifier = "fn:alias-not-42", "42" }),
			[]refusal{{"Qualifier", validate.RuleQualifierMismatch, "42", mismatch}}},
		{"mismatch, GetPolicy", validate.Request{Operation: validate.GetPolicy, FunctionName: "fn:1", Qualifier: "2"},
			[]refusal{{"Qualifier", validate.RuleQualifierMismatch, "2", mismatch}}},
		{"mismatch, RemovePermission", removal(func(r *validate.Request) { r.FunctionName, r.Qualifier = "fn:a", "A" }),
			[]refusal{{"Qualifier", validate.RuleQualifierMismatch, "A", mismatch}}},
		// A grant on $LATEST: in Qualifier, in FunctionName, in both.
		{"latest in Qualifier", grant(func(r *validate.Request) { r.Qualifier = "$LATEST" }),
			[]refusal{{"Qualifier", validate.RuleLatest, "$LATEST", onLatest}}},
		{"latest in the name", grant(func(r *validate.Request) { r.FunctionName = "fn:$LATEST" }),
			[]refusal{{"FunctionName", validate.RuleLatest, "fn:$LATEST", onLatest}}},
		{"latest in both", grant(func(r *validate.Request) { r.FunctionName, r.Qualifier = "fn:$LATEST", "$LATEST" }),
			[]refusal{{"Qualifier", validate.RuleLatest, "$LATEST", onLatest}}},
		// Both mistakes at once have a violation each.
		{"latest in the name, another in Qualifier", grant(func(r *validate.Request) { r.FunctionName, r.Qualifier = "fn:$LATEST", "1" }),
			[]refusal{{"FunctionName", validate.RuleLatest, "fn:$LATEST", onLatest}, {"Qualifier", validate.RuleQualifierMismatch, "1", mismatch}}},
		// Members of function URLs with another action.
		{"auth type", grant(func(r *validate.Request) { r.FunctionUrlAuthType = "NONE" }),
			[]refusal{{"FunctionUrlAuthType", validate.RuleAuthTypeAction, "NONE", authType}}},
		{"invoked via URL", grant(func(r *validate.Request) {
			r.Action, r.InvokedViaFunctionUrl = "lambda:InvokeFunctionUrl", ptr(true)
		}),
			[]refusal{{"InvokedViaFunctionUrl", validate.RuleInvokedViaAction, "true", invokedVia}}},
		// An IAM ARN with one colon missing has its own message.
		{"one colon short", grant(func(r *validate.Request) { r.Principal = "arn:aws:iam:000000000000:role/xxxx" }),
			[]refusal{{"Principal", validate.RulePrincipal, "arn:aws:iam:000000000000:role/xxxx",
				`The provided input'arn:aws:iam:000000000000:role/xxxx'was invalid. Member must satisfy expression: [\w+=,.@-]* Please check your input and try again.`}}},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			var got []refusal
			for _, v := range violations(t, validate.Current, tt.request) {
				got = append(got, refusal{v.Field, v.Rule, v.Value, v.Message})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// A malformed or missing member has its own violation and causes no other.
func TestMeaningIsSilent(t *testing.T) {
	tests := []struct {
		why     string
		request validate.Request
		want    []broken
	}{
		{"the name is malformed, so that its qualifier is not compared", grant(func(r *validate.Request) { r.FunctionName, r.Qualifier = "f:1:2", "3" }),
			[]broken{{"FunctionName", validate.RulePattern}}},
		{"the qualifier is malformed", grant(func(r *validate.Request) { r.FunctionName, r.Qualifier = "f:1", "a b" }),
			[]broken{{"Qualifier", validate.RulePattern}}},
		{"the action is malformed", grant(func(r *validate.Request) {
			r.Action, r.FunctionUrlAuthType, r.InvokedViaFunctionUrl = "lambda.InvokeFunctionUrl", "NONE", ptr(true)
		}), []broken{{"Action", validate.RulePattern}}},
		{"the action is missing", grant(func(r *validate.Request) { r.Action, r.FunctionUrlAuthType = "", "NONE" }),
			[]broken{{"Action", validate.RuleRequired}}},
		{"the principal has whitespace", grant(func(r *validate.Request) { r.Principal = " amazonaws.com" }),
			[]broken{{"Principal", validate.RulePattern}}},
		{"the principal has whitespace within quotation marks", grant(func(r *validate.Request) { r.Principal = `"s3 amazonaws.com"` }),
			[]broken{{"Principal", validate.RulePattern}}},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, brief(violations(t, validate.Current, tt.request))); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// Each value has a form that no principal has.
func TestPrincipal(t *testing.T) {
	tests := []string{
		// The domain without a service.
		"amazonaws.com", "amazonaws.com.cn",
		// Numbers that are not account ids.
		"1402433619", "1234-5678-9012", "1234567890123",
		// ARNs of resources that are not identities.
		"arn:aws:s3:::my-bucket", "arn:aws:lambda:us-east-1:123456789012:function:f",
		// Identities whose account is not 12 digits.
		"arn:aws:iam::1111-2222-3333:root", "arn:aws:sts::12345678901:assumed-role/r/s",
		// A URL; quotation marks of another language around the value.
		"https://s3.amazonaws.com", `"s3.amazonaws.com"`, "“s3.amazonaws.com”",
		// One quotation mark, at either end.
		`s3.amazonaws.com"`, "s3.amazonaws.com”", "'s3.amazonaws.com",
		// A word without a domain that is not a known kind of id.
		"s3", "lambda", "Everyone", "o-a1b2c3d4e5", "AGPAJQABLZS4A3QDU576Q", "aroajqablzs4a3qdu576q", strings.Repeat("a", 63),
		// The Principal element of a policy.
		`{"Service":"s3.amazonaws.com"}`, `["s3.amazonaws.com"]`,
	}
	for _, p := range tests {
		vs := violations(t, validate.Current, grant(func(r *validate.Request) { r.Principal = p }))
		if diff := cmp.Diff([]broken{{"Principal", validate.RulePrincipal}}, brief(vs)); diff != "" {
			t.Errorf("%q: violations (-want +got):\n%s", p, diff)
			continue
		}
		if vs[0].Message != noPrincipal {
			t.Errorf("%q: message %q, want that of an invalid principal", p, vs[0].Message)
		}
		if vs[0].Hint == "" {
			t.Errorf("%q: no hint", p)
		}
	}
}

// Current has all rules between members, Original has no such rule.
func TestMeaningIsCurrent(t *testing.T) {
	own := []string{
		validate.RuleQualifierMismatch, validate.RuleLatest, validate.RulePrincipal,
		validate.RuleAuthTypeAction, validate.RuleInvokedViaAction,
	}
	r := grant(func(r *validate.Request) {
		r.FunctionName, r.Qualifier, r.Principal, r.FunctionUrlAuthType, r.InvokedViaFunctionUrl = "f:1", "$LATEST", "amazonaws.com", "NONE", ptr(true)
		r.Action = "lambda:GetFunction"
	})
	var got []string
	for _, b := range brief(violations(t, validate.Current, r)) {
		got = append(got, b.Rule)
	}
	slices.Sort(own)
	slices.Sort(got)
	if diff := cmp.Diff(own, got); diff != "" {
		t.Errorf("rules of Current (-want +got):\n%s", diff)
	}
	for _, b := range brief(violations(t, validate.Original, r)) {
		if slices.Contains(own, b.Rule) {
			t.Errorf("Original finds %v, want no rule between members", b)
		}
	}
}
