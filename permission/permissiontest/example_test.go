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

// grantBucket is the code under test: it lets a bucket call a function, and returns nil
// if the bucket is already allowed.
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

// TestExampleServer is the test of the package documentation, over loopback: requests
// are signed, sent and answered as by the service.
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

// SetPolicy sets the initial policy of a test, here a policy with a Deny, which
// AddPermission cannot create.
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

// The program under test calls CreateAlias, which the service does not have. The test
// answers it with its own handler.
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

	// The program would call CreateAlias with the SDK's client.
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

// Outside of tests, a Service is used like any http.Handler.
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

// API calls the service in process, without a port and signatures. The errors are the
// same.
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

// The RevisionId of an alias makes the first change of its policy conditional.
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

	// Now the alias has a policy, which has its own RevisionId.
	in.StatementId = aws.String("second")
	_, err = service.API().AddPermission(context.Background(), in)
	fmt.Println("second fails its precondition:", lambdaerrors.IsPreconditionFailed(err))
	// Output:
	// first: <nil>
	// second fails its precondition: true
}

// No statement can be added to a policy with a deleted role.
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

// A Stub returns the answer that the test needs, here a conflict that should be
// retried.
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

// The answer to a client is lost: the grant is stored, the retry finds its own
// statement, and the call succeeds.
func ExampleFaults() {
	service := permissiontest.NewService()
	_ = service.CreateFunction("Thumbnail")
	server := httptest.NewServer(permissiontest.Faults(service,
		permissiontest.On(1, permissiontest.CommitThen(permissiontest.ServerError()))))
	defer server.Close()

	// The client of a test need not wait between attempts.
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

// APIFaults applies the same faults to an API, here throttling to every third call.
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

// UnknownPrincipal simulates a role that was just created: it is refused twice and then
// accepted.
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

// Stale simulates a policy that shows a change one read late.
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
