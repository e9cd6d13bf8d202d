package lint

import (
	"context"

	"github.com/lambdaperm/lambdaperm/validate"
)

// CheckGrant returns what is questionable about one grant, in the order of
// [Rules]; nil if nothing is. It takes the request as it is and need not be
// called with a valid one: what the service refuses is left to package validate.
// A request of another operation than AddPermission has no findings.
//
// A FunctionName without an account says nothing about whose function it is;
// rules that compare accounts or partitions then compare what is left. See
// [WithTarget].
func CheckGrant(req validate.Request, opts ...Option) []Finding {
	return optionsOf(opts).checkGrant(req)
}

func (o *options) checkGrant(req validate.Request) []Finding {
	if req.Operation.String() != validate.AddPermission.String() {
		return nil
	}
	g := o.grant(req)
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
