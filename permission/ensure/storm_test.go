package ensure_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"time"

	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// storm is a transport to a service in memory that goes wrong for one request in
// five. The fate of a request depends on the seed, on its text and on how
// often it was sent before, so that a seed stands for a run however goroutines are
// scheduled.
type storm struct {
	service *permissiontest.Service
	seed    uint64

	mu       sync.Mutex
	sent     map[string]int
	requests int
	faults   map[string]int
	late     []string // requests that were sent after their context had ended
}

// A fault takes the place of a request's answer. It may let the service do its
// work all the same.
type fault struct {
	name string
	hits func(*http.Request) bool
	make func(*storm, *http.Request) (*http.Response, error)
}

var stormFaults = []fault{
	{"response lost to a reset", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		s.serve(r)
		return nil, syscall.ECONNRESET
	}},
	{"response lost to a timeout", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		s.serve(r)
		time.Sleep(5 * time.Second)
		return nil, syscall.ETIMEDOUT
	}},
	{"500 after the change", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		s.serve(r)
		return refusal(500, "ServiceException", "An error occurred and the request cannot be processed."), nil
	}},
	{"success cut short", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		resp := s.serve(r)
		if resp.StatusCode/100 == 2 {
			resp.Body = io.NopCloser(io.LimitReader(resp.Body, 10))
		}
		return resp, nil
	}},
	{"request lost", anyRequest, func(*storm, *http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }},
	{"500", anyRequest, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(500, "ServiceException", "An error occurred and the request cannot be processed."), nil
	}},
	{"429", anyRequest, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(429, "TooManyRequestsException", "Rate exceeded"), nil
	}},
	{"409", isWrite, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(409, "ResourceConflictException", "The function could not be updated due to a concurrent update operation."), nil
	}},
	{"412", isWrite, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(412, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"), nil
	}},
}

func anyRequest(*http.Request) bool { return true }
func isWrite(r *http.Request) bool  { return r.Method != http.MethodGet }

func refusal(status int, code, message string) *http.Response {
	w := httptest.NewRecorder()
	refuse(w, status, code, fmt.Sprintf(`{"Type":"User","message":%q}`, message))
	return w.Result()
}

func (s *storm) Do(r *http.Request) (*http.Response, error) {
	f := s.strike(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	time.Sleep(10 * time.Millisecond) // the way there and back
	if f == nil {
		return s.serve(r), nil
	}
	return f.make(s, r)
}

// strike counts a request and chooses a fault for it, or nil.
func (s *storm) strike(r *http.Request) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.Method + " " + r.URL.String() + bodyOf(r)
	if deadline, ok := r.Context().Deadline(); ok && time.Now().After(deadline) {
		s.late = append(s.late, key) // a context that ends in the moment of sending does not count
	}
	s.requests++
	s.sent[key]++
	n := draw(s.seed, fmt.Sprint(s.sent[key], key))
	if n%5 != 0 {
		return nil
	}
	f := &stormFaults[n/5%uint64(len(stormFaults))]
	for again := n; !f.hits(r); {
		again++
		f = &stormFaults[draw(again, key)%uint64(len(stormFaults))]
	}
	s.faults[f.name]++
	return f
}

func (s *storm) serve(r *http.Request) *http.Response {
	done := httptest.NewRecorder()
	s.service.ServeHTTP(done, overTheWire(r))
	return done.Result()
}

// draw returns a number that depends only on the seed and the text.
func draw(seed uint64, text string) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, seed, text)
	x := h.Sum64() // the low bits of FNV are weak: mix
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

func bodyOf(r *http.Request) string {
	if r.Body == nil {
		return ""
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}
