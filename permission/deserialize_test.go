package permission_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
)

// Any 2xx with a well-formed answer is success: the service answers 201, 200 and 204;
// emulators answer 200 to every operation.
func TestSuccess(t *testing.T) {
	ctx := context.Background()
	for _, status := range []int{200, 201, 202, 204, 299} {
		out, err := newClient(answering(status, requestID("r-1"), stored)).AddPermission(ctx, grant())
		if err != nil {
			t.Fatalf("%d: %v", status, err)
		}
		// Statement is the text of the JSON string, without its escapes ("Response
		// Elements").
		if got, want := aws.ToString(out.Statement), `{"Sid":"s3-photos","Effect":"Allow"}`; got != want {
			t.Errorf("%d: Statement = %s, want %s", status, got, want)
		}
	}
	policy, err := newClient(answering(200, nil, `{"Policy":"{}","RevisionId":"c0ffee","Later":1}`)).GetPolicy(ctx,
		&permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "Policy", aws.ToString(policy.Policy), "{}")
	wantEqual(t, "RevisionId", aws.ToString(policy.RevisionId), "c0ffee")
	for _, body := range []string{"", "{}", "  {}\n"} {
		if _, err := newClient(answering(200, nil, body)).RemovePermission(ctx, removal()); err != nil {
			t.Errorf("RemovePermission answered %q: %v", body, err)
		}
	}
}

// A 2xx that Lambda cannot have sent is an error that has the status and the request
// id: success would mean that a grant was stored.
func TestNotLambdasAnswer(t *testing.T) {
	bodies := map[string]string{
		"a captive portal":              "<html>Sign in to the hotel's network</html>",
		"empty":                         "",
		"null":                          "null",
		"an array":                      `["Statement"]`,
		"a string":                      `"Statement"`,
		"Statement is not a string":     `{"Statement":{"Sid":"s3-photos"}}`,
		"Statement is null":             `{"Statement":null}`,
		"no Statement":                  `{}`,
		"Statement in another case":     `{"statement":"{}"}`,
		"truncated":                     `{"Statement":"{`,
		"trailing garbage":              stored + "x",
		"longer than the client reads":  `{"Statement":"` + strings.Repeat("x", 1<<20) + `"}`,
		"an endless body (see endless)": "endless",
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			client := newClient(func(r *http.Request) (*http.Response, error) {
				resp := answer(r, 201, requestID("r-2"), body)
				if body == "endless" {
					resp.Body = io.NopCloser(endless{})
				}
				return resp, nil
			})
			_, err := client.AddPermission(context.Background(), grant())
			var broken *smithy.DeserializationError
			if !errors.As(err, &broken) {
				t.Fatalf("err = %v, want a *smithy.DeserializationError", err)
			}
			wantResponse(t, err, 201, "r-2")
		})
	}
}

// The error keeps the beginning of an answer that is not Lambda's, so that users can
// find its origin.
func TestSnapshot(t *testing.T) {
	page := "<html>" + strings.Repeat("x", 1<<12)
	for body, want := range map[string]string{"<html>": "<html>", page: page[:1<<10]} {
		_, err := newClient(answering(200, nil, body)).AddPermission(t.Context(), grant())
		var broken *smithy.DeserializationError
		if !errors.As(err, &broken) {
			t.Fatalf("err = %v, want a *smithy.DeserializationError", err)
		}
		wantEqual(t, "Snapshot", string(broken.Snapshot), want)
	}
}

// An answer is read up to a limit. Content-Length has no effect on it.
func TestLengthOfAnAnswer(t *testing.T) {
	const limit = 1 << 20
	for _, said := range []int64{math.MinInt64, -1, 0, 1, limit, limit + 1, math.MaxInt64} {
		for length, want := range map[int]string{limit: "<nil>", limit + 1: "the body is longer than 1048576 bytes"} {
			body := `{"Policy":"{}"` + strings.Repeat(" ", length-len(`{"Policy":"{}"}`)) + "}"
			client := newClient(func(r *http.Request) (*http.Response, error) {
				resp := answer(r, 200, nil, body)
				resp.ContentLength = said
				return resp, nil
			})
			_, err := client.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
			if got := fmt.Sprint(err); !strings.Contains(got, want) {
				t.Errorf("%d bytes with a Content-Length of %d: err = %s, want %s in it", length, said, got, want)
			}
		}
	}
}

