package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	"github.com/google/go-cmp/cmp"
)

// tracedSettings are ways in which calls differ besides their answers.
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

// tracingDifferences are intended. Each looks for itself in two traces of a call
// and makes them equal where it is the reason that they differ.
var tracingDifferences = map[string]func(what string, ours, sdks *trace){
	// The SDK leaves the span open until the attempt ends.
	"ResolveEndpoint ends when a deprecated resolver was asked": func(what string, ours, sdks *trace) {
		if strings.HasPrefix(what, "deprecated resolver") {
			isEnd := func(event string) bool {
				return strings.HasPrefix(event, "end ") && strings.HasSuffix(event, "/ResolveEndpoint")
			}
			ours.Events, sdks.Events = slices.DeleteFunc(ours.Events, isEnd), slices.DeleteFunc(sdks.Events, isEnd)
		}
	},
	// Nothing but an empty body says that the service itself has answered.
	"an operation without a body reads that of a success": func(what string, ours, sdks *trace) {
		isWithoutBody := slices.ContainsFunc(withoutBody, func(operation string) bool {
			return strings.Contains(what, ", failure body breaks off, "+operation)
		})
		if isWithoutBody && !strings.HasPrefix(what, "no ") {
			*ours, *sdks = trace{}, trace{}
		}
	},
	// The SDK loses the code of an error whose body breaks off, and tries again.
	"the code is kept": func(_ string, ours, sdks *trace) {
		if sdks.has("deserialization failed") && ours.has("api.error_code") && !sdks.has("api.error_code") {
			*ours, *sdks = trace{}, trace{}
		}
	},
}

func (t trace) has(text string) bool {
	return slices.ContainsFunc(t.Spans, func(s string) bool { return strings.Contains(s, text) })
}

// TestTracingParity: the spans of a call have the same names, begin and end in the
// same order, within the same spans, and have the same properties, for every
// answer.
func TestTracingParity(t *testing.T) {
	seen := map[string]bool{}
	for name, change := range tracedSettings {
		for answer, first := range answers() {
			if name != "plain" && strings.HasPrefix(answer, "error ") {
				continue // all of them once
			}
			for operation, input := range operations {
				for again, second := range map[string]reply{"success": accept, "the same": first} {
					what, perCall := fmt.Sprintf("%s, %s, %s, then %s", name, answer, operation, again), again == "success"
					ours := traceOf(t, oursObserved, change, input, []reply{first, second}, perCall)
					sdks := traceOf(t, sdkObserved, change, input, []reply{first, second}, perCall)
					for difference, apply := range tracingDifferences {
						if !cmp.Equal(sdks, ours) {
							apply(what, &ours, &sdks)
							seen[difference] = seen[difference] || cmp.Equal(sdks, ours)
						}
					}
					if diff := cmp.Diff(sdks, ours); diff != "" {
						t.Errorf("%s (-SDK +ours):\n%s", what, diff)
					}
				}
			}
		}
	}
	for difference := range tracingDifferences {
		if !seen[difference] {
			t.Errorf("%q is listed as a difference and is none", difference)
		}
	}
}

// TestTrace spells one of those traces out.
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

// TestTracingScope: each client's spans bear the name of its package.
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

// answers are a success, the failures, and the service's errors.
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

// traceOf makes a call within a span, in a bubble: an answer may ask for a wait.
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

// tracingCredentials, tracingSigner, tracingClient and traceSteps begin spans of
// their own.
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
