package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// tracedSettings are changes of the setting for calls that are traced or measured.
var tracedSettings = map[string]func(*setting){
	"plain":               func(*setting) {},
	"anonymous":           func(s *setting) { s.Credentials = aws.AnonymousCredentials{} },
	"endpoint":            func(s *setting) { s.BaseEndpoint = aws.String("http://example.test:8080/a%20b/") },
	"deprecated resolver": deprecatedResolver("https://legacy.test/p", false),
	"no identity": func(s *setting) {
		s.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, errors.New("the vault is closed")
		})
	},
	"no signature": func(s *setting) { s.signer = brokenSigner{} },
	"spans of others": func(s *setting) {
		s.Credentials = tracingCredentials{s.Credentials}
		s.signer = tracingSigner{}
		s.HTTPClient = tracingClient{s.HTTPClient}
		s.APIOptions = append(s.APIOptions, traceSteps)
	},
}

// tracingDifferences are the intended differences. Each function finds its difference
// in the two traces of a call, and makes the traces equal if they differ for this
// reason.
var tracingDifferences = map[string]func(title string, ours, sdks *trace){
	// The SDK leaves the span open until the attempt ends.
	"ResolveEndpoint ends after a deprecated resolver was called": func(title string, ours, sdks *trace) {
		if strings.HasPrefix(title, "deprecated resolver") {
			isEnd := func(event string) bool {
				return strings.HasPrefix(event, "end ") && strings.HasSuffix(event, "/ResolveEndpoint")
			}
			ours.Events, sdks.Events = slices.DeleteFunc(ours.Events, isEnd), slices.DeleteFunc(sdks.Events, isEnd)
		}
	},
	// Only an empty body shows that the service itself has answered.
	"an operation without a body reads the body of a success": func(title string, ours, sdks *trace) {
		isWithoutBody := slices.ContainsFunc(withoutBody, func(operation string) bool {
			return strings.Contains(title, ", failure body breaks off, "+operation)
		})
		if isWithoutBody && !strings.HasPrefix(title, "no ") {
			*ours, *sdks = trace{}, trace{}
		}
	},
	// The SDK drops the code of an error whose body breaks off, and tries again.
	"the code is kept": func(_ string, ours, sdks *trace) {
		if sdks.has("deserialization failed") && ours.has("api.error_code") && !sdks.has("api.error_code") {
			*ours, *sdks = trace{}, trace{}
		}
	},
}

func (t trace) has(text string) bool {
	return slices.ContainsFunc(t.Spans, func(s string) bool { return strings.Contains(s, text) })
}

// For every answer the spans of both clients have the same names, parents and
// properties, and begin and end in the same order.
func TestTracingParity(t *testing.T) {
	seen := map[string]bool{}
	for name, change := range tracedSettings {
		for answer, first := range answers() {
			if name != "plain" && strings.HasPrefix(answer, "error ") {
				continue // all of them once
			}
			for operation, input := range operations {
				for again, second := range map[string]reply{"success": accept, "the same": first} {
					title, perCall := fmt.Sprintf("%s, %s, %s, then %s", name, answer, operation, again), again == "success"
					ours := traceOf(t, oursObserved, change, input, []reply{first, second}, perCall)
					sdks := traceOf(t, sdkObserved, change, input, []reply{first, second}, perCall)
					for difference, apply := range tracingDifferences {
						if !cmp.Equal(sdks, ours) {
							apply(title, &ours, &sdks)
							seen[difference] = seen[difference] || cmp.Equal(sdks, ours)
						}
					}
					if diff := cmp.Diff(sdks, ours); diff != "" {
						t.Errorf("%s (-SDK +ours):\n%s", title, diff)
					}
				}
			}
		}
	}
	for difference := range tracingDifferences {
		if !seen[difference] {
			t.Errorf("%q is listed as a difference but did not occur", difference)
		}
	}
}

