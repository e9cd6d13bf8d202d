package errors_test

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// A duplicate statement is not always a failure: the program may have added it in an
// earlier run.
func Example_duplicateStatement() {
	addPermission := func() error { // stands for a call whose statement exists already
		return &smithy.OperationError{
			ServiceID: "Lambda", OperationName: "AddPermission",
			Err: &lambdaerrors.ResourceConflictException{
				Message: aws.String("The statement id (s3) provided already exists. " +
					"Please provide a new statement id, or remove the existing statement."),
			},
		}
	}
	err := addPermission()
	switch {
	case err == nil:
		fmt.Println("granted")
	case lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement:
		fmt.Println("the id is taken: compare the statement in the policy with the grant")
	default:
		fmt.Println("failed:", err)
	}
	// Output:
	// the id is taken: compare the statement in the policy with the grant
}

// The service has one code for three kinds of conflict. Two of them pass by themselves.
func ExampleConflictKindOf() {
	for _, text := range []string{
		"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.",
		"The function could not be updated due to a concurrent update operation.",
		"The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:111111111111:function:fn",
		"Something new.",
	} {
		err := fmt.Errorf("granting s3: %w", &lambdaerrors.ResourceConflictException{Message: &text})
		switch kind := lambdaerrors.ConflictKindOf(err); kind {
		case lambdaerrors.ConcurrentUpdate, lambdaerrors.UpdateInProgress:
			fmt.Println(kind, "- try again")
		default:
			fmt.Println(kind, "- give up")
		}
	}
	// Output:
	// DuplicateStatement - give up
	// ConcurrentUpdate - try again
	// UpdateInProgress - try again
	// UnknownConflict - give up
}

// IsThrottled reports true for every code of throttling; the type has more information.
func ExampleIsThrottled() {
	var err error = &lambdaerrors.TooManyRequestsException{
		Message:           aws.String("Rate exceeded"),
		Reason:            lambdaerrors.ThrottleReasonCallerRateLimitExceeded,
		RetryAfterSeconds: aws.String("2"),
	}
	fmt.Println(lambdaerrors.IsThrottled(err))
	fmt.Println(lambdaerrors.IsThrottled(&smithy.GenericAPIError{Code: "SlowDown"}))

	var throttled *lambdaerrors.TooManyRequestsException
	if errors.As(err, &throttled) {
		fmt.Println(throttled.Reason, "- seconds to wait:", aws.ToString(throttled.RetryAfterSeconds))
	}
	// Output:
	// true
	// true
	// CallerRateLimitExceeded - seconds to wait: 2
}

// The typed error has the service's message and the request id that AWS Support asks
// for.
func ExampleResourceNotFoundException() {
	err := fmt.Errorf("granting s3: %w", &lambdaerrors.ResourceNotFoundException{
		Message:    aws.String("Function not found: arn:aws:lambda:us-east-1:111111111111:function:fn"),
		StatusCode: 404,
		RequestID:  "8fb6a3a1-0000-4000-8000-1f4a2c9e3d55",
	})
	var missing *lambdaerrors.ResourceNotFoundException
	if errors.As(err, &missing) {
		fmt.Println(missing.ErrorMessage())
		fmt.Println(missing.StatusCode, missing.RequestID)
	}
	// Output:
	// Function not found: arn:aws:lambda:us-east-1:111111111111:function:fn
	// 404 8fb6a3a1-0000-4000-8000-1f4a2c9e3d55
}

// The code of an error without a type is available from the interface smithy.APIError,
// which all service errors implement.
func ExampleIsAccessDenied() {
	header := http.Header{"X-Amzn-Errortype": {"AccessDeniedException"}}
	body := `{"Message":"User: arn:aws:iam::111111111111:user/ann is not authorized to perform: lambda:AddPermission"}`
	err := fmt.Errorf("granting s3: %w", lambdaerrors.FromResponse(403, header, []byte(body)))

	var api smithy.APIError
	if lambdaerrors.IsAccessDenied(err) && errors.As(err, &api) {
		fmt.Println(api.ErrorCode())
		fmt.Println(api.ErrorMessage())
	}
	// Output:
	// AccessDeniedException
	// User: arn:aws:iam::111111111111:user/ann is not authorized to perform: lambda:AddPermission
}

// The message for a body that is not JSON is an excerpt of the body.
func ExampleFromResponse() {
	header := http.Header{
		"X-Amzn-Errortype": {"ResourceConflictException:http://internal.amazon.com/coral/"},
		"X-Amzn-Requestid": {"8fb6a3a1-0000-4000-8000-1f4a2c9e3d55"},
	}
	err := lambdaerrors.FromResponse(409, header, []byte(`{"Type":"User","mess`))
	fmt.Printf("%T: %s\n", err, err.ErrorMessage())

	page := "<html><head><title>502 Bad Gateway</title></head></html>"
	fmt.Println(lambdaerrors.FromResponse(502, nil, []byte(page)))
	// Output:
	// *errors.ResourceConflictException: {"Type":"User","mess
	// api error UnknownError: 502 Bad Gateway
}
