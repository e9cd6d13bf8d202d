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
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// newTransport returns the last handler of a call, which sends the request by
// client.
func newTransport(client HTTPClient, tracers tracing.TracerProvider) middleware.Handler {
	_, untraced := tracers.(*tracing.NopTracerProvider)
	return &transport{client: noUpgrade{client}, traced: !untraced}
}

// noUpgrade closes a connection that the server switches to another protocol (RFC
// 9110, section 15.2.2), which no request asks for. The body of such an answer is
// the connection itself, and reading it does not obey the context of the request.
type noUpgrade struct{ client HTTPClient }

func (c noUpgrade) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.client.Do(r)
	if resp != nil && resp.StatusCode == http.StatusSwitchingProtocols && resp.Body != nil {
		_ = resp.Body.Close()
		resp.Body = http.NoBody
	}
	return resp, err
}

// redirectFree returns an HTTP client like client that follows no redirect: a
// redirected request would carry the signature and the session token to the host
// that the redirect names. It copies an *http.Client, builds a BuildableClient, and
// returns a client of another type unchanged.
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

// builtClients keeps the clients built by redirectFree from a BuildableClient, so
// that calls share connections: from the one in the client's options, and from the
// latest one in the options of a call. It is safe for concurrent use.
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

// redirectFree is like the function redirectFree, but returns the kept client for a
// BuildableClient that was built before.
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

// transport sends a request whose body is in memory. net/http knows the type of the
// body and writes it together with the headers. The SDK's handler wraps the body,
// so that net/http writes it separately, and closes it after the answer, which
// often closes the connection. The spans and metrics of both are the same.
type transport struct {
	client HTTPClient
	traced bool
}

func (t *transport) Handle(ctx context.Context, input any) (any, middleware.Metadata, error) {
	ctx, span := tracing.StartSpan(ctx, "DoHTTPRequest")
	defer span.End()
	req, ok := input.(*smithyhttp.Request)
	if !ok {
		return nil, middleware.Metadata{}, unknownTransport(input)
	}
	r, err := httpRequest(ctx, req)
	if err != nil {
		return nil, middleware.Metadata{}, err
	}
	resp, err := t.do(r)
	if t.traced {
		describeExchange(span, r, resp)
	}
	return &smithyhttp.Response{Response: resp}, middleware.Metadata{}, err
}

// unknownTransport reports that a middleware replaced a request or its answer by a
// value of the wrong type.
func unknownTransport(what any) error { return fmt.Errorf("unknown transport type %T", what) }

// do always returns a response, since middlewares of the SDK read its fields even
// if the request failed.
func (t *transport) do(r *http.Request) (*http.Response, error) {
	resp, err := measured(t.client, r)
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
// GetBody stays unset: without it an http.Client, even one inside a type that
// redirectFree does not know, cannot send the body of a grant to another host.
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

// bodyOf returns a separate reader for each attempt, since the transport of an
// earlier attempt may still be reading. Without a body the reader is empty. It replaces
// a stream that a middleware has set, which may be readable only once, by one that it
// can copy.
func bodyOf(req *smithyhttp.Request) (bytes.Reader, error) {
	switch stream := req.GetStream().(type) {
	case nil:
		return bytes.Reader{}, nil
	case *bytes.Reader:
		return *stream, nil
	default:
		var read bytes.Buffer // only this case would link io.ReadAll
		_, err := read.ReadFrom(stream)
		if err == nil {
			err = setBody(req, read.Bytes())
		}
		return *bytes.NewReader(read.Bytes()), err
	}
}

// setBody gives a request another body.
func setBody(req *smithyhttp.Request, body []byte) error {
	built, err := req.SetStream(bytes.NewReader(body))
	if err == nil {
		*req = *built
	}
	return err
}
