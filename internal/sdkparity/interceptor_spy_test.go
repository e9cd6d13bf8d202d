package sdkparity_test

import (
	"context"
	"errors"
	"fmt"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// spy is an interceptor for every point. It writes down where it was called and
// which values it saw there, and fails at the point failAt.
type spy struct {
	log    *[]string
	failAt string
}

var errSpy = errors.New("the spy fails")

func (s spy) at(point string, in *smithyhttp.InterceptorContext) error {
	if s.log != nil {
		*s.log = append(*s.log, fmt.Sprintf("%s input %t request %t response %t output %t",
			point, in.Input != nil, in.Request != nil, in.Response != nil, in.Output != nil))
	}
	if point == s.failAt {
		return errSpy
	}
	return nil
}

func (s spy) BeforeExecution(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeExecution", in)
}

func (s spy) BeforeSerialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeSerialization", in)
}

func (s spy) AfterSerialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterSerialization", in)
}

func (s spy) BeforeRetryLoop(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeRetryLoop", in)
}

func (s spy) BeforeAttempt(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeAttempt", in)
}

func (s spy) BeforeSigning(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeSigning", in)
}

func (s spy) AfterSigning(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterSigning", in)
}

func (s spy) BeforeTransmit(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeTransmit", in)
}

func (s spy) AfterTransmit(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterTransmit", in)
}

func (s spy) BeforeDeserialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeDeserialization", in)
}

func (s spy) AfterDeserialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterDeserialization", in)
}

func (s spy) AfterAttempt(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterAttempt", in)
}

func (s spy) AfterExecution(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterExecution", in)
}
