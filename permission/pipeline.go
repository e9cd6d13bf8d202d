package permission

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// pipeline is an operation with options applied: everything of a call that does
// not change from one to the next. Nothing in it changes once it is made.
type pipeline struct {
	client  *Client
	op      *operation
	options *Options

	// values are what middlewares written for the SDK's clients ask of a context.
	values       context.Context
	spanOptions  []tracing.SpanOption
	interceptors *smithyhttp.InterceptorRegistry
	anonymous    bool
	endpoint     endpointResolution
	signing      signing
	transport    middleware.Handler

	// shared is the handler of all calls, or nil when each needs its own: a
	// middleware that APIOptions make may hold the state of a call.
	shared middleware.Handler
}

func (c *Client) newPipeline(op *operation, options *Options) (*pipeline, error) {
	o := new(Options)
	*o = *options
	fipsRegion(o)
	values, err := withHistograms(contextValues(op, o), o.MeterProvider)
	if err != nil {
		return nil, err
	}
	p := &pipeline{
		client: c, op: op, options: o,
		values:       values,
		spanOptions:  []tracing.SpanOption{op.describe},
		interceptors: interceptors(o),
		anonymous:    aws.IsCredentialsProvider(o.Credentials, (*aws.AnonymousCredentials)(nil)),
		endpoint:     newEndpointResolution(o),
		signing:      newSigning(o),
		transport:    newTransport(o),
	}
	if len(o.APIOptions) == 0 {
		p.shared = p.steps().chain(p.transport)
	}
	return p, nil
}

// pipeline returns the client's pipeline of an operation, or one for a single
// call that has options of its own.
func (c *Client) pipeline(op *operation, optFns []func(*Options)) (*pipeline, error) {
	if p := c.pipelines[op]; p != nil && len(optFns) == 0 {
		return p, nil
	}
	return c.newPipeline(op, c.callOptions(optFns))
}

// prepare makes the client's pipelines.
func (c *Client) prepare() {
	c.pipelines = map[*operation]*pipeline{}
	for _, op := range operations {
		p, err := c.newPipeline(op, c.options)
		if err != nil {
			continue // every call will meet the same error and tell it
		}
		c.pipelines[op] = p
	}
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

// newCall begins a call with what the last one learned about the service's
// clock.
func (p *pipeline) newCall(ctx context.Context) *call {
	c := &call{Context: ctx, values: p.values}
	if !p.options.DisableClockSkewCorrection {
		c.skew = time.Duration(p.client.skew.Load())
	}
	return c
}

// newRequest is the request that the middlewares of a call fill.
func newRequest() *smithyhttp.Request { return smithyhttp.NewStackRequest().(*smithyhttp.Request) }
