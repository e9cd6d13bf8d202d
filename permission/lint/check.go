package lint

import (
	"context"
	"maps"
	"slices"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/validate"
)

// CheckGrant returns the findings about one grant, in the order of [Rules]; nil if
// there are no findings. The request need not be valid: package validate finds the
// mistakes that the service refuses. A request of another operation than
// AddPermission has no findings.
//
// A FunctionName without an account does not tell whose function it is; rules that
// compare accounts or partitions then compare the other members. See [WithTarget].
func CheckGrant(req validate.Request, opts ...Option) []Finding {
	return optionsOf(opts).checkGrant(req)
}

func (o *options) checkGrant(req validate.Request) []Finding {
	if req.Operation.String() != validate.AddPermission.String() {
		return nil
	}
	g := o.subject(req)
	var found []Finding
	for _, row := range table {
		if row.grant == nil || o.disabled[row.ID] {
			continue
		}
		if p := row.grant(&g); !p.isNone() {
			found = append(found, row.finding(p, req.StatementId))
		}
	}
	return found
}

// Check returns a function that refuses a grant with findings of severity min or
// above, with an *Error that holds them. It has the shape of permission.Check, so
// that it can stand among the checks of a client's pre-flight; it ignores the
// context and is safe for concurrent use.
func Check(min Severity, opts ...Option) func(context.Context, validate.Request) error {
	o := optionsOf(opts)
	return func(_ context.Context, req validate.Request) error {
		found := from(min, o.checkGrant(req))
		if len(found) == 0 {
			return nil
		}
		return &Error{Findings: found}
	}
}

// from returns the findings of severity min or above.
func from(min Severity, all []Finding) []Finding {
	kept := all[:0]
	for _, f := range all {
		if f.Severity >= min {
			kept = append(kept, f)
		}
	}
	return kept
}

// An Option changes the rules that are applied, or the table of services.
type Option func(*options)

type options struct {
	disabled map[string]bool
	services map[string]grant.Service
	order    []string // their principals, the first to be asked first
	target   arn.Function
}

// defaults are the options of a call without an Option. It is never written to.
var defaults = &options{services: servicesByPrincipal(grant.Services()), order: principalsOf(grant.Services())}

func optionsOf(list []Option) *options {
	if len(list) == 0 {
		return defaults
	}
	o := *defaults
	for _, option := range list {
		option(&o)
	}
	return &o
}

// Disable turns rules off by their ids. An id that no rule has is ignored.
func Disable(ids ...string) Option {
	return func(o *options) {
		if o.disabled == nil {
			o.disabled = make(map[string]bool, len(ids))
		}
		for _, id := range ids {
			o.disabled[id] = true
		}
	}
}

// WithService adds services to those that are known ([grant.Services]). A service
// whose Principal is in the table already takes that row's place.
func WithService(services ...grant.Service) Option {
	added, order := servicesByPrincipal(services), principalsOf(services)
	return func(o *options) {
		o.services = maps.Clone(o.services)
		maps.Copy(o.services, added)
		o.order = slices.Concat(order, o.order)
	}
}

// WithTarget says which function, version or alias the event source calls, so that
// a grant on another qualifier of the same function is found: each has a policy of
// its own. The parts that a FunctionName leaves out are taken from it too if it
// names the same function; so a complete ARN also gives the function's account and
// partition to the rules that compare them. The zero Function has no effect.
func WithTarget(function arn.Function) Option {
	return func(o *options) { o.target = function }
}
