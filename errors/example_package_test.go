package errors_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// explain describes the result of a call.
func explain(err error) string {
	var conflict *lambdaerrors.ResourceConflictException
	switch {
	case lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement:
		return "the id is taken"
	case errors.As(err, &conflict):
		return "another change is under way, request " + conflict.RequestID
	case lambdaerrors.IsNotFound(err):
		return "no such function"
	case lambdaerrors.IsTransient(err):
		return "try again later"
	case err != nil:
		return err.Error()
	}
	return "granted"
}

// A program distinguishes errors with the functions of this package.
func Example() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		fmt.Println(err)
		return
	}
	api := service.API() // in a program: permission.NewFromConfig(cfg)
	for _, function := range []string{"thumbnail", "thumbnail", "thumb"} {
		_, err := api.AddPermission(context.Background(), &permission.AddPermissionInput{
			FunctionName: aws.String(function),
			StatementId:  aws.String("partner"),
			Action:       aws.String("lambda:InvokeFunction"),
			Principal:    aws.String("210987654321"),
		})
		fmt.Println(explain(err))
	}
	// Output:
	// granted
	// the id is taken
	// no such function
}
