package lint

import (
	"maps"

	"github.com/lambdaperm/lambdaperm/arn"
)

// An Option changes what is judged, or by which knowledge.
type Option func(*options)

type options struct {
	disabled map[string]bool
	services map[string]Service
	target   arn.Function
}

// defaults is what there is without an Option. It is never written to.
var defaults = &options{services: servicesByPrincipal(knownServices)}

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
		o.disabled = maps.Clone(o.disabled)
		if o.disabled == nil {
			o.disabled = make(map[string]bool, len(ids))
		}
		for _, id := range ids {
			o.disabled[id] = true
		}
	}
}

// WithService adds services to the table of known ones. A service whose
// Principal is in the table already takes that row's place.
func WithService(services ...Service) Option {
	added := servicesByPrincipal(services)
	return func(o *options) {
		o.services = maps.Clone(o.services)
		maps.Copy(o.services, added)
	}
}

// WithTarget says which function, version or alias the event source calls, so
// that a grant on another qualifier of the same function is found: each has a
// policy of its own. What a FunctionName leaves out is taken from it too if it
// names the same function; so a complete ARN also tells the function's account
// and partition to the rules that compare them. The zero Function says nothing.
func WithTarget(function arn.Function) Option {
	return func(o *options) { o.target = function }
}
