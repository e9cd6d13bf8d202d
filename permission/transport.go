package permission

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// newTransport returns the last handler of a call, which sends the request. For
// a program that measures or traces it is the SDK's, which knows how.
func newTransport(o *Options) middleware.Handler {
	_, unmeasured := o.MeterProvider.(metrics.NopMeterProvider)
	_, untraced := o.TracerProvider.(*tracing.NopTracerProvider)
	if unmeasured && untraced {
		return &transport{o.HTTPClient}
	}
	return smithyhttp.NewClientHandlerWithOptions(o.HTTPClient, func(h *smithyhttp.ClientHandler) {
		h.Meter = o.MeterProvider.Meter(instrumentation)
	})
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
// GetBody stays unset. With it an *http.Client would follow a redirect and send
// the signed grant to wherever that points; without it the redirect of a grant is
// an answer, and an error. What an HTTP client follows all the same is refused when
// the answer is read.
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
