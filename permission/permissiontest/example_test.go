package permissiontest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// A program under test: it lets a bucket call a function, and is content when it
// may already.
func grantBucket(ctx context.Context, api permission.AddPermissionAPIClient, function, bucketARN string) error {
	_, err := api.AddPermission(ctx, &permission.AddPermissionInput{
		FunctionName:  aws.String(function),
		StatementId:   aws.String("AllowPhotos"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceArn:     aws.String(bucketARN),
		SourceAccount: aws.String(permissiontest.DefaultAccount),
	})
	if lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement {
		return nil
	}
	return err
}

// The test of the package documentation, on loopback: requests are signed, sent
// and answered as by the service.
func TestExampleServer(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("Thumbnail")
	for range 2 {
		if err := grantBucket(t.Context(), server.Client(), "Thumbnail", "arn:aws:s3:::photos"); err != nil {
			t.Fatal(err)
		}
	}
	document, _ := server.Policy("Thumbnail")
	if _, ok := document.Lookup("AllowPhotos"); !ok {
		t.Errorf("policy %s, want the statement AllowPhotos", document)
	}
}

// A test begins with the policy that it is about: here one that somebody else wrote
// as a whole, with a Deny that AddPermission cannot express.
func ExampleService_SetPolicy() {
	service := permissiontest.NewService()
	err := service.SetPolicy("Thumbnail:PROD", `{
		"Version": "2012-10-17",
		"Statement": {
			"Sid": "OnlyOurOrganization",
			"Effect": "Deny",
			"Principal": "*",
			"Action": "lambda:InvokeFunction",
			"Resource": "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD",
			"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
		}
	}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := grantBucket(context.Background(), service.API(), "Thumbnail:PROD", "arn:aws:s3:::photos"); err != nil {
		fmt.Println(err)
		return
	}
	document, _ := service.Policy("Thumbnail:PROD")
	for _, statement := range document.Statements() {
		fmt.Println(statement.Effect(), statement.Sid())
	}
	// Output:
	// Deny OnlyOurOrganization
	// Allow AllowPhotos
}

// A program that publishes an alias and grants something to it calls an
// operation that the service does not have: the test answers it by a handler of
// its own.
func ExampleWithFallback() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/aliases", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("CreateAlias of", r.PathValue("name"))
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"Name":"PROD","FunctionVersion":"1"}`)
	})
	service := permissiontest.NewService(permissiontest.WithFallback(mux))
	if err := service.CreateFunction("Thumbnail"); err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(service)
	defer server.Close()

	// The program: with the SDK's client, CreateAlias.
	resp, err := http.Post(server.URL+"/2015-03-31/functions/Thumbnail/aliases", "application/json",
		strings.NewReader(`{"Name":"PROD","FunctionVersion":"1"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)

	client := permission.NewFromConfig(service.Config(server.URL))
	fmt.Println(grantBucket(context.Background(), client, "Thumbnail", "arn:aws:s3:::photos"))
	// Output:
	// CreateAlias of Thumbnail
	// 201 Created
	// <nil>
}

// Outside of tests a Service is an http.Handler like any other.
func ExampleNewService() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(service)
	defer server.Close()

	client := permission.NewFromConfig(service.Config(server.URL))
	err := grantBucket(context.Background(), client, "Thumbnail", "arn:aws:s3:::photos")
	fmt.Println(err)

	document, _ := service.Policy("Thumbnail")
	for _, statement := range document.Statements() {
		fmt.Println(statement.Sid(), statement.Resources())
	}
	// Output:
	// <nil>
	// AllowPhotos [arn:aws:lambda:us-east-1:123456789012:function:Thumbnail]
}

// In process there is no port and no signature; the errors are the same.
func ExampleService_API() {
	service := permissiontest.NewService()
	api := service.API()

	err := grantBucket(context.Background(), api, "Thumbnail", "arn:aws:s3:::photos")

	var missing *lambdaerrors.ResourceNotFoundException
	if errors.As(err, &missing) {
		fmt.Println(missing.StatusCode, missing.ErrorMessage())
	}
	// Output:
	// 404 Function not found: arn:aws:lambda:us-east-1:123456789012:function:Thumbnail
}

// The RevisionId of an alias guards the first change of its policy.
func ExampleService_CreateAlias() {
	service := permissiontest.NewService()
	_ = service.CreateFunction("Thumbnail")
	version, _ := service.PublishVersion("Thumbnail")
	revisionID, _ := service.CreateAlias("Thumbnail", "PROD", version)

	in := &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail:PROD"),
		StatementId:  aws.String("first"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("sns.amazonaws.com"),
		RevisionId:   aws.String(revisionID),
	}
	_, err := service.API().AddPermission(context.Background(), in)
	fmt.Println("first:", err)

	// Now the alias has a policy, with a RevisionId of its own.
	in.StatementId = aws.String("second")
	_, err = service.API().AddPermission(context.Background(), in)
	fmt.Println("second fails its precondition:", lambdaerrors.IsPreconditionFailed(err))
	// Output:
	// first: <nil>
	// second fails its precondition: true
}

// A policy with a deleted role in it takes no more statements.
func ExampleService_DeletePrincipal() {
	const role = "arn:aws:iam::210987654321:role/deployer"
	service := permissiontest.NewService()
	_ = service.CreateFunction("Thumbnail")
	grant := func(statementID, principal string) error {
		_, err := service.API().AddPermission(context.Background(), &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"),
			StatementId:  aws.String(statementID),
			Action:       aws.String("lambda:InvokeFunction"),
			Principal:    aws.String(principal),
		})
		return err
	}
	fmt.Println(grant("deployer", role))
	_ = service.DeletePrincipal(role)

	var invalid *lambdaerrors.InvalidParameterValueException
	if errors.As(grant("sns", "sns.amazonaws.com"), &invalid) {
		fmt.Println(invalid.ErrorMessage())
	}
	document, _ := service.Policy("Thumbnail")
	fmt.Println(document.DeadPrincipals())
	// Output:
	// <nil>
	// The provided principal was invalid. Please check the principal and try again.
	// [{AWS AROA00000000000000001}]
}

// A stub gives the answer that the test needs: here the conflict that asks for a
// retry.
func ExampleStub() {
	stub := &permissiontest.Stub{
		AddPermissionFunc: func(context.Context, *permission.AddPermissionInput, ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
			return nil, &lambdaerrors.ResourceConflictException{
				Message: aws.String("The function could not be updated due to a concurrent update operation."),
			}
		},
	}
	err := grantBucket(context.Background(), stub, "Thumbnail", "arn:aws:s3:::photos")
	fmt.Println(lambdaerrors.ConflictKindOf(err))
	for _, call := range stub.Calls() {
		in := call.Input.(*permission.AddPermissionInput)
		fmt.Println(call.Operation, *in.StatementId)
	}
	// Output:
	// ConcurrentUpdate
	// AddPermission AllowPhotos
}

// A client whose answer is lost: the grant is stored, the retry
// meets its own statement, and the call succeeds.
func ExampleFaults() {
	service := permissiontest.NewService()
	_ = service.CreateFunction("Thumbnail")
	server := httptest.NewServer(permissiontest.Faults(service,
		permissiontest.On(1, permissiontest.CommitThen(permissiontest.ServerError()))))
	defer server.Close()

	// A client of the test's need not wait between its attempts.
	client := permission.NewFromConfig(service.Config(server.URL), func(o *permission.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	})
	out, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"),
		StatementId:  aws.String("sns"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("sns.amazonaws.com"),
	})
	fmt.Println(err, out.AlreadyPresent)
	// Output:
	// <nil> true
}

// The same faults in front of an API, here a throttle at each third call.
func ExampleAPIFaults() {
	service := permissiontest.NewService()
	_ = service.CreateFunction("Thumbnail")
	api := permissiontest.APIFaults(service.API(), permissiontest.Every(3, permissiontest.Throttle()))

	for range 3 {
		err := grantBucket(context.Background(), api, "Thumbnail", "arn:aws:s3:::photos")
		fmt.Println(lambdaerrors.IsThrottled(err))
	}
	// Output:
	// false
	// false
	// true
}

// A role that was created a moment ago: it is refused twice, then known.
func ExampleUnknownPrincipal() {
	service := permissiontest.NewService()
	_ = service.CreateFunction("Thumbnail")
	api := permissiontest.APIFaults(service.API(), permissiontest.First(2, permissiontest.UnknownPrincipal()))

	for range 3 {
		_, err := api.AddPermission(context.Background(), &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"),
			StatementId:  aws.String("deployer"),
			Action:       aws.String("lambda:InvokeFunction"),
			Principal:    aws.String("arn:aws:iam::210987654321:role/deployer"),
		})
		fmt.Println(lambdaerrors.IsInvalidParameterValue(err))
	}
	// Output:
	// true
	// true
	// false
}

// A policy that shows a change one reading late.
func ExampleStale() {
	service := permissiontest.NewService()
	_ = service.CreateFunction("Thumbnail")
	api := permissiontest.APIFaults(service.API(), permissiontest.First(1, permissiontest.Stale()))
	_ = grantBucket(context.Background(), api, "Thumbnail", "arn:aws:s3:::photos")

	for range 2 {
		_, err := api.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		fmt.Println(lambdaerrors.IsNotFound(err))
	}
	// Output:
	// true
	// false
}
