package permission_test

import (
	"context"
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// printPolicy prints the number of statements of a function's policy. A function
// without a policy is not an error.
func printPolicy(ctx context.Context, api permission.GetPolicyAPIClient, function string) error {
	reading, err := permission.ReadPolicy(ctx, api, function)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d statements, found: %t\n", function, len(reading.Document.Statements()), reading.Found)
	return nil
}

// ReadPolicy distinguishes a function without a policy from an error.
func ExampleReadPolicy() {
	service := permissiontest.NewService()
	err := service.SetPolicy("thumbnail:PROD", `{"Version":"2012-10-17","Statement":[{"Sid":"partner","Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"lambda:InvokeFunction",
		"Resource":"arn:aws:lambda:us-east-1:123456789012:function:thumbnail:PROD"}]}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, function := range []string{"thumbnail:PROD", "thumbnail"} {
		if err := printPolicy(context.Background(), service.API(), function); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// thumbnail:PROD: 1 statements, found: true
	// thumbnail: 0 statements, found: false
}
