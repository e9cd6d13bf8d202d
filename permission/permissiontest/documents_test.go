package permissiontest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// documentARN is the function of documentOf.
const documentARN = "arn:aws:lambda:us-east-1:123456789012:function:fn"

// documents returns a server with the function fn, and APIs that call it over HTTP and
// in process. The client does not retry.
func documents(t *testing.T) (server *permissiontest.Server, doors map[string]permission.ResourcePolicyAPI) {
	t.Helper()
	server = permissiontest.NewServer(t)
	server.CreateFunction("fn")
	return server, map[string]permission.ResourcePolicyAPI{
		"HTTP": server.Client(func(o *permission.Options) { o.Retryer = aws.NopRetryer{} }),
		"API":  server.API(),
	}
}

func putDocument(t *testing.T, api permission.ResourcePolicyAPI, document string, revision *string) (*permission.PutResourcePolicyOutput, error) {
	t.Helper()
	return api.PutResourcePolicy(t.Context(), &permission.PutResourcePolicyInput{ResourceArn: aws.String(documentARN), Policy: &document, RevisionId: revision})
}

func getDocument(t *testing.T, api permission.ResourcePolicyAPI) (*permission.GetResourcePolicyOutput, error) {
	t.Helper()
	return api.GetResourcePolicy(t.Context(), &permission.GetResourcePolicyInput{ResourceArn: aws.String(documentARN)})
}

func deleteDocument(t *testing.T, api permission.ResourcePolicyAPI, revision *string) error {
	t.Helper()
	_, err := api.DeleteResourcePolicy(t.Context(), &permission.DeleteResourcePolicyInput{ResourceArn: aws.String(documentARN), RevisionId: revision})
	return err
}

// HTTP and API return the same policies, revisions and errors with the same texts, also
// for inputs that a client does not send.
func TestDocumentDoorsAgree(t *testing.T) {
	script := func(api permission.ResourcePolicyAPI) (told []string) {
		tell := func(policy, revision *string, err error) {
			text := fmt.Sprint(err)
			if i := strings.Index(text, "RequestID"); i >= 0 { // the ids also count other calls
				text = text[:i] + text[i+len("RequestID: ")+36:]
			}
			told = append(told, aws.ToString(policy)+" "+aws.ToString(revision)+" "+text)
		}
		got, err := getDocument(t, api)
		if err == nil {
			t.Fatalf("policy %s, want no policy at first", aws.ToString(got.Policy))
		}
		tell(nil, nil, err)
		tell(nil, nil, deleteDocument(t, api, nil))
		for _, document := range []string{documentOf(), documentOf("Allow", "Deny"), "{", ""} {
			var answered permission.PutResourcePolicyOutput
			out, err := putDocument(t, api, document, nil)
			if err == nil {
				answered = *out
			}
			tell(answered.Policy, answered.RevisionId, err)
		}
		old := stepRevision(1)
		_, err = putDocument(t, api, documentOf(), &old)
		tell(nil, nil, err)
		got, err = getDocument(t, api)
		if err != nil {
			t.Fatal(err)
		}
		tell(got.Policy, got.RevisionId, nil)
		if _, ok := awsmiddleware.GetRequestIDMetadata(got.ResultMetadata); !ok {
			t.Error("no request id in the ResultMetadata")
		}
		tell(nil, nil, deleteDocument(t, api, got.RevisionId))

		asIs := func(o *permission.Options) { o.Preflight = nil }
		for _, arn := range []*string{nil, aws.String(""), aws.String("fn")} {
			_, err = api.PutResourcePolicy(t.Context(), &permission.PutResourcePolicyInput{ResourceArn: arn, Policy: aws.String("{}")}, asIs)
			tell(nil, nil, err)
			_, err = api.GetResourcePolicy(t.Context(), &permission.GetResourcePolicyInput{ResourceArn: arn}, asIs)
			tell(nil, nil, err)
			_, err = api.DeleteResourcePolicy(t.Context(), &permission.DeleteResourcePolicyInput{ResourceArn: arn}, asIs)
			tell(nil, nil, err)
		}
		_, err = api.PutResourcePolicy(t.Context(), nil)
		tell(nil, nil, err)
		_, err = api.GetResourcePolicy(t.Context(), nil)
		tell(nil, nil, err)
		_, err = api.DeleteResourcePolicy(t.Context(), nil)
		tell(nil, nil, err)
		return told
	}
	_, overHTTP := documents(t)
	_, inProcess := documents(t)
	if diff := cmp.Diff(script(overHTTP["HTTP"]), script(inProcess["API"])); diff != "" {
		t.Errorf("answers (-HTTP +API):\n%s", diff)
	}
}

