package lambdaperm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// A bucket may invoke a function. The in-memory service stands for AWS here; a
// program takes permission.NewFromConfig(cfg) instead of its API.
func Example() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		log.Fatal(err)
	}
	var client permission.API = service.API()

	ctx := context.Background()
	_, err := client.AddPermission(ctx, &permission.AddPermissionInput{
		FunctionName:  aws.String("thumbnail"),
		StatementId:   aws.String("photos"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceArn:     aws.String("arn:aws:s3:::photos"),
		SourceAccount: aws.String("123456789012"),
	})
	if err != nil {
		log.Fatal(err)
	}

	document, _ := service.Policy("thumbnail")
	for _, s := range document.Statements() {
		fmt.Println(s.Sid(), s.Effect(), s.Principals(), s.Actions())
	}
	// Output:
	// photos Allow [{Service s3.amazonaws.com}] [lambda:InvokeFunction]
}
