package policy

// A matching is how far a statement matches a request.
type matching struct {
	granted span
	why     fault // why it does not match, or is not decidable
}

// A fault is the element of a statement that does not match, or is not
// decidable.
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

// orMaybe is t where a no is not certain.
func (t truth) orMaybe() truth { return max(t, maybe) }

// and adds what was found about one element, and reports whether the statement
// can still match.
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
	var twins ambiguity
	for i := range s.conditions {
		t := r.meets(&s.conditions[i])
		if t == no && twins.mayInclude(s, i) {
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
