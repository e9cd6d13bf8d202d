package sdkparity_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// BenchmarkAddPermission compares one whole call of our client with its default
// pre-flight, of the SDK's client, and of floor, a client written by hand.
// docs/performance.md explains the results.
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

// environment is a configuration of the clients, with the HTTP client or the server
// that answers.
type environment struct {
	name     string
	cfg      aws.Config
	parallel bool
}

// environments returns: stub, with answers from within the process; loopback, with
// answers over TCP from a server whose work and allocations are counted too;
// apioptions, stub with one API option; retries, stub with a 503 for the first attempt
// of each call and no delay before the second; parallel, stub on all processors at
// once.
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

// withoutWaiting makes both clients retry without delay and without a rate limit.
func withoutWaiting(cfg aws.Config) aws.Config {
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.RateLimiter = ratelimit.None
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	return cfg
}

// caller makes the compared call with one of the clients.
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

// unsteady answers every other request with a retryable error.
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

// floor is a simple client written by hand: encoding/json, http.NewRequest, the SDK's
// signer, and a decoder of the answer, with one retry of a 5xx. It has no ids, metadata
// or typed errors, and ignores API options.
type floor struct {
	cfg    aws.Config
	signer *v4.Signer
}

func newFloor(cfg aws.Config) floor { return floor{cfg, v4.NewSigner()} }

func (f floor) addPermission(ctx context.Context) error {
	status, err := f.attempt(ctx)
	if err == nil && status >= 500 {
		status, err = f.attempt(ctx)
	}
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("status %d", status)
	}
	return err
}

func (f floor) attempt(ctx context.Context) (status int, err error) {
	req, err := f.signed(ctx)
	if err != nil {
		return 0, err
	}
	resp, err := f.cfg.HTTPClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var answer struct{ Statement *string }
	err = json.NewDecoder(resp.Body).Decode(&answer)
	return resp.StatusCode, err
}

func (f floor) signed(ctx context.Context) (*http.Request, error) {
	body, err := json.Marshal(benchGrant)
	if err != nil {
		return nil, err
	}
	target := *f.cfg.BaseEndpoint + "/2015-03-31/functions/" + url.PathEscape("Thumbnail") + "/policy"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	creds, err := f.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return req, f.signer.SignHTTP(ctx, creds, req, hex.EncodeToString(sum[:]), "lambda", f.cfg.Region, time.Now())
}

// A call of our client, pre-flight included, makes at most the given share of the
// allocations of a call of the SDK's client in the same run. Over loopback the
// allocations of the server count for both.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	limits := map[string]struct {
		share float64
		most  float64 // an absolute limit, or 0
	}{
		"stub":       {share: 0.30, most: 85},
		"loopback":   {share: 0.47},
		"apioptions": {share: 0.57},
		"retries":    {share: 0.41},
	}
	for _, env := range environments(t) {
		limit, ok := limits[env.name]
		if !ok {
			continue // parallel calls allocate as much as single ones
		}
		allocs := map[string]float64{}
		for _, c := range callers(env.cfg) {
			allocs[c.name] = testing.AllocsPerRun(200, func() {
				if err := c.call(context.Background()); err != nil {
					t.Fatal(err)
				}
			})
		}
		ours, sdk := allocs["lambdaperm"], allocs["sdk"]
		t.Logf("%s: %v allocations, the SDK's client %v (%.3f), the floor %v", env.name, ours, sdk, ours/sdk, allocs["floor"])
		if ours > limit.share*sdk {
			t.Errorf("%s: %v allocations are more than %v of the SDK's %v", env.name, ours, limit.share, sdk)
		}
		if limit.most > 0 && ours > limit.most {
			t.Errorf("%s: %v allocations are more than %v", env.name, ours, limit.most)
		}
	}
}

// countedConn counts the writes to its connection.
type countedConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countedConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

// countedClient returns an HTTP/1.1 client and the count of its writes.
func countedClient(t *testing.T) (*http.Client, *atomic.Int64) {
	writes := new(atomic.Int64)
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return countedConn{conn, writes}, err
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}, writes
}

// Headers and body of a request are sent in one write, and so, unless they are long, in
// one packet and one TLS record. This is so in each attempt of a retried
// call, and if calls are measured.
func TestOneWritePerRequest(t *testing.T) {
	t.Run("plain", func(t *testing.T) { testOneWritePerRequest(t, func(*permission.Options) {}) })
	t.Run("measured", func(t *testing.T) {
		testOneWritePerRequest(t, func(o *permission.Options) { o.MeterProvider = &meter{} })
	})
}

func testOneWritePerRequest(t *testing.T, observe func(*permission.Options)) {
	for name, input := range map[string]*permission.AddPermissionInput{
		"usual": {
			Action: &benchGrant.Action, FunctionName: aws.String("Thumbnail"), Principal: &benchGrant.Principal,
			StatementId: &benchGrant.StatementId, SourceArn: &benchGrant.SourceArn,
		},
		"long": {
			Action: &benchGrant.Action, FunctionName: aws.String("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"),
			Principal: aws.String("alexa-appkit.amazon.com"), StatementId: aws.String(strings.Repeat("s", 100)),
			EventSourceToken: aws.String(strings.Repeat("t", 256)), Qualifier: aws.String(strings.Repeat("q", 128)),
			SourceArn: aws.String("arn:aws:s3:::" + strings.Repeat("b", 1000)),
		},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if requests.Add(1)%2 == 1 {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, benchAnswer)
			}))
			defer server.Close()
			client, writes := countedClient(t)
			cfg := withoutWaiting(plainConfig(client))
			cfg.BaseEndpoint = &server.URL
			ours := permission.NewFromConfig(cfg, observe)
			for range 10 {
				if _, err := ours.AddPermission(context.Background(), input); err != nil {
					t.Fatal(err)
				}
			}
			if n := requests.Load(); n != 20 {
				t.Errorf("%d requests, want 20", n)
			}
			if n := writes.Load(); n != 20 {
				t.Errorf("%d writes, want 20, one for each request", n)
			}
		})
	}
}

// created returns the number of goroutines that the program has started, if the runtime
// counts them.
func created() (n uint64, ok bool) {
	s := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0, false
	}
	return s[0].Value.Uint64(), true
}

// A call starts no goroutine, even if the transport derives a context from that of the
// call, as transports with timeouts do.
func TestNoGoroutinePerCall(t *testing.T) {
	const calls = 500
	// The runtime and the remains of earlier tests start a few now and then.
	const few = calls / 10
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	more, before := 0, runtime.NumGoroutine()
	ours := permission.NewFromConfig(plainConfig(derivingStub{func() {
		if runtime.NumGoroutine() > before {
			more++
		}
	}}))
	createdBefore, told := created()
	for range calls {
		_, err := ours.AddPermission(ctx, &permission.AddPermissionInput{
			Action: &benchGrant.Action, FunctionName: aws.String("Thumbnail"), Principal: &benchGrant.Principal, StatementId: &benchGrant.StatementId,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if more > few {
		t.Errorf("during %d of %d calls there were more goroutines than before, want %d at most", more, calls, few)
	}
	if after, _ := created(); told && after-createdBefore > few {
		t.Errorf("%d goroutines were started during %d calls, want %d at most", after-createdBefore, calls, few)
	}
}

// derivingStub answers at once, and calls a function while a context derived from
// the request's is in use.
type derivingStub struct{ during func() }

func (s derivingStub) Do(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	s.during()
	return stub{}.Do(req.WithContext(ctx))
}
