package permission

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/validate"
)

// HTTPClient sends one HTTP request. *http.Client implements it, and the
// BuildableClient of the AWS SDK does.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// HTTPSignerV4 signs a request with Signature Version 4. *v4.Signer implements
// it.
type HTTPSignerV4 interface {
	SignHTTP(ctx context.Context, credentials aws.Credentials, r *http.Request, payloadHash string, service string, region string, signingTime time.Time, optFns ...func(*v4.SignerOptions)) error
}

// Options configures a Client, or one call of it. The fields are those of
// service/lambda's Options, by their names, and Preflight and
// DisableLostResponseRecovery. The zero value of every field is a working
// default, but for Region and Credentials.
type Options struct {
	// APIOptions modify the middleware stack of every call, as in the SDK's clients.
	APIOptions []func(*middleware.Stack) error

	// AppID is appended to the User-Agent header.
	AppID string

	// BaseEndpoint is the URL to send requests to, path prefix included, instead of
	// the region's endpoint. It excludes FIPS and dual-stack.
	BaseEndpoint *string

	// ClientLogMode chooses the events that are written to Logger. Requests and
	// responses are logged in full, an EventSourceToken included.
	ClientLogMode aws.ClientLogMode

	// Credentials sign the requests; they are retrieved for each attempt. With
	// aws.AnonymousCredentials requests are sent unsigned. Without Credentials every
	// call fails.
	Credentials aws.CredentialsProvider

	// DefaultsMode chooses the defaults of the HTTP client and of the retry mode.
	DefaultsMode aws.DefaultsMode

	// DisableClockSkewCorrection stops adjusting the signing time to the clock of
	// the service.
	DisableClockSkewCorrection bool

	// DisableLostResponseRecovery stops AddPermission, RemovePermission,
	// PutResourcePolicy and DeleteResourcePolicy from reading the policy when a response
	// was lost. The answer to the last attempt is then the answer: a 404, 409 or 412
	// although the change was made.
	DisableLostResponseRecovery bool

	// EndpointOptions choose the variant of the region's endpoint.
	EndpointOptions EndpointOptions

	// HTTPClient sends the requests; by default a new awshttp.BuildableClient. Of an
	// *http.Client or a BuildableClient the client uses a copy that follows no
	// redirect: a redirected request would carry its signature and its session token
	// to wherever the redirect points. (An *http.Client is copied by New; set its
	// fields before.) A client of another type must refuse redirects itself, which
	// takes one line for an http.Client within it:
	//
	//	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	//
	// An answer that came by a redirect all the same is an error.
	HTTPClient HTTPClient

	// HTTPSignerV4 signs the requests; by default one that signs as v4.Signer does,
	// to the byte.
	HTTPSignerV4 HTTPSignerV4

	// Interceptors are called at the points of a call that they name.
	Interceptors smithyhttp.InterceptorRegistry

	// Logger receives the events that ClientLogMode chooses; by default nothing is
	// logged.
	Logger logging.Logger

	// MeterProvider receives the metrics of every call; by default nothing is measured.
	MeterProvider metrics.MeterProvider

	// Preflight is checked before anything else happens: before credentials are
	// retrieved, a connection opened, a byte sent. All checks run, and each failure
	// is reported. It is set to Rules(validate.Current) before the functional
	// options run, so that append adds to it and nil turns it off. In the Options
	// given to New nil means that default, and an empty slice turns it off.
	Preflight []Check

	// Region is the region to send requests to, and to sign them for. Required.
	Region string

	// RetryMaxAttempts limits the attempts of a call; 0 leaves it to the Retryer.
	RetryMaxAttempts int

	// RetryMode chooses the default Retryer: standard unless set.
	RetryMode aws.RetryMode

	// Retryer decides which failures are retried, and when. The default retries the
	// failures that the SDK's default does and, of the conflicts (ResourceConflictException),
	// those that pass: a concurrent update, an update in progress, and a function in
	// the state Pending. A statement id that is taken is never tried again. A Retryer
	// given here is used as it is.
	Retryer aws.Retryer

	// RuntimeEnvironment serves aws.DefaultsModeAuto; config.LoadDefaultConfig sets it.
	RuntimeEnvironment aws.RuntimeEnvironment

	// TracerProvider receives the spans of every call; by default nothing is traced.
	TracerProvider tracing.TracerProvider

	// endpointResolver is the deprecated resolver of an aws.Config. It is honoured,
	// since a program that has one must not send to AWS instead.
	endpointResolver legacyResolver
}

// EndpointOptions choose the variant of the region's endpoint. The zero value is
// the plain HTTPS endpoint.
type EndpointOptions struct {
	// DisableHTTPS sends requests over plain HTTP.
	DisableHTTPS bool

	// UseDualStackEndpoint chooses the endpoint that also has an IPv6 address.
	UseDualStackEndpoint aws.DualStackEndpointState

	// UseFIPSEndpoint chooses the endpoint with FIPS 140 validated cryptography.
	UseFIPSEndpoint aws.FIPSEndpointState

	resolvedRegion string
}

// GetResolvedRegion returns the region of a name like us-east-1-fips without its
// FIPS part, or "". Deprecated endpoint resolvers ask for it.
func (o EndpointOptions) GetResolvedRegion() string { return o.resolvedRegion }

// GetDisableHTTPS returns DisableHTTPS. Deprecated endpoint resolvers ask for it.
func (o EndpointOptions) GetDisableHTTPS() bool { return o.DisableHTTPS }

