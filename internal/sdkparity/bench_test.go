package sdkparity_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// BenchmarkAddPermission compares one whole call: ours with its default
// pre-flight, the SDK's, and floor, a plain one by hand. docs/
// performance.md says how to read it.
func BenchmarkAddPermission(b *testing.B) {
	for _, env := range environments(b) {
		for _, c := range callers(env.cfg) {
			b.Run(env.name+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				if env.parallel {
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							if err := c.call(context.Background()); err != nil {
								b.Error(err)
								return
							}
						}
					})
					return
				}
				for b.Loop() {
					if err := c.call(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// environment is a configuration of the clients, and the server behind it.
type environment struct {
	name     string
	cfg      aws.Config
	parallel bool
}

// environments are: stub, an answer within the process; loopback, one over TCP
// from a server whose work and allocations are counted too; apioptions, stub with
// one API option; retries, stub where each first attempt is answered with 503 and
// the second follows at once; parallel, stub on all processors at once.
func environments(tb testing.TB) []environment {
	answering := func(client aws.HTTPClient, url string) aws.Config {
		cfg := plainConfig(client)
		cfg.BaseEndpoint = &url
		return cfg
	}
	const nowhere = "http://127.0.0.1:1"
	server := benchServer(tb)
	loopback := answering(server.Client(), server.URL)
	apioptions, retries := answering(stub{}, nowhere), withoutWaiting(answering(&unsteady{}, nowhere))
	apioptions.APIOptions = []func(*middleware.Stack) error{func(*middleware.Stack) error { return nil }}
	return []environment{
		{name: "stub", cfg: answering(stub{}, nowhere)},
		{name: "loopback", cfg: loopback},
		{name: "apioptions", cfg: apioptions},
		{name: "retries", cfg: retries},
		{name: "parallel", cfg: answering(stub{}, nowhere), parallel: true},
	}
}

// withoutWaiting makes both clients retry at once, and as often as need be.
func withoutWaiting(cfg aws.Config) aws.Config {
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.RateLimiter = ratelimit.None
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	return cfg
}

// caller makes the same call as the others, in its own way.
type caller struct {
	name string
	call func(context.Context) error
}

var benchGrant = struct{ Action, Principal, SourceArn, StatementId string }{
	"lambda:InvokeFunction", "s3.amazonaws.com", "arn:aws:s3:::bucket", "s3",
}

func callers(cfg aws.Config) []caller {
	ours, sdk := permission.NewFromConfig(cfg), lambda.NewFromConfig(cfg)
	return []caller{
		{"lambdaperm", func(ctx context.Context) error {
			_, err := ours.AddPermission(ctx, &permission.AddPermissionInput{
				Action: &benchGrant.Action, FunctionName: aws.String("Thumbnail"), Principal: &benchGrant.Principal,
				StatementId: &benchGrant.StatementId, SourceArn: &benchGrant.SourceArn,
			})
			return err
		}},
		{"sdk", func(ctx context.Context) error {
			_, err := sdk.AddPermission(ctx, &lambda.AddPermissionInput{
				Action: &benchGrant.Action, FunctionName: aws.String("Thumbnail"), Principal: &benchGrant.Principal,
				StatementId: &benchGrant.StatementId, SourceArn: &benchGrant.SourceArn,
			})
			return err
		}},
		{"floor", newFloor(cfg).addPermission},
	}
}

const benchAnswer = `{"Statement":"{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail\"}"}`

// stub reads the request and answers at once.
type stub struct{}

func (stub) Do(req *http.Request) (*http.Response, error) {
	return answerWith(req, http.StatusCreated, benchAnswer)
}

// unsteady answers every other request with an error that is worth a retry.
type unsteady struct{ requests atomic.Int64 }

func (u *unsteady) Do(req *http.Request) (*http.Response, error) {
	if u.requests.Add(1)%2 == 1 {
		return answerWith(req, http.StatusServiceUnavailable, `{"message":"Service Unavailable"}`)
	}
	return answerWith(req, http.StatusCreated, benchAnswer)
}

func answerWith(req *http.Request, status int, body string) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return nil, err
	}
	return response(req, status, http.Header{"Content-Type": {"application/json"}}, body), nil
}

// benchServer answers over TCP as stub does.
func benchServer(tb testing.TB) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, benchAnswer)
	}))
	tb.Cleanup(server.Close)
	return server
}
