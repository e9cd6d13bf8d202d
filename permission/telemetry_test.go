package permission_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// The client reports to tracers and meters as the SDK's clients do.
func TestTelemetry(t *testing.T) {
	tracer, meter := &spans{}, &meters{}
	client := newClient(answering(201, nil, stored), func(o *permission.Options) {
		o.TracerProvider, o.MeterProvider = tracer, meter
	})
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	names := []string{"Lambda.AddPermission", "OperationSerializer", "RetryLoop", "Attempt", "ResolveAuthScheme", "GetIdentity", "ResolveEndpoint", "ComputePayloadSHA256", "SignRequest", "DoHTTPRequest", "OperationDeserializer"}
	if got := tracer.names(); !slices.Equal(got, names) {
		t.Errorf("spans %v, want %v", got, names)
	}
	for _, s := range tracer.all {
		wantEqual(t, s.name+" has ended", s.ended, true)
	}
	call := tracer.span(t, "Lambda.AddPermission")
	wantEqual(t, "kind of the call's span", call.kind, tracing.SpanKindClient)
	wantEqual(t, "status of the call's span", call.status, tracing.SpanStatusOK)
	want := map[any]any{"rpc.system": "aws-api", "rpc.method": "AddPermission", "rpc.service": "Lambda", "error": false}
	if diff := cmp.Diff(want, call.properties); diff != "" {
		t.Errorf("properties of the call's span (-want +got):\n%s", diff)
	}
	wantEqual(t, "auth.scheme_id", tracer.span(t, "ResolveAuthScheme").properties["auth.scheme_id"], any("aws.auth#sigv4"))
	wantEqual(t, "client.call.resolved_endpoint", tracer.span(t, "ResolveEndpoint").properties["client.call.resolved_endpoint"], any("https://lambda.us-east-1.amazonaws.com"))
}

// Each duration is recorded once for a call, in seconds, with the operation and, as in
// the SDK, the authentication scheme.
func TestDurations(t *testing.T) {
	meter := &meters{}
	client := newClient(answering(201, nil, stored), func(o *permission.Options) { o.MeterProvider = meter })
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	for name, scheme := range map[string]any{
		"client.call.duration":                       nil,
		"client.call.serialization_duration":         nil,
		"client.call.auth.resolve_identity_duration": "aws.auth#sigv4",
		"client.call.resolve_endpoint_duration":      nil,
		"client.call.auth.signing_duration":          "aws.auth#sigv4",
		"client.call.deserialization_duration":       nil,
	} {
		want := []record{{unit: "s", isDescribed: true, service: "Lambda", method: "AddPermission", scheme: scheme}}
		if got := meter.records[name]; !slices.Equal(got, want) {
			t.Errorf("%s: recorded %+v, want %+v", name, got, want)
		}
	}
	for _, name := range []string{"client.call.attempt_duration", "client.http.do_request_duration"} {
		wantEqual(t, "number of values of "+name, len(meter.records[name]), 1)
	}
}

// The span of a request describes it and its answer.
func TestExchangeSpan(t *testing.T) {
	tracer := &spans{}
	var sent int64
	client := newClient(func(r *http.Request) (*http.Response, error) {
		sent = r.ContentLength
		resp := answer(r, 201, nil, stored)
		resp.ProtoMajor, resp.ProtoMinor = 1, 1
		return resp, nil
	}, func(o *permission.Options) { o.TracerProvider = tracer })
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	want := map[any]any{
		"http.method": "POST", "http.request_content_length": sent, "net.protocol.version": "1.1",
		"http.status_code": 201, "http.response_content_length": int64(len(stored)),
	}
	if diff := cmp.Diff(want, tracer.span(t, "DoHTTPRequest").properties); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
}