// The members of GetPolicy's answer must be strings.
func TestNotLambdasPolicy(t *testing.T) {
	for name, body := range map[string]string{
		"RevisionId is not a string":                   `{"Policy":"{}","RevisionId":7}`,
		"Policy is there twice, first not as a string": `{"Policy":1,"Policy":"{}"}`,
		"no Policy":                          `{"RevisionId":"c0ffee"}`,
		"whitespace that JSON does not have": "\u00a0{\"Policy\":\"{}\"}",
		"a vertical tab at the end":          "{\"Policy\":\"{}\"}\v",
		"Policy is a member of a member":     `{"Answer":{"Policy":"{}"}}`,
	} {
		client := newClient(answering(200, requestID("r-2"), body))
		_, err := client.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		var broken *smithy.DeserializationError
		if !errors.As(err, &broken) {
			t.Errorf("%s: err = %v, want a *smithy.DeserializationError", name, err)
		}
	}
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte("x"), len(p))), nil }

func wantResponse(t *testing.T, err error, status int, id string) {
	t.Helper()
	var resp *awshttp.ResponseError
	if !errors.As(err, &resp) {
		t.Fatalf("err = %v, want an *awshttp.ResponseError", err)
	}
	wantEqual(t, "HTTPStatusCode()", resp.HTTPStatusCode(), status)
	wantEqual(t, "ServiceRequestID()", resp.ServiceRequestID(), id)
}

// The error of a refusal has its status, code and request id, with every kind of body.
func TestRefusals(t *testing.T) {
	typed := http.Header{"X-Amzn-Requestid": {"r-3"}, "X-Amzn-Errortype": {"ResourceConflictException"}}
	tests := []struct {
		name   string
		status int
		header http.Header
		body   io.Reader
		code   string
	}{
		{"as recorded", 409, typed, strings.NewReader(`{"Type":"User","message":"The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement."}`), "ResourceConflictException"},
		{"no body", 409, typed, strings.NewReader(""), "ResourceConflictException"},
		{"HTML", 409, typed, strings.NewReader("<html>"), "ResourceConflictException"},
		{"truncated JSON", 409, typed, strings.NewReader(`{"Type":"Us`), "ResourceConflictException"},
		{"a body that breaks off", 409, typed, io.MultiReader(strings.NewReader(`{"Type"`), broken{}), "ResourceConflictException"},
		{"an endless body", 409, typed, endless{}, "ResourceConflictException"},
		// An answer without a code still has a status.
		{"a gateway's page", 502, requestID("r-3"), strings.NewReader("<html>502 Bad Gateway</html>"), "UnknownError"},
		// Lambda does not send redirects.
		{"a redirect", 307, requestID("r-3"), strings.NewReader(""), "UnknownError"},
		{"multiple choices", 300, requestID("r-3"), strings.NewReader(stored), "UnknownError"},
		{"not modified", 304, requestID("r-3"), strings.NewReader(""), "UnknownError"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := newClient(func(r *http.Request) (*http.Response, error) {
				resp := answer(r, tt.status, tt.header, "")
				resp.Body, resp.ContentLength = io.NopCloser(tt.body), -1
				return resp, nil
			})
			_, err := client.AddPermission(context.Background(), grant())
			var api smithy.APIError
			if !errors.As(err, &api) {
				t.Fatalf("err = %v, want a smithy.APIError", err)
			}
			wantEqual(t, "ErrorCode()", api.ErrorCode(), tt.code)
			wantResponse(t, err, tt.status, "r-3")
		})
	}
	_, err := newClient(answering(409, typed, `{"Type":"User","message":"The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement."}`)).
		AddPermission(context.Background(), grant())
	var conflict *lambdaerrors.ResourceConflictException
	if !errors.As(err, &conflict) {
		t.Errorf("err = %v, want a *ResourceConflictException", err)
	}
	wantEqual(t, "kind of the conflict", lambdaerrors.ConflictKindOf(err), lambdaerrors.DuplicateStatement)
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// If the context ends while the body of an error arrives, the error has both the end of
// the context and the service's error with the members that arrived completely.
func TestErrorThatStalls(t *testing.T) {
	tests := map[string]struct {
		arrived string
		kind    lambdaerrors.ConflictKind
	}{
		"nothing of the body": {"", lambdaerrors.UnknownConflict},
		"the message": {
			`{"Type":"User","message":"The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement.",`,
			lambdaerrors.DuplicateStatement,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := memnet.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("X-Amzn-Errortype", "ResourceConflictException")
					w.Header().Set("X-Amzn-Requestid", "r-4")
					w.WriteHeader(http.StatusConflict)
					_, _ = io.WriteString(w, tt.arrived)
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				}))
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				client := permission.New(permission.Options{Region: "us-east-1", Credentials: exampleKeys, BaseEndpoint: aws.String("http://lambda.test"), HTTPClient: &http.Client{Transport: transport}})
				_, err := client.AddPermission(ctx, grant())

				var canceled *aws.RequestCanceledError
				if !errors.As(err, &canceled) {
					t.Errorf("err = %v, want an *aws.RequestCanceledError", err)
				}
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("err = %v, want %v in it", err, context.DeadlineExceeded)
				}
				if got := lambdaerrors.ConflictKindOf(err); got != tt.kind {
					t.Errorf("err = %v, of kind %v, want %v", err, got, tt.kind)
				}
				wantResponse(t, err, http.StatusConflict, "r-4")
			})
		})
	}
}