// GetUseDualStackEndpoint returns UseDualStackEndpoint. Deprecated endpoint
// resolvers ask for it.
func (o EndpointOptions) GetUseDualStackEndpoint() aws.DualStackEndpointState {
	return o.UseDualStackEndpoint
}

// GetUseFIPSEndpoint returns UseFIPSEndpoint. Deprecated endpoint resolvers ask
// for it.
func (o EndpointOptions) GetUseFIPSEndpoint() aws.FIPSEndpointState { return o.UseFIPSEndpoint }

// Copy returns a copy with slices of its own for APIOptions, Interceptors and
// Preflight.
func (o Options) Copy() Options {
	o.APIOptions = slices.Clone(o.APIOptions)
	o.Interceptors = o.Interceptors.Copy()
	o.Preflight = slices.Clone(o.Preflight)
	return o
}

// WithAPIOptions returns a functional option that appends to APIOptions.
func WithAPIOptions(optFns ...func(*middleware.Stack) error) func(*Options) {
	return func(o *Options) { o.APIOptions = append(o.APIOptions, optFns...) }
}

// defaultPreflight returns the default of Options.Preflight.
func defaultPreflight() []Check { return []Check{Rules(validate.Current)} }

// optionsFromConfig returns options with the settings of an aws.Config that the
// SDK's own clients use, except ServiceOptions.
func optionsFromConfig(cfg aws.Config) Options {
	o := Options{
		APIOptions:                 cfg.APIOptions,
		AppID:                      cfg.AppID,
		BaseEndpoint:               baseEndpoint(cfg),
		ClientLogMode:              cfg.ClientLogMode,
		Credentials:                cfg.Credentials,
		DefaultsMode:               cfg.DefaultsMode,
		DisableClockSkewCorrection: cfg.DisableClockSkewCorrection,
		Interceptors:               cfg.Interceptors,
		Logger:                     cfg.Logger,
		Region:                     cfg.Region,
		RetryMaxAttempts:           cfg.RetryMaxAttempts,
		RetryMode:                  cfg.RetryMode,
		RuntimeEnvironment:         cfg.RuntimeEnvironment,
		endpointResolver:           legacyResolverOf(cfg),
	}
	if cfg.HTTPClient != nil {
		o.HTTPClient = cfg.HTTPClient
	}
	if cfg.Retryer != nil {
		o.Retryer = cfg.Retryer()
	}
	o.EndpointOptions.UseDualStackEndpoint = useDualStack(cfg.ConfigSources)
	o.EndpointOptions.UseFIPSEndpoint = useFIPS(cfg.ConfigSources)
	return o
}

// baseEndpoint follows the SDK: the endpoint of the service (AWS_ENDPOINT_URL_LAMBDA
// or the services section of the shared configuration) goes before the global
// one that LoadDefaultConfig put into the Config, unless only the global
// environment variable is set.
func baseEndpoint(cfg aws.Config) *string {
	_, global := os.LookupEnv("AWS_ENDPOINT_URL")
	_, service := os.LookupEnv("AWS_ENDPOINT_URL_LAMBDA")
	if global && !service {
		return cfg.BaseEndpoint
	}
	if ignoresConfiguredEndpoints(cfg.ConfigSources) {
		return cfg.BaseEndpoint
	}
	for _, source := range cfg.ConfigSources {
		p, ok := source.(interface {
			GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
		})
		if !ok {
			continue
		}
		value, found, err := p.GetServiceBaseEndpoint(context.Background(), serviceID)
		if err != nil {
			return cfg.BaseEndpoint
		}
		if found {
			return &value
		}
	}
	return cfg.BaseEndpoint
}

func ignoresConfiguredEndpoints(sources []any) bool {
	for _, source := range sources {
		p, ok := source.(interface {
			GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error)
		})
		if !ok {
			continue
		}
		value, found, err := p.GetIgnoreConfiguredEndpoints(context.Background())
		if err != nil {
			return false
		}
		if found {
			return value
		}
	}
	return false
}

func useDualStack(sources []any) aws.DualStackEndpointState {
	for _, source := range sources {
		p, ok := source.(interface {
			GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error)
		})
		if !ok {
			continue
		}
		if value, found, err := p.GetUseDualStackEndpoint(context.Background()); err != nil || found {
			return value
		}
	}
	return aws.DualStackEndpointStateUnset
}

func useFIPS(sources []any) aws.FIPSEndpointState {
	for _, source := range sources {
		p, ok := source.(interface {
			GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error)
		})
		if !ok {
			continue
		}
		if value, found, err := p.GetUseFIPSEndpoint(context.Background()); err != nil || found {
			return value
		}
	}
	return aws.FIPSEndpointStateUnset
}

// ConfigError is a mistake in the configuration of a Client. Every call of the
// client answers with it, wrapped in a *smithy.OperationError, before anything is
// sent.
type ConfigError struct {
	// Field is the field of Options that is wrong, or "" when there is no client.
	Field string
	// Reason describes the mistake and names the setting that corrects it.
	Reason string
	// Err is the cause, or nil.
	Err error
}

// Error returns the field and the reason.
func (e *ConfigError) Error() string {
	if e.Field == "" {
		return "permission: " + e.Reason
	}
	return fmt.Sprintf("permission: Options.%s: %s", e.Field, e.Reason)
}

// Unwrap returns the cause, or nil.
func (e *ConfigError) Unwrap() error { return e.Err }
