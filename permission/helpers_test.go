package permission_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

func build(t *testing.T, in *permission.AddPermissionInput) policy.Statement {
	t.Helper()
	s, err := policy.NewStatement(in.Request(), arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// accessDenied returns the error with which the service refuses an unauthorized caller.
func accessDenied() error {
	return lambdaerrors.FromResponse(403, map[string][]string{"X-Amzn-Errortype": {"AccessDeniedException"}}, []byte(`{"Message":null}`))
}

// transport is an HTTP client that answers without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) Do(r *http.Request) (*http.Response, error) { return f(r) }

// answering returns a transport that gives every request the same answer.
func answering(status int, header http.Header, body string) transport {
	return func(r *http.Request) (*http.Response, error) { return answer(r, status, header, body), nil }
}

func answer(r *http.Request, status int, header http.Header, body string) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// unreachable returns a transport that fails the test if a request is sent.
func unreachable(t *testing.T) transport {
	return func(r *http.Request) (*http.Response, error) {
		t.Errorf("sent %s %s", r.Method, r.URL)
		return answer(r, http.StatusInternalServerError, nil, ""), nil
	}
}

// The example key of the AWS documentation ("Understanding and getting your AWS
// credentials").
var exampleKeys = aws.CredentialsProviderFunc(keys)

// newClient returns a client that signs with the example key and tries once.
func newClient(t transport, optFns ...func(*permission.Options)) *permission.Client {
	return permission.New(permission.Options{
		Region: "us-east-1", Credentials: exampleKeys, HTTPClient: t, RetryMaxAttempts: 1,
	}, optFns...)
}

// grant returns a grant that the service accepts.
func grant() *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName:  aws.String("Thumbnail"),
		StatementId:   aws.String("s3-photos"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceArn:     aws.String("arn:aws:s3:::photos"),
		SourceAccount: aws.String("123456789012"),
	}
}

// stored is the answer to a grant that was added.
const stored = `{"Statement":"{\"Sid\":\"s3-photos\",\"Effect\":\"Allow\"}"}`

// wantViolation fails the test unless err has a validate.Violation of the rule by the
// field.
func wantViolation(t *testing.T, err error, field, rule string) {
	t.Helper()
	var v validate.Violation
	if !errors.As(err, &v) {
		t.Errorf("err = %v, want a validate.Violation", err)
		return
	}
	want := validate.Violation{Field: field, Rule: rule}
	if got := (validate.Violation{Field: v.Field, Rule: v.Rule}); got != want {
		t.Errorf("violation %+v, want %+v", got, want)
	}
}

// wantEqual fails the test if got is not want.
func wantEqual[T comparable](t *testing.T, name string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

// counting returns t with a counter of its requests.
func counting(n *int, t transport) transport {
	return func(r *http.Request) (*http.Response, error) { *n++; return t(r) }
}

// recordURL returns a transport that answers with success and stores the URL of the
// request.
func recordURL(url *string) transport {
	return func(r *http.Request) (*http.Response, error) {
		*url = r.URL.String()
		return answer(r, http.StatusCreated, nil, stored), nil
	}
}

// noBackoff retries without a delay.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

// fewConnections is the largest number of connections for 50 consecutive calls that
// reuse them. net/http closes a connection if it does not learn within 50 ms after the
// answer that the request was written, which happens on a busy machine.
const fewConnections = 10

// connectionCounter counts the connections of a server with one client.
func connectionCounter(n *int) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			*n++
		}
	}
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
	w.service.ServeHTTP(done, overTheWire(r))
	return done.Result(), nil
}

// overTheWire returns a client's request as a server reads it.
func overTheWire(r *http.Request) *http.Request {
	var sent bytes.Buffer
	if err := r.Write(&sent); err != nil {
		panic(err)
	}
	read, err := http.ReadRequest(bufio.NewReader(&sent))
	if err != nil {
		panic(err)
	}
	return read.WithContext(r.Context())
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
