package permissiontest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/lambdaperm/lambdaperm/validate"
)

// stale marks the fault that the wrappers answer from their memory. Where nothing
// was read before, it answers that there is no policy.
type stale struct{}

func (stale) overHTTP(w http.ResponseWriter, r *http.Request, done *httptest.ResponseRecorder, requestID string) {
	replyWith(noPolicy()).overHTTP(w, r, done, requestID)
}

func (stale) inProcess(ctx context.Context, operation validate.Operation, service error, requestID string) error {
	return replyWith(noPolicy()).inProcess(ctx, operation, service, requestID)
}

func isStale(f Fault) bool {
	_, ok := f.mishap.(stale)
	return ok
}

// memory holds the latest answer to each GetPolicy. It is safe for concurrent
// use.
type memory[Answer any] struct {
	mu      sync.Mutex
	answers map[string]Answer
}

func (m *memory[Answer]) keep(key string, a Answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answers == nil {
		m.answers = make(map[string]Answer)
	}
	m.answers[key] = a
}

func (m *memory[Answer]) find(key string) (Answer, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.answers[key]
	return a, ok
}
