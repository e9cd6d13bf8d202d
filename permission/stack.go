package permission

import (
	"context"
	"errors"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// newStack returns the middleware of one call. Its ids and their order are those
// of the SDK's Lambda client, so that a middleware written for that one finds its
// place here. The SDK builds the stack per call, since a middleware.Stack must
// never be shared between calls.
func (c *Client) newStack(op *operation, o *Options) (*middleware.Stack, error) {
	stack := middleware.NewStack(op.name, smithyhttp.NewStackRequest)
	steps := []func(*middleware.Stack) error{
		func(s *middleware.Stack) error { return s.Initialize.Add(&inputValidation{op}, middleware.After) },
		func(s *middleware.Stack) error { return addSerialize(s, op, o) },
		func(s *middleware.Stack) error { return addBuild(s, o) },
		func(s *middleware.Stack) error { return c.addFinalize(s, o) },
		func(s *middleware.Stack) error { return addDeserialize(s, op, o) },
		func(s *middleware.Stack) error { return addInterceptors(s, o) },
		func(s *middleware.Stack) error { return addPreflight(s, o) },
	}
	for _, add := range append(steps, o.APIOptions...) {
		if err := add(stack); err != nil {
			return nil, err
		}
	}
	return stack, nil
}

func addSerialize(s *middleware.Stack, op *operation, o *Options) error {
	return errors.Join(
		s.Serialize.Add(operationInput{}, middleware.After),
		s.Serialize.Add(&legacyEndpoint{o}, middleware.After),
		s.Serialize.Add(&serializer{op}, middleware.After),
	)
}

func addBuild(s *middleware.Stack, o *Options) error {
	return errors.Join(
		s.Build.Add(&awsmiddleware.ClientRequestID{}, middleware.After),
		s.Build.Add(userAgent(o), middleware.After),
		s.Build.Add(&awsmiddleware.RecursionDetection{}, middleware.After),
	)
}

func (c *Client) addFinalize(s *middleware.Stack, o *Options) error {
	i := &o.Interceptors
	return errors.Join(
		s.Finalize.Add(&smithyhttp.InterceptBeforeRetryLoop{Interceptors: i.BeforeRetryLoop}, middleware.After),
		s.Finalize.Add(c.retries(o), middleware.After),
		s.Finalize.Add(&smithyhttp.InterceptAttempt{BeforeAttempt: i.BeforeAttempt, AfterAttempt: i.AfterAttempt}, middleware.After),
		s.Finalize.Add(&authScheme{o}, middleware.After),
		s.Finalize.Add(&identity{o}, middleware.After),
		s.Finalize.Add(newEndpointResolution(o), middleware.After),
		s.Finalize.Add(&disableHTTPS{o}, middleware.After),
		s.Finalize.Add(payloadHash(o), middleware.After),
		s.Finalize.Add(&signingScope{}, middleware.After),
		s.Finalize.Add(newSigning(o), middleware.After),
	)
}

func (c *Client) retries(o *Options) *retry.Attempt {
	return retry.NewAttemptMiddleware(o.Retryer, smithyhttp.RequestCloner, func(a *retry.Attempt) {
		a.LogAttempts = o.ClientLogMode.IsRetries()
		a.OperationMeter = o.MeterProvider.Meter(instrumentation)
		a.ClientSkew = c.skew
		a.DisableClockSkewCorrection = o.DisableClockSkewCorrection
	})
}

func addDeserialize(s *middleware.Stack, op *operation, o *Options) error {
	return errors.Join(
		s.Deserialize.Add(&awsmiddleware.AddRawResponse{}, middleware.After),
		s.Deserialize.Add(&awshttp.ResponseErrorWrapper{}, middleware.After),
		s.Deserialize.Add(&awsmiddleware.RequestIDRetriever{}, middleware.After),
		s.Deserialize.Add(&deserializer{op}, middleware.After),
		s.Deserialize.Add(&awsmiddleware.RecordResponseTiming{DisableClockSkewCorrection: o.DisableClockSkewCorrection}, middleware.After),
		s.Deserialize.Add(&smithyhttp.RequestResponseLogger{
			LogRequest:          o.ClientLogMode.IsRequest(),
			LogRequestWithBody:  o.ClientLogMode.IsRequestWithBody(),
			LogResponse:         o.ClientLogMode.IsResponse(),
			LogResponseWithBody: o.ClientLogMode.IsResponseWithBody(),
		}, middleware.After),
	)
}

// addPreflight comes after everything but APIOptions, so that its checks stand
// before all else.
func addPreflight(s *middleware.Stack, o *Options) error {
	if len(o.Preflight) == 0 {
		return nil
	}
	return Preflight(o.Preflight...)(s)
}

// operationInput does nothing but hold a place: middlewares written for the SDK's
// client are inserted next to its id.
type operationInput struct{}

func (operationInput) ID() string { return "setOperationInput" }

func (operationInput) HandleSerialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (
	middleware.SerializeOutput, middleware.Metadata, error,
) {
	return next.HandleSerialize(ctx, in)
}

// inputValidation refuses an input whose required members are nil, as the SDK's
// clients do. It matters where the pre-flight is off.
type inputValidation struct{ op *operation }

func (*inputValidation) ID() string { return "OperationInputValidation" }

func (m *inputValidation) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	invalid := smithy.InvalidParamsError{Context: m.op.name + "Input"}
	for _, required := range m.op.required(in.Parameters) {
		if required.name != "" && required.value == nil {
			invalid.Add(smithy.NewErrParamRequired(required.name))
		}
	}
	if invalid.Len() > 0 {
		return out, metadata, invalid
	}
	return next.HandleInitialize(ctx, in)
}
