package permission

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/defaults"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

// API is the three operations on single statements together. *Client implements it,
// and so do the stand-ins of package permissiontest.
type API interface {
	AddPermissionAPIClient
	GetPolicyAPIClient
	RemovePermissionAPIClient
}

// Client calls AddPermission, GetPolicy and RemovePermission, and the operations on
// whole policies. It is safe for concurrent use. Every call of a nil or zero Client
// returns a *ConfigError; New and NewFromConfig make one that works.
type Client struct {
	options *Options

	// skew is how far the service's clock is ahead of ours, in nanoseconds, by the
	// Date of the last answer.
	skew *atomic.Int64

	// clients send the requests.
	clients *builtClients

	// pipelines serve the calls that have no options of their own: a *pipeline for
	// each *operation that was called.
	pipelines *sync.Map
}

var (
	_ API               = (*Client)(nil)
	_ ResourcePolicyAPI = (*Client)(nil)
)

// NewFromConfig returns a Client for an aws.Config, as config.LoadDefaultConfig
// makes it, with optFns applied on top. It does not report mistakes in the
// configuration: every call returns them.
//
// The functions in cfg.ServiceOptions are not called, since they expect the
// Options types of the SDK's own clients.
func NewFromConfig(cfg aws.Config, optFns ...func(*Options)) *Client {
	return New(optionsFromConfig(cfg), optFns...)
}

// New returns a Client for options, with optFns applied on top. It does not report
// mistakes in the configuration: every call returns them.
func New(options Options, optFns ...func(*Options)) *Client {
	o := options.Copy()
	if o.Preflight == nil {
		o.Preflight = defaultPreflight()
	}
	o.HTTPClient = withDefaultTimeouts(o.HTTPClient, resolvedDefaultsMode(&o))
	setDefaults(&o)
	for _, fn := range optFns {
		fn(&o)
	}
	setDefaults(&o) // again, where an option was set to nil
	if o.Preflight == nil {
		o.Preflight = []Check{} // off, and still off in New(client.Options())
	}
	if o.RetryMaxAttempts != 0 {
		o.Retryer = retry.AddWithMaxAttempts(o.Retryer, o.RetryMaxAttempts)
	}
	return &Client{options: &o, skew: new(atomic.Int64), clients: newBuiltClients(o.HTTPClient), pipelines: new(sync.Map)}
}

// Options returns a copy of the client's options: the zero Options if c is nil or
// zero.
func (c *Client) Options() Options {
	if c == nil || c.options == nil {
		return Options{}
	}
	return c.options.Copy()
}

// setDefaults sets the fields that o leaves unset. A default that depends on
// another comes after it.
func setDefaults(o *Options) {
	if o.Logger == nil {
		o.Logger = logging.Nop{}
	}
	if o.Retryer == nil {
		o.Retryer = defaultRetryer(o, resolvedDefaultsMode(o))
	}
	if o.HTTPClient == nil {
		o.HTTPClient = withDefaultTimeouts(awshttp.NewBuildableClient(), resolvedDefaultsMode(o))
	}
	if o.HTTPSignerV4 == nil {
		o.HTTPSignerV4 = sigv4.NewSigner() // the pipeline gives it the logger
	}
	if o.TracerProvider == nil {
		o.TracerProvider = &tracing.NopTracerProvider{}
	}
	if o.MeterProvider == nil {
		o.MeterProvider = metrics.NopMeterProvider{}
	}
}

func resolvedDefaultsMode(o *Options) aws.DefaultsMode {
	var mode aws.DefaultsMode
	mode.SetFromString(string(o.DefaultsMode))
	if mode == aws.DefaultsModeAuto {
		mode = defaults.ResolveDefaultsModeAuto(o.Region, o.RuntimeEnvironment)
	}
	return mode
}

