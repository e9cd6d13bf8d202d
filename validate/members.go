package validate

import (
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// Members is a set of members of a Request. It is a comparable value; the zero
// value is the empty set.
type Members uint16

// MembersOf returns the set of the named members, spelled as the API spells them:
// MembersOf("SourceArn", "Qualifier"). It panics if a Request has no member of a
// name, so names that are not constants must be checked first.
func MembersOf(names ...string) Members {
	var m Members
	for _, name := range names {
		f := slices.Index(fieldNames[:], name)
		if f < 0 {
			panic("validate.MembersOf: a Request has no member " + quote(name))
		}
		m |= field(f).set()
	}
	return m
}

// Has reports whether the named member is in the set. It is false for a name that
// no member has.
func (m Members) Has(name string) bool {
	f := slices.Index(fieldNames[:], name)
	return f >= 0 && m.has(field(f))
}

// All yields the names of the members in the API's order.
func (m Members) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := m & allMembers; rest != 0; rest &= rest - 1 {
			if !yield(field(bits.TrailingZeros16(uint16(rest))).String()) {
				return
			}
		}
	}
}

// String returns the names in the API's order, separated by a comma and a space;
// it is "" for the empty set.
func (m Members) String() string { return strings.Join(slices.Collect(m.All()), ", ") }

const allMembers Members = 1<<fieldCount - 1

func (f field) set() Members { return 1 << f }

func (m Members) has(f field) bool { return m&f.set() != 0 }

// empty returns the members that are sent as "" and that the service refuses for
// it. It takes any RevisionId, and InvokedViaFunctionUrl is no text.
func (r *Request) empty() Members {
	if r.Empty == 0 {
		return 0
	}
	empty := r.Empty & allMembers &^ (fieldRevisionId.set() | fieldInvokedViaFunctionUrl.set())
	for f := range fieldCount {
		if f.value(r) != "" {
			empty &^= f.set()
		}
	}
	return empty
}
