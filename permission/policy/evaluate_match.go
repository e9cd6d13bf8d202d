package policy

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// A matching is the result of comparing a statement with a request.
type matching struct {
	granted span
	why     fault // why it does not match, or cannot be decided
}

// A fault is the first element of a statement that does not match, or else the first
// one that cannot be decided.
type fault struct {
	element   element
	condition int // its index, if the element is a condition
}

type element int8

const (
	elementNone element = iota
	elementResource
	elementAction
	elementPrincipal
	elementCondition
	elementEffect
	elementUnknown // a member that is not known
)

// match compares a statement with r, element by element up to the first that
// does not match.
func (r *request) match(s *statement) matching {
	m := matching{granted: surely(direct)}
	if m.and(r.matchResource(s), fault{element: elementResource}) &&
		m.and(r.matchAction(s), fault{element: elementAction}) &&
		m.andPrincipal(r.matchPrincipal(s)) && m.andConditions(r, s) {
		m.and(truthOf(s.effect == effectAllow || s.effect == effectDeny).orMaybe(), fault{element: elementEffect})
		m.and(truthOf(len(s.unknown) == 0).orMaybe(), fault{element: elementUnknown})
	}
	return m
}

// orMaybe returns t, or maybe in place of no.
func (t truth) orMaybe() truth { return max(t, maybe) }

// and adds the result for one element, and reports whether the statement can still
// match.
func (m *matching) and(t truth, f fault) bool {
	if t == no || t == maybe && m.why == (fault{}) {
		m.why = f
	}
	m.granted = m.granted.ifTrue(t)
	return t != no
}

func (m *matching) andPrincipal(granted span) bool {
	f := fault{element: elementPrincipal}
	if m.why == (fault{}) && granted.least < granted.most {
		m.why = f
	}
	m.granted = m.granted.and(granted)
	return m.and(granted.truth(), f)
}

func (m *matching) andConditions(r *request, s *statement) bool {
	for i := range s.conditions {
		t := r.meets(&s.conditions[i])
		if t == no && s.isAmbiguous(i) { // not known whether one of the two must be met or both
			t = maybe
		}
		if !m.and(t, fault{elementCondition, i}) {
			return false
		}
	}
	return true
}

// matchEither compares an element and its Not form, of which a statement must
// have exactly one.
func matchEither(list, notList []string, matches func(string) truth) truth {
	switch {
	case (list == nil) == (notList == nil), len(list) == 0 && len(notList) == 0:
		return maybe
	case list != nil:
		return anyOf(list, matches)
	}
	return anyOf(notList, matches).not()
}

func (r *request) matchResource(s *statement) truth {
	return matchEither(s.resources, s.notResources, r.resourceMatches)
}

// resourceMatches compares the function's ARN with an entry of Resource.
//
// A match segment by segment is sure, and so is "*". A * at the end of a segment
// can also reach across the colons that follow it (IAM User Guide, "IAM JSON
// policy elements: Resource"), while other pages describe ARNs as compared segment
// by segment: a match in the wider reading only is undecided. So is a pattern
// with fewer than six segments, which IAM completes by rules that are documented only
// in part, and one with a wildcard in place of "arn".
func (r *request) resourceMatches(pattern string) truth {
	switch {
	case pattern == r.resource || pattern == "*":
		return yes
	case r.variables && hasVariable(pattern):
		return maybe
	case !isCompleteARN(pattern):
		return maybeIf(mayCompleteTo(pattern, r.resource) || crosses(pattern, r.resource))
	case !glob.HasWildcard(pattern):
		return no
	case arnMatches(pattern, r.resource):
		return yes
	}
	return maybeIf(crosses(pattern, r.resource))
}

func (r *request) matchAction(s *statement) truth {
	return matchEither(s.actions, s.notActions, r.actionMatches)
}

// actionMatches compares the action with an entry of Action, ignoring case (IAM
// User Guide, "IAM JSON policy elements: Action"). Except in "*", the service must
// be named; no documentation says whether wildcards work in its place.
func (r *request) actionMatches(pattern string) truth {
	switch {
	case pattern == r.action || pattern == "*" || equalFoldASCII(pattern, r.action):
		return yes
	case !glob.HasWildcard(pattern) || !glob.Match(foldASCII(pattern), foldASCII(r.action)):
		return no
	}
	service, _, named := strings.Cut(pattern, ":")
	return truthOf(named && !glob.HasWildcard(service)).orMaybe()
}

