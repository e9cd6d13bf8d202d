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
// wraps one, such as another Faults. Each request is counted when it arrives; if
// several rules match, the first one decides.
//
//	handler := permissiontest.Faults(service, permissiontest.On(2, permissiontest.Throttle()))
//
// The paths must be those of the service: strip a path prefix before.
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
	reading := known && (req.operation == validate.GetPolicy || req.operation == validate.GetResourcePolicy)
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

// perform lets the service answer and returns the answer.
func (f *faultyHandler) perform(r *http.Request) *httptest.ResponseRecorder {
	done := httptest.NewRecorder()
	f.next.ServeHTTP(done, r)
	return done
}

// readAndKeep lets a GetPolicy through and keeps its answer, unless the answer does
// not show the policy, as a throttle does not.
func (f *faultyHandler) readAndKeep(w http.ResponseWriter, r *http.Request) {
	done := f.perform(r)
	if done.Code == http.StatusOK || done.Code == http.StatusNotFound {
		f.reads.keep(r.URL.RequestURI(), done)
	}
	send(w, done)
}

// replay repeats the previous answer and reports whether there is one.
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

// APIFaults returns next with faults in front of it. next may be an *InProcess, a
// *permission.Client or any other permission.API.
//
//	api := permissiontest.APIFaults(service.API(), permissiontest.On(2, permissiontest.Throttle()))
//
// The faults happen above the retries and the recovery of next: a call ends with the
// error that a client would return at last. To test how a client handles a fault,
// use Faults. It is safe for concurrent use, as next must be.
func APIFaults(next permission.API, rules ...Rule) permission.API {
	return &faultyAPI{next: next, plan: newPlan(rules)}
}

type faultyAPI struct {
	next  permission.API
	plan  *plan
	reads memory[read[permission.GetPolicyOutput]]
}

// read is the outcome of a GetPolicy or GetResourcePolicy.
type read[Out any] struct {
	out *Out
	err error
}

// AddPermission meets a fault or calls next.
func (f *faultyAPI) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	fault, id := f.plan.next(validate.AddPermission, true)
	return meet(ctx, fault, id, validate.AddPermission, func() (*permission.AddPermissionOutput, error) {
		return f.next.AddPermission(ctx, in, optFns...)
	})
}

// RemovePermission meets a fault or calls next.
func (f *faultyAPI) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	fault, id := f.plan.next(validate.RemovePermission, true)
	return meet(ctx, fault, id, validate.RemovePermission, func() (*permission.RemovePermissionOutput, error) {
		return f.next.RemovePermission(ctx, in, optFns...)
	})
}

// GetPolicy meets a fault or calls next.
func (f *faultyAPI) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if in == nil {
		in = &permission.GetPolicyInput{}
	}
	key := aws.ToString(in.FunctionName) + "?" + aws.ToString(in.Qualifier)
	return meetReading(ctx, f.plan, &f.reads, validate.GetPolicy, key, func() (*permission.GetPolicyOutput, error) {
		return f.next.GetPolicy(ctx, in, optFns...)
	})
}

// DocumentFaults is APIFaults for the operations on whole policies. The two count
// their calls separately.
func DocumentFaults(next permission.ResourcePolicyAPI, rules ...Rule) permission.ResourcePolicyAPI {
	return &faultyDocuments{next: next, plan: newPlan(rules)}
}

type faultyDocuments struct {
	next  permission.ResourcePolicyAPI
	plan  *plan
	reads memory[read[permission.GetResourcePolicyOutput]]
}

// PutResourcePolicy meets a fault or calls next.
func (f *faultyDocuments) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	fault, id := f.plan.next(validate.PutResourcePolicy, true)
	return meet(ctx, fault, id, validate.PutResourcePolicy, func() (*permission.PutResourcePolicyOutput, error) {
		return f.next.PutResourcePolicy(ctx, in, optFns...)
	})
}

// DeleteResourcePolicy meets a fault or calls next.
func (f *faultyDocuments) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	fault, id := f.plan.next(validate.DeleteResourcePolicy, true)
	return meet(ctx, fault, id, validate.DeleteResourcePolicy, func() (*permission.DeleteResourcePolicyOutput, error) {
		return f.next.DeleteResourcePolicy(ctx, in, optFns...)
	})
}

// GetResourcePolicy meets a fault or calls next.
func (f *faultyDocuments) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	if in == nil {
		in = &permission.GetResourcePolicyInput{}
	}
	return meetReading(ctx, f.plan, &f.reads, validate.GetResourcePolicy, aws.ToString(in.ResourceArn), func() (*permission.GetResourcePolicyOutput, error) {
		return f.next.GetResourcePolicy(ctx, in, optFns...)
	})
}

// meetReading is meet for an operation that reads a policy: it keeps the outcome under
// the key, and repeats it for Stale.
func meetReading[Out any](ctx context.Context, p *plan, reads *memory[read[Out]], operation validate.Operation, key string, do func() (*Out, error)) (*Out, error) {
	fault, id := p.next(operation, true)
	if before, ok := reads.find(key); ok && isStale(fault) {
		return before.copy()
	}
	return meet(ctx, fault, id, operation, func() (*Out, error) {
		out, err := do()
		if err == nil || lambdaerrors.IsNotFound(err) {
			reads.keep(key, read[Out]{out, err})
		}
		return read[Out]{out, err}.copy()
	})
}

// copy returns the outcome with an output that the caller may change.
func (r read[Out]) copy() (*Out, error) {
	if r.out == nil {
		return nil, r.err
	}
	out := *r.out
	return &out, r.err
}

// meet makes a call that may meet a fault.
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

// stale is the effect of Stale where nothing was read before: there is no policy.
// Otherwise the wrappers answer from memory.
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

// memory holds the latest answer to each reading. It is safe for concurrent
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
