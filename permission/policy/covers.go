package policy

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// Covers reports whether a allows every request that b allows. True is always
// right; false may also mean that the two cannot be compared. It ignores Sids, and
// statements that deny.
//
// The result is true if the statements are equivalent except for their Sids.
// Otherwise both must have the Effect Allow, at least one principal, action and
// resource, no Not element and no unknown member, and
//
//   - every principal of b is one of a's; or it is an AWS identity or a service,
//     and a names everybody; or it is a user or role of an account other than the
//     function's, and a names its whole account. (In the function's own account
//     naming a user or role grants more than naming the account: IAM User Guide,
//     "Policy evaluation logic".)
//   - every action and every resource of b is matched by one of a's with its
//     wildcards; the parts of an ARN are compared one by one.
//   - every condition of a follows from one that b has on the same key: b's has the
//     same operator (or a's is that with IfExists) and only values that a's has too,
//     or values that a's patterns of StringLike or ArnLike include. A condition with a
//     negated or an unknown operator, or with a policy variable in a value, follows
//     only from the same condition.
//
// Both statements are read under the same version of the policy language.
//
// The time is at most proportional to the sizes of the statements, except for
// entries with wildcards: each of a's may be compared with each of b's. After a
// million such comparisons the result is false. In a policy of the service's size
// only entries of fewer than ten bytes can need so many.
func Covers(a, b Statement) bool {
	s, t := a.get().coverage(), b.get().coverage()
	switch {
	case s.isPlain != t.isPlain:
		return false // they are not equivalent either
	case !s.isPlain:
		return sameAspects(s.aspects, t.aspects)
	}
	left := budget(maxComparisons)
	return s.coversPrincipals(t, &left) && s.coversActions(t, &left) && s.coversResources(t, &left) && s.coversConditions(t, &left)
}

// maxComparisons is the number of pairs of entries that Covers compares by their
// wildcards.
const maxComparisons = 1 << 20

// A budget is the number of pairs of entries that may still be compared.
type budget int

func (b *budget) spend() bool {
	*b--
	return *b >= 0
}

// A coverage is a statement in the form in which Covers compares it. It is made
// when the statement is first compared, and kept.
type coverage struct {
	isPlain    bool
	aspects    []*aspect // without the Sid; of a statement that is not plain
	principals entries[Principal]
	actions    entries[string] // in lower case
	resources  entries[string]
	conditions []coveredCondition
}

// coverage may make the same value twice if goroutines ask for it at once.
func (s *statement) coverage() *coverage {
	c := s.covers.Load()
	if c == nil {
		c = newCoverage(s)
		s.covers.Store(c)
	}
	return c
}

func newCoverage(s *statement) *coverage {
	if !s.isPlainAllow() {
		return &coverage{aspects: withoutSid(s.aspects())}
	}
	c := &coverage{
		isPlain:    true,
		principals: newEntries(s.normalPrincipals(), func(p Principal) string { return p.Value }, func(p Principal) bool { return p.IsAnyone() || p.IsAccount() }),
		actions:    newStrings(set(s.actions, foldASCII)),
		resources:  newStrings(s.resources),
	}
	for _, condition := range s.conditions {
		c.conditions = append(c.conditions, newCoveredCondition(condition))
	}
	return c
}

// isPlainAllow reports whether s can be compared element by element. A statement that
// lacks an element cannot: its meaning is not documented.
func (s *statement) isPlainAllow() bool {
	return s.effect == effectAllow && len(s.unknown) == 0 && s.ambiguous == nil &&
		s.notPrincipals == nil && s.notActions == nil && s.notResources == nil &&
		len(s.principals) > 0 && len(s.actions) > 0 && len(s.resources) > 0
}

// withoutSid returns a sorted list of aspects without the Sid, which comes first.
func withoutSid(list []*aspect) []*aspect {
	if len(list) > 0 && list[0].rank == rankSid {
		return list[1:]
	}
	return list
}

func (s *statement) normalPrincipals() []Principal {
	list := slices.Clone(s.principals)
	partition := s.partition()
	for i, p := range list {
		list[i] = p.normal(partition)
	}
	return list
}

// entries is the list of an element or of a condition's values.
type entries[T comparable] struct {
	list  []T
	wide  []T        // the entries that may include others
	set   map[T]bool // the entries of a long list; nil for a short one
	marks uint64     // the marks of all entries; an entry with another mark is not in the list
}

func newStrings(list []string) entries[string] { return newEntries(list, same, glob.HasWildcard) }

func newEntries[T comparable](list []T, text func(T) string, isWide func(T) bool) entries[T] {
	e := entries[T]{list: list}
	if len(list) > shortList {
		e.set = make(map[T]bool, len(list))
	}
	for _, entry := range list {
		e.marks |= mark(text(entry))
		if isWide(entry) {
			e.wide = append(e.wide, entry)
		}
		if e.set != nil {
			e.set[entry] = true
		}
	}
	return e
}

// shortList is the number of entries up to which searching the list is cheaper than a
// map.
const shortList = 8

// mark returns a number with one bit set, which is chosen by a hash of s (FNV-1a).
func mark(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return 1 << (h >> 58)
}

func (e *entries[T]) has(v T) bool {
	if e.set != nil {
		return e.set[v]
	}
	return slices.Contains(e.list, v)
}

// isIn reports whether all of e are in others.
func (e *entries[T]) isIn(others *entries[T]) bool {
	return e.marks&^others.marks == 0 && !slices.ContainsFunc(e.list, func(v T) bool { return !others.has(v) })
}

