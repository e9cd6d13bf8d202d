package permissiontest_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// fakeTB is a test that ends when end is called.
type fakeTB struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (f *fakeTB) Helper()          {}
func (f *fakeTB) Cleanup(c func()) { f.cleanups = append(f.cleanups, c) }
func (f *fakeTB) Errorf(format string, args ...any) {
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

func (f *fakeTB) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
}

func (f *fakeTB) end() {
	for _, c := range f.cleanups {
		c()
	}
}

// A request that is not of the API fails the test of the server, with a message that
// names the request.
func TestServerReportsUnknown(t *testing.T) {
	tb := &fakeTB{TB: t}
	s := permissiontest.NewServer(tb)
	resp, err := http.Get(s.URL + "/2015-03-31/functions/fn/configuration")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 403 {
		t.Errorf("status %d, want 403", resp.StatusCode)
	}
	tb.end()
	want := []string{"permissiontest: not of the API: GET /2015-03-31/functions/fn/configuration"}
	if diff := cmp.Diff(want, tb.errors); diff != "" {
		t.Errorf("errors of the test (-want +got):\n%s", diff)
	}
}

// Requests that the fallback handles do not fail the test.
func TestServerWithFallback(t *testing.T) {
	tb := &fakeTB{TB: t}
	s := permissiontest.NewServer(tb, permissiontest.WithFallback(http.NotFoundHandler()))
	resp, err := http.Get(s.URL + "/2015-03-31/functions/fn/configuration")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 404 {
		t.Errorf("status %d, want 404 of the fallback", resp.StatusCode)
	}
	tb.end()
	if diff := cmp.Diff([]string(nil), tb.errors); diff != "" {
		t.Errorf("errors of the test (-want +got):\n%s", diff)
	}
}

// Setup that is not possible fails the test.
func TestServerSetupFails(t *testing.T) {
	tb := &fakeTB{TB: t}
	s := permissiontest.NewServer(tb)
	defer tb.end()
	s.CreateFunction("a b")
	s.PublishVersion("none")
	s.CreateAlias("none", "a", "1")
	s.DeletePrincipal("nobody")
	if len(tb.errors) != 4 {
		t.Errorf("errors of the test: %q, want 4", tb.errors)
	}
}

// Clients that do not complete their request do not delay the end of the test, whether
// they sent nothing, a part of the header or a part of the body.
func TestServerCloseWithStuckClients(t *testing.T) {
	tb := &fakeTB{TB: t}
	s := permissiontest.NewServer(tb)
	var stuck []net.Conn
	for _, sent := range []string{
		"",
		"POST /2015-03-31/functions/fn/policy HTTP/1.1\r\nHost: x\r\n",
		"POST /2015-03-31/functions/fn/policy HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, sent); err != nil {
			t.Fatal(err)
		}
		stuck = append(stuck, conn)
	}
	ended := make(chan struct{})
	go func() { tb.end(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the test did not end within a minute")
	}
	for i, conn := range stuck {
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		_, err := io.Copy(io.Discard, conn)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("connection %d is still open", i)
		}
	}
}

// The server closes the connection of a client that does not complete the header of its
// request.
func TestServerReadHeaderTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := permissiontest.NewHTTPServer(http.NotFoundHandler())
		listener := memnet.Listen()
		served := make(chan struct{})
		go func() { defer close(served); _ = server.Serve(listener) }()
		defer func() { _ = server.Close(); <-served }()
		client, err := listener.DialContext(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: x\r\n"); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		_ = client.SetReadDeadline(begin.Add(time.Hour))
		_, err = io.Copy(io.Discard, client)
		if got := time.Since(begin); err != nil || got > 2*time.Minute {
			t.Errorf("the connection was open for %v, error %v; want it closed within two minutes", got, err)
		}
	})
}

// 64 goroutines change the policy of one function, half of them in process. Every
// statement is stored once, and exactly one of the goroutines that add the same Sid
// succeeds.
func TestConcurrent(t *testing.T) {
	const goroutines, contested = 64, 8
	w := newWorld(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := map[string]int{}
	for i := range goroutines {
		var api permission.API = w.API()
		if i%2 == 0 {
			api = w.Client(unchecked)
		}
		wg.Go(func() {
			if err := add(api, sid(fmt.Sprint("own-", i))); err != nil {
				t.Error(err)
			}
			shared := fmt.Sprint("shared-", i%contested)
			if err := add(api, sid(shared)); err == nil {
				mu.Lock()
				won[shared]++
				mu.Unlock()
			} else if code(err) != "ResourceConflictException" {
				t.Error(err)
			}
			if _, err := get(api, "fn", ""); err != nil {
				t.Error(err)
			}
			_, _ = w.Policy("fn")
			_ = w.Unknown()
			if i%4 == 0 {
				if err := remove(api, "fn", "", fmt.Sprint("own-", i), ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	d, _ := w.Policy("fn")
	if got, want := len(d.Statements()), goroutines-goroutines/4+contested; got != want {
		t.Errorf("%d statements, want %d", got, want)
	}
	for id, n := range won {
		if n != 1 {
			t.Errorf("%s was added %d times, want once", id, n)
		}
	}
}

// Of many changes with one RevisionId exactly one succeeds.
func TestConcurrentRevisionId(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client)
	guard := revisionOf(t, w.client, "fn", "")
	var wg sync.WaitGroup
	results := make([]string, 64)
	for i := range results {
		wg.Go(func() { results[i] = code(add(w.API(), sid(fmt.Sprint("guarded-", i)), revision(guard))) })
	}
	wg.Wait()
	through := 0
	for _, result := range results {
		switch result {
		case "":
			through++
		case "PreconditionFailedException":
		default:
			t.Error(result)
		}
	}
	if through != 1 {
		t.Errorf("%d changes succeeded, want 1", through)
	}
}

// Config returns the region, endpoint and credentials of a client.
func TestConfig(t *testing.T) {
	s := permissiontest.NewService(
		permissiontest.WithRegion("eu-west-1"), permissiontest.WithCredentials("key", "secret", "token"))
	cfg := s.Config("http://127.0.0.1:1")
	credentials, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := []string{cfg.Region, aws.ToString(cfg.BaseEndpoint), credentials.AccessKeyID, credentials.SecretAccessKey, credentials.SessionToken}
	if diff := cmp.Diff([]string{"eu-west-1", "http://127.0.0.1:1", "key", "secret", "token"}, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}
