package permission_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/tracing"
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

// meters keeps what histograms record; its other instruments do nothing.
type meters struct {
	metrics.NopMeterProvider
	err     error // of making a histogram
	mu      sync.Mutex
	records map[string][]record
}

// A record describes one recorded value, without the value itself.
type record struct {
	unit                    string
	isDescribed             bool
	service, method, scheme any
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

type histogram struct {
	name    string
	options metrics.InstrumentOptions
	meters  *meters
}

func (h histogram) Record(_ context.Context, _ float64, optFns ...metrics.RecordMetricOption) {
	var o metrics.RecordMetricOptions
	for _, fn := range optFns {
		fn(&o)
	}
	h.meters.mu.Lock()
	defer h.meters.mu.Unlock()
	if h.meters.records == nil {
		h.meters.records = map[string][]record{}
	}
	h.meters.records[h.name] = append(h.meters.records[h.name], record{
		h.options.UnitLabel, h.options.Description != "",
		o.Properties.Get("rpc.service"), o.Properties.Get("rpc.method"), o.Properties.Get("auth.scheme_id"),
	})
}
