package permissiontest_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// BenchmarkService measures the fake under load: callers on all processors, each with
// its own function, add a statement, read the policy and remove the statement. One
// operation is all three calls. api calls the fake in process; loopback calls it over a
// socket and verifies every signature.
func BenchmarkService(b *testing.B) {
	b.Run("api", func(b *testing.B) {
		service := permissiontest.NewService()
		load(b, service.API(), func(name string) {
			if err := service.CreateFunction(name); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("loopback", func(b *testing.B) {
		server := permissiontest.NewServer(b)
		load(b, server.Client(), server.CreateFunction)
	})
}

func load(b *testing.B, api permission.API, create func(string)) {
	const most = 64 // number of concurrent callers
	for i := range most {
		create(fmt.Sprintf("Thumbnail%d", i))
	}
	b.ReportAllocs()
	b.ResetTimer()
	var callers atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		function := aws.String(fmt.Sprintf("Thumbnail%d", (callers.Add(1)-1)%most))
		for pb.Next() {
			if err := addReadRemove(context.Background(), api, function); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func addReadRemove(ctx context.Context, api permission.API, function *string) error {
	id := aws.String("AllowPhotos")
	_, err := api.AddPermission(ctx, &permission.AddPermissionInput{
		FunctionName: function, StatementId: id,
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("s3.amazonaws.com"),
		SourceArn: aws.String("arn:aws:s3:::photos"), SourceAccount: aws.String(permissiontest.DefaultAccount),
	})
	if err != nil {
		return err
	}
	if _, err := api.GetPolicy(ctx, &permission.GetPolicyInput{FunctionName: function}); err != nil {
		return err
	}
	_, err = api.RemovePermission(ctx, &permission.RemovePermissionInput{FunctionName: function, StatementId: id})
	return err
}
