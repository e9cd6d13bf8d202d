package sdkparity_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// TestQuestions: the questions of package errors answer for the errors of the
// SDK's client as they do for ours.
func TestQuestions(t *testing.T) {
	questions := map[string]func(error) bool{
		"IsInvalidParameterValue": lambdaerrors.IsInvalidParameterValue,
		"IsPolicyLengthExceeded":  lambdaerrors.IsPolicyLengthExceeded,
		"IsConflict":              lambdaerrors.IsConflict,
		"IsNotFound":              lambdaerrors.IsNotFound,
		"IsServiceFault":          lambdaerrors.IsServiceFault,
		"IsThrottled":             lambdaerrors.IsThrottled,
		"IsPreconditionFailed":    lambdaerrors.IsPreconditionFailed,
		"IsAccessDenied":          lambdaerrors.IsAccessDenied,
	}
	for _, r := range slices.Concat(serviceErrors, passingConflicts) {
		set := setting{Config: plainConfig(&script{replies: []reply{replyWith(r.status, r.header, r.body)}})}
		set.RetryMaxAttempts = 1
		_, ours := invoke(context.Background(), set.ours(), operations["AddPermission"])
		_, sdks := invoke(context.Background(), set.sdk(), operations["AddPermission"])
		for name, ask := range questions {
			if ask(ours) != ask(sdks) {
				t.Errorf("%s: %s is %t for ours, %t for the SDK's", r.name, name, ask(ours), ask(sdks))
			}
		}
		if got, want := lambdaerrors.ConflictKindOf(sdks), lambdaerrors.ConflictKindOf(ours); got != want {
			t.Errorf("%s: the SDK's conflict is %s, ours %s", r.name, got, want)
		}
	}
}

// TestQuestionsSDKTypes: so they do for the SDK's types made by hand, as mocks
// return them.
func TestQuestionsSDKTypes(t *testing.T) {
	message := "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."
	for _, test := range []struct {
		err error
		ask func(error) bool
	}{
		{&types.InvalidParameterValueException{}, lambdaerrors.IsInvalidParameterValue},
		{&types.PolicyLengthExceededException{}, lambdaerrors.IsPolicyLengthExceeded},
		{&types.ResourceConflictException{}, lambdaerrors.IsConflict},
		{&types.ResourceNotFoundException{}, lambdaerrors.IsNotFound},
		{&types.ServiceException{}, lambdaerrors.IsServiceFault},
		{&types.TooManyRequestsException{}, lambdaerrors.IsThrottled},
		{&types.PreconditionFailedException{}, lambdaerrors.IsPreconditionFailed},
	} {
		if !test.ask(test.err) || test.ask(errors.New("another")) {
			t.Errorf("%T is not recognized", test.err)
		}
	}
	if kind := lambdaerrors.ConflictKindOf(&types.ResourceConflictException{Message: &message}); kind != lambdaerrors.DuplicateStatement {
		t.Errorf("a duplicate statement is %s", kind)
	}
}
