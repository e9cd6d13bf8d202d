package permission_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// emulator runs the service in memory, with a function called Thumbnail. A
// program has config.LoadDefaultConfig instead.
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

// The service's refusals are types, and questions that need no type.
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

// A check of one's own stands beside the rules.
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
