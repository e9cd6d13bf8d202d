package permissiontest

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
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
	case fault.effect == nil && f.remembers && reading:
		f.readAndKeep(w, r)
	case fault.effect == nil:
		f.next.ServeHTTP(w, r)
	case isStale(fault) && f.replay(w, r):
	case fault.commits:
		fault.effect.overHTTP(w, r, f.perform(r), id)
	default:
		fault.effect.overHTTP(w, r, nil, id)
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

// APIFaults returns next with faults in front of it: what (*Service).API returns,
// a *permission.Client, or any other.
//
//	api := permissiontest.APIFaults(service.API(), permissiontest.On(2, permissiontest.Throttle()))
//
// It stands above retries and recovery, if next has any: a fault is what a call
// ends in, by the error that a client returns for it. To test what a client makes
// of a fault, put it below, by Faults. It is safe for concurrent use, as next
// must be.
func APIFaults(next permission.API, rules ...Rule) permission.API {
	return &faultyAPI{next: next, plan: newPlan(rules)}
}

type faultyAPI struct {
	next  permission.API
	plan  *plan
	reads memory[read]
}

// read is the outcome of a GetPolicy.
type read struct {
	out *permission.GetPolicyOutput
	err error
}

// AddPermission meets a fault or calls the API below.
func (f *faultyAPI) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	fault, id := f.plan.next(validate.AddPermission, true)
	return meet(ctx, fault, id, validate.AddPermission, func() (*permission.AddPermissionOutput, error) {
		return f.next.AddPermission(ctx, in, optFns...)
	})
}

// RemovePermission meets a fault or calls the API below.
func (f *faultyAPI) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	fault, id := f.plan.next(validate.RemovePermission, true)
	return meet(ctx, fault, id, validate.RemovePermission, func() (*permission.RemovePermissionOutput, error) {
		return f.next.RemovePermission(ctx, in, optFns...)
	})
}

// GetPolicy meets a fault or calls the API below.
func (f *faultyAPI) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if in == nil {
		in = &permission.GetPolicyInput{}
	}
	key := aws.ToString(in.FunctionName) + "?" + aws.ToString(in.Qualifier)
	fault, id := f.plan.next(validate.GetPolicy, true)
	if before, ok := f.reads.find(key); ok && isStale(fault) {
		return before.copy()
	}
	return meet(ctx, fault, id, validate.GetPolicy, func() (*permission.GetPolicyOutput, error) {
		out, err := f.next.GetPolicy(ctx, in, optFns...)
		if err == nil || lambdaerrors.IsNotFound(err) {
			f.reads.keep(key, read{out, err})
		}
		return read{out, err}.copy()
	})
}

// copy returns the outcome for a caller who may change it.
func (r read) copy() (*permission.GetPolicyOutput, error) {
	if r.out == nil {
		return nil, r.err
	}
	out := *r.out
	return &out, r.err
}

// meet makes a call, unless there is a fault in front of it.
func meet[Out any](ctx context.Context, fault Fault, requestID string, operation validate.Operation, do func() (*Out, error)) (*Out, error) {
	if fault.effect == nil {
		return do()
	}
	var service error
	if fault.commits {
		_, service = do()
	}
	err := fault.effect.inProcess(ctx, operation, service, requestID)
	if err == service {
		return nil, err
	}
	return nil, &smithy.OperationError{ServiceID: "Lambda", OperationName: operation.String(), Err: err}
}

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
	_, ok := f.effect.(stale)
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
