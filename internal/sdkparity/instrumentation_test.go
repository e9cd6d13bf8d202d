package sdkparity_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// instrumentation stands for the middlewares that tracing libraries append to the
// APIOptions of the SDK's clients: a span around the call, a trace header on each
// attempt, and at the end the values of the context and the metadata.
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

// TestInstrumentation: such a library sees the same of both clients, and its
// header is sent and signed.
func TestInstrumentation(t *testing.T) {
	for _, r := range slices.Concat(serviceErrors, passingConflicts) {
		for name, input := range operations {
			for _, replies := range [][]reply{{accept}, {replyWith(r.status, r.header, r.body), accept}} {
				ours, ourRequests := traced(setting.ourAPI, input, replies)
				sdks, sdkRequests := traced(setting.sdk, input, replies)
				if diff := cmp.Diff(sdks, ours); diff != "" || len(ours) == 0 {
					t.Errorf("%s of %s (-SDK +ours):\n%s", r.name, name, diff)
				}
				if len(ourRequests) != len(sdkRequests) {
					t.Errorf("%s of %s: %d requests, SDK %d", r.name, name, len(ourRequests), len(sdkRequests))
				}
				for _, req := range ourRequests {
					if !strings.Contains(req.Header.Get("Authorization"), ";traceparent;") {
						t.Errorf("the header is not signed: %q", req.Header.Get("Authorization"))
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
