package pages_test

// The Go code of docs/operations.md, compiled and run.

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

func newImpatientClient(cfg aws.Config) *permission.Client {
	cfg.HTTPClient = awshttp.NewBuildableClient().WithTimeout(10 * time.Second) // of one attempt
	return permission.NewFromConfig(cfg)
}

func grantInTime(ctx context.Context, client *permission.Client, in *permission.AddPermissionInput) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // of all attempts, and of what recovery reads
	defer cancel()
	_, err := client.AddPermission(ctx, in)
	return err
}

// A call to a service that does not answer ends with its context.
func TestGrantInTime(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	if err := grantInTime(t.Context(), newImpatientClient(server.Config()), partnerGrant("thumbnail", "partner")); err != nil {
		t.Fatal(err)
	}
	server.Faults(permissiontest.Every(1, permissiontest.Stalled()))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := grantInTime(ctx, newImpatientClient(server.Config()), partnerGrant("thumbnail", "other"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v, want context.DeadlineExceeded", err)
	}
}

func newPacedAPI(cfg aws.Config) permission.API {
	client := permission.NewFromConfig(cfg)
	pace := ensure.NewPace(10) // of the account's 15 calls a second
	return ensure.AwaitingRoles(ensure.Serialized(ensure.Paced(client, pace), nil), 0)
}

func TestNewPacedAPI(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	if _, err := newPacedAPI(server.Config()).AddPermission(t.Context(), partnerGrant("thumbnail", "partner")); err != nil {
		t.Fatal(err)
	}
}

func logAttempts(logger *slog.Logger) func(*middleware.Stack) error {
	attempt := func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		start := time.Now()
		out, metadata, err := next.HandleDeserialize(ctx, in)
		line := logger.With("operation", middleware.GetOperationName(ctx), "took", time.Since(start))
		if response, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
			line.InfoContext(ctx, "answer", "status", response.StatusCode,
				"error", response.Header.Get("X-Amzn-ErrorType"), "request", response.Header.Get("X-Amzn-RequestId"))
		} else {
			line.WarnContext(ctx, "no answer", "error", err)
		}
		return out, metadata, err
	}
	return func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("LogAttempts", attempt), middleware.After)
	}
}

func newLoggedClient(cfg aws.Config, logger *slog.Logger) *permission.Client {
	return permission.NewFromConfig(cfg, permission.WithAPIOptions(logAttempts(logger)))
}

// Each attempt is a line of the log: one that is throttled, one whose connection
// breaks, and one that succeeds.
func TestLoggedClient(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	server.Faults(permissiontest.On(1, permissiontest.Throttle()), permissiontest.On(2, permissiontest.Reset()))
	var written strings.Builder
	client := newLoggedClient(server.Config(), slog.New(slog.NewTextHandler(&written, nil)))
	in := partnerGrant("thumbnail", "partner")
	in.EventSourceToken = aws.String("a-secret")
	if _, err := client.AddPermission(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(written.String()), "\n")
	want := []string{"status=429 error=TooManyRequestsException", "no answer", "status=201"}
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(want), &written)
	}
	for i, line := range lines {
		if !strings.Contains(line, want[i]) {
			t.Errorf("line %d is %s, want %q in it", i+1, line, want[i])
		}
		if !strings.Contains(line, "operation=AddPermission") {
			t.Errorf("line %d does not name the operation: %s", i+1, line)
		}
		if strings.Contains(line, "a-secret") {
			t.Errorf("line %d has the token: %s", i+1, line)
		}
	}
}

func newObservedClient(cfg aws.Config, tracers tracing.TracerProvider, meters metrics.MeterProvider) *permission.Client {
	return permission.NewFromConfig(cfg, func(o *permission.Options) {
		o.TracerProvider, o.MeterProvider = tracers, meters
	})
}

// The client asks the providers for a tracer and a meter.
func TestObservedClient(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	asked := &providers{}
	client := newObservedClient(server.Config(), asked, asked)
	if _, err := client.AddPermission(t.Context(), partnerGrant("thumbnail", "partner")); err != nil {
		t.Fatal(err)
	}
	if asked.tracers == 0 || asked.meters == 0 {
		t.Errorf("asked for %d tracers and %d meters, want some of both", asked.tracers, asked.meters)
	}
}

type providers struct{ tracers, meters int }

func (p *providers) Tracer(scope string, opts ...tracing.TracerOption) tracing.Tracer {
	p.tracers++
	return tracing.NopTracerProvider{}.Tracer(scope, opts...)
}

func (p *providers) Meter(scope string, opts ...metrics.MeterOption) metrics.Meter {
	p.meters++
	return metrics.NopMeterProvider{}.Meter(scope, opts...)
}