// TestTrace lists one of the traces of TestTracingParity.
func TestTrace(t *testing.T) {
	got := traceOf(t, oursObserved, func(*setting) {}, operations["GetPolicy"], []reply{replyWith(404, coded("ResourceNotFoundException"), `{"Message":"m"}`)}, false)
	want := trace{
		Events: []string{
			"start program",
			"start program/Lambda.GetPolicy",
			"start program/Lambda.GetPolicy/OperationSerializer", "end program/Lambda.GetPolicy/OperationSerializer",
			"start program/Lambda.GetPolicy/RetryLoop",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt/ResolveAuthScheme", "end program/Lambda.GetPolicy/RetryLoop/Attempt/ResolveAuthScheme",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt/GetIdentity", "end program/Lambda.GetPolicy/RetryLoop/Attempt/GetIdentity",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt/ResolveEndpoint", "end program/Lambda.GetPolicy/RetryLoop/Attempt/ResolveEndpoint",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt/ComputePayloadSHA256", "end program/Lambda.GetPolicy/RetryLoop/Attempt/ComputePayloadSHA256",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt/SignRequest", "end program/Lambda.GetPolicy/RetryLoop/Attempt/SignRequest",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt/DoHTTPRequest", "end program/Lambda.GetPolicy/RetryLoop/Attempt/DoHTTPRequest",
			"start program/Lambda.GetPolicy/RetryLoop/Attempt/OperationDeserializer", "end program/Lambda.GetPolicy/RetryLoop/Attempt/OperationDeserializer",
			"end program/Lambda.GetPolicy/RetryLoop/Attempt",
			"end program/Lambda.GetPolicy/RetryLoop",
			"end program/Lambda.GetPolicy",
			"end program",
		},
		Spans: []string{
			`program: kind 0, status 0, ended true`,
			`program/Lambda.GetPolicy: kind 1, status 2, ended true, api.error_code="ResourceNotFoundException", api.error_fault="client", api.error_message="m", error=true, ` +
				`exception.message="https response error StatusCode: 404, RequestID: 5b5ac14e-7d0b-4d0e-9d3a-6a6d4d6f2f9a, ResourceNotFoundException: m", ` +
				`exception.type="*http.ResponseError", rpc.method="GetPolicy", rpc.service="Lambda", rpc.system="aws-api"`,
			`program/Lambda.GetPolicy/OperationSerializer: kind 0, status 0, ended true`,
			`program/Lambda.GetPolicy/RetryLoop: kind 0, status 0, ended true`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt: kind 0, status 0, ended true, aws.request_id="5b5ac14e-7d0b-4d0e-9d3a-6a6d4d6f2f9a", operation.attempt=1`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt/ResolveAuthScheme: kind 0, status 0, ended true, auth.scheme_id="aws.auth#sigv4"`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt/GetIdentity: kind 0, status 0, ended true`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt/ResolveEndpoint: kind 0, status 0, ended true, client.call.resolved_endpoint="https://lambda.us-east-1.amazonaws.com"`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt/ComputePayloadSHA256: kind 0, status 0, ended true`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt/SignRequest: kind 0, status 0, ended true`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt/DoHTTPRequest: kind 0, status 0, ended true, http.method="GET", http.request_content_length=0, http.response_content_length=15, http.status_code=404, net.protocol.version="1.1"`,
			`program/Lambda.GetPolicy/RetryLoop/Attempt/OperationDeserializer: kind 0, status 0, ended true`,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The scope of each client's spans is the path of its package.
func TestTracingScope(t *testing.T) {
	for want, client := range map[string]observed{
		"github.com/lambdaperm/lambdaperm/permission": oursObserved,
		"github.com/aws/aws-sdk-go-v2/service/lambda": sdkObserved,
	} {
		var spans tracer
		if _, err := invoke(context.Background(), client(setting{Config: plainConfig(&recorder{})}, observers{tracers: &spans}), operations["GetPolicy"]); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{want}, slices.Compact(slices.Sorted(slices.Values(spans.scopes)))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// answers returns a success, the failures, and the errors of the service.
func answers() map[string]reply {
	all := map[string]reply{"success": accept}
	for name, failure := range failures {
		all["failure "+name] = failure
	}
	for _, r := range slices.Concat(serviceErrors, passingConflicts) {
		all["error "+r.name] = replyWith(r.status, r.header, r.body)
	}
	return all
}

// traceOf returns the trace of a call in a span. It makes the call in a bubble, since
// an answer may ask the client to wait.
func traceOf(t *testing.T, client observed, change func(*setting), input any, replies []reply, perCall bool) trace {
	t.Helper()
	var spans tracer
	synctest.Test(t, func(*testing.T) {
		set := setting{Config: plainConfig(&script{replies: replies})}
		set.Retryer = newHasty
		change(&set)
		api, optFns := observers{tracers: &spans}.apply(client, set, perCall)
		ctx, outer := spans.StartSpan(context.Background(), "program")
		_, _ = invoke(ctx, api, input, optFns...)
		outer.End()
	})
	return spans.trace()
}

// tracingCredentials, tracingSigner, tracingClient and traceSteps start spans, as
// instrumented parts of a program do.
type tracingCredentials struct{ aws.CredentialsProvider }

func (c tracingCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	ctx, s := tracing.StartSpan(ctx, "Provider")
	defer s.End()
	return c.CredentialsProvider.Retrieve(ctx)
}

type tracingSigner struct{}

func (tracingSigner) SignHTTP(ctx context.Context, _ aws.Credentials, r *http.Request, _, _, _ string, _ time.Time, _ ...func(*v4.SignerOptions)) error {
	_, s := tracing.StartSpan(ctx, "Signer")
	defer s.End()
	r.Header.Set("Authorization", "signed")
	return nil
}

type brokenSigner struct{}

func (brokenSigner) SignHTTP(context.Context, aws.Credentials, *http.Request, string, string, string, time.Time, ...func(*v4.SignerOptions)) error {
	return errors.New("the pen is empty")
}

type tracingClient struct{ aws.HTTPClient }

func (c tracingClient) Do(r *http.Request) (*http.Response, error) {
	_, s := tracing.StartSpan(r.Context(), "Client")
	defer s.End()
	return c.HTTPClient.Do(r)
}

func traceSteps(s *middleware.Stack) error {
	trace := func(ctx context.Context, name string) func() {
		_, s := tracing.StartSpan(ctx, name)
		return s.End
	}
	return errors.Join(
		s.Initialize.Add(middleware.InitializeMiddlewareFunc("TraceInitialize", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			defer trace(ctx, "Initialize")()
			return next.HandleInitialize(ctx, in)
		}), middleware.After),
		s.Build.Add(middleware.BuildMiddlewareFunc("TraceBuild", func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
			defer trace(ctx, "Build")()
			return next.HandleBuild(ctx, in)
		}), middleware.After),
		s.Finalize.Add(middleware.FinalizeMiddlewareFunc("TraceFinalize", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			defer trace(ctx, "Finalize")()
			return next.HandleFinalize(ctx, in)
		}), middleware.After),
		s.Deserialize.Add(middleware.DeserializeMiddlewareFunc("TraceDeserialize", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			defer trace(ctx, "Deserialize")()
			return next.HandleDeserialize(ctx, in)
		}), middleware.After),
	)
}

// A call that is not sent has the same spans in both clients. Only the messages about
// mistakes in the configuration differ.
func TestTracingOfRefusals(t *testing.T) {
	plain := func(*setting) {}
	for name, test := range map[string]struct {
		change func(*setting)
		input  any
		last   string // the innermost span
	}{
		"no input":     {plain, (*permission.AddPermissionInput)(nil), "AddPermission"},
		"no members":   {plain, &permission.RemovePermissionInput{}, "RemovePermission"},
		"no region":    {func(s *setting) { s.Region = "" }, operations["GetPolicy"], "ResolveEndpoint"},
		"no URL":       {func(s *setting) { s.BaseEndpoint = aws.String("://x") }, operations["GetPolicy"], "ResolveEndpoint"},
		"no identity":  {tracedSettings["no identity"], operations["GetPolicy"], "GetIdentity"},
		"no signature": {tracedSettings["no signature"], operations["GetPolicy"], "SignRequest"},
	} {
		ours := traceOf(t, oursObserved, test.change, test.input, []reply{accept}, false)
		sdks := traceOf(t, sdkObserved, test.change, test.input, []reply{accept}, false)
		if test.last == "ResolveEndpoint" {
			withoutMessage(ours)
			withoutMessage(sdks)
		}
		if diff := cmp.Diff(sdks, ours); diff != "" {
			t.Errorf("%s (-SDK +ours):\n%s", name, diff)
		}
		if !ours.has(test.last + ":") {
			t.Errorf("%s: no span %s in %q", name, test.last, ours.Spans)
		}
		if ours.has("DoHTTPRequest") {
			t.Errorf("%s: the request was sent: %q", name, ours.Spans)
		}
	}
}

// A call whose context has ended before has the same spans in both clients.
func TestTracingOfCanceledCall(t *testing.T) {
	tell := func(client observed) trace {
		var spans tracer
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, _ = invoke(ctx, client(setting{Config: plainConfig(&recorder{})}, observers{tracers: &spans}), operations["GetPolicy"])
		return spans.trace()
	}
	if diff := cmp.Diff(tell(sdkObserved), tell(oursObserved)); diff != "" {
		t.Errorf("(-SDK +ours):\n%s", diff)
	}
}

var exceptionMessage = regexp.MustCompile(`, exception\.message="[^"]*"`)

func withoutMessage(t trace) {
	for i, s := range t.Spans {
		t.Spans[i] = exceptionMessage.ReplaceAllString(s, "")
	}
}

// instrumentation is middleware like that of tracing libraries, which append it to the
// APIOptions of the SDK's clients. It records a span around the call, sets a trace
// header for each attempt, and reads the values of the context and the metadata.
type instrumentation struct{ spans []string }

func (i *instrumentation) note(format string, args ...any) {
	i.spans = append(i.spans, fmt.Sprintf(format, args...))
}

func (i *instrumentation) append(s *middleware.Stack) error {
	if err := s.Initialize.Add(middleware.InitializeMiddlewareFunc("TraceCall", i.call), middleware.Before); err != nil {
		return err
	}
	if err := s.Initialize.Add(middleware.InitializeMiddlewareFunc("TraceInput", i.input), middleware.After); err != nil {
		return err
	}
	if err := s.Finalize.Insert(middleware.FinalizeMiddlewareFunc("TraceHeader", i.header), "Signing", middleware.Before); err != nil {
		return err
	}
	return s.Deserialize.Add(middleware.DeserializeMiddlewareFunc("TraceAnswer", i.answer), middleware.Before)
}

func (i *instrumentation) call(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	i.note("start %s %s in %s", awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx), awsmiddleware.GetRegion(ctx))
	i.note("also %s %s", middleware.GetServiceID(ctx), middleware.GetOperationName(ctx))
	out, md, err := next.HandleInitialize(ctx, in)
	id, ok := awsmiddleware.GetRequestIDMetadata(md)
	i.note("end: error %t, request id %q %t", err != nil, id, ok)
	return out, md, err
}

func (i *instrumentation) input(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	i.note("input %s", typeName(in.Parameters))
	return next.HandleInitialize(ctx, in)
}

func (i *instrumentation) header(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error,
) {
	in.Request.(*smithyhttp.Request).Header.Set("Traceparent", "00-trace-span-01")
	return next.HandleFinalize(ctx, in)
}

func (i *instrumentation) answer(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	out, md, err := next.HandleDeserialize(ctx, in)
	if resp, ok := out.RawResponse.(*smithyhttp.Response); ok {
		i.note("answer %d", resp.StatusCode)
	}
	i.note("result %t", out.Result != nil && err == nil)
	return out, md, err
}

// A tracing library records the same for both clients, and its header is sent and
// signed.
func TestInstrumentation(t *testing.T) {
	for _, r := range slices.Concat(serviceErrors, passingConflicts) {
		for name, input := range operations {
			for _, replies := range [][]reply{{accept}, {replyWith(r.status, r.header, r.body), accept}} {
				ours, ourRequests := traced(setting.ourAPI, input, replies)
				sdks, sdkRequests := traced(setting.sdk, input, replies)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("%s of %s (-SDK +ours):\n%s", r.name, name, diff)
				}
				if len(ours) == 0 {
					t.Errorf("%s of %s: no spans", r.name, name)
				}
				if len(ourRequests) != len(sdkRequests) {
					t.Errorf("%s of %s: %d requests, SDK %d", r.name, name, len(ourRequests), len(sdkRequests))
				}
				for _, req := range ourRequests {
					if !strings.Contains(req.Header.Get("Authorization"), ";traceparent;") {
						t.Errorf("the trace header is not signed: %q", req.Header.Get("Authorization"))
					}
				}
			}
		}
	}
}

