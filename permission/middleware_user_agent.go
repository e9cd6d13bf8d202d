package permission

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm"
)

// userAgent returns the middleware that names the SDK, this library and the
// program. APIOptions may add to it; without them it says the same in every call
// and is put together once.
func (p *pipeline) userAgent() middleware.BuildMiddleware {
	ua := requestUserAgent(p.options)
	if len(p.options.APIOptions) > 0 {
		return ua
	}
	return newFixedUserAgent(ua)
}

func requestUserAgent(o *Options) *awsmiddleware.RequestUserAgent {
	ua := awsmiddleware.NewRequestUserAgent()
	ua.AddSDKAgentKeyValue(awsmiddleware.FrameworkMetadata, "lambdaperm", lambdaperm.Version)
	if o.AppID != "" {
		ua.AddSDKAgentKey(awsmiddleware.ApplicationIdentifier, o.AppID)
	}
	switch o.Retryer.(type) {
	case *retry.Standard:
		ua.AddUserAgentFeature(awsmiddleware.UserAgentFeatureRetryModeStandard)
	case *retry.AdaptiveMode:
		ua.AddUserAgentFeature(awsmiddleware.UserAgentFeatureRetryModeAdaptive)
	}
	if provider, ok := o.Credentials.(aws.CredentialProviderSource); ok {
		for _, source := range provider.ProviderSources() {
			ua.AddCredentialsSource(source)
		}
	}
	return ua
}

// fixedUserAgent writes the same words in every call: its header value is shared
// by all requests, none of which changes it in place.
type fixedUserAgent struct{ value []string }

// newFixedUserAgent asks ua once for what it would write.
func newFixedUserAgent(ua *awsmiddleware.RequestUserAgent) *fixedUserAgent {
	req := newRequest()
	nothing := middleware.BuildHandlerFunc(func(context.Context, middleware.BuildInput) (out middleware.BuildOutput, m middleware.Metadata, err error) {
		return out, m, nil
	})
	_, _, _ = ua.HandleBuild(context.Background(), middleware.BuildInput{Request: req}, nothing)
	return &fixedUserAgent{req.Header["User-Agent"]}
}

func (*fixedUserAgent) ID() string { return (*awsmiddleware.RequestUserAgent)(nil).ID() }

func (ua *fixedUserAgent) HandleBuild(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (
	out middleware.BuildOutput, metadata middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, metadata, unknownTransport(in.Request)
	}
	if given := req.Header.Get("User-Agent"); given != "" {
		req.Header.Set("User-Agent", ua.value[0]+" "+given)
	} else {
		req.Header["User-Agent"] = ua.value
	}
	return next.HandleBuild(ctx, in)
}
