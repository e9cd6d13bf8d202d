//lint:file-ignore SA1019 Deprecated resolvers are honoured: a program that still has one must not send to AWS instead.

package permission

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// legacyResolver is the deprecated kind of endpoint resolver.
type legacyResolver = aws.EndpointResolverWithOptions

// legacyResolverOf returns the deprecated resolver of cfg, the newer kind first,
// or nil.
func legacyResolverOf(cfg aws.Config) legacyResolver {
	if cfg.EndpointResolverWithOptions != nil {
		return cfg.EndpointResolverWithOptions
	}
	if r := cfg.EndpointResolver; r != nil {
		return aws.EndpointResolverWithOptionsFunc(func(service, region string, _ ...any) (aws.Endpoint, error) {
			return r.ResolveEndpoint(service, region)
		})
	}
	return nil
}

// legacyEndpoint asks the deprecated endpoint resolver of an aws.Config, if
// there is one.
type legacyEndpoint struct{ options *Options }

func (*legacyEndpoint) ID() string { return "ResolveEndpoint" }

func (m *legacyEndpoint) HandleSerialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (
	out middleware.SerializeOutput, metadata middleware.Metadata, err error,
) {
	if m.options.endpointResolver == nil {
		return next.HandleSerialize(ctx, in)
	}
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, metadata, unknownTransport(in.Request)
	}
	endpoint, err := m.options.endpointResolver.ResolveEndpoint(serviceID, m.options.Region, m.options.EndpointOptions)
	if notFound := (*aws.EndpointNotFoundError)(nil); errors.As(err, &notFound) {
		return next.HandleSerialize(ctx, in) // it does not know Lambda: use the region's endpoint
	}
	if err != nil {
		return out, metadata, fmt.Errorf("failed to resolve service endpoint, %w", err)
	}
	req.URL, err = url.Parse(endpoint.URL)
	if err != nil {
		return out, metadata, fmt.Errorf("failed to parse endpoint URL: %w", err)
	}
	return next.HandleSerialize(withLegacyEndpoint(ctx, endpoint), in)
}

// withLegacyEndpoint records the answer of the resolver besides the URL. The flag
// that it sets disables the resolution of the region's endpoint.
func withLegacyEndpoint(ctx context.Context, endpoint aws.Endpoint) context.Context {
	if awsmiddleware.GetSigningName(ctx) == "" && endpoint.SigningName != "" {
		ctx = awsmiddleware.SetSigningName(ctx, endpoint.SigningName)
	}
	ctx = awsmiddleware.SetRequiresLegacyEndpoints(ctx, true)
	ctx = awsmiddleware.SetEndpointSource(ctx, endpoint.Source)
	ctx = smithyhttp.SetHostnameImmutable(ctx, endpoint.HostnameImmutable)
	ctx = awsmiddleware.SetSigningRegion(ctx, endpoint.SigningRegion)
	return awsmiddleware.SetPartitionID(ctx, endpoint.PartitionID)
}

// signingScope lets a program override the scope of the signature through the
// context, as the SDK's deprecated setters do.
type signingScope struct{}

func (*signingScope) ID() string { return "setLegacyContextSigningOptions" }

func (*signingScope) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error,
) {
	c := callFrom(ctx)
	if name := awsmiddleware.GetSigningName(ctx); name != "" {
		c.signingName = name
	}
	if region := awsmiddleware.GetSigningRegion(ctx); region != "" {
		c.signingRegion = region
	}
	return next.HandleFinalize(ctx, in)
}
