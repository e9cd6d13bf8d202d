package grant_test

import (
	"context"
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// allowBucket lets a bucket invoke a function.
func allowBucket(ctx context.Context, api permission.AddPermissionAPIClient, function, bucketARN, account string) error {
	r, err := grant.EventSource(function, bucketARN, grant.WithSourceAccount(account), grant.WithOwner("uploads"))
	if err != nil {
		return err
	}
	_, err = api.AddPermission(ctx, permission.NewAddPermissionInput(r))
	return err
}

// EventSource returns the grant for the ARN of an event source, which is then added.
func Example() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		fmt.Println(err)
		return
	}
	api := service.API() // in a program: permission.NewFromConfig(cfg)
	fmt.Println(allowBucket(context.Background(), api, "thumbnail", "arn:aws:s3:::photos", "123456789012"))
	fmt.Println(allowBucket(context.Background(), api, "thumbnail", "arn:aws:s3:::photos", "12345"))
	// Output:
	// <nil>
	// grant: WithSourceAccount "12345": is not an account ID, which has 12 digits
}
