package permissiontest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// What a load balancer says in front of a service that is down is not of the
// service: HTML, without a code or a request id. The status survives.
func TestBadGateway(t *testing.T) {
	w := newWorld(t)
	w.Faults(permissiontest.First(1, permissiontest.BadGateway()))
	overHTTP := add(w.client)
	if w.last.status != 502 || w.last.header.Get("Content-Type") != "text/html" || w.last.header.Get("X-Amzn-Requestid") != "" {
		t.Errorf("%d %v %s", w.last.status, w.last.header, w.last.body)
	}
	inProcess := add(permissiontest.APIFaults(w.API(), permissiontest.First(1, permissiontest.BadGateway())))
	if diff := cmp.Diff(seen(overHTTP), seen(inProcess)); diff != "" || seen(overHTTP).Status != 502 {
		t.Errorf("%v; API differs from HTTP (-HTTP +API):\n%s", overHTTP, diff)
	}
}

// A throttle carries the seconds to wait when it is asked to.
func TestThrottleFor(t *testing.T) {
	tests := []struct {
		fault permissiontest.Fault
		want  *string
	}{
		{permissiontest.Throttle(), nil},
		{permissiontest.ThrottleFor(2 * time.Second), aws.String("2")},
		{permissiontest.ThrottleFor(1001 * time.Millisecond), aws.String("2")}, // whole seconds, rounded up
	}
	for _, tt := range tests {
		w := newWorld(t)
		w.Faults(permissiontest.On(1, tt.fault))
		inProcess := permissiontest.APIFaults(w.API(), permissiontest.On(1, tt.fault))
		for _, api := range []permission.API{w.client, inProcess} {
			var throttled *lambdaerrors.TooManyRequestsException
			if err := add(api); !errors.As(err, &throttled) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, throttled.RetryAfterSeconds); diff != "" || throttled.Reason != "CallerRateLimitExceeded" {
				t.Errorf("%q, RetryAfterSeconds (-want +got):\n%s", throttled.Reason, diff)
			}
		}
		if w.last.body != `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}` {
			t.Errorf("body %s", w.last.body)
		}
	}
}

// Every error of the service, given as a value, comes back as that value: code,
// message, fault, type and the documented status.
func TestFail(t *testing.T) {
	text := aws.String("why")
	tests := map[smithy.APIError]int{
		&lambdaerrors.InvalidParameterValueException{Message: text}:     400,
		&lambdaerrors.PolicyLengthExceededException{Message: text}:      400,
		&lambdaerrors.PreconditionFailedException{Message: text}:        412,
		&lambdaerrors.PublicPolicyException{Message: text}:              400,
		&lambdaerrors.ResourceConflictException{Message: text}:          409,
		&lambdaerrors.ResourceNotFoundException{Message: text}:          404,
		&lambdaerrors.ServiceException{Message: text}:                   500,
		&lambdaerrors.TooManyRequestsException{Message: text}:           429,
		&lambdaerrors.ServiceException{}:                                500,
		&lambdaerrors.ServiceException{StatusCode: 503}:                 503,
		&smithy.GenericAPIError{Code: "AccessDeniedException"}:          403,
		&smithy.GenericAPIError{Code: "ExpiredTokenException"}:          403,
		&smithy.GenericAPIError{Code: "Odd", Fault: smithy.FaultServer}: 500,
	}
	for given, status := range tests {
		t.Run(fmt.Sprintf("%T %v", given, given), func(t *testing.T) {
			w := newWorld(t)
			w.Faults(permissiontest.On(1, permissiontest.Fail(given)))
			want := failure{
				Status: status, Code: given.ErrorCode(), Message: given.ErrorMessage(), Fault: given.ErrorFault(),
				Type: fmt.Sprintf("%T", given), Operation: "AddPermission", Service: "Lambda", HasRequestID: true,
			}
			got := seen(add(w.client))
			if want.Type == "*smithy.GenericAPIError" { // whose answer has no fault, and here no text
				want.Fault, want.Message = got.Fault, got.Message
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("over HTTP (-want +got):\n%s\n%s", diff, w.last.body)
			}
			inProcess := add(permissiontest.APIFaults(w.API(), permissiontest.On(1, permissiontest.Fail(given))))
			if diff := cmp.Diff(got, seen(inProcess)); diff != "" {
				t.Errorf("API() differs from HTTP (-HTTP +API):\n%s", diff)
			}
		})
	}
}
