package ensure_test

import (
	"context"
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	grants "github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// keepBuckets makes the buckets of a list those that may invoke a function. With
// dryRun it only prints what it would do.
func keepBuckets(ctx context.Context, api permission.API, function, account string, buckets []string, dryRun bool) error {
	desired := ensure.Desired{Function: function, Owner: "uploads"}
	for _, bucketARN := range buckets {
		r, err := grants.EventSource(function, bucketARN, grants.WithSourceAccount(account))
		if err != nil {
			return err
		}
		desired.Grants = append(desired.Grants, r)
	}
	plan, err := ensure.NewPlan(ctx, api, desired) // one read
	if err != nil {
		return err
	}
	fmt.Print(plan)
	if !dryRun {
		_, err = plan.Apply(ctx, api)
	}
	return err
}

// A list of grants, planned and applied.
func Example() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		fmt.Println(err)
		return
	}
	api := service.API() // in a program: permission.NewFromConfig(cfg)
	for _, dryRun := range []bool{true, false, true} {
		err := keepBuckets(context.Background(), api, "thumbnail", "123456789012", []string{"arn:aws:s3:::photos", "arn:aws:s3:::films"}, dryRun)
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// Plan for thumbnail, owner uploads: 2 to add.
	//   + uploads-4ljaa27o2kmqcs2iyxtednob  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::photos, SourceAccount 123456789012
	//   + uploads-yfzfp2phuj6iylwivtmukpkr  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::films, SourceAccount 123456789012
	// Size: not known before the first addition, since there is no policy and the function's name is no full ARN.
	// 2 calls: 2 AddPermission.
	// Plan for thumbnail, owner uploads: 2 to add.
	//   + uploads-4ljaa27o2kmqcs2iyxtednob  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::photos, SourceAccount 123456789012
	//   + uploads-yfzfp2phuj6iylwivtmukpkr  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::films, SourceAccount 123456789012
	// Size: not known before the first addition, since there is no policy and the function's name is no full ARN.
	// 2 calls: 2 AddPermission.
	// Plan for thumbnail, owner uploads: nothing to do, 2 unchanged.
}
