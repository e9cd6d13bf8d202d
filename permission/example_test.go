package permission_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// emulator runs the service in memory, with a function called Thumbnail. A program
// calls config.LoadDefaultConfig instead.
func emulator() (cfg aws.Config, closeServer func()) {
	service := permissiontest.NewService()
	service.CreateFunction("Thumbnail")
	server := httptest.NewServer(service)
	return service.Config(server.URL), server.Close
}

func ExampleClient_AddPermission() {
	cfg, closeServer := emulator()
	defer closeServer()
	client := permission.NewFromConfig(cfg)

	out, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
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
	fmt.Println(aws.ToString(out.Statement))
	// Output:
	// {"Sid":"s3-photos","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}}
}

// A grant that breaks a rule is refused before anything is sent, with every
// violation at once.
func ExampleClient_AddPermission_refused() {
	cfg, closeServer := emulator()
	defer closeServer()
	client := permission.NewFromConfig(cfg)

	_, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("photos.example"),
		Action:       aws.String("lambda.InvokeFunction"),
		Principal:    aws.String("s3.amazonaws.com"),
	})
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		for _, v := range invalid.Violations {
			fmt.Println(v.Field, v.Rule)
		}
	}
	// Output:
	// StatementId pattern
	// Action pattern
}

// A refusal of the service can be recognized by its type or by a function of package
// errors.
func ExampleClient_AddPermission_conflict() {
	cfg, closeServer := emulator()
	defer closeServer()
	client := permission.NewFromConfig(cfg)
	grant := &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("partner"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("210987654321"),
	}

	for range 2 {
		_, err := client.AddPermission(context.Background(), grant)
		switch {
		case err == nil:
			fmt.Println("added")
		case lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement:
			fmt.Println("there is a statement with this id already")
		default:
			fmt.Println(err)
		}
	}
	// Output:
	// added
	// there is a statement with this id already
}

// A RevisionId makes a change conditional: it happens only if nobody changed the
// policy since it was read.
func ExampleClient_RemovePermission() {
	cfg, closeServer := emulator()
	defer closeServer()
	ctx, client := context.Background(), permission.NewFromConfig(cfg)
	client.AddPermission(ctx, &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("partner"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("210987654321"),
	})

	policy, err := client.GetPolicy(ctx, &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
	if err != nil {
		fmt.Println(err)
		return
	}
	remove := &permission.RemovePermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("partner"),
		RevisionId:   policy.RevisionId,
	}
	if _, err := client.RemovePermission(ctx, remove); err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.GetPolicy(ctx, &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
	fmt.Println("policy gone:", lambdaerrors.IsNotFound(err))
	// Output:
	// policy gone: true
}

// A program adds its own check to the rules.
func ExampleCheck() {
	noWildcards := func(_ context.Context, req validate.Request) error {
		if req.Principal == "*" && req.PrincipalOrgID == "" {
			return errors.New("a public grant needs a review")
		}
		return nil
	}
	client := permission.New(permission.Options{Region: "us-east-1"}, func(o *permission.Options) {
		o.Preflight = append(o.Preflight, noWildcards)
	})

	_, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("everyone"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("*"),
	})
	fmt.Println(err)
	// Output:
	// operation error Lambda: AddPermission, a public grant needs a review
}

