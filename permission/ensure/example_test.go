package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
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

// exampleService stands in for Lambda in the examples.
func exampleService() *permissiontest.Service {
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		panic(err)
	}
	return service
}

// The grants of a function from a list, again and again.
func ExampleGrants() {
	api := exampleService().API() // a *permission.Client in a program
	desired := ensure.Desired{
		Function: "Thumbnail",
		Owner:    "uploads",
		Grants: []validate.Request{
			{Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::photos", SourceAccount: "123456789012"},
			{Action: "lambda:InvokeFunction", Principal: "210987654321"},
		},
	}
	for range 2 {
		result, err := ensure.Grants(context.Background(), api, desired)
		if err != nil {
			fmt.Println(err)
		}
		fmt.Println(len(result.Done), "changes,", result.Calls, "calls")
	}
	// Output:
	// 2 changes, 3 calls
	// 0 changes, 1 calls
}

// A plan to be read before it is carried out.
func ExampleNewPlan() {
	ctx, api := context.Background(), exampleService().API()
	desired := ensure.Desired{
		Function: "Thumbnail",
		Owner:    "uploads",
		Grants: []validate.Request{
			{Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::photos", SourceAccount: "123456789012"},
			{Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/nightly"},
		},
	}
	if _, err := ensure.Grants(ctx, api, desired); err != nil {
		fmt.Println(err)
	}

	desired.Grants[0].SourceAccount = "210987654321"
	desired.Grants[1] = validate.Request{Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:photos"}
	plan, err := ensure.NewPlan(ctx, api, desired)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(plan)
	// Output:
	// Plan for Thumbnail, owner uploads: 1 to add, 1 to change, 1 to remove.
	//   + uploads-oaascp3pf7yqazmwz3usygpu  sns.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:sns:us-east-1:123456789012:photos
	//   ~ uploads-hfsh32ofbe564ydtap4nlpwq  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::photos, SourceAccount 210987654321
	//       replaces uploads-4ljaa27o2kmqcs2iyxtednob
	//       Condition StringEquals AWS:SourceAccount: "123456789012" -> "210987654321"
	//   - uploads-fhmjexetti3tnp2si5k4lcnr  events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/nightly
	// Size: 680 bytes now, 668 after, 1295 at most on the way; the limit is 20480.
	// 5 calls: 2 AddPermission, 1 GetPolicy, 2 RemovePermission.
}

// A new version gets the grants that the alias has.
func ExampleFromDocument() {
	ctx := context.Background()
	service := exampleService()
	if err := service.SetPolicy("Thumbnail:PROD", `{"Version":"2012-10-17","Statement":[
		{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}},
		{"Sid":"no-uploads","Effect":"Deny","Principal":"*","Action":"lambda:UpdateFunctionCode","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD"}]}`); err != nil {
		fmt.Println(err)
	}
	version, err := service.PublishVersion("Thumbnail")
	if err != nil {
		fmt.Println(err)
	}
	reading, err := permission.ReadPolicy(ctx, service.API(), "Thumbnail:PROD")
	if err != nil {
		fmt.Println(err)
	}
	desired, err := ensure.FromDocument("Thumbnail:"+version, "", reading.Document)
	var left *ensure.InexpressibleError
	if errors.As(err, &left) {
		fmt.Println("left out:", left.Statements[0].Effect, left.Statements[0].Sid)
	}
	result, err := ensure.Grants(ctx, service.API(), desired)
	if err != nil {
		fmt.Println(err)
	}
	for _, c := range result.Done {
		fmt.Println(c.Kind, c.StatementID)
	}
	// Output:
	// left out: Deny no-uploads
	// add s3
}

// A policy that is full, since each route of an API has a grant of its own.
func ExampleCompact() {
	service := exampleService()
	for _, route := range []string{"GET/pets", "POST/pets", "GET/toys"} {
		in := permission.NewAddPermissionInput(validate.Request{
			FunctionName: "Thumbnail", StatementId: strings.ReplaceAll(route, "/", "-"),
			Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com",
			SourceArn: "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/" + route,
		})
		if _, err := service.API().AddPermission(context.Background(), in); err != nil {
			fmt.Println(err)
		}
	}
	document, _ := service.Policy("Thumbnail")
	for _, proposal := range ensure.Compact("api", document) {
		fmt.Println(proposal)
	}
	// Output:
	// 3 statements (GET-pets, POST-pets, GET-toys) as one, apigateway.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/*: 593 bytes less; lets in every other source that matches arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/*
	// 2 statements (GET-pets, GET-toys) as one, apigateway.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/*: 285 bytes less; lets in every other source that matches arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/*
}

// Many functions at one pace. Functions with a temporary failure are tried again.
func ExampleAll() {
	service := exampleService()
	if err := service.CreateFunction("Resize"); err != nil {
		fmt.Println(err)
	}
	api := ensure.Serialized(ensure.Paced(service.API(), ensure.NewPace(1000)), nil)
	list := []ensure.Desired{
		{Function: "Thumbnail", Owner: "app", Grants: []validate.Request{{Action: "lambda:InvokeFunction", Principal: "210987654321"}}},
		{Function: "Resize", Owner: "app", Grants: []validate.Request{{Action: "lambda:InvokeFunction", Principal: "210987654321"}}},
		{Function: "Missing", Owner: "app", Grants: []validate.Request{{Action: "lambda:InvokeFunction", Principal: "210987654321"}}},
	}
	for result, err := range ensure.All(context.Background(), api, slices.Values(list)) {
		if err != nil {
			fmt.Println(result.Function, "failed, worth another try:", lambdaerrors.IsTransient(err))
			continue
		}
		fmt.Println(result.Function, "has its grants after", result.Calls, "calls")
	}
	// Unordered output:
	// Thumbnail has its grants after 2 calls
	// Resize has its grants after 2 calls
	// Missing failed, worth another try: false
}
