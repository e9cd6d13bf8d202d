package permissiontest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/validate"
)

// effect is the outcome of a fault for the caller. done is the service's answer, nil
// if the call did not reach it.
type effect interface {
	overHTTP(w http.ResponseWriter, r *http.Request, done *httptest.ResponseRecorder, requestID string)
	// inProcess returns the error that the operation ends with. service is the error
	// of the service, if the call reached it.
	inProcess(ctx context.Context, operation validate.Operation, service error, requestID string) error
}

// reply is a fixed answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (p reply) overHTTP(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder, requestID string) {
	maps.Copy(w.Header(), p.headerWith(requestID))
	w.Header().Set("Content-Length", strconv.Itoa(len(p.body)))
	w.WriteHeader(p.status)
	_, _ = w.Write(p.body)
}

func (p reply) inProcess(_ context.Context, _ validate.Operation, _ error, requestID string) error {
	return responseError(p.status, p.headerWith(requestID), p.body)
}

// headerWith returns the header, with a request id if it is one of the service.
func (p reply) headerWith(requestID string) http.Header {
	h := p.header.Clone()
	if h.Get("X-Amzn-Errortype") != "" {
		h.Set("X-Amzn-Requestid", requestID)
	}
	return h
}

// replyWith is a reply with an answer of the service.
func replyWith(a *answer) reply {
	return reply{status: a.status, header: a.header(""), body: a.body()}
}

// replyOf is the service's answer for an error.
func replyOf(err smithy.APIError) reply {
	p := replyWith(answerOf(err))
	if throttled, ok := err.(*lambdaerrors.TooManyRequestsException); ok && throttled.RetryAfterSeconds != nil {
		p.header.Set("Retry-After", *throttled.RetryAfterSeconds)
	}
	return p
}

// documentedStatus has the statuses of the operations' own errors (AddPermission,
// "Errors"; PutResourcePolicy, "Errors").
var documentedStatus = map[string]int{
	"InvalidParameterValueException": http.StatusBadRequest,
	"PolicyLengthExceededException":  http.StatusBadRequest,
	"PreconditionFailedException":    http.StatusPreconditionFailed,
	"PublicPolicyException":          http.StatusBadRequest,
	"ResourceConflictException":      http.StatusConflict,
	"ResourceNotFoundException":      http.StatusNotFound,
	"ServiceException":               http.StatusInternalServerError,
	"TooManyRequestsException":       http.StatusTooManyRequests,
}

// capitalMessage has the codes whose body has Message instead of message.
var capitalMessage = []string{
	"AccessDeniedException", "PublicPolicyException", "ResourceNotFoundException", "ServiceException",
}

// forbidden has the codes of failed authentication and authorization (AWS Lambda
// API Reference, "Common errors"). The service answers them with status 403.
var forbidden = []string{
	"AccessDeniedException", "ExpiredTokenException", "IncompleteSignatureException", "InvalidSignatureException",
	"MissingAuthenticationTokenException", "UnrecognizedClientException",
}

func answerOf(err smithy.APIError) *answer {
	code := err.ErrorCode()
	a := &answer{status: statusFor(err), code: code, members: map[string]any{}}
	message := "message"
	if slices.Contains(capitalMessage, code) {
		message = "Message"
	}
	a.members[message] = messageOf(err)
	if _, modelled := documentedStatus[code]; modelled {
		a.members["Type"] = typeOf(err)
	}
	if throttled, ok := err.(*lambdaerrors.TooManyRequestsException); ok && throttled.Reason != "" {
		a.members["Reason"] = string(throttled.Reason)
	}
	return a
}

// messageOf is null for an error without a message.
func messageOf(err smithy.APIError) any {
	if text := err.ErrorMessage(); text != "" {
		return text
	}
	return nil
}

// typeOf is "User" in every recorded error. The value for faults of the service is
// not known.
func typeOf(err smithy.APIError) string {
	if err.ErrorFault() == smithy.FaultServer {
		return "Service"
	}
	return "User"
}

// statusFor returns the error's own status, or else the one that the service sends
// with such a code.
func statusFor(err smithy.APIError) int {
	if status := lambdaerrors.StatusCode(err); status != 0 {
		return status
	}
	if status, ok := documentedStatus[err.ErrorCode()]; ok {
		return status
	}
	switch {
	case slices.Contains(forbidden, err.ErrorCode()):
		return http.StatusForbidden
	case err.ErrorFault() == smithy.FaultServer:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// reset drops the connection.
type reset struct{}

func (reset) overHTTP(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder, _ string) {
	drop(w)
}

func (reset) inProcess(context.Context, validate.Operation, error, string) error {
	return connectionReset()
}

func connectionReset() error { return &smithyhttp.RequestSendError{Err: syscall.ECONNRESET} }

// drop ends a connection with a reset if that is possible; it is not over HTTP/2 and
// in front of a recorder.
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
		return errors.New("permissiontest: Late or Stalled needs a context that ends")
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

// inProcess returns the error of a refused call: only its text would be lost.
func (truncated) inProcess(_ context.Context, operation validate.Operation, service error, requestID string) error {
	switch {
	case service != nil:
		return service
	case hasEmptyAnswer(operation):
		return connectionReset()
	}
	return unreadable(operation, requestID, io.ErrUnexpectedEOF)
}

// hasEmptyAnswer reports whether the success of an operation has no body.
func hasEmptyAnswer(operation validate.Operation) bool {
	return operation == validate.RemovePermission || operation == validate.DeleteResourcePolicy
}

// unreadable is a client's error for a success whose body it cannot read.
func unreadable(operation validate.Operation, requestID string, why error) error {
	return successWith(operation, requestID, &smithy.DeserializationError{Err: why})
}

// successWith is a client's error about a success.
func successWith(operation validate.Operation, requestID string, err error) error {
	status := http.StatusOK
	if operation == validate.AddPermission {
		status = http.StatusCreated
	}
	header := http.Header{"X-Amzn-Requestid": {requestID}}
	return answered(status, header, err)
}

// stalled sends half of a body and then waits for the caller to give up.
type stalled struct{}

func (stalled) overHTTP(w http.ResponseWriter, r *http.Request, done *httptest.ResponseRecorder, requestID string) {
	body := done.Body.Bytes()
	if len(body) == 0 {
		late{}.overHTTP(w, r, done, requestID)
	}
	maps.Copy(w.Header(), done.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(done.Code)
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// inProcess returns a cancellation with the status that arrived, and the error of a
// refused call, whose code arrived with the header.
func (stalled) inProcess(ctx context.Context, operation validate.Operation, service error, requestID string) error {
	gaveUp := late{}.inProcess(ctx, operation, service, requestID)
	var call *smithy.OperationError
	switch {
	case ctx.Err() == nil:
		return gaveUp // the context cannot end
	case errors.As(service, &call):
		return &aws.RequestCanceledError{Err: fmt.Errorf("%w, while the body was read of: %w", ctx.Err(), call.Err)}
	case hasEmptyAnswer(operation):
		return gaveUp
	}
	return &aws.RequestCanceledError{Err: successWith(operation, requestID, ctx.Err())}
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
