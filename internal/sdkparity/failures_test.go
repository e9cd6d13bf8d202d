package sdkparity_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
)

// failures are the ways in which an attempt can fail, retried or not.
var failures = map[string]reply{
	"throttled":           replyWith(429, coded("TooManyRequestsException"), `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}`),
	"throttled, unknown":  replyWith(429, coded("TeapotException"), `{"message":"m"}`),
	"throttled, no code":  replyWith(429, nil, `{}`),
	"throttled, plain":    replyWith(400, coded("ThrottlingException"), `{"message":"Rate exceeded"}`),
	"Retry-After":         replyWith(429, with(coded("TooManyRequestsException"), "Retry-After", "3"), `{"message":"Rate exceeded"}`),
	"X-Amz-Retry-After":   replyWith(429, with(coded("TooManyRequestsException"), "X-Amz-Retry-After", "3500"), `{"message":"Rate exceeded"}`),
	"long X-Amz-R-A":      replyWith(500, with(coded("ServiceException"), "X-Amz-Retry-After", "600000"), `{"Message":"m"}`),
	"negative X-Amz-R-A":  replyWith(500, with(coded("ServiceException"), "X-Amz-Retry-After", "-1"), `{"Message":"m"}`),
	"senseless X-Amz-R-A": replyWith(503, with(coded("ServiceException"), "X-Amz-Retry-After", "soon"), `{"Message":"m"}`),
	"500":                 replyWith(500, coded("ServiceException"), `{"Message":"An error occurred and the request cannot be processed.","Type":"Service"}`),
	"501":                 replyWith(501, nil, `{}`),
	"502":                 replyWith(502, nil, `{}`),
	"503":                 replyWith(503, nil, `{}`),
	"504":                 replyWith(504, nil, `{}`),
	"RequestTimeout":      replyWith(400, coded("RequestTimeout"), `{"message":"m"}`),
	"expired token":       replyWith(403, coded("ExpiredTokenException"), `{"message":"m"}`),
	"not retried":         replyWith(409, coded("ResourceConflictException"), `{"Type":"User","message":"m"}`),
	"reset":               fail(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}),
	"refused":             fail(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}),
	"broken pipe":         fail(&net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}),
	"closed":              fail(net.ErrClosed),
	"EOF":                 fail(io.EOF),
	"unexpected EOF":      fail(io.ErrUnexpectedEOF),
	"no such host":        fail(&net.DNSError{Err: "no such host", Name: "lambda.test", IsNotFound: true}),
	"DNS is slow":         fail(&net.DNSError{Err: "timeout", Name: "lambda.test", IsTimeout: true, IsTemporary: true}),
	"timeout":             fail(timeoutError{}),
	"unknown":             fail(errors.New("something else")),
	"body breaks off":     breakingOff(201, nil, `{"Statement":"`),
	"error body breaks":   breakingOff(500, coded("ServiceException"), `{"Mess`),
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

// breakingOff is an answer whose body ends in a connection reset.
func breakingOff(status int, header http.Header, body string) reply {
	return func(req *http.Request) (*http.Response, error) {
		resp := response(req, status, header.Clone(), body)
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, failingReader{}))
		resp.ContentLength = int64(len(body)) + 100
		return resp, nil
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, syscall.ECONNRESET }
