package permission

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// instrumentation is the name under which spans and metrics are made.
const instrumentation = "github.com/lambdaperm/lambdaperm/permission"

// duration identifies one of the durations that are measured in a call.
type duration int

const (
	callDuration duration = iota
	serializeDuration
	resolveIdentityDuration
	resolveEndpointDuration
	signingDuration
	deserializeDuration
	durations
)

// instruments are the names and descriptions of the metrics; the names are those
// of the SDK's clients, so that dashboards keep working.
var instruments = [durations]struct{ name, description string }{
	callDuration:            {"client.call.duration", "Overall call duration (including retries and time to send or receive request and response body)"},
	serializeDuration:       {"client.call.serialization_duration", "The time it takes to serialize a message body"},
	resolveIdentityDuration: {"client.call.auth.resolve_identity_duration", "The time taken to acquire an identity (AWS credentials, bearer token, etc) from an Identity Provider"},
	resolveEndpointDuration: {"client.call.resolve_endpoint_duration", "The time it takes to resolve an endpoint (endpoint resolver, not DNS) for the request"},
	signingDuration:         {"client.call.auth.signing_duration", "The time it takes to sign a request"},
	deserializeDuration:     {"client.call.deserialization_duration", "The time it takes to deserialize a message body"},
}

type histograms [durations]metrics.Float64Histogram

type histogramsKey struct{}

// withHistograms returns a context with the instruments of a call, or ctx itself
// if provider discards measurements.
func withHistograms(ctx context.Context, provider metrics.MeterProvider) (context.Context, error) {
	if _, ok := provider.(metrics.NopMeterProvider); ok {
		return ctx, nil
	}
	meter := provider.Meter(instrumentation)
	var h histograms
	for i, instrument := range instruments {
		var err error
		h[i], err = meter.Float64Histogram(instrument.name, func(o *metrics.InstrumentOptions) {
			o.UnitLabel = "s"
			o.Description = instrument.description
		})
		if err != nil {
			return nil, err
		}
	}
	return context.WithValue(ctx, histogramsKey{}, &h), nil
}

// startTimer measures until the returned function is called.
func startTimer(ctx context.Context, d duration) (stop func()) {
	h, _ := ctx.Value(histogramsKey{}).(*histograms)
	if h == nil {
		return func() {}
	}
	start := time.Now()
	return func() {
		h[d].Record(ctx, time.Since(start).Seconds(), func(o *metrics.RecordMetricOptions) {
			o.Properties.Set("rpc.service", middleware.GetServiceID(ctx))
			o.Properties.Set("rpc.method", middleware.GetOperationName(ctx))
			if d == resolveIdentityDuration || d == signingDuration {
				o.Properties.Set(schemeProperty, callFrom(ctx).schemeID())
			}
		})
	}
}

// startSpan begins the span of a whole call.
func (p *pipeline) startSpan(ctx context.Context) (context.Context, tracing.Span) {
	return tracing.StartSpan(ctx, p.op.span, p.spanOptions...)
}

// describe sets the properties of a call's span.
func (op *operation) describe(o *tracing.SpanOptions) {
	o.Kind = tracing.SpanKindClient
	o.Properties.Set("rpc.system", "aws-api")
	o.Properties.Set("rpc.method", op.name)
	o.Properties.Set("rpc.service", serviceID)
}

// endSpan records how the call ended.
func endSpan(span tracing.Span, err error) {
	defer span.End()
	span.SetProperty("error", err != nil)
	if err == nil {
		span.SetStatus(tracing.SpanStatusOK)
		return
	}
	span.SetStatus(tracing.SpanStatusError)
	span.SetProperty("exception.type", fmt.Sprintf("%T", err))
	span.SetProperty("exception.message", err.Error())
	var api smithy.APIError
	if errors.As(err, &api) {
		span.SetProperty("api.error_code", api.ErrorCode())
		span.SetProperty("api.error_message", api.ErrorMessage())
		span.SetProperty("api.error_fault", api.ErrorFault().String())
	}
}

// exchangeLog logs requests and answers as the ClientLogMode says, in the form of the
// SDK's middleware, whose id it has. That one uses net/http/httputil, which would add
// some 40 kB to every program, whether it logs or not.
type exchangeLog struct{ mode aws.ClientLogMode }

func (*exchangeLog) ID() string { return (*smithyhttp.RequestResponseLogger)(nil).ID() }

func (m *exchangeLog) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	if withBody := m.mode.IsRequestWithBody(); withBody || m.mode.IsRequest() {
		text, err := requestText(ctx, in.Request, withBody)
		if err != nil {
			return out, metadata, fmt.Errorf("log the request: %w", err)
		}
		middleware.GetLogger(ctx).Logf(logging.Debug, "Request\n%v", text)
	}
	out, metadata, err = next.HandleDeserialize(ctx, in)
	if withBody := m.mode.IsResponseWithBody(); err == nil && (withBody || m.mode.IsResponse()) {
		resp, ok := out.RawResponse.(*smithyhttp.Response)
		if !ok {
			return out, metadata, unknownTransport(out.RawResponse)
		}
		middleware.GetLogger(ctx).Logf(logging.Debug, "Response\n%v", responseText(resp, withBody))
	}
	return out, metadata, err
}

// requestText returns a request in the form in which net/http sends it by HTTP/1.1.
func requestText(ctx context.Context, request any, withBody bool) (string, error) {
	req, ok := request.(*smithyhttp.Request)
	if !ok {
		return "", unknownTransport(request)
	}
	r, err := httpRequest(ctx, req)
	if err == nil {
		err = req.RewindStream() // reading moved a body of another type to its end
	}
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		return "", err
	}
	head, body, _ := strings.Cut(b.String(), "\r\n\r\n")
	if r.Header.Get("Accept-Encoding") == "" {
		head += "\r\nAccept-Encoding: gzip" // which the transport adds
	}
	if !withBody {
		body = ""
	}
	return head + "\r\n\r\n" + body, nil
}

// responseText returns an answer in the form in which it stands in HTTP/1.1. A body
// that it reads for that is kept for the next reader.
func responseText(resp *smithyhttp.Response, withBody bool) string {
	var b bytes.Buffer
	reason := resp.Status // with or, of a hand-written HTTPClient, without the code
	if reason == "" {
		reason = http.StatusText(resp.StatusCode)
	}
	reason = strings.TrimPrefix(reason, strconv.Itoa(resp.StatusCode)+" ")
	fmt.Fprintf(&b, "HTTP/%d.%d %03d %s\r\n", resp.ProtoMajor, resp.ProtoMinor, resp.StatusCode, reason)
	if resp.ContentLength > 0 || resp.ContentLength == 0 && resp.StatusCode != http.StatusNoContent {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", resp.ContentLength)
	}
	_ = resp.Header.WriteSubset(&b, map[string]bool{"Content-Length": true})
	b.WriteString("\r\n")
	if withBody && resp.Body != nil {
		body, err := readAtMost(resp, maxSuccessBody)
		b.Write(body)
		_ = resp.Body.Close()
		resp.Body = &loggedBody{*bytes.NewReader(body), err}
	}
	return b.String()
}

// loggedBody is a body that was read before, with the error that ended the reading.
type loggedBody struct {
	read bytes.Reader
	err  error
}

func (b *loggedBody) Read(p []byte) (int, error) {
	n, err := b.read.Read(p)
	if err != nil && b.err != nil {
		err = b.err
	}
	return n, err
}

func (*loggedBody) Close() error { return nil }
