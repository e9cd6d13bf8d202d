package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

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
