package permissiontest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Fault is what happens to a call in place of the service's answer. A Rule says
// which calls meet it:
//
//	server.Faults(permissiontest.On(2, permissiontest.CommitThen(permissiontest.Reset())))
//
// A fault stands in front of the service: unless it is made by CommitThen, the
// service never sees the call, and nobody looks at its signature. A Fault is a
// value that can be used any number of times, and is safe for concurrent use.
// The zero Fault is none: the call goes through.
type Fault struct {
	commits bool
	effect  effect
	of      []validate.Operation // what it is about, nil for every call
}

// CommitThen returns the fault with the work done before: the service carries the
// call out, and its answer is lost to the fault. So a change is made, or refused,
// and the caller does not learn it.
func CommitThen(f Fault) Fault {
	f.commits = true
	return f
}

// Fail answers with an error of the service: an exception of the library's
// package errors, or a *smithy.GenericAPIError for a code without a type of its
// own. Status, members of the body and headers are those that the service sends
// with that code; a StatusCode in the error is the status instead.
func Fail(err smithy.APIError) Fault { return Fault{effect: replyOf(err)} }

// ServerError answers 500 ServiceException, in words that mentum/lambdaws#49 quotes.
func ServerError() Fault {
	return Fail(&lambdaerrors.ServiceException{Message: aws.String("An error occurred and the request cannot be processed.")})
}

// Throttle answers 429 TooManyRequestsException, as the service does to an
// account that calls too fast, without a Retry-After header (fyoorer/ShadowClone#25).
func Throttle() Fault {
	return Fail(&lambdaerrors.TooManyRequestsException{
		Message: aws.String("Rate exceeded"),
		Reason:  lambdaerrors.ThrottleReasonCallerRateLimitExceeded,
	})
}

// ThrottleFor is Throttle with a Retry-After header: whole seconds, rounded up
// (AddPermission, "Errors", TooManyRequestsException). The AWS SDK for Go and
// this library's client carry that header to the caller and do not wait by it.
func ThrottleFor(d time.Duration) Fault {
	seconds := strconv.Itoa(int((d + time.Second - 1) / time.Second))
	return Fail(&lambdaerrors.TooManyRequestsException{
		Message:           aws.String("Rate exceeded"),
		Reason:            lambdaerrors.ThrottleReasonCallerRateLimitExceeded,
		RetryAfterSeconds: &seconds,
	})
}

// ConcurrentUpdate answers 409 ResourceConflictException in the words for
// another change that came in between (hashicorp/terraform-provider-aws#5154).
// Unlike a StatementId that is taken, it passes.
func ConcurrentUpdate() Fault {
	return Fail(&lambdaerrors.ResourceConflictException{
		Message: aws.String("The function could not be updated due to a concurrent update operation."),
	})
}

// UnknownPrincipal answers an AddPermission as if its principal were none, which
// is what happens to a role that was created a moment ago: IAM changes take time
// to arrive everywhere (IAM User Guide, "Troubleshooting IAM", "Changes that I
// make are not always immediately visible"). It is about AddPermission only.
func UnknownPrincipal() Fault {
	f := Fail(&lambdaerrors.InvalidParameterValueException{Message: aws.String(invalidPrincipal)})
	f.of = []validate.Operation{validate.AddPermission}
	return f
}

// Stale answers a GetPolicy as the one before it was answered, whatever has
// changed since, as a replica does that has not heard of the change. When the
// policy of that name and Qualifier was not read before, it has none yet. It is
// about GetPolicy only.
func Stale() Fault {
	return Fault{effect: stale{}, of: []validate.Operation{validate.GetPolicy}}
}

// BadGateway answers 502 with a page of HTML and none of the service's headers,
// as a load balancer does whose service is down.
func BadGateway() Fault {
	const page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" +
		"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
	return Fault{effect: reply{
		status: http.StatusBadGateway,
		header: http.Header{"Content-Type": {"text/html"}},
		body:   []byte(page),
	}}
}

