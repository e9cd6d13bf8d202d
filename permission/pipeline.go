package permission

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/validate"
)

// pipeline is an operation with options applied: everything that does not change
// from one call to the next. It is immutable.
type pipeline struct {
	client  *Client
	op      *operation
	options *Options

	// values are the context values that middlewares written for the SDK's clients
	// look up.
	values       context.Context
	meters       *meters // nil if nothing is measured
	spanOptions  []tracing.SpanOption
	interceptors *smithyhttp.InterceptorRegistry
	anonymous    bool
	endpoint     endpointResolution
	signing      signing
	transport    middleware.Handler

	// shared is the handler of all calls. It is nil if each call needs its own,
	// since a middleware that APIOptions add may hold the state of a call.
	shared middleware.Handler
}

func (c *Client) newPipeline(op *operation, options *Options) (*pipeline, error) {
	o := new(Options)
	*o = *options
	fipsRegion(o)
	meters, err := newMeters(o.MeterProvider)
	if err != nil {
		return nil, err
	}
	p := &pipeline{
		client: c, op: op, options: o,
		values:       contextValues(op, o),
		meters:       meters,
		spanOptions:  []tracing.SpanOption{op.describe},
		interceptors: interceptors(o),
		anonymous:    aws.IsCredentialsProvider(o.Credentials, (*aws.AnonymousCredentials)(nil)),
		endpoint:     newEndpointResolution(o),
		signing:      newSigning(o),
		transport:    newTransport(c.clients.redirectFree(o.HTTPClient), o.TracerProvider),
	}
	if len(o.APIOptions) == 0 {
		p.shared = p.steps().chain(p.transport)
	}
	return p, nil
}

// pipeline returns the client's pipeline of an operation, or one for a single
// call that has options of its own. The first call of an operation makes the client's
// pipeline: a list of the operations, to make all of them in New, would link those
// that a program does not call.
func (c *Client) pipeline(op *operation, optFns []func(*Options)) (*pipeline, error) {
	if len(optFns) > 0 {
		return c.newPipeline(op, c.callOptions(optFns))
	}
	if p, ok := c.pipelines.Load(op); ok {
		return p.(*pipeline), nil
	}
	p, err := c.newPipeline(op, c.options)
	if err != nil {
		return nil, err
	}
	first, _ := c.pipelines.LoadOrStore(op, p)
	return first.(*pipeline), nil
}

// handler returns the handler of one call.
func (p *pipeline) handler() (middleware.Handler, error) {
	if p.shared != nil {
		return p.shared, nil
	}
	stack := p.steps().stack(p.op)
	for _, option := range p.options.APIOptions {
		if err := option(stack); err != nil {
			return nil, err
		}
	}
	return middleware.DecorateHandler(p.transport, stack), nil
}

// callOptions returns a copy of the client's options that optFns have changed.
func (c *Client) callOptions(optFns []func(*Options)) *Options {
	o := c.options.Copy()
	for _, fn := range optFns {
		fn(&o)
	}
	setDefaults(&o) // where an option was set to nil
	if n := o.RetryMaxAttempts; n != 0 && n != c.options.RetryMaxAttempts {
		o.Retryer = retry.AddWithMaxAttempts(o.Retryer, n)
	}
	return &o
}

func contextValues(op *operation, o *Options) context.Context {
	ctx := middleware.WithServiceID(context.Background(), serviceID)
	ctx = middleware.WithOperationName(ctx, op.name)
	ctx = middleware.SetLogger(ctx, o.Logger)
	ctx = awsmiddleware.SetServiceID(ctx, serviceID)
	if o.Region != "" {
		ctx = awsmiddleware.SetRegion(ctx, o.Region)
	}
	ctx = awsmiddleware.SetOperationName(ctx, op.name)
	return tracing.WithOperationTracer(ctx, o.TracerProvider.Tracer(instrumentation))
}

// run sends one call through the pipeline.
func (p *pipeline) run(ctx context.Context, input any) (result any, metadata middleware.Metadata, err error) {
	handler, err := p.handler()
	if err != nil {
		return nil, metadata, err
	}
	ctx, span := p.startSpan(p.newCall(ctx))
	defer func() { endSpan(span, err) }()
	defer startTimer(ctx, callDuration)()
	return handler.Handle(ctx, input)
}

// newCall begins a call with the clock skew that the last one measured.
func (p *pipeline) newCall(ctx context.Context) *call {
	c := &call{Context: ctx, values: p.values, meters: p.meters}
	if !p.options.DisableClockSkewCorrection {
		c.skew = time.Duration(p.client.skew.Load())
	}
	return c
}

// newRequest returns an empty request for the middlewares of a call to fill.
func newRequest() *smithyhttp.Request { return smithyhttp.NewStackRequest().(*smithyhttp.Request) }

const (
	serviceID   = "Lambda"
	signingName = "lambda"
)

// operation holds the differences between the operations.
type operation struct {
	name, span, method string

	// accepts reports whether an input is of the operation's own type.
	accepts func(input any) bool
	// required lists the members that the service requires, four at most.
	required func(input any) [4]member
	// serialize returns the contents of the request.
	serialize func(input any) (parts, error)
	// decode reads the body of a successful answer.
	decode func(body []byte) (any, error)
}

