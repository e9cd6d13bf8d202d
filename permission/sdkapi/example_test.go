package sdkapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
	"github.com/lambdaperm/lambdaperm/validate"
)

// keepTopic gives the SDK's client to package ensure: a program that has a client
// for other operations keeps it.
func keepTopic(ctx context.Context, client *lambda.Client, function, topicARN string) (*ensure.GrantsResult, error) {
	r, err := grant.EventSource(function, topicARN)
	if err != nil {
		return nil, err
	}
	desired := ensure.Desired{Function: function, Owner: "topics", Grants: []grant.Request{r}}
	return ensure.Grants(ctx, sdkapi.New(client), desired)
}

// The SDK's client keeps a list of grants in force.
func Example_ensureWithTheSDKsClient() {
	cfg, stop := exampleConfig("thumbnail")
	defer stop()
	client := lambda.NewFromConfig(cfg) // the program's own

	for range 2 {
		result, err := keepTopic(context.Background(), client, "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(result.Done), "changes")
	}
	// Output:
	// 1 changes
	// 0 changes
}

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

// exampleConfig is the configuration of a service in memory with a function.
func exampleConfig(function string) (cfg aws.Config, stop func()) {
	service := permissiontest.NewService()
	if err := service.CreateFunction(function); err != nil {
		panic(err)
	}
	server := httptest.NewServer(service)
	return service.Config(server.URL), server.Close
}
