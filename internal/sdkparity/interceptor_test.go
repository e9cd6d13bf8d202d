package sdkparity_test

import (
	"context"
	"errors"
	"testing"

	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// interceptorPoints are where an interceptor can be called.
var interceptorPoints = map[string]func(*smithyhttp.InterceptorRegistry, spy){
	"BeforeExecution":       func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeExecution(s) },
	"BeforeSerialization":   func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeSerialization(s) },
	"AfterSerialization":    func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterSerialization(s) },
	"BeforeRetryLoop":       func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeRetryLoop(s) },
	"BeforeAttempt":         func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeAttempt(s) },
	"BeforeSigning":         func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeSigning(s) },
	"AfterSigning":          func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterSigning(s) },
	"BeforeTransmit":        func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeTransmit(s) },
	"AfterTransmit":         func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterTransmit(s) },
	"BeforeDeserialization": func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeDeserialization(s) },
	"AfterDeserialization":  func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterDeserialization(s) },
	"AfterAttempt":          func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterAttempt(s) },
	"AfterExecution":        func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterExecution(s) },
}

// TestInterceptorParity: interceptors at every point are called in the same order
// with the same things to see, and the error of any of them ends the call alike.
func TestInterceptorParity(t *testing.T) {
	for failAt := range interceptorPoints {
		for name, input := range operations {
			t.Run(failAt+"/"+name, func(t *testing.T) {
				ours, ourErr := spyOn(setting.ourAPI, input, failAt)
				sdks, sdkErr := spyOn(setting.sdk, input, failAt)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
				if !errors.Is(ourErr, errSpy) || !errors.Is(sdkErr, errSpy) {
					t.Errorf("ours: %v, SDK: %v", ourErr, sdkErr)
				}
			})
		}
	}
	for name, input := range operations {
		ours, ourErr := spyOn(setting.ourAPI, input, "")
		sdks, sdkErr := spyOn(setting.sdk, input, "")
		if diff := cmp.Diff(sdks, ours); diff != "" || ourErr != nil || sdkErr != nil || len(ours) != len(interceptorPoints) {
			t.Errorf("%s: ours: %v, SDK: %v\n(-SDK +ours):\n%s", name, ourErr, sdkErr, diff)
		}
	}
}

// spyOn returns the records that the spies made of one call.
func spyOn(client func(setting) permission.API, input any, failAt string) ([]string, error) {
	var log []string
	set := setting{Config: plainConfig(&recorder{})}
	for _, add := range interceptorPoints {
		add(&set.Interceptors, spy{&log, failAt})
	}
	_, err := invoke(context.Background(), client(set), input)
	return log, err
}
