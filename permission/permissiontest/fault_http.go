package permissiontest

import (
	"maps"
	"net/http"
	"net/http/httptest"

	"github.com/lambdaperm/lambdaperm/validate"
)

// Faults returns next with faults in front of it: a *Service, or a handler that
// wraps one, Faults itself included. Each request is counted when it arrives; of
// several rules that hit, the first one counts.
//
//	handler := permissiontest.Faults(service, permissiontest.On(2, permissiontest.Throttle()))
//
// The paths must be the service's own, so a path prefix must be stripped before.
// It is safe for concurrent use, as next must be.
func Faults(next http.Handler, rules ...Rule) http.Handler {
	f := &faultyHandler{next: next, plan: newPlan(rules)}
	f.remembers = f.plan.hasStale()
	return f
}

type faultyHandler struct {
	next      http.Handler
	plan      *plan
	remembers bool
	reads     memory[*httptest.ResponseRecorder]
}

func (f *faultyHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, known := parseRoute(r.Method, r.URL.EscapedPath())
	fault, id := f.plan.next(req.operation, known)
	reading := known && req.operation == validate.GetPolicy
	switch {
	case fault.mishap == nil && f.remembers && reading:
		f.readAndKeep(w, r)
	case fault.mishap == nil:
		f.next.ServeHTTP(w, r)
	case isStale(fault) && f.replay(w, r):
	case fault.commits:
		fault.mishap.overHTTP(w, r, f.perform(r), id)
	default:
		fault.mishap.overHTTP(w, r, nil, id)
	}
}

// perform lets the service do its work and returns the answer.
func (f *faultyHandler) perform(r *http.Request) *httptest.ResponseRecorder {
	done := httptest.NewRecorder()
	f.next.ServeHTTP(done, r)
	return done
}

// readAndKeep lets a GetPolicy through. An answer that says nothing about the
// policy is not kept.
func (f *faultyHandler) readAndKeep(w http.ResponseWriter, r *http.Request) {
	done := f.perform(r)
	if done.Code == http.StatusOK || done.Code == http.StatusNotFound {
		f.reads.keep(r.URL.RequestURI(), done)
	}
	send(w, done)
}

// replay answers as last time, if there was one.
func (f *faultyHandler) replay(w http.ResponseWriter, r *http.Request) bool {
	done, ok := f.reads.find(r.URL.RequestURI())
	if ok {
		send(w, done)
	}
	return ok
}

func send(w http.ResponseWriter, done *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), done.Header().Clone())
	w.WriteHeader(done.Code)
	_, _ = w.Write(done.Body.Bytes())
}
