package sdkapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
	"github.com/lambdaperm/lambdaperm/validate"
)

// An input of the SDK is checked without a client.
func ExampleRequest() {
	in := &lambda.AddPermissionInput{
		FunctionName: aws.String("thumbnail"),
		StatementId:  aws.String("s3.photos"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("s3.amazonaws.com"),
	}
	fmt.Println(validate.Current.Check(sdkapi.Request(in)))
	// Output:
	// invalid request: StatementId "s3.photos": Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+) (hint: a statement id has only letters, digits, - and _, not '.': try "s3-photos")
}

// With the pre-flight in the client, a call is checked before it is sent.
func ExampleNew() {
	cfg, stop := exampleConfig("thumbnail")
	defer stop()
	api := sdkapi.New(lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, permission.Preflight())
	}))
	reading, err := permission.ReadPolicy(context.Background(), api, "thumbnail")
	fmt.Println("has a policy:", reading.Found, err)

	_, err = permission.ReadPolicy(context.Background(), api, "thumb nail")
	fmt.Println("sent:", err == nil)
	// Output:
	// has a policy: false <nil>
	// sent: false
}

// exampleConfig returns the configuration of clients of a service in memory, which has
// one function.
func exampleConfig(function string) (cfg aws.Config, stop func()) {
	service := permissiontest.NewService()
	if err := service.CreateFunction(function); err != nil {
		panic(err)
	}
	server := httptest.NewServer(service)
	return service.Config(server.URL), server.Close
}
