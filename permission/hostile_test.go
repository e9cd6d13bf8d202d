package permission_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// A redirect that the HTTP client follows ends in an error, not in a success that
// somebody else reported.
func TestFollowedRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, status)
		}))
		for name, httpClient := range map[string]permission.HTTPClient{"the default client": nil, "net/http's client": http.DefaultClient} {
			client := permission.New(permission.Options{
				Region: "us-east-1", Credentials: exampleKeys, HTTPClient: httpClient, RetryMaxAttempts: 1, BaseEndpoint: aws.String(front.URL),
			})
			if _, err := client.RemovePermission(context.Background(), removal()); err == nil {
				t.Errorf("%d, %s: no error", status, name)
			}
		}
		front.Close()
	}
}

// An HTTP client by hand may leave out the body.
func TestNoBody(t *testing.T) {
	client := newClient(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}}, nil
	})
	if _, err := client.RemovePermission(context.Background(), removal()); err != nil {
		t.Error(err)
	}
}

// What a middleware breaks is an error of the operation, never a panic.
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
			if !errors.As(err, &operation) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("err = %v, want a *smithy.OperationError that says %q", err, tt.says)
			}
		})
	}
}

// A failed call applies the options of the caller once.
func TestCallOptionsRunOnce(t *testing.T) {
	n := 0
	_, err := newClient(answering(403, nil, "{}")).RemovePermission(context.Background(), removal(), func(*permission.Options) { n++ })
	if err == nil || n != 1 {
		t.Errorf("%d times, err = %v; want once and an error", n, err)
	}
}