// Every body is closed, also if it is not read: an open body keeps its connection.
func TestBodiesAreClosed(t *testing.T) {
	for _, status := range []int{201, 204, 304, 409, 500} {
		closed := false
		client := newClient(func(r *http.Request) (*http.Response, error) {
			resp := answer(r, status, nil, "")
			resp.Body = closer{endless{}, &closed}
			return resp, nil
		})
		client.AddPermission(context.Background(), grant())
		if !closed {
			t.Errorf("%d: the body is still open", status)
		}
	}
}

type closer struct {
	io.Reader
	closed *bool
}

func (c closer) Close() error { *c.closed = true; return nil }

// An HTTPClient of the program may return a response without a body.
func TestNoBody(t *testing.T) {
	client := newClient(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}}, nil
	})
	if _, err := client.RemovePermission(context.Background(), removal()); err != nil {
		t.Error(err)
	}
}

// A middleware that changes the input, the result or the context in a wrong way causes
// an error of the operation, not a panic.
func TestBreakingMiddlewares(t *testing.T) {
	type handle = func(context.Context, middleware.InitializeInput, middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error)
	tests := map[string]struct {
		handle handle
		says   string
	}{
		"another input": {func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			in.Parameters = struct{}{}
			return next.HandleInitialize(ctx, in)
		}, "unknown input"},
		"no result": {func(context.Context, middleware.InitializeInput, middleware.InitializeHandler) (out middleware.InitializeOutput, m middleware.Metadata, err error) {
			return out, m, nil
		}, "unknown result"},
		"another context": {func(_ context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(context.Background(), in)
		}, "context"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			client := newClient(unreachable(t), permission.WithAPIOptions(func(s *middleware.Stack) error {
				return s.Initialize.Add(middleware.InitializeMiddlewareFunc("Breaking", tt.handle), middleware.Before)
			}))
			_, err := client.RemovePermission(context.Background(), removal())
			var operation *smithy.OperationError
			if !errors.As(err, &operation) {
				t.Fatalf("err = %v, want a *smithy.OperationError", err)
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("err = %v, want %q in it", err, tt.says)
			}
		})
	}
}

// A middleware that replaces the answer by another type causes an error, not a panic.
func TestBreakingAnswers(t *testing.T) {
	for name, response := range map[string]any{
		"of another type": struct{}{},
		"nil":             nil,
	} {
		client := newClient(unreachable(t), permission.WithAPIOptions(func(s *middleware.Stack) error {
			return s.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Breaking", func(context.Context, middleware.DeserializeInput, middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
				return middleware.DeserializeOutput{RawResponse: response}, middleware.Metadata{}, nil
			}), middleware.After)
		}))
		_, err := client.RemovePermission(context.Background(), removal())
		var broken *smithy.DeserializationError
		if !errors.As(err, &broken) {
			t.Errorf("%s: err = %v, want a *smithy.DeserializationError", name, err)
		}
	}
}

// A call that fails applies the options of the caller once.
func TestCallOptionsRunOnce(t *testing.T) {
	n := 0
	_, err := newClient(answering(403, nil, "{}")).RemovePermission(context.Background(), removal(), func(*permission.Options) { n++ })
	if err == nil {
		t.Error("err = nil, want the 403")
	}
	wantEqual(t, "runs of the option", n, 1)
}
