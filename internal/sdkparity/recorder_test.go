package sdkparity_test

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// sent holds the parts of a request as it leaves the client.
type sent struct {
	Method, Scheme, Host, HostHeader, Path, Query, Body string
	Header                                              http.Header
	ContentLength                                       int64
	TransferEncoding                                    []string

	at time.Time // when it was sent
}

// recorder is an HTTP client that keeps the requests and answers each with a
// success of its operation.
type recorder struct{ requests []sent }

func (r *recorder) Do(req *http.Request) (*http.Response, error) {
	if req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return nil, errUnsendable
	}
	s, err := newSent(req)
	if err != nil {
		return nil, err
	}
	r.requests = append(r.requests, s)
	return success(req), nil
}

// errUnsendable stands for the refusals of http.Transport: no host in the URL, an
// unsupported scheme. Trying again would only make the tests wait.
var errUnsendable = unsendableError{}

type unsendableError struct{}

func (unsendableError) Error() string        { return "no host, or unsupported protocol scheme" }
func (unsendableError) RetryableError() bool { return false }

func newSent(req *http.Request) (sent, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return sent{}, err
		}
		req.Body.Close()
	}
	return sent{
		Method:           req.Method,
		Scheme:           req.URL.Scheme,
		Host:             req.URL.Host,
		HostHeader:       req.Host,
		Path:             req.URL.EscapedPath(),
		Query:            req.URL.RawQuery,
		Body:             string(body),
		Header:           req.Header.Clone(),
		ContentLength:    req.ContentLength,
		TransferEncoding: req.TransferEncoding,
		at:               time.Now(),
	}, nil
}

// success is the service's answer to a request that it accepts.
func success(req *http.Request) *http.Response {
	status, body := http.StatusCreated, `{"Statement":"{\"Sid\":\"s\"}"}`
	switch req.Method {
	case http.MethodGet, http.MethodPut:
		status, body = http.StatusOK, `{"Policy":"{}","RevisionId":"r"}`
	case http.MethodDelete:
		status, body = http.StatusNoContent, ""
	}
	return response(req, status, http.Header{"Content-Type": {"application/json"}}, body)
}

func response(req *http.Request, status int, header http.Header, body string) *http.Response {
	return &http.Response{
		Status:        http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}
}
