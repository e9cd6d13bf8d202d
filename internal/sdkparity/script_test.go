package sdkparity_test

import (
	"net/http"
)

// reply answers one request.
type reply func(*http.Request) (*http.Response, error)

// script is an HTTP client that gives one reply after the other, the last one
// again and again, and keeps the requests.
type script struct {
	replies  []reply
	requests []sent
}

func (s *script) Do(req *http.Request) (*http.Response, error) {
	r, err := newSent(req)
	if err != nil {
		return nil, err
	}
	next := s.replies[min(len(s.requests), len(s.replies)-1)]
	s.requests = append(s.requests, r)
	return next(req)
}

// replyWith always answers the same.
func replyWith(status int, header http.Header, body string) reply {
	return func(req *http.Request) (*http.Response, error) {
		return response(req, status, header.Clone(), body), nil
	}
}

// fail is a request that gets no answer.
func fail(err error) reply {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// accept answers with success.
func accept(req *http.Request) (*http.Response, error) { return success(req), nil }
