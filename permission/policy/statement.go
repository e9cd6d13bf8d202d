package policy

import "slices"

// A Statement is one statement of a policy. It is immutable and safe for
// concurrent use; copying it is cheap.
//
// Statements cannot be compared with ==, because that could mean two things:
// compare Raw for the same text, use [Statement.Equivalent] for the same
// meaning (with go-cmp: cmp.Comparer(policy.Statement.Equivalent)).
//
// The zero Statement is none: IsValid is false, every accessor returns
// nothing.
type Statement struct {
	_    [0]func() // not comparable
	body *statement
}

// statement is what Statement points to. nil lists stand for absent members,
// empty ones for empty lists.
type statement struct {
	raw           string
	sid           string
	effect        string
	principals    []Principal
	notPrincipals []Principal
	actions       []string
	notActions    []string
	resources     []string
	notResources  []string
	conditions    []Condition
	condition     string   // the Condition element as written
	unknown       []member // members that this package does not know, in order
}

// A member is one member of an object, as written.
type member struct {
	label string // the name with its quotes
	name  string // what label means
	raw   string
}

var noStatement statement

func (s Statement) get() *statement {
	if s.body == nil {
		return &noStatement
	}
	return s.body
}

// IsValid reports whether s is a statement, not the zero value. It does not
// judge what the statement says.
func (s Statement) IsValid() bool { return s.body != nil }

// Sid returns the statement id, the StatementId of AddPermission; "" if there
// is none.
func (s Statement) Sid() string { return s.get().sid }

// Effect returns "Allow" or "Deny", or whatever the statement has instead.
func (s Statement) Effect() string { return s.get().effect }

// Principals returns the entries of Principal in the order of the text, nil if
// the element is absent. The caller owns the slice; so it is for all lists that
// a Statement returns.
func (s Statement) Principals() []Principal { return slices.Clone(s.get().principals) }

// NotPrincipals returns the entries of NotPrincipal, nil if it is absent.
func (s Statement) NotPrincipals() []Principal { return slices.Clone(s.get().notPrincipals) }

// Actions returns the entries of Action, nil if it is absent.
func (s Statement) Actions() []string { return slices.Clone(s.get().actions) }

// NotActions returns the entries of NotAction, nil if it is absent.
func (s Statement) NotActions() []string { return slices.Clone(s.get().notActions) }

// Resources returns the entries of Resource, nil if it is absent.
func (s Statement) Resources() []string { return slices.Clone(s.get().resources) }

// NotResources returns the entries of NotResource, nil if it is absent.
func (s Statement) NotResources() []string { return slices.Clone(s.get().notResources) }

// Conditions returns the conditions in the order of the text, nil if there are
// none. An operator without any key gives one Condition with neither Key nor
// Values.
func (s Statement) Conditions() []Condition {
	conditions := slices.Clone(s.get().conditions)
	for i, c := range conditions {
		conditions[i] = c.clone()
	}
	return conditions
}

// UnknownMembers returns the names of the members that this package does not
// know, in the order of the text. Names are exact: an "effect" is unknown.
func (s Statement) UnknownMembers() []string {
	var names []string
	for _, m := range s.get().unknown {
		names = append(names, m.name)
	}
	return names
}

// DeadPrincipals returns those of the Principals that are the unique id of a
// deleted identity and match nobody; see [Principal.IsUniqueID]. While a policy
// holds one, the service has been reported to refuse further permissions, as
// if their principal were invalid.
func (s Statement) DeadPrincipals() []Principal {
	var dead []Principal
	for _, p := range s.get().principals {
		if p.IsUniqueID() {
			dead = append(dead, p)
		}
	}
	return dead
}

// Raw returns the statement as compact JSON: the bytes it was parsed from
// without the space between tokens, or the bytes that NewStatement built. An
// EventSourceToken in it is passed through.
func (s Statement) Raw() string { return s.get().raw }

// String is Raw.
func (s Statement) String() string { return s.Raw() }
