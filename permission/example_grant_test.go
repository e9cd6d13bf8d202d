package permission_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// allowTopic lets a topic invoke a function.
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

// The first call adds a grant. The second has a mistake in SourceArn, which is refused
// before it is sent.
func Example() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		fmt.Println(err)
		return
	}
	api := service.API() // in a program: permission.NewFromConfig(cfg)

	fmt.Println(allowTopic(context.Background(), api, "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos"))

	err := allowTopic(context.Background(), api, "thumbnail", "photos")
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		for _, v := range invalid.Violations {
			fmt.Println(v)
		}
	}
	// Output:
	// <nil>
	// SourceArn "photos": Member must satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}|\*)?:(\d{12})?:(.*) (hint: an ARN begins with "arn:", as "arn:aws:s3:::my-bucket" does)
}