// allow adds a permission to the function thumbnail of a service in memory and prints
// the stored statement; a program calls its client's AddPermission. Package lint checks
// that the grants of these examples are narrow, except for the rules in meant.
func allow(input *permission.AddPermissionInput, meant ...string) {
	service := permissiontest.NewService()
	service.CreateFunction("thumbnail")
	service.PublishVersion("thumbnail")
	service.CreateAlias("thumbnail", "live", "1")

	input.FunctionName = aws.String("thumbnail")
	out, err := service.API().AddPermission(context.Background(), input, func(o *permission.Options) {
		o.Preflight = append(o.Preflight, lint.Check(lint.SeverityWarning, lint.Disable(meant...)))
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(aws.ToString(out.Statement))
}

// show prints a statement: its principals, actions, resources and conditions.
func show(text string) {
	statement, err := policy.ParseStatement(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(statement.Principals()[0].Value, "may", statement.Actions()[0])
	fmt.Println("  on", statement.Resources()[0])
	for _, c := range statement.Conditions() {
		fmt.Println("  if", c.Key, c.Operator, c.Values[0])
	}
}

// The ARN of a bucket has no account. Without SourceAccount, after the bucket is
// deleted, a bucket of the same name in another account may call the function.
func Example_s3Bucket() {
	allow(&permission.AddPermissionInput{
		StatementId:   aws.String("s3-photos"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceArn:     aws.String("arn:aws:s3:::photos"),
		SourceAccount: aws.String("123456789012"),
	})
	// Output:
	// s3.amazonaws.com may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if AWS:SourceAccount StringEquals 123456789012
	//   if AWS:SourceArn ArnLike arn:aws:s3:::photos
}

func Example_snsTopic() {
	allow(&permission.AddPermissionInput{
		StatementId: aws.String("sns-uploads"),
		Action:      aws.String("lambda:InvokeFunction"),
		Principal:   aws.String("sns.amazonaws.com"),
		SourceArn:   aws.String("arn:aws:sns:us-east-1:123456789012:uploads"),
	})
	// Output:
	// sns.amazonaws.com may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if AWS:SourceArn ArnLike arn:aws:sns:us-east-1:123456789012:uploads
}

// The resource of a rule on the default bus is rule/NAME, on another bus rule/BUS/NAME.
// The grant is on an alias, because the rule targets the alias.
func Example_eventBridgeRule() {
	allow(&permission.AddPermissionInput{
		Qualifier:   aws.String("live"),
		StatementId: aws.String("events-nightly"),
		Action:      aws.String("lambda:InvokeFunction"),
		Principal:   aws.String("events.amazonaws.com"),
		SourceArn:   aws.String("arn:aws:events:us-east-1:123456789012:rule/nightly"),
	})
	// Output:
	// events.amazonaws.com may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail:live
	//   if AWS:SourceArn ArnLike arn:aws:events:us-east-1:123456789012:rule/nightly
}

// The ARN is one of execute-api: API/STAGE/METHOD/PATH. * stands for any stage, and for
// the method of an ANY route.
func Example_apiGateway() {
	allow(&permission.AddPermissionInput{
		StatementId: aws.String("api-get-pets"),
		Action:      aws.String("lambda:InvokeFunction"),
		Principal:   aws.String("apigateway.amazonaws.com"),
		SourceArn:   aws.String("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*/GET/pets"),
	})
	// Output:
	// apigateway.amazonaws.com may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if AWS:SourceArn ArnLike arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*/GET/pets
}

// The ARN of a log group must end in :*.
func Example_cloudWatchLogs() {
	allow(&permission.AddPermissionInput{
		StatementId:   aws.String("logs-app"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("logs.amazonaws.com"),
		SourceArn:     aws.String("arn:aws:logs:us-east-1:123456789012:log-group:/app/web:*"),
		SourceAccount: aws.String("123456789012"),
	})
	// Output:
	// logs.amazonaws.com may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if AWS:SourceAccount StringEquals 123456789012
	//   if AWS:SourceArn ArnLike arn:aws:logs:us-east-1:123456789012:log-group:/app/web:*
}

// A role of another account needs this grant and a policy of its own account that
// allows the call. With an account id instead of the ARN, that account chooses the
// roles. There is no SourceArn and no SourceAccount, because calls by a role have no
// source.
func Example_crossAccountRole() {
	allow(&permission.AddPermissionInput{
		StatementId: aws.String("partner-deploy"),
		Action:      aws.String("lambda:InvokeFunction"),
		Principal:   aws.String("arn:aws:iam::210987654321:role/deploy"),
	})
	// Output:
	// arn:aws:iam::210987654321:role/deploy may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
}

// Every principal whose account belongs to the organization may call.
func Example_organization() {
	allow(&permission.AddPermissionInput{
		StatementId:    aws.String("our-organization"),
		Action:         aws.String("lambda:InvokeFunction"),
		Principal:      aws.String("*"),
		PrincipalOrgID: aws.String("o-a1b2c3d4e5"),
	})
	// Output:
	// * may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if aws:PrincipalOrgID StringEquals o-a1b2c3d4e5
}

// EventSourceToken is the id of the skill; without it any skill of any developer may
// call. The principal of smart home skills is alexa-connectedhome.amazon.com.
func Example_alexaSkill() {
	allow(&permission.AddPermissionInput{
		StatementId:      aws.String("alexa-photos"),
		Action:           aws.String("lambda:InvokeFunction"),
		Principal:        aws.String("alexa-appkit.amazon.com"),
		EventSourceToken: aws.String("amzn1.ask.skill.12345678-1234-1234-1234-123456789012"),
	})
	// Output:
	// alexa-appkit.amazon.com may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if lambda:EventSourceToken StringEquals amzn1.ask.skill.12345678-1234-1234-1234-123456789012
}

// A public URL needs two grants: one for the URL and one for the function. With only
// one of them the URL answers 403. Package lint warns of public grants, which are
// intended here.
func Example_functionURL() {
	allow(&permission.AddPermissionInput{
		StatementId:         aws.String("url-open"),
		Action:              aws.String("lambda:InvokeFunctionUrl"),
		Principal:           aws.String("*"),
		FunctionUrlAuthType: permission.FunctionUrlAuthTypeNone,
	}, lint.RulePublicURL)
	allow(&permission.AddPermissionInput{
		StatementId:           aws.String("url-invoke"),
		Action:                aws.String("lambda:InvokeFunction"),
		Principal:             aws.String("*"),
		InvokedViaFunctionUrl: aws.Bool(true),
	}, lint.RulePublicURL)
	// Output:
	// * may lambda:InvokeFunctionUrl
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if lambda:FunctionUrlAuthType StringEquals NONE
	// * may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if lambda:InvokedViaFunctionUrl Bool true
}

// CloudFront signs its requests to a function URL of type AWS_IAM (origin access
// control). It also needs two grants; these are the ones of its guide.
func Example_cloudFrontOriginAccess() {
	distribution := aws.String("arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE")
	for _, action := range []string{"InvokeFunctionUrl", "InvokeFunction"} {
		allow(&permission.AddPermissionInput{
			StatementId: aws.String("cloudfront-" + action),
			Action:      aws.String("lambda:" + action),
			Principal:   aws.String("cloudfront.amazonaws.com"),
			SourceArn:   distribution,
		})
	}
	// Output:
	// cloudfront.amazonaws.com may lambda:InvokeFunctionUrl
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if AWS:SourceArn ArnLike arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE
	// cloudfront.amazonaws.com may lambda:InvokeFunction
	//   on arn:aws:lambda:us-east-1:123456789012:function:thumbnail
	//   if AWS:SourceArn ArnLike arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE
}

// The policy is one that AddPermission cannot create: every bucket of the account may
// call the function, except one. EditResourcePolicy replaces only the policy that it
// has read. AddPermission adds the first statement, because a first policy cannot be
// put safely.
func ExampleEditResourcePolicy() {
	cfg, closeServer := emulator()
	defer closeServer()
	client := permission.NewFromConfig(cfg)
	if _, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
		FunctionName:  aws.String("Thumbnail"),
		StatementId:   aws.String("s3-account"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceAccount: aws.String("123456789012"),
	}); err != nil {
		fmt.Println(err)
		return
	}

	const function = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"
	deny, err := policy.ParseStatement(`{"Sid":"not-logs","Effect":"Deny","Principal":{"Service":"s3.amazonaws.com"},
		"Action":"lambda:InvokeFunction","Resource":"` + function + `",
		"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::logs"}}}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := permission.EditResourcePolicy(context.Background(), client, function,
		func(d policy.Document) (policy.Document, error) { return d.Without("not-logs").With(deny), nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range after.Document.Statements() {
		fmt.Println(s.Sid(), s.Effect())
	}
	// Output:
	// s3-account Allow
	// not-logs Deny
}

// ReadResourcePolicy returns the policy with the revision that makes a change
// conditional. This function has no policy.
func ExampleReadResourcePolicy() {
	cfg, closeServer := emulator()
	defer closeServer()
	client := permission.NewFromConfig(cfg)

	reading, err := permission.ReadResourcePolicy(context.Background(), client, "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reading.Found, len(reading.Document.Statements()))
	// Output:
	// false 0
}
