package permissiontest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

// TB is the part of testing.TB that this package uses; a *testing.T, *testing.B or
// *testing.F implements it. With an interface of its own, this package does not
// import testing, and a program that serves a Service does not link it.
type TB interface {
	Cleanup(func())
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Helper()
	Skipf(format string, args ...any)
}

// Server is a Service on a port of the loopback interface, for one test. Its methods
// fail the test where those of the Service return an error. It is safe for concurrent
// use, but as with testing.TB, methods that may fail the test must be called from the
// goroutine of the test.
type Server struct {
	*Service

	// URL is the endpoint of the service: http://127.0.0.1:PORT, without a slash at
	// the end.
	URL string

	tb    TB
	front *front
}

// front is a handler that can be replaced while the server runs.
type front struct{ handler atomic.Pointer[http.Handler] }

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*f.handler.Load()).ServeHTTP(w, r)
}

func (f *front) set(h http.Handler) { f.handler.Store(&h) }

// NewServer starts a Service that stops at the end of the test or benchmark.
// Everything that Unknown lists by then is an error of the test.
//
// The server closes all connections when it stops and does not wait for clients, so
// that a blocked client does not delay the end of the test.
func NewServer(tb TB, options ...Option) *Server {
	tb.Helper()
	service := NewService(options...)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("permissiontest: %v", err)
	}
	front := new(front)
	front.set(service)
	web := newHTTPServer(front)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = web.Serve(listener) // ends with http.ErrServerClosed
	}()
	tb.Cleanup(func() {
		_ = web.Close()
		<-served
		for _, what := range service.Unknown() {
			tb.Errorf("permissiontest: not of the API: %s", what)
		}
	})
	return &Server{Service: service, URL: "http://" + listener.Addr().String(), tb: tb, front: front}
}

// newHTTPServer limits the time for the header of a request, so that a client that
// does not complete it does not keep its connection.
func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
}

// Faults replaces the faults in front of the server; without rules it removes them.
// Requests that are being answered are not affected.
//
//	server.Faults(permissiontest.On(1, permissiontest.CommitThen(permissiontest.Reset())))
func (s *Server) Faults(rules ...Rule) { s.front.set(Faults(s.Service, rules...)) }

// Config returns the configuration for a client of this server: region, credentials
// and endpoint.
func (s *Server) Config() aws.Config { return s.Service.Config(s.URL) }

// Client returns a client of this server. optFns are applied to its options.
func (s *Server) Client(optFns ...func(*permission.Options)) *permission.Client {
	return permission.NewFromConfig(s.Config(), optFns...)
}

// CreateFunction is the Service's, failing the test on an error.
func (s *Server) CreateFunction(name string) {
	s.tb.Helper()
	s.must(s.Service.CreateFunction(name))
}

// PublishVersion is the Service's, failing the test on an error.
func (s *Server) PublishVersion(name string) (version string) {
	s.tb.Helper()
	version, err := s.Service.PublishVersion(name)
	s.must(err)
	return version
}

// CreateAlias is the Service's, failing the test on an error.
func (s *Server) CreateAlias(name, aliasName, version string) (revisionID string) {
	s.tb.Helper()
	revisionID, err := s.Service.CreateAlias(name, aliasName, version)
	s.must(err)
	return revisionID
}

// SetPolicy is the Service's, failing the test on an error.
func (s *Server) SetPolicy(function, document string) {
	s.tb.Helper()
	s.must(s.Service.SetPolicy(function, document))
}

// UpdateAlias is the Service's, failing the test on an error.
func (s *Server) UpdateAlias(name, aliasName, version string) (revisionID string) {
	s.tb.Helper()
	revisionID, err := s.Service.UpdateAlias(name, aliasName, version)
	s.must(err)
	return revisionID
}

// DeleteAlias is the Service's, failing the test on an error.
func (s *Server) DeleteAlias(name, aliasName string) {
	s.tb.Helper()
	s.must(s.Service.DeleteAlias(name, aliasName))
}

// DeleteVersion is the Service's, failing the test on an error.
func (s *Server) DeleteVersion(name, version string) {
	s.tb.Helper()
	s.must(s.Service.DeleteVersion(name, version))
}

// DeleteFunction is the Service's, failing the test on an error.
func (s *Server) DeleteFunction(name string) {
	s.tb.Helper()
	s.must(s.Service.DeleteFunction(name))
}

// RotateCredentials is the Service's, failing the test on an error.
func (s *Server) RotateCredentials(accessKeyID, secretAccessKey, sessionToken string) {
	s.tb.Helper()
	s.must(s.Service.RotateCredentials(accessKeyID, secretAccessKey, sessionToken))
}

// BlockPublicPolicy is the Service's, failing the test on an error.
func (s *Server) BlockPublicPolicy(function string, block bool) {
	s.tb.Helper()
	s.must(s.Service.BlockPublicPolicy(function, block))
}

// DeletePrincipal is the Service's, failing the test on an error.
func (s *Server) DeletePrincipal(principalARN string) {
	s.tb.Helper()
	s.must(s.Service.DeletePrincipal(principalARN))
}

func (s *Server) must(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatalf("%v", err)
	}
}