// defaultRetryer returns the retryer that the SDK's clients have: standard, unless
// RetryMode or the defaults mode ask for adaptive. It also retries the conflicts
// that pass.
func defaultRetryer(o *Options, mode aws.DefaultsMode) aws.Retryer {
	if o.RetryMode == "" {
		if config, err := defaults.GetModeConfiguration(mode); err == nil {
			o.RetryMode = config.RetryMode
		}
	}
	if o.RetryMode == "" {
		o.RetryMode = aws.RetryModeStandard
	}
	standard := func(so *retry.StandardOptions) {
		retryConflicts(so)
		if o.RetryMaxAttempts != 0 {
			so.MaxAttempts = o.RetryMaxAttempts
		}
	}
	if o.RetryMode == aws.RetryModeAdaptive {
		return retry.NewAdaptiveMode(func(ao *retry.AdaptiveModeOptions) {
			ao.StandardOptions = append(ao.StandardOptions, standard)
		})
	}
	return retry.NewStandard(standard)
}

// withDefaultTimeouts applies the timeouts of the defaults mode to a
// BuildableClient. It returns a client of another type, or nil, unchanged.
func withDefaultTimeouts(client HTTPClient, mode aws.DefaultsMode) HTTPClient {
	buildable, ok := client.(*awshttp.BuildableClient)
	if !ok {
		return client
	}
	config, err := defaults.GetModeConfiguration(mode)
	if err != nil {
		return client
	}
	return buildable.WithDialerOptions(func(d *net.Dialer) {
		if timeout, ok := config.GetConnectTimeout(); ok {
			d.Timeout = timeout
		}
	}).WithTransportOptions(func(t *http.Transport) {
		if timeout, ok := config.GetTLSNegotiationTimeout(); ok {
			t.TLSHandshakeTimeout = timeout
		}
	})
}

// invoke sends one call through its middleware: check, serialize, sign, send and
// decode, repeated as the Retryer decides. The error is always a
// *smithy.OperationError.
func (c *Client) invoke(ctx context.Context, op *operation, input any, optFns []func(*Options)) (any, middleware.Metadata, error) {
	result, metadata, err := c.send(ctx, op, input, optFns)
	if err != nil {
		err = &smithy.OperationError{ServiceID: serviceID, OperationName: op.name, Err: canceled(ctx, err)}
	}
	return result, metadata, err
}

func (c *Client) send(ctx context.Context, op *operation, input any, optFns []func(*Options)) (any, middleware.Metadata, error) {
	if c == nil || c.options == nil {
		return nil, middleware.Metadata{}, &ConfigError{Reason: "the Client is nil or zero; make one with NewFromConfig or New"}
	}
	p, err := c.pipeline(op, optFns)
	if err != nil {
		return nil, middleware.Metadata{}, err
	}
	return p.run(ctx, input)
}

// unknownResult reports that a middleware returned a result of the wrong type.
func unknownResult(op *operation, result any) error {
	return &smithy.OperationError{ServiceID: serviceID, OperationName: op.name, Err: fmt.Errorf("unknown result type %T", result)}
}

// canceled wraps an error that the end of ctx caused in an
// *aws.RequestCanceledError, wherever the call was waiting. The error of an answer
// that arrived before is returned unchanged.
func canceled(ctx context.Context, err error) error {
	var already *aws.RequestCanceledError
	if ctx.Err() == nil || errors.As(err, &already) {
		return err
	}
	var c interface{ CanceledError() bool }
	if errors.As(err, &c) && c.CanceledError() || errors.Is(err, ctx.Err()) {
		return &aws.RequestCanceledError{Err: err}
	}
	return err
}

// retryConflicts makes the default retryer retry the conflicts that pass. The SDK
// does not retry conflicts, since the service has one code for these and for a
// statement id that is taken, where a retry is useless. For the same reason a conflict
// with an unknown message is not retried.
//
// It adds to the options instead of wrapping the retryer, because the User-Agent
// header names the retry mode by the retryer's type.
//
// To the retryer such a conflict is a throttling error: the delays before the
// retries grow from one second instead of 50 ms, since an update takes seconds.
func retryConflicts(o *retry.StandardOptions) {
	passes := func(err error) aws.Ternary {
		if lambdaerrors.ConflictKindOf(err).Passes() {
			return aws.TrueTernary
		}
		return aws.UnknownTernary
	}
	o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(passes))
	o.Throttles = append(o.Throttles, retry.IsErrorThrottleFunc(passes))
}
