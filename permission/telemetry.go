package permission

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
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
	lookupDuration
	connectDuration
	handshakeDuration
	exchangeDuration
	firstByteDuration
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
	lookupDuration:          {"client.http.connections.dns_lookup_duration", "The time it takes a request to perform DNS lookup."},
	connectDuration:         {"client.http.connections.acquire_duration", "The time it takes a request to acquire a connection."},
	handshakeDuration:       {"client.http.connections.tls_handshake_duration", "The time it takes an HTTP request to perform the TLS handshake."},
	exchangeDuration:        {"client.http.do_request_duration", "Time spent performing an entire HTTP transaction."},
	firstByteDuration:       {"client.http.time_to_first_byte", "Time from start of transaction to when the first response byte is available."},
}

// meters are the instruments of the calls of a pipeline.
type meters struct {
	durations   []metrics.Float64Histogram // by duration
	connections metrics.Int64UpDownCounter
}

// newMeters returns nil if provider discards measurements.
func newMeters(provider metrics.MeterProvider) (*meters, error) {
	if _, ok := provider.(metrics.NopMeterProvider); ok {
		return nil, nil
	}
	meter := provider.Meter(instrumentation)
	m := &meters{durations: make([]metrics.Float64Histogram, durations)}
	var err error
	for d := range durations {
		m.durations[d], err = meter.Float64Histogram(instruments[d].name, func(o *metrics.InstrumentOptions) {
			o.UnitLabel = "s"
			o.Description = instruments[d].description
		})
		if err != nil {
			return nil, err
		}
	}
	m.connections, err = meter.Int64UpDownCounter("client.http.connections.usage", func(o *metrics.InstrumentOptions) {
		o.UnitLabel = "{connection}"
		o.Description = "Current state of connections pool."
	})
	return m, err
}

// startTimer measures until the returned function is called.
func startTimer(ctx context.Context, d duration) (stop func()) {
	m := callFrom(ctx).meters
	if m == nil {
		return func() {}
	}
	start := time.Now()
	return func() {
		m.durations[d].Record(ctx, time.Since(start).Seconds(), func(o *metrics.RecordMetricOptions) {
			o.Properties.Set("rpc.service", middleware.GetServiceID(ctx))
			o.Properties.Set("rpc.method", middleware.GetOperationName(ctx))
			if d == resolveIdentityDuration || d == signingDuration {
				o.Properties.Set(schemeProperty, callFrom(ctx).schemeID())
			}
		})
	}
}

// An exchange measures one request, its connection and its answer. The hooks of one
// request may be called at the same time, and also after the call has returned.
type exchange struct {
	*meters
	ctx                               context.Context
	began, lookup, connect, handshake atomic.Pointer[time.Time]
}

func start(at *atomic.Pointer[time.Time]) {
	now := time.Now()
	at.Store(&now)
}

func (e *exchange) record(d duration, from *atomic.Pointer[time.Time]) {
	if began := from.Load(); began != nil {
		e.durations[d].Record(e.ctx, time.Since(*began).Seconds())
	}
}

// count counts the connections that requests use.
func (e *exchange) count(change int64) {
	e.connections.Add(e.ctx, change, func(o *metrics.RecordMetricOptions) { o.Properties.Set("state", "acquired") })
}

func (e *exchange) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:             func(httptrace.DNSStartInfo) { start(&e.lookup) },
		DNSDone:              func(httptrace.DNSDoneInfo) { e.record(lookupDuration, &e.lookup) },
		ConnectStart:         func(string, string) { start(&e.connect) },
		ConnectDone:          func(string, string, error) { e.record(connectDuration, &e.connect) },
		TLSHandshakeStart:    func() { start(&e.handshake) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { e.record(handshakeDuration, &e.handshake) },
		GotConn:              func(httptrace.GotConnInfo) { e.count(1) },
		PutIdleConn:          func(error) { e.count(-1) },
		GotFirstResponseByte: func() { e.record(firstByteDuration, &e.began) },
	}
}

// measured sends a request by client, and measures it if its call is measured.
func measured(client HTTPClient, r *http.Request) (*http.Response, error) {
	m := callFrom(r.Context()).meters
	if m == nil {
		return client.Do(r)
	}
	e := &exchange{meters: m, ctx: r.Context()}
	start(&e.began)
	resp, err := client.Do(r.WithContext(httptrace.WithClientTrace(e.ctx, e.hooks())))
	e.record(exchangeDuration, &e.began)
	return resp, err
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

// describeExchange sets the properties of the span of one request and its answer.
func describeExchange(span tracing.Span, r *http.Request, resp *http.Response) {
	span.SetProperty("http.method", r.Method)
	span.SetProperty("http.request_content_length", r.ContentLength)
	span.SetProperty("net.protocol.version", fmt.Sprintf("%d.%d", resp.ProtoMajor, resp.ProtoMinor))
	span.SetProperty("http.status_code", resp.StatusCode)
	span.SetProperty("http.response_content_length", resp.ContentLength)
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

// exchangeLog logs requests and answers as the ClientLogMode says. It has the id of the
// SDK's RequestResponseLogger and logs the same, without the headers and chunks that
// net/http/httputil adds to some answers. That package would add some 40 kB to every
// program, whether it logs or not.
type exchangeLog struct{ mode aws.ClientLogMode }

func (*exchangeLog) ID() string { return (*smithyhttp.RequestResponseLogger)(nil).ID() }

func (m *exchangeLog) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	if withBody := m.mode.IsRequestWithBody(); withBody || m.mode.IsRequest() {
		text, err := requestText(in.Request, withBody)
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
func requestText(request any, withBody bool) (string, error) {
	req, ok := request.(*smithyhttp.Request)
	if !ok {
		return "", unknownTransport(request)
	}
	// Write would call the hooks of package httptrace in the context of the call.
	r, err := httpRequest(context.Background(), req)
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

// responseText returns the status line and the headers of an answer and, if withBody is
// set, its body, which it keeps for the next reader. The body is without the chunks in
// which it may have been sent.
func responseText(resp *smithyhttp.Response, withBody bool) string {
	var body []byte
	if withBody && resp.Body != nil {
		body = keepBody(resp)
	}
	var b bytes.Buffer
	reason := resp.Status // a hand-written HTTPClient may leave out the code, or all of it
	if reason == "" {
		reason = http.StatusText(resp.StatusCode)
	}
	reason = strings.TrimPrefix(reason, strconv.Itoa(resp.StatusCode)+" ")
	fmt.Fprintf(&b, "HTTP/%d.%d %03d %s\r\n", resp.ProtoMajor, resp.ProtoMinor, resp.StatusCode, reason)
	if len(resp.TransferEncoding) > 0 { // which net/http takes out of Header
		b.WriteString("Transfer-Encoding: chunked\r\n")
	}
	hasLength := resp.ContentLength > 0
	if hasLength {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", resp.ContentLength)
	}
	_ = resp.Header.WriteSubset(&b, map[string]bool{"Content-Length": hasLength})
	b.WriteString("\r\n")
	b.Write(body)
	return b.String()
}

// keepBody reads a body and replaces it by one that reads the same.
func keepBody(resp *smithyhttp.Response) []byte {
	body, err := readAtMost(resp, maxSuccessBody)
	_ = resp.Body.Close()
	resp.Body = &loggedBody{bytes.NewReader(body), err}
	return body
}

// loggedBody is a body that was read before, with the error that ended the reading.
type loggedBody struct {
	read io.Reader
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
