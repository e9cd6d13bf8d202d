package permission

import (
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// steps are the middlewares of a call, step by step in their order. Ids and order
// are those of the SDK's Lambda client, so that a middleware written for that one
// finds its place here.
type steps struct {
	initialize  []middleware.InitializeMiddleware
	serialize   []middleware.SerializeMiddleware
	build       []middleware.BuildMiddleware
	finalize    []middleware.FinalizeMiddleware
	deserialize []middleware.DeserializeMiddleware
}

// steps makes the middlewares anew, for a chain that calls share or for the stack
// of one call: those of the SDK have fields that APIOptions may set.
func (p *pipeline) steps() *steps {
	return &steps{p.initializeStep(), p.serializeStep(), p.buildStep(), p.finalizeStep(), p.deserializeStep()}
}

// initializeStep has the checks before all else.
func (p *pipeline) initializeStep() []middleware.InitializeMiddleware {
	step := make([]middleware.InitializeMiddleware, 0, 3)
	if len(p.options.Preflight) > 0 {
		step = append(step, &preflight{p.options.Preflight, requestOf})
	}
	if i := p.interceptors; i != nil {
		step = append(step, &smithyhttp.InterceptExecution{BeforeExecution: i.BeforeExecution, AfterExecution: i.AfterExecution})
	}
	return append(step, &inputValidation{p.op})
}

func (p *pipeline) serializeStep() []middleware.SerializeMiddleware {
	step := []middleware.SerializeMiddleware{&operationInput{}, &legacyEndpoint{p.options}, &serializer{p.op}}
	if i := p.interceptors; i != nil {
		step = append(step[:2:2],
			&smithyhttp.InterceptBeforeSerialization{Interceptors: i.BeforeSerialization}, step[2],
			&smithyhttp.InterceptAfterSerialization{Interceptors: i.AfterSerialization})
	}
	return step
}

func (p *pipeline) buildStep() []middleware.BuildMiddleware {
	return []middleware.BuildMiddleware{&awsmiddleware.ClientRequestID{}, p.userAgent(), &awsmiddleware.RecursionDetection{}}
}

func (p *pipeline) finalizeStep() []middleware.FinalizeMiddleware {
	i := &p.options.Interceptors
	step := append(make([]middleware.FinalizeMiddleware, 0, 12),
		&smithyhttp.InterceptBeforeRetryLoop{Interceptors: i.BeforeRetryLoop},
		p.retries(),
		&smithyhttp.InterceptAttempt{BeforeAttempt: i.BeforeAttempt, AfterAttempt: i.AfterAttempt},
		&authScheme{p.options, p.anonymous},
		&identity{p.options},
		&p.endpoint,
		&disableHTTPS{p.options},
		&payloadHash{inContext: len(p.options.APIOptions) > 0},
		&signingScope{},
	)
	if p.interceptors == nil {
		return append(step, &p.signing)
	}
	return append(step,
		&smithyhttp.InterceptBeforeSigning{Interceptors: i.BeforeSigning}, &p.signing,
		&smithyhttp.InterceptAfterSigning{Interceptors: i.AfterSigning})
}

func (p *pipeline) retries() *retry.Attempt {
	o := p.options
	return retry.NewAttemptMiddleware(o.Retryer, smithyhttp.RequestCloner, func(a *retry.Attempt) {
		a.LogAttempts = o.ClientLogMode.IsRetries()
		a.OperationMeter = o.MeterProvider.Meter(instrumentation)
		a.ClientSkew = p.client.skew
		a.DisableClockSkewCorrection = o.DisableClockSkewCorrection
	})
}

// deserializeStep is passed by an answer from its end to its beginning.
func (p *pipeline) deserializeStep() []middleware.DeserializeMiddleware {
	step := make([]middleware.DeserializeMiddleware, 0, 9)
	step = append(step, &awsmiddleware.AddRawResponse{}, &awshttp.ResponseErrorWrapper{}, &awsmiddleware.RequestIDRetriever{})
	i := p.interceptors
	if i != nil {
		step = append(step, &smithyhttp.InterceptAfterDeserialization{Interceptors: i.AfterDeserialization})
	}
	step = append(step, &deserializer{p.op})
	if i != nil {
		step = append(step, &smithyhttp.InterceptBeforeDeserialization{Interceptors: i.BeforeDeserialization})
	}
	step = append(step, &awsmiddleware.RecordResponseTiming{DisableClockSkewCorrection: p.options.DisableClockSkewCorrection}, p.logger())
	if i != nil {
		step = append(step, &smithyhttp.InterceptTransmit{BeforeTransmit: i.BeforeTransmit, AfterTransmit: i.AfterTransmit})
	}
	return step
}

func (p *pipeline) logger() *smithyhttp.RequestResponseLogger {
	mode := p.options.ClientLogMode
	return &smithyhttp.RequestResponseLogger{
		LogRequest:          mode.IsRequest(),
		LogRequestWithBody:  mode.IsRequestWithBody(),
		LogResponse:         mode.IsResponse(),
		LogResponseWithBody: mode.IsResponseWithBody(),
	}
}

// stack returns the steps as APIOptions know them. It serves one call: a
// middleware.Stack links its steps anew whenever it runs, which is a data race
// between calls.
func (s *steps) stack(op *operation) *middleware.Stack {
	stack := middleware.NewStack(op.name, smithyhttp.NewStackRequest)
	for _, m := range s.initialize {
		_ = stack.Initialize.Add(m, middleware.After) // Add never returns an error
	}
	for _, m := range s.serialize {
		_ = stack.Serialize.Add(m, middleware.After)
	}
	for _, m := range s.build {
		_ = stack.Build.Add(m, middleware.After)
	}
	for _, m := range s.finalize {
		_ = stack.Finalize.Add(m, middleware.After)
	}
	for _, m := range s.deserialize {
		_ = stack.Deserialize.Add(m, middleware.After)
	}
	return stack
}
