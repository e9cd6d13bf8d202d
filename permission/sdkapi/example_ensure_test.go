package sdkapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
)

// keepTopic uses the SDK's client with package ensure, for a program that has such a
// client for other operations.
func keepTopic(ctx context.Context, client *lambda.Client, function, topicARN string) (*ensure.GrantsResult, error) {
	r, err := grant.EventSource(function, topicARN)
	if err != nil {
		return nil, err
	}
	desired := ensure.Desired{Function: function, Owner: "topics", Grants: []grant.Request{r}}
	return ensure.Grants(ctx, sdkapi.New(client), desired)
}

// The SDK's client keeps a list of grants in force.
func Example() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(service)
	defer server.Close()
	client := lambda.NewFromConfig(service.Config(server.URL)) // in a program: its own

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
