package permission

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// newTransport returns the last handler of a call, which sends the request by
// client. For a program that measures or traces it is the SDK's, which knows how.
func newTransport(client HTTPClient, o *Options) middleware.Handler {
	client = noUpgrade{client}
	_, unmeasured := o.MeterProvider.(metrics.NopMeterProvider)
	_, untraced := o.TracerProvider.(*tracing.NopTracerProvider)
	if unmeasured && untraced {
		return &transport{client}
	}
	return smithyhttp.NewClientHandlerWithOptions(client, func(h *smithyhttp.ClientHandler) {
		h.Meter = o.MeterProvider.Meter(instrumentation)
	})
}

// noUpgrade closes a connection that the server switches to another protocol (RFC
// 9110, section 15.2.2), which no request asks for. The body of such an answer is
// the connection itself: it ends when the server likes, whatever the context of
// the request says.
type noUpgrade struct{ client HTTPClient }

func (c noUpgrade) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.client.Do(r)
	if resp != nil && resp.StatusCode == http.StatusSwitchingProtocols && resp.Body != nil {
		_ = resp.Body.Close()
		resp.Body = http.NoBody
	}
	return resp, err
}

// redirectFree returns client so that it follows no redirect: a redirected request
// would carry its signature and its session token to wherever the redirect points.
// An *http.Client is copied, and a BuildableClient built; one of another kind is
// returned as it is.
func redirectFree(client HTTPClient) HTTPClient {
	if buildable, ok := client.(*awshttp.BuildableClient); ok {
		client = buildable.Freeze()
	}
	c, ok := client.(*http.Client)
	if !ok || c == nil {
		return client
	}
	free := *c
	free.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &free
}

// builtClients keeps what a BuildableClient was built into, so that calls share
// its connections: that of the client's options, and the latest one that a call
// brought with it. It is safe for concurrent use.
type builtClients struct {
	own    builtClient
	latest atomic.Pointer[builtClient]
}

type builtClient struct {
	from  *awshttp.BuildableClient
	built HTTPClient
}

func newBuiltClients(own HTTPClient) *builtClients {
	b := new(builtClients)
	if buildable, ok := own.(*awshttp.BuildableClient); ok {
		b.own = builtClient{buildable, redirectFree(buildable)}
	}
	return b
}

// redirectFree is the function redirectFree, but for building twice.
func (b *builtClients) redirectFree(client HTTPClient) HTTPClient {
	buildable, ok := client.(*awshttp.BuildableClient)
	if !ok {
		return redirectFree(client)
	}
	if b.own.from == buildable {
		return b.own.built
	}
	latest := b.latest.Load()
	if latest == nil || latest.from != buildable {
		latest = &builtClient{buildable, redirectFree(buildable)}
		b.latest.Store(latest)
	}
	return latest.built
}

// transport sends a request with its body in memory, in a form that net/http
// knows: headers and body are then written at once. The SDK's handler wraps the
// body, so that net/http writes it apart from the headers, and closes it after
// the answer, which often costs the connection.
type transport struct{ client HTTPClient }

func (t *transport) Handle(ctx context.Context, input any) (any, middleware.Metadata, error) {
	req, ok := input.(*smithyhttp.Request)
	if !ok {
		return nil, middleware.Metadata{}, unknownTransport(input)
	}
	r, err := httpRequest(ctx, req)
	if err != nil {
		return nil, middleware.Metadata{}, err
	}
	resp, err := t.do(r)
	return &smithyhttp.Response{Response: resp}, middleware.Metadata{}, err
}

// unknownTransport is what became of a request, or of its answer, that a middleware
// has replaced.
func unknownTransport(what any) error { return fmt.Errorf("unknown transport type %T", what) }

// do answers with a response in any case, since middlewares of the SDK look into
// it also when there was none.
func (t *transport) do(r *http.Request) (*http.Response, error) {
	resp, err := t.client.Do(r)
	if resp == nil {
		resp = &http.Response{Header: http.Header{}, Body: http.NoBody}
	}
	switch {
	case err == nil:
		return resp, nil
	case r.Context().Err() != nil:
		return resp, &smithy.CanceledError{Err: r.Context().Err()}
	default:
		return resp, &smithyhttp.RequestSendError{Err: err}
	}
}

// httpRequest returns the request for one attempt.
//
// GetBody stays unset: without it no HTTP client of net/http sends the body of a
// grant to wherever a redirect points, also one inside a type that redirectFree
// does not know. An answer that came by a redirect all the same is refused when it
// is read.
func httpRequest(ctx context.Context, req *smithyhttp.Request) (*http.Request, error) {
	r := req.Request.WithContext(ctx)
	if err := smithyhttp.ValidateEndpointHost(r.Host); err != nil {
		return nil, err
	}
	body, err := bodyOf(req)
	if err != nil {
		return nil, err
	}
	r.ContentLength = int64(body.Len())
	if body.Len() > 0 {
		r.Body = io.NopCloser(&body)
	}
	return r, nil
}

// bodyOf returns a reader of its own for an attempt: the transport of an earlier
// one may still be reading. Without a body it is empty.
func bodyOf(req *smithyhttp.Request) (bytes.Reader, error) {
	switch stream := req.GetStream().(type) {
	case nil:
		return bytes.Reader{}, nil
	case *bytes.Reader:
		return *stream, nil
	default: // a middleware has put another one there; io.ReadAll would be linked for it alone
		var read bytes.Buffer
		_, err := read.ReadFrom(stream)
		return *bytes.NewReader(read.Bytes()), err
	}
}
