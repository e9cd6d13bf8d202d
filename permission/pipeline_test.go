package permission_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/permission"
)

// The metadata of a result has the values that programs log.
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
		t.Errorf("raw response = %v, want one with status 201", resp)
	}
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

// Logging an answer with its body does not change the result of the call, however the
// body ends, and closes the body.
func TestLogKeepsTheAnswer(t *testing.T) {
	type reply struct {
		status int
		body   io.Reader
	}
	for name, replies := range map[string]func() reply{
		"success":               func() reply { return reply{201, strings.NewReader(stored)} },
		"refusal":               func() reply { return reply{404, strings.NewReader(`{"Type":"User","Message":"Function not found"}`)} },
		"success, breaking off": func() reply { return reply{201, io.MultiReader(strings.NewReader(stored), broken{})} },
		"refusal, breaking off": func() reply { return reply{404, io.MultiReader(strings.NewReader(`{"Type"`), broken{})} },
		"success, endless":      func() reply { return reply{201, endless{}} },
		"refusal, endless":      func() reply { return reply{404, endless{}} },
	} {
		call := func(mode aws.ClientLogMode) (result string, closed int) {
			client := newClient(func(r *http.Request) (*http.Response, error) {
				resp, reply := answer(r, 0, http.Header{"X-Amzn-Errortype": {"ResourceNotFoundException"}}, ""), replies()
				resp.StatusCode, resp.ContentLength = reply.status, -1
				resp.Body = &closeCounter{reply.body, &closed}
				return resp, nil
			}, func(o *permission.Options) { o.ClientLogMode, o.DisableLostResponseRecovery = mode, true })
			out, err := client.AddPermission(t.Context(), grant())
			if err != nil {
				return err.Error(), closed
			}
			return aws.ToString(out.Statement), closed
		}
		want, _ := call(0)
		got, closed := call(aws.LogResponseWithBody)
		wantEqual(t, name+": result", got, want)
		wantEqual(t, name+": times closed", closed, 1)
	}
}

// Logging a request does not change the body that is sent, also if a middleware has set
// it to a stream that can be read only once.
func TestLogKeepsTheRequest(t *testing.T) {
	const body = `{"Action":"lambda:InvokeFunction"}`
	for name, stream := range map[string]func() io.Reader{
		"bytes":                  func() io.Reader { return bytes.NewReader([]byte(body)) },
		"seekable":               func() io.Reader { return strings.NewReader(body) },
		"readable once":          func() io.Reader { return bytes.NewBufferString(body) },
		"of a length not known":  func() io.Reader { return io.LimitReader(strings.NewReader(body), 1000) },
		"nothing, readable once": func() io.Reader { return &bytes.Buffer{} },
	} {
		replace := middleware.DeserializeMiddlewareFunc("replace", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			req, err := in.Request.(*smithyhttp.Request).SetStream(stream())
			if err != nil {
				return middleware.DeserializeOutput{}, middleware.Metadata{}, err
			}
			in.Request = req
			return next.HandleDeserialize(ctx, in)
		})
		sent := func(mode aws.ClientLogMode) string {
			return capture(t, 201, stored, add, func(o *permission.Options) { o.ClientLogMode = mode },
				permission.WithAPIOptions(func(s *middleware.Stack) error { return s.Deserialize.Add(replace, middleware.Before) })).Body
		}
		want := sent(0)
		for _, mode := range []aws.ClientLogMode{aws.LogRequest, aws.LogRequestWithBody} {
			wantEqual(t, fmt.Sprintf("%s: body sent in log mode %x", name, uint64(mode)), sent(mode), want)
		}
	}
}

// The log of a request calls no hook of package net/http/httptrace in the caller's
// context: these count requests that are sent.
func TestLogCallsNoHooks(t *testing.T) {
	written := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { written++ }})
	client := newClient(answering(201, nil, stored), func(o *permission.Options) { o.ClientLogMode = aws.LogRequest })
	if _, err := client.AddPermission(ctx, grant()); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "requests written, with an HTTP client that writes none", written, 0)
}

type closeCounter struct {
	io.Reader
	n *int
}

func (c *closeCounter) Close() error {
	*c.n++
	return nil
}

// APIOptions can place middlewares by the ids of the SDK's client, and they are called
// in the order of the stack.
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