// matchPrincipal compares the caller with Principal or NotPrincipal, of which a
// statement must have exactly one.
func (r *request) matchPrincipal(s *statement) span {
	switch {
	case (s.principals == nil) == (s.notPrincipals == nil), len(s.principals) == 0 && len(s.notPrincipals) == 0:
		return possibly(direct)
	case s.principals != nil:
		return r.bestPrincipal(s.principals)
	}
	return r.matchNotPrincipal(s)
}

func (r *request) bestPrincipal(list []Principal) span {
	var best span
	for _, p := range list {
		best = best.or(r.principalMatches(p))
	}
	return best
}

// matchNotPrincipal decides only about Deny: with Allow the answer is undecided. An IAM
// principal that is listed may still be denied, depending on how its account is listed
// and on its permissions boundary (IAM User Guide, "AWS JSON policy elements:
// NotPrincipal").
func (r *request) matchNotPrincipal(s *statement) span {
	listed := r.bestPrincipal(s.notPrincipals).truth()
	switch {
	case s.effect != effectDeny:
		return possibly(direct)
	case r.kind == callerIdentity && listed != no:
		return possibly(direct)
	}
	return surely(direct).ifTrue(listed.not())
}

// principalMatches compares the caller with one entry of Principal (IAM User
// Guide, "AWS JSON policy elements: Principal").
func (r *request) principalMatches(p Principal) span {
	if p.IsAnyone() {
		return surely(direct)
	}
	switch p.Type {
	case PrincipalService:
		return r.serviceMatches(p.Value)
	case PrincipalAWS:
		return r.identityMatches(p.Value)
	case PrincipalFederated, PrincipalCanonicalUser:
		// The ARN of a session does not name its identity provider, and that of an
		// account does not have its canonical id.
		if r.kind != callerIdentity {
			return span{}
		}
	}
	return possibly(direct)
}

func (r *request) serviceMatches(name string) span {
	if r.kind != callerService {
		return span{}
	}
	if glob.HasWildcard(name) {
		return possibly(direct)
	}
	if name == r.service.Name {
		return surely(direct)
	}
	for _, other := range r.service.OtherNames {
		if name == other {
			return surely(direct)
		}
	}
	return span{}
}

// identityMatches compares an IAM principal with an account id or ARN. Such values
// have no wildcards, and the unique id of a deleted identity never equals an ARN.
func (r *request) identityMatches(value string) span {
	if r.kind != callerIdentity {
		return span{}
	}
	id := &r.identity
	partition, accountID, isRoot := cutRootARN(value)
	switch {
	case value == id.account, isRoot && partition == id.partition && accountID == id.account:
		return surely(account)
	case value == id.arn, id.isSessionOf(value):
		return surely(direct)
	case id.mayBe(value):
		return possibly(direct)
	}
	return span{}
}

// truth is the answer to a question about a call: no, yes, or maybe if it cannot be
// decided here.
type truth int8

const (
	no truth = iota
	maybe
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// maybeIf returns maybe if b, else no.
func maybeIf(b bool) truth { return min(truthOf(b), maybe) }

func (t truth) not() truth { return yes - t }

// anyOf returns yes if the answer is yes for one of the list, no if it is no for all of
// them, and else maybe.
func anyOf[T any](list []T, is func(T) truth) truth {
	t := no
	for i := 0; i < len(list) && t < yes; i++ {
		t = max(t, is(list[i]))
	}
	return t
}

// level is how much a statement grants.
type level int8

const (
	nothing level = iota
	account       // to the account: its own policies must agree
	direct        // to the caller itself
)

// span is a level of which only the bounds may be known.
type span struct{ least, most level }

func surely(l level) span   { return span{l, l} }
func possibly(l level) span { return span{nothing, l} }

func (s span) or(t span) span  { return span{max(s.least, t.least), max(s.most, t.most)} }
func (s span) and(t span) span { return span{min(s.least, t.least), min(s.most, t.most)} }

// ifTrue returns s limited by a condition whose truth is t.
func (s span) ifTrue(t truth) span {
	switch t {
	case no:
		return span{}
	case maybe:
		return possibly(s.most)
	}
	return s
}

// truth reports whether s grants anything.
func (s span) truth() truth {
	switch {
	case s.least > nothing:
		return yes
	case s.most > nothing:
		return maybe
	}
	return no
}
