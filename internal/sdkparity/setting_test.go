package sdkparity_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
)

// setting is the configuration of both clients: an aws.Config, and the options that an
// aws.Config does not have.
type setting struct {
	aws.Config
	endpoint permission.EndpointOptions
	signer   permission.HTTPSignerV4
}

// ours returns our client without the pre-flight and without recovery from lost
// responses, which the SDK's client does not have.
func (s setting) ours() *permission.Client {
	return permission.NewFromConfig(s.Config, func(o *permission.Options) {
		o.Preflight, o.DisableLostResponseRecovery = nil, true
		if s.signer != nil {
			o.HTTPSignerV4 = s.signer
		}
		s.setEndpoint(&o.EndpointOptions.DisableHTTPS, &o.EndpointOptions.UseDualStackEndpoint, &o.EndpointOptions.UseFIPSEndpoint)
	})
}

// sdk returns the SDK's client as a permission.API.
func (s setting) sdk() permission.API { return sdkapi.New(s.sdkClient()) }

func (s setting) sdkClient() *lambda.Client {
	return lambda.NewFromConfig(s.Config, func(o *lambda.Options) {
		if s.signer != nil {
			o.HTTPSignerV4 = s.signer
		}
		s.setEndpoint(&o.EndpointOptions.DisableHTTPS, &o.EndpointOptions.UseDualStackEndpoint, &o.EndpointOptions.UseFIPSEndpoint)
	})
}

// setEndpoint sets the endpoint options of a client, whose type differs between the
// two. An unset option keeps the value of the aws.Config.
func (s setting) setEndpoint(disableHTTPS *bool, dualStack *aws.DualStackEndpointState, fips *aws.FIPSEndpointState) {
	*disableHTTPS = s.endpoint.DisableHTTPS
	if s.endpoint.UseDualStackEndpoint != aws.DualStackEndpointStateUnset {
		*dualStack = s.endpoint.UseDualStackEndpoint
	}
	if s.endpoint.UseFIPSEndpoint != aws.FIPSEndpointStateUnset {
		*fips = s.endpoint.UseFIPSEndpoint
	}
}

// plainConfig returns a complete configuration that sets nothing else.
func plainConfig(client aws.HTTPClient) aws.Config {
	return aws.Config{
		Region:      "us-east-1",
		Credentials: staticCredentials(aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}),
		HTTPClient:  client,
	}
}

// staticCredentials returns a provider of fixed credentials.
func staticCredentials(c aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })
}

// fixedClock signs every request as of the same time. If it has an invocation id, it
// also replaces the random one, for calls without API options.
type fixedClock struct {
	signer       *v4.Signer
	now          time.Time
	invocationID string
}

// clockAt returns a signer that signs as of the time now.
func clockAt(now time.Time) fixedClock { return fixedClock{signer: v4.NewSigner(), now: now} }

func (f fixedClock) SignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, hash, service, region string, _ time.Time, optFns ...func(*v4.SignerOptions)) error {
	if f.invocationID != "" {
		r.Header.Set("Amz-Sdk-Invocation-Id", f.invocationID)
	}
	return f.signer.SignHTTP(ctx, c, r, hash, service, region, f.now, optFns...)
}

// fixInvocationID replaces the random Amz-Sdk-Invocation-Id of a call.
func fixInvocationID(id string) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		return s.Build.Insert(middleware.BuildMiddlewareFunc("fixInvocationID", func(
			ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
		) (middleware.BuildOutput, middleware.Metadata, error) {
			in.Request.(*smithyhttp.Request).Header.Set("Amz-Sdk-Invocation-Id", id)
			return next.HandleBuild(ctx, in)
		}), "ClientRequestID", middleware.After)
	}
}

// invoke calls the operation of an input.
func invoke(ctx context.Context, api permission.API, input any, optFns ...func(*permission.Options)) (any, error) {
	switch in := input.(type) {
	case *permission.AddPermissionInput:
		return api.AddPermission(ctx, in, optFns...)
	case *permission.GetPolicyInput:
		return api.GetPolicy(ctx, in, optFns...)
	case *permission.RemovePermissionInput:
		return api.RemovePermission(ctx, in, optFns...)
	}
	whole, ok := api.(permission.ResourcePolicyAPI)
	if !ok {
		return nil, fmt.Errorf("%T has no operation that takes a %T", api, input)
	}
	switch in := input.(type) {
	case *permission.PutResourcePolicyInput:
		return whole.PutResourcePolicy(ctx, in, optFns...)
	case *permission.GetResourcePolicyInput:
		return whole.GetResourcePolicy(ctx, in, optFns...)
	case *permission.DeleteResourcePolicyInput:
		return whole.DeleteResourcePolicy(ctx, in, optFns...)
	}
	return nil, fmt.Errorf("no operation takes a %T", input)
}

// keepMetadata stores the metadata of a call, even of a failed one, for which the
// clients return none.
func keepMetadata(md *middleware.Metadata) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("keepMetadata", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
			out, metadata, err = next.HandleInitialize(ctx, in)
			*md = metadata
			return out, metadata, err
		}), middleware.Before)
	}
}

// observers are the providers of tracers and meters of a client, which an aws.Config
// does not have. nil is the default.
type observers struct {
	tracers tracing.TracerProvider
	meters  metrics.MeterProvider
}

// set sets the observers in the options of a client or of one call.
func (o observers) set(p *permission.Options) {
	if o.tracers != nil {
		p.TracerProvider = o.tracers
	}
	if o.meters != nil {
		p.MeterProvider = o.meters
	}
}

// apply returns a client and the options of its calls. The observers are set for the
// client, or for each call if perCall is true.
func (o observers) apply(client observed, s setting, perCall bool) (permission.API, []func(*permission.Options)) {
	if perCall {
		return client(s, observers{}), []func(*permission.Options){o.set}
	}
	return client(s, o), nil
}

// observed is a function that makes a client of a setting with observers.
type observed func(setting, observers) permission.API

func oursObserved(s setting, o observers) permission.API {
	return permission.NewFromConfig(s.Config, func(p *permission.Options) {
		p.Preflight, p.DisableLostResponseRecovery = nil, true
		o.set(p)
		if s.signer != nil {
			p.HTTPSignerV4 = s.signer
		}
	})
}

func sdkObserved(s setting, o observers) permission.API {
	return sdkapi.New(lambda.NewFromConfig(s.Config, func(p *lambda.Options) {
		if o.tracers != nil {
			p.TracerProvider = o.tracers
		}
		if o.meters != nil {
			p.MeterProvider = o.meters
		}
		if s.signer != nil {
			p.HTTPSignerV4 = s.signer
		}
	}))
}

// newHasty returns a retryer of the SDK with three attempts and no delay between them.
// With an X-Amz-Retry-After header the clients still wait, up to five seconds.
func newHasty() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}
