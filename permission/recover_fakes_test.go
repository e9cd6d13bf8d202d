package permission_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// serviceWithOneStatement returns a service whose function Thumbnail has a policy
// with the statement "other", and the revision of that policy.
func serviceWithOneStatement(t *testing.T) (*permissiontest.Service, *string) {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, service.API(), &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), StatementId: aws.String("other"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	})
	return service, revisionOf(t, service)
}

func revisionOf(t *testing.T, service *permissiontest.Service) *string {
	t.Helper()
	out, err := service.API().GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
	if err != nil {
		t.Fatal(err)
	}
	return out.RevisionId
}

// link is a transport to a service in memory. The entries of failures replace the
// answers to the attempts of a change, in order; a nil entry does not replace it.
type link struct {
	service  *permissiontest.Service
	failures []func(*http.Request) (*http.Response, error)

	// beforeRead runs before each GetPolicy, unless it is nil.
	beforeRead func()

	changes, reads int
	readQueries    []string
}

func (w *link) Do(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		w.reads++
		w.readQueries = append(w.readQueries, r.URL.RawQuery)
		if w.beforeRead != nil {
			w.beforeRead()
		}
		return w.serve(r)
	}
	n := w.changes
	w.changes++
	if n < len(w.failures) && w.failures[n] != nil {
		return w.failures[n](r)
	}
	return w.serve(r)
}

func (w *link) serve(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	done := httptest.NewRecorder()
	w.service.ServeHTTP(done, memnet.Received(r))
	return done.Result(), nil
}

// committed carries out the request and loses the answer.
func (w *link) committed(r *http.Request) (*http.Response, error) {
	_, _ = w.serve(r)
	return nil, io.ErrUnexpectedEOF
}

func dropped(*http.Request) (*http.Response, error) { return nil, syscall.ECONNRESET }

func undialled(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func throttled(r *http.Request) (*http.Response, error) {
	return answer(r, 429, http.Header{"X-Amzn-Errortype": {"TooManyRequestsException"}}, `{"message":"Rate exceeded"}`), nil
}

func (w *link) client(optFns ...func(*permission.Options)) *permission.Client {
	return permission.NewFromConfig(w.service.Config("http://lambda.test"), append([]func(*permission.Options){func(o *permission.Options) {
		o.HTTPClient = w
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
	}}, optFns...)...)
}

// front is a handler between a client and the service. After the service has carried
// out the first change, front loses the response with lose.
type front struct {
	service *permissiontest.Service
	lose    func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder)

	// instead, unless nil, replaces the first change, whose request is lost as well.
	instead func()
	// beforeRead, unless nil, runs before each GetPolicy.
	beforeRead func()
	// unreadable is set to refuse GetPolicy.
	unreadable bool
	// preconditionFirst is set to answer a removal of an absent statement with a
	// revision with 412. The order in which the service checks id and revision is not
	// documented.
	preconditionFirst bool

	mu      sync.Mutex
	changes int
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		f.read(w, r)
		return
	}
	f.mu.Lock()
	f.changes++
	first := f.changes == 1
	f.mu.Unlock()
	if first {
		f.lose(w, r, f.carryOut(r))
		return
	}
	f.answer(w, r)
}

func (f *front) carryOut(r *http.Request) *httptest.ResponseRecorder {
	if f.instead != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		f.instead()
		return httptest.NewRecorder()
	}
	done := httptest.NewRecorder()
	f.service.ServeHTTP(done, r)
	return done
}

func (f *front) read(w http.ResponseWriter, r *http.Request) {
	if f.unreadable {
		refuse(w, http.StatusForbidden, "AccessDeniedException", `{"Message":"User is not authorized to perform: lambda:GetPolicy"}`)
		return
	}
	if f.beforeRead != nil {
		f.beforeRead()
	}
	f.service.ServeHTTP(w, r)
}

func (f *front) answer(w http.ResponseWriter, r *http.Request) {
	done := httptest.NewRecorder()
	f.service.ServeHTTP(done, r)
	if f.preconditionFirst && r.URL.Query().Has("RevisionId") && done.Code == http.StatusNotFound {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailedException", `{"Type":"User","message":"The Revision Id provided does not match the latest Revision Id."}`)
		return
	}
	copyAnswer(w, done)
}

func refuse(w http.ResponseWriter, status int, code, body string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func copyAnswer(w http.ResponseWriter, done *httptest.ResponseRecorder) {
	for name, values := range done.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(done.Code)
	_, _ = w.Write(done.Body.Bytes())
}

// clientTimeout loses a response by the timeout of the HTTP client.
const clientTimeout = "client timeout"

// losses are the ways in which a response is lost.
var losses = map[string]func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder){
	"reset before headers": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		connection := hijack(w)
		_ = connection.(*net.TCPConn).SetLinger(0) // closing then sends a reset
		_ = connection.Close()
	},
	"EOF": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		_ = hijack(w).Close()
	},
	"500": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		refuse(w, 500, "ServiceException", `{"Message":"An error occurred and the request cannot be processed.","Type":"Service"}`)
	},
	"503": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(503)
		_, _ = io.WriteString(w, "<html>Service Unavailable</html>")
	},
	clientTimeout: func(_ http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
		<-r.Context().Done()
	},
	"truncated body": func(w http.ResponseWriter, _ *http.Request, done *httptest.ResponseRecorder) {
		body := append(done.Body.Bytes(), "{ and more"...) // a 204 has no body that could be truncated
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	},
}

func hijack(w http.ResponseWriter) net.Conn {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	return connection
}

// client serves f on loopback and returns a client of it.
func (f *front) client(t *testing.T) *permission.Client {
	t.Helper()
	server := httptest.NewUnstartedServer(f)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	return f.clientVia(transport, server.URL)
}

// clientVia returns a client of f that retries without a delay and waits up to a minute
// for each answer.
func (f *front) clientVia(transport http.RoundTripper, endpoint string) *permission.Client {
	return permission.NewFromConfig(f.service.Config(endpoint), func(o *permission.Options) {
		o.HTTPClient = &http.Client{Transport: transport, Timeout: time.Minute}
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
	})
}