func traced(client func(setting) permission.API, input any, replies []reply) ([]string, []sent) {
	var i instrumentation
	transport := &script{replies: replies}
	set := setting{Config: plainConfig(transport)}
	set.APIOptions = []func(*middleware.Stack) error{i.append}
	set.RetryMaxAttempts = 1
	_, _ = invoke(context.Background(), client(set), input)
	return i.spans, transport.requests
}

// tracer is a tracer provider that records its spans with their parents and properties,
// and their beginnings and ends in order.
type tracer struct {
	mu     sync.Mutex
	scopes []string
	events []string // in the order of time
	spans  []*span
}

func (t *tracer) Tracer(scope string, _ ...tracing.TracerOption) tracing.Tracer {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scopes = append(t.scopes, scope)
	return t
}

func (t *tracer) StartSpan(ctx context.Context, name string, opts ...tracing.SpanOption) (context.Context, tracing.Span) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var o tracing.SpanOptions
	for _, opt := range opts {
		opt(&o)
	}
	s := &span{tracer: t, name: name, path: name, kind: o.Kind, properties: o.Properties.Values()}
	if parent, ok := tracing.GetSpan(ctx); ok {
		s.path = parent.(*span).path + "/" + name
	}
	if s.properties == nil {
		s.properties = map[any]any{}
	}
	t.spans = append(t.spans, s)
	t.events = append(t.events, "start "+s.path)
	return tracing.WithSpan(ctx, s), s
}