// meet reports whether each of needs is one of the offers, or is included by one
// that is wide.
func meet[T comparable](needs, offers *entries[T], left *budget, includes func(offer, need T) bool) bool {
	if len(offers.wide) == 0 {
		return needs.isIn(offers)
	}
	for _, need := range needs.list {
		isIncluded := func(offer T) bool { return left.spend() && includes(offer, need) }
		if !offers.has(need) && !slices.ContainsFunc(offers.wide, isIncluded) {
			return false
		}
	}
	return true
}

func (c *coverage) coversPrincipals(d *coverage, left *budget) bool {
	return meet(&d.principals, &c.principals, left, func(p, q Principal) bool {
		return p.IsAnyone() && (q.Type == PrincipalAWS || q.Type == PrincipalService) || p.ownsForeign(q, d.resources.list)
	})
}

// ownsForeign reports whether p is the account of the user or role q while all
// resources are in other accounts.
func (p Principal) ownsForeign(q Principal, resources []string) bool {
	partition, accountID, isRoot := cutRootARN(p.Value)
	if p.Type != PrincipalAWS || q.Type != PrincipalAWS || !isRoot {
		return false
	}
	prefix := strings.TrimSuffix(p.Value, "root")
	return (strings.HasPrefix(q.Value, prefix+"user/") || strings.HasPrefix(q.Value, prefix+"role/")) &&
		!slices.ContainsFunc(resources, func(r string) bool { return mayBeIn(r, partition, accountID) })
}

// mayBeIn reports whether resource, which may be a pattern, can belong to the
// account.
func mayBeIn(resource, partition, accountID string) bool {
	parts := strings.SplitN(resource, ":", 6)
	return len(parts) != 6 || parts[1] != partition || !arn.IsAccountID(parts[4]) || parts[4] == accountID
}

func (c *coverage) coversActions(d *coverage, left *budget) bool {
	return meet(&d.actions, &c.actions, left, actionIncludes)
}

// actionIncludes reports whether the action p includes q, both in lower case. The
// part before the colon, the service, is not taken as a pattern. "*" includes every
// action.
func actionIncludes(p, q string) bool {
	if p == "*" {
		return true
	}
	pService, pName, _ := strings.Cut(p, ":")
	qService, qName, found := strings.Cut(q, ":")
	return found && pService == qService && glob.Includes(pName, qName)
}

func (c *coverage) coversResources(d *coverage, left *budget) bool {
	return meet(&d.resources, &c.resources, left, func(p, q string) bool {
		return p == "*" || !hasVariable(p) && !hasVariable(q) && arnIncludes(p, q, false)
	})
}

// coversConditions reports whether each condition of c follows from one of d.
func (c *coverage) coversConditions(d *coverage, left *budget) bool {
	for i := range c.conditions {
		follows := false
		for j := range d.conditions {
			follows = follows || left.spend() && d.conditions[j].implies(&c.conditions[i], left)
		}
		if !follows {
			return false
		}
	}
	return true
}

// A coveredCondition is a condition in the form in which Covers compares it.
type coveredCondition struct {
	key        string // in lower case
	operator   string // without IfExists
	isOptional bool   // the operator has IfExists
	isPositive bool   // it is met by equality or likeness with one of the values
	values     entries[string]
}

func newCoveredCondition(c Condition) coveredCondition {
	operator, isOptional := strings.CutSuffix(normalOperator(c.Operator), ifExists)
	return coveredCondition{
		key: foldASCII(c.Key), operator: operator, isOptional: isOptional,
		isPositive: slices.Contains(positive, operator), values: newStrings(c.Values),
	}
}

// positive holds the operators that are met by equality or likeness with one of
// the values, so that a condition with fewer values is the stronger one.
var positive = []string{
	opStringEquals, "StringEqualsIgnoreCase", opStringLike, opArnLike, opBool,
	"NumericEquals", "DateEquals", "IpAddress",
}

const ifExists = "IfExists"

// implies reports whether every request that meets b meets a too.
func (b *coveredCondition) implies(a *coveredCondition, left *budget) bool {
	switch {
	case b.key != a.key:
		return false
	case b.operator == a.operator && b.isOptional == a.isOptional && b.values.isIn(&a.values) && a.values.isIn(&b.values):
		return true
	case b.isOptional && !a.isOptional, !b.isPositive, len(b.values.list) == 0:
		return false
	case b.operator == a.operator:
		return meet(&b.values, &a.values, left, func(p, v string) bool { return valueImplies(b.operator, v, a.operator, p) })
	}
	for _, v := range b.values.list {
		isImplied := func(p string) bool { return left.spend() && valueImplies(b.operator, v, a.operator, p) }
		if !slices.ContainsFunc(a.values.list, isImplied) {
			return false
		}
	}
	return true
}

// valueImplies reports whether every text that meets bOperator with the value v meets
// aOperator with the value p.
func valueImplies(bOperator, v, aOperator, p string) bool {
	if !strings.HasPrefix(v, glob.LiteralPrefix(p)) || hasVariable(v) || hasVariable(p) {
		return false
	}
	literal := bOperator == opStringEquals || bOperator == opStringLike && !glob.HasWildcard(v)
	switch aOperator {
	case opStringEquals:
		return literal && v == p
	case opStringLike:
		return (literal || bOperator == opStringLike) && includes(p, v, literal)
	case opArnLike:
		return (literal || bOperator == opArnLike) && arnIncludes(p, v, literal)
	}
	return false
}
