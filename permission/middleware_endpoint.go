package permission

import (
	"context"
	"fmt"
	"net/url"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// endpointResolution sends the request to the endpoint that the options name. It
// is resolved once; a mistake in the options is told when a call gets here.
type endpointResolution struct {
	endpoint *url.URL
	text     any // the endpoint, for the span
	err      error
}

func newEndpointResolution(o *Options) endpointResolution {
	endpoint, err := resolveEndpoint(o)
	if err != nil {
		return endpointResolution{err: err}
	}
	return endpointResolution{endpoint: endpoint, text: endpoint.String()}
}

func (*endpointResolution) ID() string { return "ResolveEndpointV2" }

func (m *endpointResolution) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if err := m.resolve(ctx, in.Request); err != nil {
		return out, metadata, err
	}
	return next.HandleFinalize(ctx, in)
}

func (m *endpointResolution) resolve(ctx context.Context, request any) error {
	_, span := tracing.StartSpan(ctx, "ResolveEndpoint")
	defer span.End()
	if awsmiddleware.GetRequiresLegacyEndpoints(ctx) {
		return nil
	}
	req, ok := request.(*smithyhttp.Request)
	if !ok {
		return unknownTransport(request)
	}
	defer startTimer(ctx, resolveEndpointDuration)()
	if m.err != nil {
		return fmt.Errorf("failed to resolve service endpoint, %w", m.err)
	}
	span.SetProperty("client.call.resolved_endpoint", m.text)
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
		return out, metadata, unknownTransport(in.Request)
	}
	if m.options.EndpointOptions.DisableHTTPS && !smithyhttp.GetHostnameImmutable(ctx) {
		req.URL.Scheme = "http"
	}
	return next.HandleFinalize(ctx, in)
}
