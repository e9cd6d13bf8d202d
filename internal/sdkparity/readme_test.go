package sdkparity_test

// The Go code of the README that needs the SDK's Lambda client, compiled and run
// here because the library itself does not depend on that client.

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

func newLambdaClient(cfg aws.Config) *lambda.Client {
	return lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, permission.Preflight()) // this line
	})
}

// The SDK's client with that line refuses a request before it is sent, sends the
// others, and its errors answer the library's questions.
func TestReadmePreflight(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	recorded := &recorder{}
	cfg := server.Config()
	cfg.HTTPClient = recorded
	input := &lambda.AddPermissionInput{
		FunctionName: aws.String("thumbnail"),
		StatementId:  aws.String("my.photos"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("s3.amazonaws.com"),
	}
	_, err := newLambdaClient(cfg).AddPermission(t.Context(), input)
	var invalid *validate.Error
	if !errors.As(err, &invalid) || len(recorded.requests) != 0 {
		t.Errorf("got %v and %d requests, want *validate.Error and none", err, len(recorded.requests))
	}
	input.StatementId = aws.String("my-photos")
	client := newLambdaClient(server.Config())
	if _, err := client.AddPermission(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	_, err = client.AddPermission(t.Context(), input)
	if kind := lambdaerrors.ConflictKindOf(err); kind != lambdaerrors.DuplicateStatement {
		t.Errorf("second time: %v, a %v", err, kind)
	}
}
