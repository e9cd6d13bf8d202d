package sdkparity_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/sdkparity"
	"github.com/lambdaperm/lambdaperm/permission"
)

// A program that holds the SDK's client passes it where a permission.API is
// wanted. The errors are the SDK's own; the questions of package errors answer for
// them.
func ExampleAdapter() {
	// In a program: lambda.NewFromConfig(cfg).
	client := lambda.NewFromConfig(plainConfig(&script{replies: []reply{
		accept,
		replyWith(409, coded("ResourceConflictException"), `{"Type":"User","message":"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."}`),
	}}))

	grant := func(api permission.AddPermissionAPIClient) error {
		_, err := api.AddPermission(context.Background(), &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"),
			StatementId:  aws.String("s3"),
			Action:       aws.String("lambda:InvokeFunction"),
			Principal:    aws.String("s3.amazonaws.com"),
			SourceArn:    aws.String("arn:aws:s3:::photos"),
		})
		return err
	}
	api := sdkparity.Adapter{Client: client}
	fmt.Println("first:", grant(api))
	fmt.Println("second is a conflict:", lambdaerrors.IsConflict(grant(api)))
	// Output:
	// first: <nil>
	// second is a conflict: true
}
