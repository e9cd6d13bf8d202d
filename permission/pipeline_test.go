package permission_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm"
	"github.com/lambdaperm/lambdaperm/permission"
)

// The metadata of an answer have the values that a program may want to log.
func TestResultMetadata(t *testing.T) {
	attempts := 0
	client := newClient(func(r *http.Request) (*http.Response, error) {
		attempts++
		if attempts == 1 {
			return answer(r, 503, requestID("r-first"), ""), nil
		}
		return answer(r, 201, requestID("r-second"), stored), nil
	}, func(o *permission.Options) {
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
		o.RetryMaxAttempts = 3
	})
	out, err := client.AddPermission(context.Background(), grant())
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata); id != "r-second" {
		t.Errorf("request id %q, want r-second", id)
	}
	if results, _ := retry.GetAttemptResults(out.ResultMetadata); len(results.Results) != 2 {
		t.Errorf("%d attempt results, want 2", len(results.Results))
	}
	if resp, _ := awsmiddleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response); resp == nil || resp.StatusCode != 201 {
		t.Errorf("raw response = %v", resp)
	}
}

// The User-Agent names this library and its version, and the program's AppID.
func TestUserAgent(t *testing.T) {
	var got string
	client := newClient(func(r *http.Request) (*http.Response, error) {
		got = r.UserAgent()
		return answer(r, 201, nil, stored), nil
	}, func(o *permission.Options) { o.AppID = "my-app" })
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"lib/lambdaperm#" + lambdaperm.Version, "app/my-app", "aws-sdk-go-v2/"} {
		if !slices.Contains(strings.Fields(got), want) && !strings.Contains(got, want) {
			t.Errorf("User-Agent %q lacks %s", got, want)
		}
	}
}

// The client reports to tracers and meters as the SDK's clients do.
func TestTelemetry(t *testing.T) {
	tracer, meter := &spans{}, &meters{}
	client := newClient(answering(201, nil, stored), func(o *permission.Options) {
		o.TracerProvider, o.MeterProvider = tracer, meter
	})
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Lambda.AddPermission", "OperationSerializer", "RetryLoop", "Attempt", "GetIdentity", "ResolveEndpoint", "SignRequest", "DoHTTPRequest", "OperationDeserializer"} {
		if !slices.Contains(tracer.names, want) {
			t.Errorf("no span %s in %v", want, tracer.names)
		}
	}
	if tracer.open != 0 {
		t.Errorf("%d spans are still open", tracer.open)
	}
	for _, want := range []string{"client.call.duration", "client.call.serialization_duration", "client.call.auth.resolve_identity_duration", "client.call.resolve_endpoint_duration", "client.call.auth.signing_duration", "client.call.deserialization_duration"} {
		if meter.recorded(want) != 1 {
			t.Errorf("%s was recorded %d times, want once", want, meter.recorded(want))
		}
	}
}

type spans struct {
	names []string
	open  int
}

func (s *spans) Tracer(string, ...tracing.TracerOption) tracing.Tracer { return s }

func (s *spans) StartSpan(ctx context.Context, name string, _ ...tracing.SpanOption) (context.Context, tracing.Span) {
	s.names = append(s.names, name)
	s.open++
	span := &openSpan{spans: s}
	return tracing.WithSpan(ctx, span), span
}

type openSpan struct {
	tracing.Span
	spans *spans
	ended bool
}

func (s *openSpan) Name() string                            { return "" }
func (s *openSpan) Context() tracing.SpanContext            { return tracing.SpanContext{} }
func (s *openSpan) SetProperty(any, any)                    {}
func (s *openSpan) SetStatus(tracing.SpanStatus)            {}
func (s *openSpan) AddEvent(string, ...tracing.EventOption) {}
func (s *openSpan) End() {
	if !s.ended {
		s.ended = true
		s.spans.open--
	}
}

// meters counts the recorded values; its other instruments do nothing.
type meters struct {
	metrics.NopMeterProvider
	mu     sync.Mutex
	counts map[string]int
}

