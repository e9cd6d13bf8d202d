package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// row is one recorded or reported answer of the service, and a call that gets it from
// permissiontest.
type row struct {
	name          string
	prepare       func(*testing.T, permission.API) // makes the state by calls
	input         any
	change        func(*setting)
	code, message string
	status        int
}

// grantTo returns a valid input of AddPermission with the change of a row.
func grantTo(function string, change func(*permission.AddPermissionInput)) *permission.AddPermissionInput {
	in := &permission.AddPermissionInput{
		Action: aws.String("lambda:InvokeFunction"), FunctionName: aws.String(function),
		Principal: aws.String("s3.amazonaws.com"), StatementId: aws.String("s3"),
	}
	if change != nil {
		change(in)
	}
	return in
}

func qualified(q string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.Qualifier = &q }
}

func remove(function, sid string) *permission.RemovePermissionInput {
	return &permission.RemovePermissionInput{FunctionName: &function, StatementId: &sid}
}

func granted(t *testing.T, api permission.API) {
	if _, err := api.AddPermission(context.Background(), grantTo("fn", nil)); err != nil {
		t.Fatal(err)
	}
}

const fnARN = "arn:aws:lambda:us-east-1:111111111111:function:"

var rows = []row{
	{name: "1 qualifier mismatch", input: grantTo("fn:alias-not-42", qualified("42")), status: 400,
		code: "InvalidParameterValueException", message: "The derived qualifier from the function name does not match the specified qualifier."},
	{name: "2 $LATEST", input: grantTo("fn", qualified("$LATEST")), status: 400,
		code: "InvalidParameterValueException", message: "We currently do not support adding policies for $LATEST."},
	{name: "3 principal not accepted", input: grantTo("fn", func(in *permission.AddPermissionInput) { in.Principal = aws.String("invalid.nonaws.com") }), status: 400,
		code: "InvalidParameterValueException", message: "The provided principal was invalid. Please check the principal and try again."},
	{name: "4 function unknown", input: grantTo("doesnotexist", nil), status: 404,
		code: "ResourceNotFoundException", message: "Function not found: " + fnARN + "doesnotexist"},
	{name: "5 alias unknown", input: grantTo("fn", qualified("alias-doesnotexist")), status: 404,
		code: "ResourceNotFoundException", message: "Cannot find alias arn: " + fnARN + "fn:alias-doesnotexist"},
	{name: "6 version unknown", input: grantTo("fn:42", nil), status: 404,
		code: "ResourceNotFoundException", message: "Function not found: " + fnARN + "fn:42"},
	{name: "6 no alias by its form", input: grantTo("fn", qualified("valid-with-$-but-doesnotexist")), status: 404,
		code: "ResourceNotFoundException", message: "Function not found: " + fnARN + "fn:valid-with-$-but-doesnotexist"},
	{name: "7 statement exists", prepare: granted, input: grantTo("fn", nil), status: 409,
		code: "ResourceConflictException", message: "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."},
	{name: "8 wrong revision", input: grantTo("fn", func(in *permission.AddPermissionInput) { in.RevisionId = aws.String("wrong") }), status: 412,
		code: "PreconditionFailedException", message: "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"},
	{name: "9 wrong revision, Remove", prepare: granted, status: 412,
		input: &permission.RemovePermissionInput{FunctionName: aws.String("fn"), StatementId: aws.String("s3"), RevisionId: aws.String("wrong")},
		code:  "PreconditionFailedException", message: "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"},
	{name: "10 no policy", input: &permission.GetPolicyInput{FunctionName: aws.String("fn")}, status: 404,
		code: "ResourceNotFoundException", message: "The resource you requested does not exist."},
	{name: "10 no function", input: &permission.GetPolicyInput{FunctionName: aws.String("doesnotexist")}, status: 404,
		code: "ResourceNotFoundException", message: "The resource you requested does not exist."},
	{name: "11 Remove, no function", input: remove("doesnotexist", "s3"), status: 404,
		code: "ResourceNotFoundException", message: "No policy found for: " + fnARN + "doesnotexist"},
	{name: "12 Remove, no policy", input: remove("fn", "s3"), status: 404,
		code: "ResourceNotFoundException", message: "No policy is associated with the given resource."},
	{name: "13 Remove, no statement", prepare: granted, input: remove("fn", "other"), status: 404,
		code: "ResourceNotFoundException", message: "Statement other is not found in resource policy."},
	{name: "14 another region", input: grantTo("arn:aws:lambda:ap-southeast-1:111111111111:function:fn", nil), status: 404,
		code: "ResourceNotFoundException", message: "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')"},
	{name: "15 another account", input: grantTo("arn:aws:lambda:us-east-1:222222222222:function:fn", nil), status: 403, code: "AccessDeniedException", message: "UnknownError"},
	{name: "16 policy length", prepare: filled, input: grantTo("fn", large("one-too-many-x")), status: 400,
		code: "PolicyLengthExceededException", message: "The final policy size (20589) is bigger than the limit (20480)."},
	{name: "17 FunctionUrlAuthType", input: grantTo("fn", func(in *permission.AddPermissionInput) { in.FunctionUrlAuthType = permission.FunctionUrlAuthTypeNone }), status: 400,
		code: "InvalidParameterValueException", message: "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"},
	{name: "validation", input: grantTo("fn", func(in *permission.AddPermissionInput) { in.StatementId = aws.String("example.com") }), status: 400,
		code: "ValidationException", message: "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"},
	{name: "bad signature", input: grantTo("fn", nil), status: 403,
		change: func(s *setting) { s.Credentials = otherSecret{s.Credentials} },
		code:   "InvalidSignatureException", message: "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	{name: "unknown key", input: grantTo("fn", nil), status: 403,
		change: func(s *setting) {
			s.Credentials = staticCredentials(aws.Credentials{AccessKeyID: "AKIDOTHER", SecretAccessKey: "x"})
		},
		code: "UnrecognizedClientException", message: "The security token included in the request is invalid."},
	{name: "unsigned", input: grantTo("fn", nil), status: 403,
		change: func(s *setting) { s.Credentials = aws.AnonymousCredentials{} },
		code:   "MissingAuthenticationTokenException", message: "Missing Authentication Token"},
}

