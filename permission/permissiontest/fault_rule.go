package permissiontest

import (
	"fmt"
	"sync"

	"github.com/lambdaperm/lambdaperm/validate"
)

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
		case "AddPermission": // the constant is the zero value
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
		if met.mishap == nil && r.hits(p.calls[i]) {
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
