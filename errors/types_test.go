package errors_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// exception has the methods of every type of this package.
type exception interface {
	smithy.APIError
	HTTPStatusCode() int
	ServiceRequestID() string
}

var (
	message  = aws.String("no")
	override = aws.String("Other")
)

// Each type has one row: its code and fault, the zero value, a full value and one with
// another code.
var exceptionTests = []struct {
	code       string
	fault      smithy.ErrorFault
	zero       exception
	full       exception
	overridden exception
}{
	{
		"InvalidParameterValueException", smithy.FaultClient,
		&lambdaerrors.InvalidParameterValueException{},
		&lambdaerrors.InvalidParameterValueException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.InvalidParameterValueException{ErrorCodeOverride: override},
	},
	{
		"PolicyLengthExceededException", smithy.FaultClient,
		&lambdaerrors.PolicyLengthExceededException{},
		&lambdaerrors.PolicyLengthExceededException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.PolicyLengthExceededException{ErrorCodeOverride: override},
	},
	{
		"PreconditionFailedException", smithy.FaultClient,
		&lambdaerrors.PreconditionFailedException{},
		&lambdaerrors.PreconditionFailedException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.PreconditionFailedException{ErrorCodeOverride: override},
	},
	{
		"PublicPolicyException", smithy.FaultClient,
		&lambdaerrors.PublicPolicyException{},
		&lambdaerrors.PublicPolicyException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.PublicPolicyException{ErrorCodeOverride: override},
	},
	{
		"ResourceConflictException", smithy.FaultClient,
		&lambdaerrors.ResourceConflictException{},
		&lambdaerrors.ResourceConflictException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.ResourceConflictException{ErrorCodeOverride: override},
	},
	{
		"ResourceNotFoundException", smithy.FaultClient,
		&lambdaerrors.ResourceNotFoundException{},
		&lambdaerrors.ResourceNotFoundException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.ResourceNotFoundException{ErrorCodeOverride: override},
	},
	{
		"ServiceException", smithy.FaultServer,
		&lambdaerrors.ServiceException{},
		&lambdaerrors.ServiceException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.ServiceException{ErrorCodeOverride: override},
	},
	{
		"TooManyRequestsException", smithy.FaultClient,
		&lambdaerrors.TooManyRequestsException{},
		&lambdaerrors.TooManyRequestsException{Message: message, StatusCode: 499, RequestID: "id"},
		&lambdaerrors.TooManyRequestsException{ErrorCodeOverride: override},
	},
}

// view has the results of an exception's methods.
type view struct {
	Code, Message, Text string
	Fault               smithy.ErrorFault
	Status              int
	RequestID           string
}

func look(e exception) view {
	return view{e.ErrorCode(), e.ErrorMessage(), e.Error(), e.ErrorFault(), e.HTTPStatusCode(), e.ServiceRequestID()}
}

func TestExceptions(t *testing.T) {
	for _, tt := range exceptionTests {
		// The zero value is an error that has only a code.
		zero := view{Code: tt.code, Text: tt.code + ": ", Fault: tt.fault}
		if diff := cmp.Diff(zero, look(tt.zero)); diff != "" {
			t.Errorf("%s, zero (-want +got):\n%s", tt.code, diff)
		}
		// The text has code and message; the error that wraps it prints status and id.
		full := view{tt.code, "no", tt.code + ": no", tt.fault, 499, "id"}
		if diff := cmp.Diff(full, look(tt.full)); diff != "" {
			t.Errorf("%s, full (-want +got):\n%s", tt.code, diff)
		}
		// An override replaces the code, also in the text; the fault stays.
		replaced := view{Code: "Other", Text: "Other: ", Fault: tt.fault}
		if diff := cmp.Diff(replaced, look(tt.overridden)); diff != "" {
			t.Errorf("%s, overridden (-want +got):\n%s", tt.code, diff)
		}
	}
}

// Values returns each reason once, and a new slice for each call.
func TestThrottleReasonValues(t *testing.T) {
	got := lambdaerrors.ThrottleReason("").Values()
	want := []lambdaerrors.ThrottleReason{
		"ConcurrentInvocationLimitExceeded",
		"FunctionInvocationRateLimitExceeded",
		"ReservedFunctionConcurrentInvocationLimitExceeded",
		"ReservedFunctionInvocationRateLimitExceeded",
		"CallerRateLimitExceeded",
		"ConcurrentSnapshotCreateLimitExceeded",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Values() (-want +got):\n%s", diff)
	}
	clear(got)
	if slices.Contains(lambdaerrors.ThrottleReason("").Values(), "") {
		t.Error("changing a slice that Values returned changed its next result")
	}
}