// Each interceptor is called at the point of its name, by itself and together with
// others.
func TestInterceptors(t *testing.T) {
	points := []struct {
		name string
		add  func(*smithyhttp.InterceptorRegistry, *hook)
	}{
		{"BeforeExecution", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddBeforeExecution(h) }},
		{"BeforeSerialization", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddBeforeSerialization(h) }},
		{"AfterSerialization", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddAfterSerialization(h) }},
		{"BeforeRetryLoop", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddBeforeRetryLoop(h) }},
		{"BeforeAttempt", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddBeforeAttempt(h) }},
		{"BeforeSigning", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddBeforeSigning(h) }},
		{"AfterSigning", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddAfterSigning(h) }},
		{"BeforeTransmit", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddBeforeTransmit(h) }},
		{"AfterTransmit", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddAfterTransmit(h) }},
		{"BeforeDeserialization", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddBeforeDeserialization(h) }},
		{"AfterDeserialization", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddAfterDeserialization(h) }},
		{"AfterAttempt", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddAfterAttempt(h) }},
		{"AfterExecution", func(i *smithyhttp.InterceptorRegistry, h *hook) { i.AddAfterExecution(h) }},
	}
	called := func(some ...int) []string {
		h := &hook{}
		client := newClient(answering(201, nil, stored), func(o *permission.Options) {
			for _, i := range some {
				points[i].add(&o.Interceptors, h)
			}
		})
		if err := add(client); err != nil {
			t.Error(err)
		}
		return h.seen
	}
	var all []int
	var want []string
	for i, p := range points {
		if got := called(i); !slices.Equal(got, []string{p.name}) {
			t.Errorf("%s: called %v, want only this", p.name, got)
		}
		if both := []string{points[0].name, p.name}; i > 0 {
			if got := called(0, i); !slices.Equal(got, both) {
				t.Errorf("%s with another: called %v, want %v", p.name, got, both)
			}
		}
		all, want = append(all, i), append(want, p.name)
	}
	if got := called(all...); !slices.Equal(got, want) {
		t.Errorf("called %v, want %v", got, want)
	}
}

// An interceptor may end a call.
func TestInterceptorRefuses(t *testing.T) {
	refusal := errors.New("not now")
	client := newClient(unreachable(t), func(o *permission.Options) {
		o.Interceptors.AddBeforeExecution(&hook{refuses: refusal})
	})
	if err := add(client); !errors.Is(err, refusal) {
		t.Errorf("err = %v, want %v", err, refusal)
	}
}

// A hook records which of its methods are called.
type hook struct {
	seen    []string
	refuses error
}

func (h *hook) note(point string) error {
	h.seen = append(h.seen, point)
	return h.refuses
}

func (h *hook) BeforeExecution(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("BeforeExecution")
}

func (h *hook) BeforeSerialization(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("BeforeSerialization")
}

func (h *hook) AfterSerialization(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("AfterSerialization")
}

func (h *hook) BeforeRetryLoop(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("BeforeRetryLoop")
}

func (h *hook) BeforeAttempt(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("BeforeAttempt")
}

func (h *hook) BeforeSigning(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("BeforeSigning")
}

func (h *hook) AfterSigning(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("AfterSigning")
}

func (h *hook) BeforeTransmit(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("BeforeTransmit")
}

func (h *hook) AfterTransmit(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("AfterTransmit")
}

func (h *hook) BeforeDeserialization(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("BeforeDeserialization")
}

func (h *hook) AfterDeserialization(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("AfterDeserialization")
}

func (h *hook) AfterAttempt(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("AfterAttempt")
}

func (h *hook) AfterExecution(context.Context, *smithyhttp.InterceptorContext) error {
	return h.note("AfterExecution")
}

// Middlewares find the operation and the region in the context with the SDK's
// functions.
func TestContextValues(t *testing.T) {
	type values struct{ service, sdkService, operation, sdkOperation, region string }
	var got values
	client := newClient(answering(201, nil, stored), permission.WithAPIOptions(func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("look", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			got = values{
				middleware.GetServiceID(ctx), awsmiddleware.GetServiceID(ctx),
				middleware.GetOperationName(ctx), awsmiddleware.GetOperationName(ctx), awsmiddleware.GetRegion(ctx),
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	}))
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "values", got, values{"Lambda", "Lambda", "AddPermission", "AddPermission", "us-east-1"})
}

// If a middleware replaces the input by another type or by nil, the call returns an
// error.
func TestReplacedInput(t *testing.T) {
	for name, input := range map[string]any{"another type": "text", "nil of its type": (*permission.AddPermissionInput)(nil), "nil": nil} {
		for _, step := range []string{"before the check of required members", "after it"} {
			position := map[string]middleware.RelativePosition{"before the check of required members": middleware.Before, "after it": middleware.After}[step]
			client := newClient(unreachable(t), func(o *permission.Options) { o.Preflight = nil }, permission.WithAPIOptions(func(s *middleware.Stack) error {
				return s.Initialize.Add(middleware.InitializeMiddlewareFunc("replace", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
					in.Parameters = input
					return next.HandleInitialize(ctx, in)
				}), position)
			}))
			if err := add(client); err == nil || !strings.Contains(err.Error(), "unknown input parameters type") {
				t.Errorf("%s, %s: err = %v, want one about the type", name, step, err)
			}
		}
	}
}

// Without checks the stack has no Preflight middleware.
func TestStackWithoutPreflight(t *testing.T) {
	for name, checks := range map[string][]permission.Check{"nil": nil, "empty": {}} {
		client := newClient(answering(201, nil, stored), func(o *permission.Options) { o.Preflight = checks },
			permission.WithAPIOptions(func(s *middleware.Stack) error {
				if _, found := s.Initialize.Get("Preflight"); found {
					t.Errorf("%s: the stack has a middleware Preflight", name)
				}
				return nil
			}))
		if err := add(client); err != nil {
			t.Error(err)
		}
	}
}

// Goroutines may share a client; the race detector reports an error.
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