// A function that blocks public policies refuses a statement that allows everybody,
// from each operation, and its policy does not change. It accepts other statements.
func TestBlockPublicPolicy(t *testing.T) {
	everybody := func(principal, condition string) string {
		return documentOf(`{"Service":"s3.amazonaws.com"}`, principal, `"Resource"`, condition+`"Resource"`)
	}
	condition := func(operator, key, value string) string {
		return `"Condition":{"` + operator + `":{"` + key + `":"` + value + `"}},`
	}
	tests := []struct {
		rule, document string
		public         bool
	}{
		{"a service is not everybody", documentOf(), false},
		{"everybody", everybody(`"*"`, ""), true},
		{"everybody with an AWS identity", everybody(`{"AWS":"*"}`, ""), true},
		{"everybody in a list", everybody(`{"AWS":["arn:aws:iam::210987654321:root","*"]}`, ""), true},
		{"an account is not everybody", everybody(`{"AWS":"210987654321"}`, ""), false},
		{"a Deny for everybody", documentOf("Allow", "Deny", `{"Service":"s3.amazonaws.com"}`, `"*"`), false},
		{"an organization limits", everybody(`"*"`, condition("StringEquals", "aws:PrincipalOrgID", "o-1234567890")), false},
		{"a key's case does not matter", everybody(`"*"`, condition("ArnLike", "AWS:SourceArn", "arn:aws:s3:::b")), false},
		{"a network limits", everybody(`"*"`, condition("IpAddress", "aws:SourceIp", "203.0.113.0/24")), false},
		{"every network does not limit", everybody(`"*"`, condition("IpAddress", "aws:SourceIp", "0.0.0.0/0")), true},
		{"a wildcard does not limit", everybody(`"*"`, condition("StringLike", "aws:PrincipalOrgID", "*")), true},
		{"a negated operator does not limit", everybody(`"*"`, condition("StringNotEquals", "aws:PrincipalOrgID", "o-1234567890")), true},
		{"a key that may be absent does not limit", everybody(`"*"`, condition("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1234567890")), true},
		{"a key that every call has does not limit", everybody(`"*"`, condition("Bool", "aws:SecureTransport", "true")), true},
		{"a URL without authentication", everybody(`"*"`, condition("StringEquals", "lambda:FunctionUrlAuthType", "NONE")), true},
	}
	for _, tt := range tests {
		server, doors := documents(t)
		if _, err := putDocument(t, doors["API"], tt.document, nil); err != nil {
			t.Errorf("%s: err = %v before public policies are blocked, want nil", tt.rule, err)
		}
		if err := deleteDocument(t, doors["API"], nil); err != nil {
			t.Fatal(err)
		}
		server.BlockPublicPolicy("fn", true)
		for door, api := range doors {
			_, err := putDocument(t, api, tt.document, nil)
			if failed := err != nil; failed != tt.public {
				t.Errorf("%s, %s: err = %v, want an error: %t", tt.rule, door, err, tt.public)
			}
			if err != nil && !lambdaerrors.IsPublicPolicy(err) {
				t.Errorf("%s, %s: err = %v, want a PublicPolicyException", tt.rule, door, err)
			}
			if _, ok := server.Policy("fn"); ok == tt.public {
				t.Errorf("%s, %s: a policy is stored: %t, want %t", tt.rule, door, ok, !tt.public)
			}
		}
	}

	server, doors := documents(t)
	server.BlockPublicPolicy("fn", true)
	open := grant(func(in *permission.AddPermissionInput) {
		in.Principal, in.SourceArn, in.SourceAccount = aws.String("*"), nil, nil
	})
	if _, err := server.API().AddPermission(t.Context(), open); !lambdaerrors.IsPublicPolicy(err) {
		t.Errorf("AddPermission: err = %v, want a PublicPolicyException", err)
	}
	server.BlockPublicPolicy("fn", false)
	if _, err := putDocument(t, doors["HTTP"], everybody(`"*"`, ""), nil); err != nil {
		t.Errorf("with public policies allowed again: err = %v, want nil", err)
	}
	if err := server.Service.BlockPublicPolicy("unknown", true); err == nil {
		t.Error("BlockPublicPolicy of an unknown function: no error, want one")
	}
}

