package permission_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// link is a transport to a service in memory. Each entry of failures takes the
// place of the answer to one attempt of a change, in order; nil lets it pass.
type link struct {
	service  *permissiontest.Service
	failures []func(*http.Request) (*http.Response, error)

	changes, reads int
	readQueries    []string
}

func (w *link) Do(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		w.reads++
		w.readQueries = append(w.readQueries, r.URL.RawQuery)
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

// committed does the work and loses the answer.
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