// accepts reports whether an input is a *T other than nil.
func accepts[T any](input any) bool {
	in, ok := input.(*T)
	return ok && in != nil
}

// member is an input member of an operation with its name in the API. The zero
// member stands for no member.
type member struct {
	name  string
	value *string
}

// emptyOf returns those of members that are pointers to "".
func emptyOf(members ...member) (empty validate.Members) {
	for _, m := range members {
		if m.value != nil && *m.value == "" {
			empty |= validate.MembersOf(m.name)
		}
	}
	return empty
}

// call is one call of an operation: the context that its middlewares see, and the
// state that they share. Middlewares themselves hold no state of a call, so that
// they serve any number of calls at once. A call needs no lock, since its attempts
// follow one another.
//
// Values of the client hide those of the caller's context, so that a call made
// within a middleware of another call does not inherit that one's.
type call struct {
	context.Context
	values context.Context
	meters *meters

	// skew is added to the clock when the next attempt is signed.
	skew time.Duration
	// expired means that a signature of this call expired on the way.
	expired bool
	// signingName and signingRegion are the scope of the signature.
	signingName, signingRegion string
	// credentials are those of the current attempt.
	credentials aws.Credentials
	// payloadHash is the hash of the body. A hash in the context takes precedence.
	payloadHash string
	// anonymous means that the request is sent unsigned.
	anonymous bool
}

type callKey struct{}

// Value returns the value of the call, of its client or of its caller, in this
// order.
func (c *call) Value(key any) any {
	if key == (callKey{}) {
		return c
	}
	if v := c.values.Value(key); v != nil {
		return v
	}
	return c.Context.Value(key)
}

// callFrom returns the call that a context belongs to, or an empty one if a
// middleware replaced the context by one that belongs to no call. authScheme
// refuses that.
func callFrom(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{Context: ctx, values: context.Background()}
}

func isOfCall(ctx context.Context) bool {
	_, ok := ctx.Value(callKey{}).(*call)
	return ok
}

// steps holds the middlewares of each step in their order. Ids and order are those
// of the SDK's Lambda client, so that a middleware written for that client can be
// inserted relative to them.
type steps struct {
	initialize  []middleware.InitializeMiddleware
	serialize   []middleware.SerializeMiddleware
	build       []middleware.BuildMiddleware
	finalize    []middleware.FinalizeMiddleware
	deserialize []middleware.DeserializeMiddleware
}

// steps returns new middlewares, for a chain that calls share or for the stack of
// one call. They are not shared between stacks because APIOptions may set fields of
// the SDK's middlewares.
func (p *pipeline) steps() *steps {
	return &steps{p.initializeStep(), p.serializeStep(), p.buildStep(), p.finalizeStep(), p.deserializeStep()}
}

// initializeStep puts the checks first.
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
	step := make([]middleware.SerializeMiddleware, 0, 5)
	step = append(step, &operationInput{}, &legacyEndpoint{p.options})
	i := p.interceptors
	if i == nil {
		return append(step, &serializer{p.op})
	}
	return append(step,
		&smithyhttp.InterceptBeforeSerialization{Interceptors: i.BeforeSerialization}, &serializer{p.op},
		&smithyhttp.InterceptAfterSerialization{Interceptors: i.AfterSerialization})
}

func (p *pipeline) buildStep() []middleware.BuildMiddleware {
	step := make([]middleware.BuildMiddleware, 0, 3)
	return append(step, &awsmiddleware.ClientRequestID{}, p.userAgent(), &awsmiddleware.RecursionDetection{})
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

// deserializeStep lists the middlewares from the outermost to the one next to the
// transport: an answer passes them from last to first.
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
	step = append(step, &awsmiddleware.RecordResponseTiming{DisableClockSkewCorrection: p.options.DisableClockSkewCorrection}, &exchangeLog{p.options.ClientLogMode})
	if i != nil {
		step = append(step, &smithyhttp.InterceptTransmit{BeforeTransmit: i.BeforeTransmit, AfterTransmit: i.AfterTransmit})
	}
	return step
}

// stack returns the steps in the form that APIOptions modify. It serves one call: a
// middleware.Stack links its steps again on each run, which would be a data race
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

// interceptors returns the interceptors to call, or nil if o has no interceptor. As
// in the SDK, the middlewares that call them are then left out, except those around
// the retry loop.
func interceptors(o *Options) *smithyhttp.InterceptorRegistry {
	i := &o.Interceptors
	n := len(i.BeforeExecution) + len(i.BeforeSerialization) + len(i.AfterSerialization) +
		len(i.BeforeRetryLoop) + len(i.BeforeAttempt) + len(i.BeforeSigning) + len(i.AfterSigning) +
		len(i.BeforeTransmit) + len(i.AfterTransmit) + len(i.BeforeDeserialization) +
		len(i.AfterDeserialization) + len(i.AfterAttempt) + len(i.AfterExecution)
	if n == 0 {
		return nil
	}
	return i
}
