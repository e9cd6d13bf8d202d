package lint

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// maxCompared is the size in bytes of the largest policy whose statements are
// compared with one another: twice what the service keeps, so that a policy can
// be judged that has yet to be made smaller.
const maxCompared = 2 * policy.MaxSize

// An overlap says which other statement, the first such, makes one superfluous.
// The zero overlap is none.
type overlap struct {
	by     int // position from 1
	isSame bool
}

func findOverlaps(list []statement) []overlap {
	found := make([]overlap, len(list))
	for i := range list {
		found[i] = overlapOf(list, i)
	}
	return found
}

// overlapOf keeps the first of several statements that say the same.
func overlapOf(list []statement, i int) overlap {
	for j := range list {
		if j == i || !covers(&list[j], &list[i]) {
			continue
		}
		if isSame := covers(&list[i], &list[j]); !isSame || j < i {
			return overlap{by: j + 1, isSame: isSame}
		}
	}
	return overlap{}
}

// covers is policy.Covers, after a quick look that rules most pairs out.
func covers(a, b *statement) bool {
	return a.terms.mayFollowFrom(b.terms) && policy.Covers(a.Statement, b.Statement)
}

// terms is what a statement asks of a caller, without the operators.
type terms struct {
	principals []string
	isWide     bool // a principal stands for others too: everybody, or an account
	conditions []policy.Condition
}

func termsOf(s policy.Statement) terms {
	t := terms{conditions: s.Conditions()}
	for _, p := range s.Principals() {
		t.principals = append(t.principals, p.Value)
		t.isWide = t.isWide || p.IsAnyone() || p.IsAccount()
	}
	return t
}

// mayFollowFrom reports whether whoever meets u may be bound to meet t as well.
func (t terms) mayFollowFrom(u terms) bool {
	if !t.isWide && !slices.Equal(t.principals, u.principals) && !share(t.principals, u.principals) {
		return false
	}
	for _, c := range t.conditions {
		if !slices.ContainsFunc(u.conditions, func(d policy.Condition) bool { return mayImply(d, c) }) {
			return false
		}
	}
	return true
}

func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(p string) bool { return slices.Contains(b, p) })
}

// mayImply reports whether d may be the stronger condition: about the same key,
// and without a value that none of c's is or, as a pattern, includes.
func mayImply(d, c policy.Condition) bool {
	if !strings.EqualFold(d.Key, c.Key) {
		return false
	}
	for _, value := range d.Values {
		meets := func(p string) bool { return p == value || hasWildcard(p) && mayInclude(p, value, d.Operator) }
		if !slices.ContainsFunc(c.Values, meets) {
			return false
		}
	}
	return true
}

// mayInclude leaves to policy.Covers whether the wildcards of an operator's value
// are wildcards.
func mayInclude(pattern, value, operator string) bool {
	isPattern := strings.Contains(operator, "Like")
	return includes(pattern, value) || !isPattern && hasWildcard(value)
}

func duplicates(d *document) []problem {
	return d.superfluous(true, "the statement says the same as ")
}

func covered(d *document) []problem {
	return d.superfluous(false, "all that the statement allows is allowed by ")
}

func (d *document) superfluous(isSame bool, message string) []problem {
	var found []problem
	for i, o := range d.overlaps {
		if o.by == 0 || o.isSame != isSame {
			continue
		}
		other := statementName(o.by, d.sid(o.by))
		p := problem{message: message + other, fix: "remove this statement", statement: i + 1}
		if !isSame {
			p.fix = "remove " + other + " if it is wider than it should be, else this one"
		}
		found = append(found, p)
	}
	return found
}
