package permission_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/tracing"
	"github.com/lambdaperm/lambdaperm/permission"
)

// operations are calls of all operations; each returns the error.
var operations = map[string]func(context.Context, permission.API, ...func(*permission.Options)) error{
	"AddPermission": func(ctx context.Context, api permission.API, optFns ...func(*permission.Options)) error {
		_, err := api.AddPermission(ctx, grant(), optFns...)
		return err
	},
	"GetPolicy": func(ctx context.Context, api permission.API, optFns ...func(*permission.Options)) error {
		_, err := api.GetPolicy(ctx, &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")}, optFns...)
		return err
	},
	"RemovePermission": func(ctx context.Context, api permission.API, optFns ...func(*permission.Options)) error {
		_, err := api.RemovePermission(ctx, removal(), optFns...)
		return err
	},
}

// traced is an option that makes the client trace its calls.
func traced(o *permission.Options) { o.TracerProvider = struct{ tracing.NopTracerProvider }{} }

// redirector answers every request to front with a redirect to elsewhere, and counts
// the requests that reach elsewhere.
type redirector struct {
	front, elsewhere *httptest.Server
	followed         atomic.Int64
}

func newRedirector(t *testing.T, status int) *redirector {
	r := new(redirector)
	r.elsewhere = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.followed.Add(1)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.elsewhere.Close)
	r.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, r.elsewhere.URL, status)
	}))
	t.Cleanup(r.front.Close)
	return r
}

func (r *redirector) client(optFns ...func(*permission.Options)) *permission.Client {
	return permission.New(permission.Options{
		Region: "us-east-1", Credentials: exampleKeys, RetryMaxAttempts: 1, BaseEndpoint: &r.front.URL,
	}, optFns...)
}

// No redirect is followed, so that the signature and the session token do not go to
// another host. This holds for net/http's client and the SDK's, in the options of the
// client or of the call. The error has the status and the host.
func TestRedirectsAreNotFollowed(t *testing.T) {
	httpClients := map[string]func() permission.HTTPClient{
		"the default":           func() permission.HTTPClient { return nil },
		"an *http.Client":       func() permission.HTTPClient { return &http.Client{} },
		"a BuildableClient":     func() permission.HTTPClient { return awshttp.NewBuildableClient() },
		"a client that follows": func() permission.HTTPClient { return &http.Client{CheckRedirect: followAll} },
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		r := newRedirector(t, status)
		for kind, newHTTPClient := range httpClients {
			with := func(o *permission.Options) { o.HTTPClient = newHTTPClient() }
			for operation, call := range operations {
				for name, err := range map[string]error{
					"client":         call(t.Context(), r.client(with)),
					"client, traced": call(t.Context(), r.client(with, traced)),
					"call":           call(t.Context(), r.client(), with),
				} {
					wantAnswered(t, fmt.Sprintf("%d, %s of the %s, %s", status, kind, name, operation), err, status, r.elsewhere.URL)
				}
			}
		}
		if n := r.followed.Load(); n != 0 {
			t.Errorf("%d: followed %d times, want 0", status, n)
		}
	}
}

func followAll(*http.Request, []*http.Request) error { return nil }

func wantAnswered(t *testing.T, name string, err error, status int, to string) {
	t.Helper()
	var answered *awshttp.ResponseError
	if !errors.As(err, &answered) {
		t.Errorf("%s: err = %v, want an *awshttp.ResponseError", name, err)
		return
	}
	if got := answered.HTTPStatusCode(); got != status {
		t.Errorf("%s: status %d, want %d", name, got, status)
	}
	host, _ := url.Parse(to)
	if !strings.Contains(err.Error(), host.Host) {
		t.Errorf("%s: err = %v, want %s in it", name, err, host.Host)
	}
}

// The program's own HTTP client is not modified.
func TestHTTPClientIsNotChanged(t *testing.T) {
	r := newRedirector(t, http.StatusTemporaryRedirect)
	own := &http.Client{}
	client := r.client(func(o *permission.Options) { o.HTTPClient = own })
	if err := operations["GetPolicy"](t.Context(), client); err == nil {
		t.Error("err = nil, want the redirect")
	}
	if own.CheckRedirect != nil {
		t.Error("CheckRedirect of the program's own client is set")
	}
	if got := client.Options().HTTPClient; got != permission.HTTPClient(own) {
		t.Errorf("Options().HTTPClient = %v, want the program's own", got)
	}
}

