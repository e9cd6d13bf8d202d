package permissiontest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/validate"
)

// reset drops the connection.
type reset struct{}

func (reset) overHTTP(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder, _ string) {
	drop(w)
}

func (reset) inProcess(context.Context, validate.Operation, error, string) error {
	return connectionReset()
}

func connectionReset() error { return &smithyhttp.RequestSendError{Err: syscall.ECONNRESET} }

// drop ends a connection with a reset where that is possible, which it is not in
// HTTP/2 nor in front of a recorder.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// late waits for the caller to give up.
type late struct{}

func (late) overHTTP(_ http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder, _ string) {
	// The server watches the connection only when it has the whole body.
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

func (late) inProcess(ctx context.Context, _ validate.Operation, _ error, _ string) error {
	if ctx.Done() == nil {
		return errors.New("permissiontest: Late needs a context that ends")
	}
	<-ctx.Done()
	return &aws.RequestCanceledError{Err: ctx.Err()}
}

// truncated sends half of a body.
type truncated struct{}

func (truncated) overHTTP(w http.ResponseWriter, _ *http.Request, done *httptest.ResponseRecorder, _ string) {
	body := done.Body.Bytes()
	if len(body) == 0 {
		drop(w)
		return
	}
	maps.Copy(w.Header(), done.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(done.Code)
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// inProcess leaves a refusal as it is: what is lost of it is its text.
func (truncated) inProcess(_ context.Context, operation validate.Operation, service error, requestID string) error {
	switch {
	case service != nil:
		return service
	case operation == validate.RemovePermission:
		return connectionReset()
	}
	return unreadable(operation, requestID, io.ErrUnexpectedEOF)
}

// unreadable is what a client makes of a success whose body it cannot read.
func unreadable(operation validate.Operation, requestID string, why error) error {
	status := http.StatusOK
	if operation == validate.AddPermission {
		status = http.StatusCreated
	}
	header := http.Header{"X-Amzn-Requestid": {requestID}}
	return answered(status, header, &smithy.DeserializationError{Err: why})
}

// endless sends a body without an end.
type endless struct{}

func (endless) overHTTP(w http.ResponseWriter, r *http.Request, done *httptest.ResponseRecorder, _ string) {
	maps.Copy(w.Header(), done.Header())
	w.Header().Del("Content-Length")
	status := done.Code
	if status == http.StatusNoContent { // has no body
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, err := w.Write(bytes.TrimSuffix(done.Body.Bytes(), []byte("}")))
	for space := bytes.Repeat([]byte(" "), 32<<10); err == nil && r.Context().Err() == nil; {
		_, err = w.Write(space)
	}
	panic(http.ErrAbortHandler)
}

func (endless) inProcess(_ context.Context, operation validate.Operation, service error, requestID string) error {
	if service != nil {
		return service
	}
	return unreadable(operation, requestID, errors.New("the body does not end"))
}
