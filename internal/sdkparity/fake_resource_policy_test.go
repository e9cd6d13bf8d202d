package sdkparity_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// wholePolicies is the SDK's client and a service with the function fn.
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

// TestFakeWholePolicies: the SDK's unmodified client puts, reads and deletes whole
// policies, signatures verified, in one state with AddPermission and GetPolicy.
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
		t.Errorf("%d statements, want that of the document and the added one", got)
	}
	if _, err := client.DeleteResourcePolicy(ctx, &lambda.DeleteResourcePolicyInput{ResourceArn: resource, RevisionId: read.RevisionId}); err != nil {
		t.Fatal(err)
	}
	if document, ok := server.Policy("fn"); ok {
		t.Errorf("policy %s after DeleteResourcePolicy, want none", document)
	}
}

// TestFakeWholePolicyErrors: the refusals are of the SDK's own types.
func TestFakeWholePolicyErrors(t *testing.T) {
	old := aws.String("20000000-0000-4000-8000-0000000000ff")
	tests := []struct {
		name   string
		call   func(*lambda.Client) error
		want   smithy.APIError // any of its type
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
