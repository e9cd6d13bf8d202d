package sdkparity_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

// countedConn counts how often its connection is written to.
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

// Headers and body leave in one write, and so, unless they are long, in one packet
// and one TLS record; with a body in each attempt of a retried call too.
func TestOneWritePerRequest(t *testing.T) {
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
			ours := permission.NewFromConfig(cfg)
			for range 10 {
				if _, err := ours.AddPermission(context.Background(), input); err != nil {
					t.Fatal(err)
				}
			}
			if requests.Load() != 20 || writes.Load() != requests.Load() {
				t.Errorf("%d writes for %d requests, want one for each of 20", writes.Load(), requests.Load())
			}
		})
	}
}

// created is how many goroutines the program has started, where the runtime
// tells.
func created() (n uint64, ok bool) {
	s := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0, false
	}
	return s[0].Value.Uint64(), true
}

// A call starts no goroutine, and neither does a transport that derives a context
// of its own from the call's, as those with timeouts do.
func TestNoGoroutinePerCall(t *testing.T) {
	const calls = 500
	// The runtime, and what earlier tests left, start a few now and then.
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
		t.Errorf("more goroutines during %d of %d calls than before", more, calls)
	}
	if after, _ := created(); told && after-createdBefore > few {
		t.Errorf("%d goroutines started during %d calls", after-createdBefore, calls)
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
