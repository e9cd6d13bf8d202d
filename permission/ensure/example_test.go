package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// inMemory is a service with the function Thumbnail. A program has a
// *permission.Client instead.
func inMemory() permission.API {
	service := permissiontest.NewService()
	service.CreateFunction("Thumbnail")
	return service.API()
}

// Every deployment describes the grants that it needs.
func ExampleGrant() {
	api := inMemory()
	for range 2 {
		out, err := ensure.Grant(context.Background(), api, &permission.AddPermissionInput{
			FunctionName:  aws.String("Thumbnail"),
			StatementId:   aws.String("s3-photos"),
			Action:        aws.String("lambda:InvokeFunction"),
			Principal:     aws.String("s3.amazonaws.com"),
			SourceArn:     aws.String("arn:aws:s3:::photos"),
			SourceAccount: aws.String("123456789012"),
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(out.Outcome)
	}
	// Output:
	// Added
	// Unchanged
}

// A different grant is an error that lists the differences, or is replaced. The old or
// the new one is in force at every moment.
func ExampleGrant_replace() {
	api, ctx := inMemory(), context.Background()
	grantTo := func(account string) *permission.AddPermissionInput {
		return &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"),
			StatementId:  aws.String("partner"),
			Action:       aws.String("lambda:InvokeFunction"),
			Principal:    aws.String(account),
		}
	}
	ensure.Grant(ctx, api, grantTo("210987654321"))

	_, err := ensure.Grant(ctx, api, grantTo("999999999999"))
	var mismatch *ensure.MismatchError
	if errors.As(err, &mismatch) {
		for _, d := range mismatch.Differences {
			fmt.Println(d)
		}
	}
	out, err := ensure.Grant(ctx, api, grantTo("999999999999"), func(o *ensure.Options) {
		o.Replace = true
	})
	fmt.Println(out.Outcome, err)
	// Output:
	// Principal AWS: A has "arn:aws:iam::210987654321:root", B has "arn:aws:iam::999999999999:root"
	// Replaced <nil>
}

// A statement that is not there is a success.
func ExampleAbsent() {
	api, ctx := inMemory(), context.Background()
	ensure.Grant(ctx, api, &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("partner"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("210987654321"),
	})
	for _, function := range []string{"Thumbnail", "Thumbnail", "another"} {
		out, err := ensure.Absent(ctx, api, function, "partner")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(function, out.Absence)
	}
	// Output:
	// Thumbnail Removed
	// Thumbnail NoPolicy
	// another NoFunction
}

// AbsentGrant finds a grant under any id.
func ExampleAbsentGrant() {
	api, ctx := inMemory(), context.Background()
	partner := &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("deployment-4711"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("210987654321"),
	}
	ensure.Grant(ctx, api, partner)
	out, err := ensure.AbsentGrant(ctx, api, &permission.AddPermissionInput{
		FunctionName: partner.FunctionName,
		Action:       partner.Action,
		Principal:    aws.String("arn:aws:iam::210987654321:root"), // means the account
	})
	fmt.Println(out.Removed, err)
	// Output:
	// [deployment-4711] <nil>
}

// One program, many writers: on one function they take turns, and all together
// they keep within the quota.
func ExampleSerialized() {
	api := ensure.Serialized(ensure.Paced(inMemory(), ensure.NewPace(1000)), nil)
	var writers sync.WaitGroup
	for _, account := range []string{"111111111111", "222222222222", "333333333333"} {
		writers.Go(func() {
			_, err := ensure.Grant(context.Background(), api, &permission.AddPermissionInput{
				FunctionName: aws.String("Thumbnail"),
				StatementId:  aws.String("account-" + account),
				Action:       aws.String("lambda:InvokeFunction"),
				Principal:    aws.String(account),
			})
			if err != nil {
				fmt.Println(err)
			}
		})
	}
	writers.Wait()
	fmt.Println("all there")
	// Output:
	// all there
}

// counting is an API of a program's own: it embeds another one and changes the calls
// that it cares for. It passes the context on, and so the hold of Grant.
type counting struct {
	permission.API
	writes atomic.Int32
}

func (c *counting) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	c.writes.Add(1)
	return c.API.AddPermission(ctx, in, optFns...)
}

// A program's own wrapper may stand at any place: outside Serialized it sees calls
// when they are made, inside it when they have their turn. Twenty writers take
// turns through it, so that none of their writes is refused and made again.
func Example_ownWrapper() {
	api := &counting{API: ensure.Serialized(inMemory(), nil)}
	var writers sync.WaitGroup
	for i := range 20 {
		writers.Go(func() {
			ensure.Grant(context.Background(), api, &permission.AddPermissionInput{
				FunctionName: aws.String("Thumbnail"),
				StatementId:  aws.String(fmt.Sprint("account-", i)),
				Action:       aws.String("lambda:InvokeFunction"),
				Principal:    aws.String(fmt.Sprint(111111111100 + i)),
			})
		})
	}
	writers.Wait()
	fmt.Println(api.writes.Load(), "writes")
	// Output:
	// 20 writes
}

// A reading and the write that depends on it are held together: no other write of
// the program comes between them.
func ExampleHold() {
	api := ensure.Serialized(inMemory(), nil)
	ctx, release := ensure.Hold(context.Background(), "Thumbnail")
	defer release()
	policy, err := permission.ReadPolicy(ctx, api, "Thumbnail")
	if err != nil {
		fmt.Println(err)
		return
	}
	if !policy.Found {
		out, err := ensure.Grant(ctx, api, &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"),
			StatementId:  aws.String("first"),
			Action:       aws.String("lambda:InvokeFunction"),
			Principal:    aws.String("210987654321"),
		})
		fmt.Println(out.Outcome, err)
	}
	// Output:
	// Added <nil>
}

// A principal that was deleted keeps a policy from growing; the error names the
// statements to remove.
func ExamplePrincipalError() {
	service := permissiontest.NewService()
	service.CreateFunction("Thumbnail")
	api, ctx := service.API(), context.Background()
	grantTo := func(id, principal string) error {
		_, err := ensure.Grant(ctx, api, &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"),
			StatementId:  aws.String(id),
			Action:       aws.String("lambda:InvokeFunction"),
			Principal:    aws.String(principal),
		})
		return err
	}
	grantTo("deploy", "arn:aws:iam::210987654321:role/deploy")
	service.DeletePrincipal("arn:aws:iam::210987654321:role/deploy")

	err := grantTo("sns", "sns.amazonaws.com")
	var refused *ensure.PrincipalError
	if errors.As(err, &refused) {
		fmt.Printf("%q\n", refused.Deleted)
	}
	// Output:
	// ["deploy"]
}