// Faults of operations on whole policies are the same in process and over HTTP.
func TestDocumentFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		fault     permissiontest.Fault
		committed bool
		is        func(error) bool
	}{
		"throttled":           {permissiontest.Throttle(), false, lambdaerrors.IsThrottled},
		"a 500 after the put": {permissiontest.CommitThen(permissiontest.ServerError()), true, lambdaerrors.IsServiceFault},
		"reset":               {permissiontest.Reset(), false, lambdaerrors.IsTransient},
		"truncated":           {permissiontest.Truncated(), true, isUnreadable},
		"unknown principal":   {permissiontest.UnknownPrincipal(), false, lambdaerrors.IsInvalidParameterValue},
	} {
		server, _ := documents(t)
		rule := permissiontest.On(1, tt.fault).Of(validate.PutResourcePolicy)
		server.Faults(rule)
		for door, api := range map[string]permission.ResourcePolicyAPI{
			"HTTP": server.Client(func(o *permission.Options) { o.Retryer, o.DisableLostResponseRecovery = aws.NopRetryer{}, true }),
			"API":  permissiontest.DocumentFaults(server.API(), rule),
		} {
			if _, err := putDocument(t, api, documentOf(), nil); !tt.is(err) {
				t.Errorf("%s, %s: err = %v, want the error of the fault", name, door, err)
			}
			if _, ok := server.Policy("fn"); ok != tt.committed {
				t.Errorf("%s, %s: a policy is stored: %t, want %t", name, door, ok, tt.committed)
			}
			if _, err := putDocument(t, api, documentOf(), nil); err != nil {
				t.Errorf("%s, %s: the next put: err = %v, want nil", name, door, err)
			}
			if err := deleteDocument(t, api, nil); err != nil {
				t.Errorf("%s, %s: the deletion: err = %v, want nil", name, door, err)
			}
		}
	}
}

func isUnreadable(err error) bool {
	var unreadable *smithy.DeserializationError
	return errors.As(err, &unreadable) && lambdaerrors.StatusCode(err) == 200
}

// An answer without a body, as that of DeleteResourcePolicy, does not arrive if it is
// truncated. A client finds out by reading that the policy was deleted.
func TestDocumentFaultsOfDelete(t *testing.T) {
	server, _ := documents(t)
	server.SetPolicy("fn", documentOf())
	api := permissiontest.DocumentFaults(server.API(), permissiontest.On(1, permissiontest.Truncated()))
	if err := deleteDocument(t, api, nil); !lambdaerrors.IsTransient(err) {
		t.Errorf("err = %v, want that of a lost connection", err)
	}
	if d, ok := server.Policy("fn"); ok {
		t.Errorf("policy %s, want it deleted", d)
	}

	server.SetPolicy("fn", documentOf())
	server.Faults(permissiontest.On(1, permissiontest.Truncated()).Of(validate.DeleteResourcePolicy))
	client := server.Client(func(o *permission.Options) {
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.MaxBackoff = time.Millisecond })
	})
	if err := deleteDocument(t, client, nil); err != nil {
		t.Errorf("a client after a lost response: %v", err)
	}
}

// A stale read repeats the previous read of the same function.
func TestDocumentFaultsStale(t *testing.T) {
	server, _ := documents(t)
	rule := permissiontest.On(2, permissiontest.Stale())
	server.Faults(rule)
	for door, api := range map[string]permission.ResourcePolicyAPI{
		"HTTP": server.Client(), "API": permissiontest.DocumentFaults(server.API(), rule),
	} {
		first, second := documentOf(), documentOf("Allow", "Deny")
		var got []string
		for _, document := range []string{first, second, second} {
			server.SetPolicy("fn", document)
			out, err := getDocument(t, api)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, *out.Policy)
		}
		if diff := cmp.Diff([]string{first, first, second}, got); diff != "" {
			t.Errorf("%s: readings (-want +got):\n%s", door, diff)
		}
	}
	// There was no previous read.
	api := permissiontest.DocumentFaults(server.API(), permissiontest.On(1, permissiontest.Stale()))
	if _, err := getDocument(t, api); !lambdaerrors.IsNotFound(err) {
		t.Errorf("err = %v, want a ResourceNotFoundException", err)
	}
}

// A Stub without functions returns errors for operations on whole policies, and records
// the calls.
func TestStubDocuments(t *testing.T) {
	stub := &permissiontest.Stub{}
	_, putErr := putDocument(t, stub, documentOf(), nil)
	_, getErr := getDocument(t, stub)
	for name, err := range map[string]error{"Put": putErr, "Get": getErr, "Delete": deleteDocument(t, stub, nil)} {
		operation := name + "ResourcePolicy"
		want(t, name, "permissiontest: Stub."+operation+"Func is nil: set it, since "+operation+" was called", fmt.Sprint(err))
	}
	var called []string
	for _, call := range stub.Calls() {
		called = append(called, fmt.Sprintf("%s %T", call.Operation, call.Input))
	}
	if diff := cmp.Diff([]string{
		"PutResourcePolicy *permission.PutResourcePolicyInput",
		"GetResourcePolicy *permission.GetResourcePolicyInput",
		"DeleteResourcePolicy *permission.DeleteResourcePolicyInput",
	}, called); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
