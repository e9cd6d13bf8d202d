package permissiontest_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// allowTopic is the code under test.
func allowTopic(ctx context.Context, api permission.AddPermissionAPIClient, function, topicARN string) error {
	_, err := api.AddPermission(ctx, &permission.AddPermissionInput{
		FunctionName: aws.String(function),
		StatementId:  aws.String("topic"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("sns.amazonaws.com"),
		SourceArn:    aws.String(topicARN),
	})
	return err
}

// The service runs behind HTTP, as NewServer(t) starts it for a test. The example sets
// a policy, calls the code under test and reads the policy.
func Example() {
	service := permissiontest.NewService()
	server := httptest.NewServer(service)
	defer server.Close()
	err := service.SetPolicy("thumbnail", `{"Version":"2012-10-17","Statement":[{"Sid":"partner","Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"lambda:InvokeFunction",
		"Resource":"arn:aws:lambda:us-east-1:123456789012:function:thumbnail"}]}`)
	if err != nil {
		fmt.Println(err)
		return
	}

	client := permission.NewFromConfig(service.Config(server.URL))
	err = allowTopic(context.Background(), client, "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
	if err != nil {
		fmt.Println(err)
		return
	}

	document, _ := service.Policy("thumbnail")
	for _, statement := range document.Statements() {
		fmt.Println(statement.Sid(), statement.Principals())
	}
	// Output:
	// partner [{AWS arn:aws:iam::210987654321:root}]
	// topic [{Service sns.amazonaws.com}]
}