// otherSecret returns credentials with the right key id and a wrong secret.
type otherSecret struct{ aws.CredentialsProvider }

func (o otherSecret) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := o.CredentialsProvider.Retrieve(ctx)
	c.SecretAccessKey += "x"
	return c, err
}

func large(sid string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) {
		in.StatementId, in.SourceArn = &sid, aws.String("arn:aws:s3:::"+strings.Repeat("b", 63))
	}
}

// filled makes a policy without room for another statement.
func filled(t *testing.T, api permission.API) {
	for i := 0; ; i++ {
		_, err := api.AddPermission(context.Background(), grantTo("fn", large(fmt.Sprintf("statement-%04d", i))))
		var api smithy.APIError
		if errors.As(err, &api) && api.ErrorCode() == "PolicyLengthExceededException" {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// For every row the SDK's unmodified client and ours get the recorded answer from
// permissiontest over HTTP with verified signatures, each as an exception of its own
// package.
func TestFakeUnderSDK(t *testing.T) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			ours, ourErr := ask(t, setting.ourAPI, r)
			sdks, sdkErr := ask(t, setting.sdk, r)
			ours.Text, sdks.Text = withoutID(ours), withoutID(sdks)
			ours.ID, sdks.ID = "", ""
			if diff := cmp.Diff(sdks, ours); diff != "" {
				t.Errorf("(-SDK +ours):\n%s", diff)
			}
			type answer struct {
				Status        int
				Code, Message string
			}
			if diff := cmp.Diff(answer{r.status, r.code, r.message}, answer{sdks.Status, sdks.Code, sdks.Message}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			wantPackage(t, ourErr, "github.com/lambdaperm/lambdaperm/errors")
			wantPackage(t, sdkErr, "github.com/aws/aws-sdk-go-v2/service/lambda/types")
		})
	}
}

// ask returns the answer of a row from a new service.
func ask(t *testing.T, client func(setting) permission.API, r row) (outcome, error) {
	t.Helper()
	server := permissiontest.NewServer(t, permissiontest.WithCredentials("AKIDEXAMPLE", "secret", ""), permissiontest.WithAccount("111111111111"))
	server.CreateFunction("fn")
	set := setting{Config: server.Config()}
	if r.prepare != nil {
		r.prepare(t, client(set))
	}
	if r.change != nil {
		r.change(&set)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := invoke(ctx, client(set), r.input)
	if err == nil {
		t.Fatalf("%s: no error", r.name)
	}
	return outcomeOf(out, err), err
}

func withoutID(o outcome) string { return strings.ReplaceAll(o.Text, o.ID, "ID") }

// wantPackage checks that the type of a modelled exception is in a package.
func wantPackage(t *testing.T, err error, path string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("err = %v, want a smithy.APIError", err)
	}
	if _, unmodelled := api.(*smithy.GenericAPIError); unmodelled {
		return
	}
	if got := reflect.TypeOf(api).Elem().PkgPath(); got != path {
		t.Errorf("the error is of package %s, want %s", got, path)
	}
}

// wholePolicies returns the SDK's client and a service with the function fn.
func wholePolicies(t *testing.T) (*lambda.Client, *permissiontest.Server) {
	t.Helper()
	server := permissiontest.NewServer(t,
		permissiontest.WithCredentials("AKIDEXAMPLE", "secret", "token"), permissiontest.WithAccount("111111111111"))
	server.CreateFunction("fn")
	return lambda.NewFromConfig(server.Config()), server
}