// An HTTP client of another type may follow a redirect. Then a success of the other
// server is an error.
func TestFollowedRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		r := newRedirector(t, status)
		client := r.client(func(o *permission.Options) { o.HTTPClient = transport(new(http.Client).Do) })
		if err := operations["RemovePermission"](t.Context(), client); err == nil {
			t.Errorf("%d: err = nil, want an error", status)
		}
	}
}

// The error of a redirect without a Location names no host.
func TestRedirectWithoutLocation(t *testing.T) {
	for _, status := range []int{301, 302, 304, 307} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		client := permission.New(permission.Options{Region: "us-east-1", Credentials: exampleKeys, RetryMaxAttempts: 1, BaseEndpoint: &server.URL})
		err := operations["GetPolicy"](t.Context(), client)
		wantAnswered(t, fmt.Sprint(status), err, status, "")
		if strings.Contains(err.Error(), "redirected") {
			t.Errorf("%d: err = %v, want no host", status, err)
		}
		server.Close()
	}
}

// Calls whose options set a BuildableClient share its connections, like calls with the
// BuildableClient of the client.
func TestBuildableClientIsBuiltOnce(t *testing.T) {
	for name, where := range map[string]func(o *permission.Options, own *awshttp.BuildableClient){
		"of the client": func(o *permission.Options, own *awshttp.BuildableClient) { o.HTTPClient = own },
		"in turn":       func(o *permission.Options, own *awshttp.BuildableClient) { o.HTTPClient = own },
		"of the call":   func(*permission.Options, *awshttp.BuildableClient) {},
	} {
		connections := 0
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
		server.Config.ConnState = connectionCounter(&connections)
		server.Start()
		var dials atomic.Int64
		own := awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
			dial := tr.DialContext
			tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				dials.Add(1)
				return dial(ctx, network, address)
			}
		})
		o := permission.Options{Region: "us-east-1", Credentials: exampleKeys, BaseEndpoint: &server.URL}
		where(&o, own)
		client := permission.New(o)
		another := awshttp.NewBuildableClient()
		for i := range 50 {
			ofCall := func(o *permission.Options) {
				switch {
				case name == "of the call":
					o.HTTPClient = own
				case name == "in turn" && i%2 == 1:
					o.HTTPClient = another
				}
			}
			if err := operations["RemovePermission"](t.Context(), client, ofCall); err != nil {
				t.Error(err)
			}
		}
		server.Close() // no handler runs from here on
		if connections > fewConnections {
			t.Errorf("%s: %d connections, want at most %d", name, connections, fewConnections)
		}
		if n := dials.Load(); name == "of the call" && n != int64(connections) {
			t.Errorf("%s: the BuildableClient of the call made %d connections, want all %d", name, n, connections)
		}
	}
}

// A request without content has a nil Body: net/http would send an empty body in chunks
// or read from it first.
func TestRequestWithoutBody(t *testing.T) {
	for _, operation := range []string{"GetPolicy", "RemovePermission"} {
		var body io.ReadCloser
		client := newClient(func(r *http.Request) (*http.Response, error) {
			body = r.Body
			return answer(r, 200, nil, `{"Policy":"{}"}`), nil
		})
		if err := operations[operation](t.Context(), client); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, operation+": Body is nil", body == nil, true)
	}
}

// If a server switches to another protocol, which no request asks for, the connection
// is closed and the call returns an error with the status.
func TestSwitchingProtocols(t *testing.T) {
	closed := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection := hijack(w)
		defer connection.Close()
		_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_ = connection.SetReadDeadline(time.Now().Add(time.Minute))
		// The request's body may still be on its way, so the first bytes are not the end;
		// a connection closed with bytes unread ends in a reset instead of EOF.
		if _, err := io.Copy(io.Discard, connection); !errors.Is(err, os.ErrDeadlineExceeded) {
			closed <- struct{}{}
		}
	}))
	defer server.Close()
	for kind, option := range map[string]func(*permission.Options){
		"silent": func(*permission.Options) {},
		"logged": func(o *permission.Options) { o.ClientLogMode = aws.LogResponseWithBody },
		"traced": traced,
	} {
		for operation, call := range operations {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			client := permission.New(permission.Options{Region: "us-east-1", Credentials: exampleKeys, RetryMaxAttempts: 1, BaseEndpoint: &server.URL}, option)
			err := call(ctx, client)
			cancel()
			wantAnswered(t, kind+", "+operation, err, http.StatusSwitchingProtocols, "")
			select {
			case <-closed:
			case <-time.After(time.Minute):
				t.Errorf("%s, %s: the connection is still open", kind, operation)
			}
		}
	}
}