// A call over a new connection records its parts: the lookup of the host, the
// connection, its handshake, the first byte, and the connections in use. The next call
// uses the connection again. (GetPolicy has no body: net/http may close a connection if
// the answer arrives while it still finishes the body.)
func TestConnectionMetrics(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"Policy":"{}","RevisionId":"c0ffee"}`)
	}))
	t.Cleanup(server.Close)
	httpClient := server.Client()
	httpClient.Transport.(*http.Transport).TLSClientConfig.ServerName = "example.com" // the name in the server's certificate
	meter := &meters{}
	client := permission.New(permission.Options{
		Region: "us-east-1", Credentials: exampleKeys, HTTPClient: httpClient, MeterProvider: meter,
		BaseEndpoint: aws.String(strings.Replace(server.URL, "127.0.0.1", "localhost", 1)),
	})
	for range 2 {
		if err := operations["GetPolicy"](t.Context(), client); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); meter.inUse() != 0; time.Sleep(time.Millisecond) { // given back by another goroutine
			if time.Now().After(deadline) {
				t.Fatalf("%d connections in use after the call, want 0", meter.inUse())
			}
		}
	}
	for name, want := range map[string]int{
		"client.http.connections.dns_lookup_duration":    1,
		"client.http.connections.tls_handshake_duration": 1,
		"client.http.do_request_duration":                2,
		"client.http.time_to_first_byte":                 2,
		"client.http.connections.usage":                  4, // each call takes one and gives it back
	} {
		wantEqual(t, "number of values of "+name, len(meter.of(name)), want)
	}
	// The host may have several addresses, of which the first do not answer.
	if n := len(meter.of("client.http.connections.acquire_duration")); n == 0 {
		t.Errorf("no value of acquire_duration")
	}
	usage := record{unit: "{connection}", isDescribed: true, state: "acquired"}
	wantEqual(t, "a record of usage", meter.of("client.http.connections.usage")[0], usage)
}

// Requests and answers are logged in the form of net/http/httputil.
func TestLogText(t *testing.T) {
	replies := map[string]func(*http.Response){
		"as the service answers": func(*http.Response) {},
		"without a status":       func(r *http.Response) { r.Status = "" },
		"without the code":       func(r *http.Response) { r.Status = "Created" },
		"empty": func(r *http.Response) {
			r.Body, r.ContentLength = http.NoBody, 0
			r.Header = http.Header{"Content-Length": {"0"}}
		},
		"no content":      func(r *http.Response) { r.StatusCode, r.Status, r.Body, r.ContentLength = 204, "", http.NoBody, 0 },
		"of HTTP/1.0":     func(r *http.Response) { r.ProtoMinor = 0 },
		"with its length": func(r *http.Response) { r.Header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10)) },
	}
	for name, change := range replies {
		for mode, withBody := range map[aws.ClientLogMode]bool{aws.LogRequest | aws.LogResponse: false, aws.LogRequestWithBody | aws.LogResponseWithBody: true} {
			for operation, call := range operations {
				if name == "no content" && operation == "AddPermission" {
					continue // httputil adds a length that no server sends
				}
				var want, got []string
				client := newClient(func(r *http.Request) (*http.Response, error) {
					resp := answer(r, 201, http.Header{"Content-Type": {"application/json"}}, stored)
					resp.Status, resp.ProtoMajor, resp.ProtoMinor = "201 Created", 1, 1
					change(resp)
					request, err := httputil.DumpRequestOut(r, withBody)
					if err != nil {
						t.Fatal(err)
					}
					response, err := httputil.DumpResponse(resp, withBody)
					if err != nil {
						t.Fatal(err)
					}
					want = []string{"DEBUG Request\n" + string(request), "DEBUG Response\n" + string(response)}
					return resp, nil
				}, func(o *permission.Options) {
					o.ClientLogMode = mode
					o.DisableLostResponseRecovery = true // some answers are not those of the operation
					o.Logger = logging.LoggerFunc(func(class logging.Classification, format string, v ...any) {
						got = append(got, string(class)+" "+fmt.Sprintf(format, v...))
					})
				})
				_ = call(t.Context(), client)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, %s, with bodies %t (-httputil +got):\n%s", name, operation, withBody, diff)
				}
			}
		}
	}
}

// Where httputil adds headers that the answer does not have, the log has only those of
// the answer. The body is logged without the chunks in which it was sent.
func TestLogOfHeaders(t *testing.T) {
	const body = `{"message":"not now"}`
	chunked := []string{"chunked"}
	for name, tt := range map[string]struct {
		mode     aws.ClientLogMode
		status   int
		length   int64 // as net/http or a hand-written HTTPClient sets it
		encoding []string
		body     string
		want     string
	}{
		"with a length only in ContentLength": {aws.LogResponse, 400, 21, nil, body, "400 Bad Request\r\nContent-Length: 21\r\nX-Amzn-Requestid: r\r\n\r\n"},
		"of a length not set":                 {aws.LogResponseWithBody, 400, 0, nil, body, "400 Bad Request\r\nX-Amzn-Requestid: r\r\n\r\n" + body},
		"of a length not known":               {aws.LogResponseWithBody, 400, -1, nil, body, "400 Bad Request\r\nX-Amzn-Requestid: r\r\n\r\n" + body},
		"in chunks":                           {aws.LogResponse, 400, -1, chunked, body, "400 Bad Request\r\nTransfer-Encoding: chunked\r\nX-Amzn-Requestid: r\r\n\r\n"},
		"in chunks, with the body":            {aws.LogResponseWithBody, 400, -1, chunked, body, "400 Bad Request\r\nTransfer-Encoding: chunked\r\nX-Amzn-Requestid: r\r\n\r\n" + body},
		"that has no content":                 {aws.LogResponseWithBody, 204, 0, nil, "", "204 No Content\r\nX-Amzn-Requestid: r\r\n\r\n"},
		"that was not modified":               {aws.LogResponseWithBody, 304, 0, nil, "", "304 Not Modified\r\nX-Amzn-Requestid: r\r\n\r\n"},
		"that switches to a protocol":         {aws.LogResponseWithBody, 101, 0, nil, "", "101 Switching Protocols\r\nX-Amzn-Requestid: r\r\n\r\n"},
		"with an unregistered status":         {aws.LogResponse, 599, 21, nil, body, "599 \r\nContent-Length: 21\r\nX-Amzn-Requestid: r\r\n\r\n"},
	} {
		var logged string
		client := newClient(func(r *http.Request) (*http.Response, error) {
			resp := answer(r, tt.status, requestID("r"), tt.body)
			resp.ContentLength, resp.TransferEncoding = tt.length, tt.encoding
			return resp, nil
		}, func(o *permission.Options) {
			o.ClientLogMode, o.DisableLostResponseRecovery = tt.mode, true
			o.Logger = logging.LoggerFunc(func(_ logging.Classification, format string, v ...any) { logged += fmt.Sprintf(format, v...) })
		})
		if err := add(client); err == nil {
			t.Errorf("an answer %s: err = nil, want an error", name)
		}
		wantEqual(t, "log of an answer "+name, logged, "Response\nHTTP/1.1 "+tt.want)
	}
}

// A request that cannot be sent is not logged; the error says why.
func TestLogWithoutARequest(t *testing.T) {
	client := newClient(unreachable(t), func(o *permission.Options) {
		o.ClientLogMode = aws.LogRequest
		o.Logger = logging.LoggerFunc(func(_ logging.Classification, format string, v ...any) { t.Errorf(format, v...) })
	}, permission.WithAPIOptions(func(stack *middleware.Stack) error {
		return stack.Serialize.Add(middleware.SerializeMiddlewareFunc("host", func(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
			in.Request.(*smithyhttp.Request).Host = "not_a_host"
			return next.HandleSerialize(ctx, in)
		}), middleware.After)
	}))
	err := add(client)
	if want := "not_a_host"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("err = %v, want %q in it", err, want)
	}
}

// The span of a call that fails has the error and, for a service error, its code.
func TestTelemetryOfErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		answer transport
		want   map[any]any
	}{
		"a refusal": {
			answering(409, map[string][]string{"X-Amzn-Errortype": {"ResourceConflictException"}}, `{"message":"taken"}`),
			map[any]any{
				"error": true, "exception.type": "*http.ResponseError",
				"exception.message": "https response error StatusCode: 409, RequestID: , ResourceConflictException: taken",
				"api.error_code":    "ResourceConflictException", "api.error_message": "taken", "api.error_fault": "client",
			},
		},
		"another error": {
			answering(201, nil, "<html>"),
			map[any]any{
				"error": true, "exception.type": "*http.ResponseError",
				"exception.message": "https response error StatusCode: 201, RequestID: , deserialization failed, the answer is not a JSON object",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tracer := &spans{}
			client := newClient(tt.answer, func(o *permission.Options) { o.TracerProvider, o.DisableLostResponseRecovery = tracer, true })
			if err := add(client); err == nil {
				t.Fatal("err = nil, want an error")
			}
			call := tracer.span(t, "Lambda.AddPermission")
			wantEqual(t, "status", call.status, tracing.SpanStatusError)
			for _, key := range []string{"rpc.system", "rpc.method", "rpc.service"} { // as in TestTelemetry
				delete(call.properties, key)
			}
			if diff := cmp.Diff(tt.want, call.properties); diff != "" {
				t.Errorf("properties (-want +got):\n%s", diff)
			}
		})
	}
}

// The span of an unsigned call has the scheme noAuth.
func TestTelemetryOfAnonymousCalls(t *testing.T) {
	tracer := &spans{}
	client := newClient(answering(201, nil, stored), func(o *permission.Options) {
		o.TracerProvider, o.Credentials = tracer, aws.AnonymousCredentials{}
	})
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "auth.scheme_id", tracer.span(t, "ResolveAuthScheme").properties["auth.scheme_id"], any("smithy.api#noAuth"))
	tracer.span(t, "DoHTTPRequest") // also without a meter
}

// If the meter returns an error, the call fails.
func TestMeterThatFails(t *testing.T) {
	client := newClient(unreachable(t), func(o *permission.Options) { o.MeterProvider = &meters{err: context.DeadlineExceeded} })
	if err := add(client); err == nil {
		t.Error("err = nil, want the error of the meter")
	}
}

// A call that a middleware makes with another client is not measured by the client of
// the outer call.
func TestMetersOfNestedCalls(t *testing.T) {
	meter := &meters{}
	inner := newClient(answering(201, nil, stored))
	outer := newClient(answering(200, nil, `{"Policy":"{}"}`), func(o *permission.Options) { o.MeterProvider = meter },
		permission.WithAPIOptions(func(s *middleware.Stack) error {
			return s.Initialize.Add(middleware.InitializeMiddlewareFunc("nested", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if _, err := inner.AddPermission(ctx, grant()); err != nil {
					t.Error(err)
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		}))
	if _, err := outer.GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"client.call.duration", "client.http.do_request_duration"} {
		wantEqual(t, "number of values of "+name, len(meter.records[name]), 1)
	}
}

// spans records the spans of one call.
type spans struct{ all []*span }

func (s *spans) names() (list []string) {
	for _, span := range s.all {
		list = append(list, span.name)
	}
	return list
}

func (s *spans) span(t *testing.T, name string) *span {
	t.Helper()
	i := slices.Index(s.names(), name)
	if i < 0 {
		t.Fatalf("no span %s in %v", name, s.names())
	}
	return s.all[i]
}

func (s *spans) Tracer(string, ...tracing.TracerOption) tracing.Tracer { return s }

func (s *spans) StartSpan(ctx context.Context, name string, optFns ...tracing.SpanOption) (context.Context, tracing.Span) {
	var o tracing.SpanOptions
	for _, fn := range optFns {
		fn(&o)
	}
	started := &span{name: name, kind: o.Kind, properties: map[any]any{}}
	for _, key := range []string{"rpc.system", "rpc.method", "rpc.service"} {
		if o.Properties.Has(key) {
			started.properties[key] = o.Properties.Get(key)
		}
	}
	s.all = append(s.all, started)
	return tracing.WithSpan(ctx, started), started
}

type span struct {
	tracing.Span
	name       string
	kind       tracing.SpanKind
	status     tracing.SpanStatus
	properties map[any]any
	ended      bool
}

func (s *span) Name() string                            { return s.name }
func (s *span) Context() tracing.SpanContext            { return tracing.SpanContext{} }
func (s *span) SetProperty(key, value any)              { s.properties[key] = value }
func (s *span) SetStatus(status tracing.SpanStatus)     { s.status = status }
func (s *span) AddEvent(string, ...tracing.EventOption) {}
func (s *span) End()                                    { s.ended = true }

// meters keeps the records of histograms and of the counter of connections; its other
// instruments do nothing.
type meters struct {
	metrics.NopMeterProvider
	err     error // of making an instrument
	mu      sync.Mutex
	records map[string][]record
	open    int64 // sum of the connections in use
}

func (m *meters) inUse() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open
}

// of returns the records of an instrument. An attempt to connect that lost against
// another may still add to them.
func (m *meters) of(name string) []record {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.records[name]
}

func (m *meters) record(name string, unit metrics.InstrumentOptions, optFns []metrics.RecordMetricOption) {
	var o metrics.RecordMetricOptions
	for _, fn := range optFns {
		fn(&o)
	}
	if m.records == nil {
		m.records = map[string][]record{}
	}
	m.records[name] = append(m.records[name], record{
		unit: unit.UnitLabel, isDescribed: unit.Description != "", state: o.Properties.Get("state"),
		service: o.Properties.Get("rpc.service"), method: o.Properties.Get("rpc.method"), scheme: o.Properties.Get("auth.scheme_id"),
	})
}

// A record describes one recorded value, without the value itself.
type record struct {
	unit                           string
	isDescribed                    bool
	service, method, scheme, state any
}

func (m *meters) Meter(scope string, _ ...metrics.MeterOption) metrics.Meter {
	return meter{m.NopMeterProvider.Meter(scope), m}
}

type meter struct {
	metrics.Meter
	meters *meters
}

func (m meter) Float64Histogram(name string, optFns ...metrics.InstrumentOption) (metrics.Float64Histogram, error) {
	var o metrics.InstrumentOptions
	for _, fn := range optFns {
		fn(&o)
	}
	return histogram{name, o, m.meters}, m.meters.err
}

func (m meter) Int64UpDownCounter(name string, optFns ...metrics.InstrumentOption) (metrics.Int64UpDownCounter, error) {
	var o metrics.InstrumentOptions
	for _, fn := range optFns {
		fn(&o)
	}
	return counter{name, o, m.meters}, m.meters.err
}

type histogram struct {
	name    string
	options metrics.InstrumentOptions
	meters  *meters
}

func (h histogram) Record(_ context.Context, _ float64, optFns ...metrics.RecordMetricOption) {
	h.meters.mu.Lock()
	defer h.meters.mu.Unlock()
	h.meters.record(h.name, h.options, optFns)
}

type counter histogram

func (c counter) Add(_ context.Context, n int64, optFns ...metrics.RecordMetricOption) {
	c.meters.mu.Lock()
	defer c.meters.mu.Unlock()
	c.meters.open += n
	c.meters.record(c.name, c.options, optFns)
}
