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

// Fault is a failure that a call meets instead of the service's answer. A Rule says
// which calls meet it:
//
//	server.Faults(permissiontest.On(2, permissiontest.CommitThen(permissiontest.Reset())))
//
// A fault happens in front of the service. Unless it is made by CommitThen,
// Truncated, Stalled or Endless, the call does not reach the service, and its
// signature is not checked. A Fault may be used any number of times, and is safe for
// concurrent use. The zero Fault lets the call through.
type Fault struct {
	commits bool
	effect  effect
	of      []validate.Operation // operations that can meet it, nil for every call
}

// CommitThen returns a fault that happens after the service has carried out the
// call: f takes the place of the answer, so that the caller does not learn whether
// the change was made or refused.
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

// UnknownPrincipal answers AddPermission and PutResourcePolicy as if a principal did
// not exist. The service does so for a role that was created a moment ago, since IAM
// changes take time to be visible everywhere (IAM User Guide, "Troubleshooting IAM",
// "Changes that I make are not always immediately visible"). Other operations do not
// meet it.
func UnknownPrincipal() Fault {
	f := Fail(&lambdaerrors.InvalidParameterValueException{Message: aws.String(invalidPrincipal)})
	f.of = []validate.Operation{validate.AddPermission, validate.PutResourcePolicy}
	return f
}

// Stale repeats the previous answer to GetPolicy for the same FunctionName and
// Qualifier, or to GetResourcePolicy for the same ResourceArn, as a replica does that
// has not received a change yet. If there is no previous answer, it answers that there
// is no policy. Other operations do not meet it.
func Stale() Fault {
	return Fault{effect: stale{}, of: []validate.Operation{validate.GetPolicy, validate.GetResourcePolicy}}
}

// BadGateway answers 502 with an HTML page and without the service's headers, as a
// load balancer does if the service behind it is down.
func BadGateway() Fault {
	const page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" +
		"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
	return Fault{effect: reply{
		status: http.StatusBadGateway,
		header: http.Header{"Content-Type": {"text/html"}},
		body:   []byte(page),
	}}
}

// Reset closes the connection without an answer. If the connection was used before,
// Go's HTTP client itself repeats a GET; it does not repeat the other operations.
func Reset() Fault { return Fault{effect: reset{}} }

// Late does not answer and waits until the caller has given up. The context must
// end: otherwise a call over HTTP does not return, and a call of APIFaults fails at
// once.
func Late() Fault { return Fault{effect: late{}} }

// Truncated lets the service answer and ends the connection in the middle of
// the body. An answer without a body does not arrive at all.
func Truncated() Fault { return CommitThen(Fault{effect: truncated{}}) }

// Stalled lets the service answer, sends the header and half of the body, and then
// nothing until the caller has given up. An answer without a body does not begin. As
// with Late, the context must end.
func Stalled() Fault { return CommitThen(Fault{effect: stalled{}}) }

// Endless lets the service answer and does not end the body: white space follows
// until the caller stops reading.
func Endless() Fault { return CommitThen(Fault{effect: endless{}}) }

// concerns reports whether a call of this operation can meet the fault. ok is false
// for a request that is not of the API.
func concerns(of []validate.Operation, operation validate.Operation, ok bool) bool {
	return of == nil || ok && slices.Contains(of, operation)
}

// Rule says which calls meet a fault. It counts, from 1, the calls of one Faults,
// APIFaults, DocumentFaults or (*Server).Faults that can meet the fault. Over HTTP each
// attempt of a client is a call.
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

// Every is the fault at each nth call: with n = 3 the third, the sixth and so on.
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

// Of returns the rule for calls of these operations only:
//
//	permissiontest.On(1, permissiontest.Throttle()).Of(validate.RemovePermission)
//
// It panics if an operation does not exist.
func (r Rule) Of(operations ...validate.Operation) Rule {
	r.fault.of = nil
	for _, o := range operations {
		switch o {
		case "": // means it too
			o = validate.AddPermission
		case validate.AddPermission, validate.GetPolicy, validate.RemovePermission,
			validate.PutResourcePolicy, validate.GetResourcePolicy, validate.DeleteResourcePolicy:
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

// next counts a call and returns the fault that it meets, the zero Fault if it meets
// no fault, with a request id. Every rule counts the call; if several match, the
// first one decides.
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

// hasStale reports whether answers must be kept for Stale.
func (p *plan) hasStale() bool {
	for _, r := range p.rules {
		if isStale(r.fault) {
			return true
		}
	}
	return false
}
