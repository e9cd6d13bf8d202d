package policy

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// Covers reports whether a allows at least what b allows: no request is
// allowed by b and not by a. It never says yes wrongly; a no may also mean that
// the two cannot be compared. It says nothing about Sids, nor about what other
// statements deny.
//
// The answer is yes if the statements are equivalent but for their Sids.
// Otherwise both must have the Effect Allow, at least one principal, action and
// resource, no Not element and no unknown member, and
//
//   - every principal of b is one of a's, or a has everybody and it is an AWS
//     identity or a service, or a has its whole account and it is a user or
//     role of an account other than the function's. (In the function's own
//     account naming a user or role grants more than naming the account: IAM
//     User Guide, "Policy evaluation logic".)
//   - every action and every resource of b is matched by one of a's with its
//     wildcards; the parts of an ARN are compared one by one.
//   - every condition of a follows from one that b has on the same key: the
//     same operator (or a's with IfExists) and no values but a's, or values
//     that a's patterns of StringLike or ArnLike include. Of operators that
//     can be met by not being equal, and of operators unknown here, only the
//     same condition will do, as with values that hold a policy variable.
//
// Both statements are read under the same version of the policy language.
func Covers(a, b Statement) bool {
	s, t := a.get(), b.get()
	return s.saysSameAs(t) ||
		s.isPlainAllow() && t.isPlainAllow() &&
			s.coversPrincipals(t) &&
			each(t.actions, s.actions, actionIncludes) &&
			each(t.resources, s.resources, resourceIncludes) &&
			each(s.conditions, t.conditions, implies)
}

// each reports whether every need is met by one of the offers.
func each[T any](needs, offers []T, meets func(offer, need T) bool) bool {
	for _, need := range needs {
		if !slices.ContainsFunc(offers, func(offer T) bool { return meets(offer, need) }) {
			return false
		}
	}
	return true
}

func (s *statement) saysSameAs(t *statement) bool {
	return sameAspects(withoutSid(s.aspects()), withoutSid(t.aspects()))
}

func withoutSid(list []*aspect) []*aspect {
	return slices.DeleteFunc(list, func(a *aspect) bool { return a.rank == rankSid })
}

// isPlainAllow reports whether s is of the kind whose meaning is the sum of its
// parts. A statement that lacks an element is not: what it would mean is not
// documented.
func (s *statement) isPlainAllow() bool {
	return s.effect == "Allow" && len(s.unknown) == 0 && !s.hasAmbiguousKeys() &&
		s.notPrincipals == nil && s.notActions == nil && s.notResources == nil &&
		len(s.principals) > 0 && len(s.actions) > 0 && len(s.resources) > 0
}

func (s *statement) coversPrincipals(t *statement) bool {
	return each(t.normalPrincipals(), s.normalPrincipals(), func(p, q Principal) bool {
		return p == q || p.IsAnyone() && (q.Type == PrincipalAWS || q.Type == PrincipalService) || p.ownsForeign(q, t.resources)
	})
}

func (s *statement) normalPrincipals() []Principal {
	list := slices.Clone(s.principals)
	partition := s.partition()
	for i, p := range list {
		list[i] = p.normal(partition)
	}
	return list
}

// ownsForeign reports whether p is the account of the user or role q, and none
// of the resources is in that account.
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

// actionIncludes reports whether the action p includes q. The part before the
// colon, the service, is not taken as a pattern; "*" alone is everything.
func actionIncludes(p, q string) bool {
	p, q = foldASCII(p), foldASCII(q)
	if p == q || p == "*" {
		return true
	}
	pService, pName, _ := strings.Cut(p, ":")
	qService, qName, found := strings.Cut(q, ":")
	return found && pService == qService && includes(pName, qName, false)
}

func resourceIncludes(p, q string) bool {
	if p == q || p == "*" {
		return true
	}
	return !hasVariable(p) && !hasVariable(q) && arnIncludes(p, q, false)
}

// positive holds the operators that are met by equality or likeness with one of
// the values, so that fewer values are the stronger condition.
var positive = []string{
	opStringEquals, "StringEqualsIgnoreCase", opStringLike, opArnLike, opBool,
	"NumericEquals", "DateEquals", "IpAddress",
}

const ifExists = "IfExists"

// implies reports whether every request that meets b meets a too.
func implies(b, a Condition) bool {
	if !b.HasKey(a.Key) {
		return false
	}
	if compareAspects(conditionAspect(b), conditionAspect(a)) == 0 {
		return true
	}
	bOperator, bOptional := strings.CutSuffix(normalOperator(b.Operator), ifExists)
	aOperator, aOptional := strings.CutSuffix(normalOperator(a.Operator), ifExists)
	if bOptional && !aOptional || len(b.Values) == 0 {
		return false
	}
	return slices.Contains(positive, bOperator) &&
		each(b.Values, a.Values, func(p, v string) bool { return valueImplies(bOperator, v, aOperator, p) })
}

// valueImplies reports whether a text that compares with v by bOperator
// compares with p by aOperator.
func valueImplies(bOperator, v, aOperator, p string) bool {
	if bOperator == aOperator && v == p {
		return true
	}
	if hasVariable(v) || hasVariable(p) {
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