// trace has descriptions of the events and the spans of a call.
type trace struct{ Events, Spans []string }

func (t *tracer) trace() trace {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := trace{Events: t.events}
	for _, s := range t.spans {
		line := fmt.Sprintf("%s: kind %d, status %d, ended %t", s.path, s.kind, s.status, s.ended)
		for _, key := range slices.Sorted(maps.Keys(textKeys(s.properties))) {
			line += fmt.Sprintf(", %s=%#v", key, s.properties[key])
		}
		all.Spans = append(all.Spans, line)
	}
	return all
}

func textKeys(properties map[any]any) map[string]any {
	texts := map[string]any{}
	for key, value := range properties {
		texts[key.(string)] = value
	}
	return texts
}

type span struct {
	tracer     *tracer
	name, path string
	kind       tracing.SpanKind
	status     tracing.SpanStatus
	properties map[any]any
	ended      bool
}

func (s *span) Name() string { return s.name }
func (s *span) Context() tracing.SpanContext {
	return tracing.SpanContext{TraceID: "t", SpanID: s.path}
}
func (s *span) AddEvent(string, ...tracing.EventOption) { s.tracer.note("event in " + s.path) }
func (s *span) SetStatus(status tracing.SpanStatus)     { s.status = status }

func (s *span) SetProperty(k, v any) {
	s.tracer.mu.Lock()
	defer s.tracer.mu.Unlock()
	s.properties[k] = v
}

// End ends the span. The SDK ends some spans twice; the second time has no effect.
func (s *span) End() {
	if !s.ended {
		s.ended = true
		s.tracer.note("end " + s.path)
	}
}

func (t *tracer) note(event string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, event)
}