// denial is a policy that AddPermission cannot create.
const denial = `{"Version":"2012-10-17","Statement":[{"Sid":"deny","Effect":"Deny","Principal":"*","Action":"lambda:*",` +
	`"Resource":["` + fnARN + `fn","` + fnARN + `fn:*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`

// The SDK's unmodified client puts, reads and deletes whole policies with verified
// signatures. AddPermission and GetPolicy work on the same policies.
func TestFakeWholePolicies(t *testing.T) {
	client, server := wholePolicies(t)
	ctx, resource := t.Context(), aws.String(fnARN+"fn")
	put, err := client.PutResourcePolicy(ctx, &lambda.PutResourcePolicyInput{ResourceArn: resource, Policy: aws.String(denial)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(denial, aws.ToString(put.Policy)); diff != "" {
		t.Errorf("Policy of PutResourcePolicy (-want +got):\n%s", diff)
	}
	got, err := client.GetResourcePolicy(ctx, &lambda.GetResourcePolicyInput{ResourceArn: resource})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*string{put.Policy, put.RevisionId}, []*string{got.Policy, got.RevisionId}); diff != "" {
		t.Errorf("GetResourcePolicy (-put +got):\n%s", diff)
	}
	if _, err := client.AddPermission(ctx, &lambda.AddPermissionInput{
		FunctionName: aws.String("fn"), StatementId: aws.String("s3"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("s3.amazonaws.com"), RevisionId: got.RevisionId,
	}); err != nil {
		t.Fatal(err)
	}
	read, err := client.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String("fn")})
	if err != nil {
		t.Fatal(err)
	}
	document, _ := server.Policy("fn")
	if diff := cmp.Diff(document.Raw(), aws.ToString(read.Policy)); diff != "" {
		t.Errorf("GetPolicy (-stored +got):\n%s", diff)
	}
	if got := len(document.Statements()); got != 2 {
		t.Errorf("%d statements, want 2: that of the document and the added one", got)
	}
	if _, err := client.DeleteResourcePolicy(ctx, &lambda.DeleteResourcePolicyInput{ResourceArn: resource, RevisionId: read.RevisionId}); err != nil {
		t.Fatal(err)
	}
	if document, ok := server.Policy("fn"); ok {
		t.Errorf("policy %s after DeleteResourcePolicy, want no policy", document)
	}
}

// The errors of the operations on whole policies have the SDK's types.
func TestFakeWholePolicyErrors(t *testing.T) {
	old := aws.String("20000000-0000-4000-8000-0000000000ff")
	tests := []struct {
		name   string
		call   func(*lambda.Client) error
		want   smithy.APIError // only its type counts
		status int
	}{
		{"a wrong revision", func(c *lambda.Client) error {
			_, err := c.PutResourcePolicy(t.Context(), &lambda.PutResourcePolicyInput{ResourceArn: aws.String(fnARN + "fn"), Policy: aws.String(denial), RevisionId: old})
			return err
		}, new(types.PreconditionFailedException), 412},
		{"no policy to read", func(c *lambda.Client) error {
			_, err := c.GetResourcePolicy(t.Context(), &lambda.GetResourcePolicyInput{ResourceArn: aws.String(fnARN + "fn")})
			return err
		}, new(types.ResourceNotFoundException), 404},
		{"no policy to delete", func(c *lambda.Client) error {
			_, err := c.DeleteResourcePolicy(t.Context(), &lambda.DeleteResourcePolicyInput{ResourceArn: aws.String(fnARN + "fn")})
			return err
		}, new(types.ResourceNotFoundException), 404},
		{"no such function", func(c *lambda.Client) error {
			_, err := c.PutResourcePolicy(t.Context(), &lambda.PutResourcePolicyInput{ResourceArn: aws.String(fnARN + "none"), Policy: aws.String(denial)})
			return err
		}, new(types.ResourceNotFoundException), 404},
		{"not a policy", func(c *lambda.Client) error {
			_, err := c.PutResourcePolicy(t.Context(), &lambda.PutResourcePolicyInput{ResourceArn: aws.String(fnARN + "fn"), Policy: aws.String("{}")})
			return err
		}, new(types.InvalidParameterValueException), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, _ := wholePolicies(t)
			err := tt.call(client)
			var api smithy.APIError
			if !errors.As(err, &api) {
				t.Fatalf("error %v, want one of the service", err)
			}
			if got, want := fmt.Sprintf("%T", api), fmt.Sprintf("%T", tt.want); got != want {
				t.Errorf("error of type %s, want %s", got, want)
			}
			var response *awshttp.ResponseError
			if !errors.As(err, &response) {
				t.Fatalf("error %v, want one with a response", err)
			}
			if got := response.HTTPStatusCode(); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
			if response.ServiceRequestID() == "" {
				t.Error("the error has no request id")
			}
		})
	}
}
