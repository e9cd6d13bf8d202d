package memnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdaperm/lambdaperm/internal/memnet"
)

// In a bubble a client's timeout ends a call after exactly its duration, and ends the
// context of the handler's request.
func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		client := &http.Client{Timeout: time.Hour, Transport: memnet.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			close(ended)
		}))}
		start := time.Now()
		_, err := client.Get("http://any.test/")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want %v in it", err, context.DeadlineExceeded)
		}
		if took := time.Since(start); took != time.Hour {
			t.Errorf("took %v, want %v", took, time.Hour)
		}
		<-ended
	})
}

// Outside of a bubble too, one connection serves several requests, with bodies in both
// directions.
func TestRoundTrips(t *testing.T) {
	dials := 0
	transport := memnet.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		dials++
		return dial(ctx, network, address)
	}
	client := &http.Client{Transport: transport}
	for range 3 {
		sent := strings.Repeat("lambda", 10_000)
		resp, err := client.Post("http://any.test/", "text/plain", strings.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != sent {
			t.Errorf("%d bytes came back, want the %d that were sent", len(got), len(sent))
		}
	}
	if dials != 1 {
		t.Errorf("%d connections, want 1", dials)
	}
}

// After Close, Accept and DialContext fail with net.ErrClosed. A dial that is not
// accepted ends with its context.
func TestClosed(t *testing.T) {
	l := memnet.Listen()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.DialContext(canceled, "tcp", "any.test:80"); !errors.Is(err, context.Canceled) {
		t.Errorf("a dial that is not accepted: err = %v, want %v in it", err, context.Canceled)
	}
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if _, err := l.DialContext(t.Context(), "tcp", "any.test:80"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a dial after Close: err = %v, want %v in it", err, net.ErrClosed)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: err = %v, want %v in it", err, net.ErrClosed)
	}
}

// A received request has the target, the host and the body that were sent, and the
// context of the client's request.
func TestReceived(t *testing.T) {
	type key struct{}
	sent, err := http.NewRequestWithContext(context.WithValue(t.Context(), key{}, "kept"), http.MethodPost, "https://lambda.test/path?q=1", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	got := memnet.Received(sent)
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]any{
		"RequestURI": {got.RequestURI, "/path?q=1"},
		"Host":       {got.Host, "lambda.test"},
		"URL.Host":   {got.URL.Host, ""}, // only a client's request has it
		"body":       {string(body), "body"},
		"context":    {got.Context().Value(key{}), "kept"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %v, want %v", name, pair[0], pair[1])
		}
	}
}