func (m *meters) recorded(name string) int { m.mu.Lock(); defer m.mu.Unlock(); return m.counts[name] }

func (m *meters) Meter(scope string, _ ...metrics.MeterOption) metrics.Meter {
	return meter{m.NopMeterProvider.Meter(scope), m}
}

type meter struct {
	metrics.Meter
	meters *meters
}

func (m meter) Float64Histogram(name string, _ ...metrics.InstrumentOption) (metrics.Float64Histogram, error) {
	return histogram{name, m.meters}, nil
}

type histogram struct {
	name   string
	meters *meters
}

func (h histogram) Record(context.Context, float64, ...metrics.RecordMetricOption) {
	h.meters.mu.Lock()
	defer h.meters.mu.Unlock()
	if h.meters.counts == nil {
		h.meters.counts = map[string]int{}
	}
	h.meters.counts[h.name]++
}

// ClientLogMode writes requests and responses to the Logger; without it nothing
// is written.
func TestClientLogMode(t *testing.T) {
	for mode, want := range map[aws.ClientLogMode]bool{0: false, aws.LogRequestWithBody | aws.LogResponseWithBody: true} {
		var log bytes.Buffer
		client := newClient(answering(201, nil, stored), func(o *permission.Options) {
			o.Logger, o.ClientLogMode = logging.NewStandardLogger(&log), mode
		})
		if err := add(client); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(log.String(), "s3-photos") && strings.Contains(log.String(), "201"); got != want {
			t.Errorf("mode %v: logged: %v, want %v\n%s", mode, got, want, &log)
		}
	}
}

// Middlewares of a call find their places by the ids of the SDK's client, and are
// called in the order in which they stand.
func TestAPIOptions(t *testing.T) {
	var seen []string
	note := func(id string) middleware.FinalizeMiddleware {
		return middleware.FinalizeMiddlewareFunc(id, func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			seen = append(seen, id)
			return next.HandleFinalize(ctx, in)
		})
	}
	client := newClient(answering(201, nil, stored), permission.WithAPIOptions(func(s *middleware.Stack) error {
		if err := s.Finalize.Insert(note("after signing"), "Signing", middleware.After); err != nil {
			return err
		}
		return s.Finalize.Insert(note("before retries"), "Retry", middleware.Before)
	}))
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	if want := []string{"before retries", "after signing"}; !slices.Equal(seen, want) {
		t.Errorf("called %v, want %v", seen, want)
	}
}

// Interceptors are called at the points that they name, and may end a call.
func TestInterceptors(t *testing.T) {
	hook := &hook{}
	client := newClient(answering(201, nil, stored), func(o *permission.Options) {
		o.Interceptors.AddAfterSigning(hook)
		o.Interceptors.AddBeforeExecution(hook)
		o.Interceptors.AddBeforeSigning(hook)
	})
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	if want := []string{"before execution", "before signing", "after signing"}; !slices.Equal(hook.seen, want) {
		t.Errorf("called %v, want %v", hook.seen, want)
	}
	hook.refuses = errors.New("not now")
	if err := add(client); !errors.Is(err, hook.refuses) {
		t.Errorf("err = %v, want %v", err, hook.refuses)
	}
}

type hook struct {
	seen    []string
	refuses error
}

func (h *hook) BeforeExecution(context.Context, *smithyhttp.InterceptorContext) error {
	h.seen = append(h.seen, "before execution")
	return h.refuses
}

func (h *hook) BeforeSigning(context.Context, *smithyhttp.InterceptorContext) error {
	h.seen = append(h.seen, "before signing")
	return nil
}

func (h *hook) AfterSigning(context.Context, *smithyhttp.InterceptorContext) error {
	h.seen = append(h.seen, "after signing")
	return nil
}

// One client serves many goroutines; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	client := newClient(answering(201, requestID("r"), stored))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 20 {
				if err := add(client); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
