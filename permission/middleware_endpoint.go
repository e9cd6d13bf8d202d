package permission

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

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
		return out, metadata, fmt.Errorf("unknown transport type %T", in.Request)
	}
	endpoint, err := m.options.endpointResolver.ResolveEndpoint(serviceID, m.options.Region, m.options.EndpointOptions)
	if notFound := (*aws.EndpointNotFoundError)(nil); errors.As(err, &notFound) {
		return next.HandleSerialize(ctx, in) // it has none for Lambda: the region's own
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

// withLegacyEndpoint records what the resolver said besides the URL. The flag it
// sets makes the resolution of the region's endpoint stand back.
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

// endpointResolution sends the request to the endpoint that the options name. It
// is resolved once; a mistake in the options is told when a call gets here.
type endpointResolution struct {
	endpoint *url.URL
	err      error
}

func newEndpointResolution(o *Options) *endpointResolution {
	endpoint, err := resolveEndpoint(o)
	return &endpointResolution{endpoint, err}
}

func (*endpointResolution) ID() string { return "ResolveEndpointV2" }

func (m *endpointResolution) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if awsmiddleware.GetRequiresLegacyEndpoints(ctx) {
		return next.HandleFinalize(ctx, in)
	}
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, metadata, fmt.Errorf("unknown transport type %T", in.Request)
	}
	if err := m.resolve(ctx, req); err != nil {
		return out, metadata, err
	}
	return next.HandleFinalize(ctx, in)
}

func (m *endpointResolution) resolve(ctx context.Context, req *smithyhttp.Request) error {
	ctx, span := tracing.StartSpan(ctx, "ResolveEndpoint")
	defer span.End()
	defer startTimer(ctx, resolveEndpointDuration)()
	if m.err != nil {
		return fmt.Errorf("failed to resolve service endpoint, %w", m.err)
	}
	span.SetProperty("client.call.resolved_endpoint", m.endpoint)
	req.URL.Scheme, req.URL.Host = m.endpoint.Scheme, m.endpoint.Host
	joinPath(m.endpoint.Path, m.endpoint.RawPath, req.URL)
	return nil
}

// disableHTTPS sends the request over plain HTTP when the options ask for it.
type disableHTTPS struct{ options *Options }

func (*disableHTTPS) ID() string { return "disableHTTPS" }

func (m *disableHTTPS) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, metadata, fmt.Errorf("unknown transport type %T", in.Request)
	}
	if m.options.EndpointOptions.DisableHTTPS && !smithyhttp.GetHostnameImmutable(ctx) {
		req.URL.Scheme = "http"
	}
	return next.HandleFinalize(ctx, in)
}