// Reset closes the connection without an answer. Go's HTTP client sends a GET
// once more by itself when that happens on a connection that was in use before;
// changes it does not repeat.
func Reset() Fault { return Fault{effect: reset{}} }

// Late never answers: it waits until the caller has given up. The caller must
// have a deadline; without one the call does not return over HTTP, and fails at
// once as an API.
func Late() Fault { return Fault{effect: late{}} }

// Truncated lets the service answer and ends the connection in the middle of
// the body. An answer without a body does not arrive at all.
func Truncated() Fault { return CommitThen(Fault{effect: truncated{}}) }

// Endless lets the service answer and never ends the body: white space follows,
// until the caller stops reading.
func Endless() Fault { return CommitThen(Fault{effect: endless{}}) }

// concerns reports whether a call of this operation can meet the fault; ok is
// false for a request that is none of the API's.
func concerns(of []validate.Operation, operation validate.Operation, ok bool) bool {
	return of == nil || ok && slices.Contains(of, operation)
}

// Rule says which calls meet a fault. It counts the calls of one Faults,
// APIFaults or (*Server).Faults, from 1, over HTTP each attempt of a client; only
// those that the fault can be about.
type Rule struct {
	fault Fault
	hits  func(n int) bool
}

// On is the fault at the nth call. It panics when n is less than 1.
func On(n int, f Fault) Rule {
	return newRule("On", n, f, func(call int) bool { return call == n })
}

// First is the fault at the first n calls. It panics when n is less than 1.
func First(n int, f Fault) Rule {
	return newRule("First", n, f, func(call int) bool { return call <= n })
}

// Every is the fault at each nth call: for n = 3 the third, the sixth and so on.
// It panics when n is less than 1.
func Every(n int, f Fault) Rule {
	return newRule("Every", n, f, func(call int) bool { return call%n == 0 })
}

func newRule(name string, n int, f Fault, hits func(int) bool) Rule {
	if n < 1 {
		panic(fmt.Sprintf("permissiontest: %s(%d): calls are counted from 1", name, n))
	}
	return Rule{f, hits}
}

// Of returns the rule for calls of these operations alone:
//
//	permissiontest.On(1, permissiontest.Throttle()).Of(validate.RemovePermission)
//
// It panics on an operation that there is not: its rule would never be met.
func (r Rule) Of(operations ...validate.Operation) Rule {
	r.fault.of = nil
	for _, o := range operations {
		switch o {
		case "": // means it too
			o = validate.AddPermission
		case validate.AddPermission, validate.GetPolicy, validate.RemovePermission:
		default:
			panic(fmt.Sprintf("permissiontest: Of(%q): no such operation", string(o)))
		}
		r.fault.of = append(r.fault.of, o)
	}
	return r
}

// plan counts the calls for its rules. It is safe for concurrent use.
type plan struct {
	rules []Rule

	mu    sync.Mutex
	calls []int // by rule
	met   int
}

func newPlan(rules []Rule) *plan {
	return &plan{rules: append([]Rule(nil), rules...), calls: make([]int, len(rules))}
}

// next counts a call and returns the fault that it meets, the zero Fault for
// none, with a request id for it. Every rule counts the call; of several that hit
// the first one does.
func (p *plan) next(operation validate.Operation, known bool) (met Fault, requestID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, r := range p.rules {
		if !concerns(r.fault.of, operation, known) {
			continue
		}
		p.calls[i]++
		if met.effect == nil && r.hits(p.calls[i]) {
			met = r.fault
		}
	}
	p.met++
	return met, fmt.Sprintf("30000000-0000-4000-8000-%012x", p.met)
}

// hasStale reports whether answers must be remembered.
func (p *plan) hasStale() bool {
	for _, r := range p.rules {
		if isStale(r.fault) {
			return true
		}
	}
	return false
}
