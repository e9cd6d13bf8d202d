package policy

import "strings"

// An ambiguity is what there is to know about keys of one operator that differ
// in case alone. What they mean is not documented, so that a no to one of them
// is none to the statement.
type ambiguity struct{ looked, found bool }

// fewConditions is up to how many conditions comparing all pairs is cheap.
const fewConditions = 16

// mayInclude reports whether the condition with index i of s may be such a key.
func (a *ambiguity) mayInclude(s *statement, i int) bool {
	if len(s.conditions) <= fewConditions {
		return s.hasTwin(i)
	}
	if !a.looked {
		a.looked, a.found = true, s.hasAmbiguousKeys()
	}
	return a.found
}

func (s *statement) hasTwin(i int) bool {
	for j, c := range s.conditions {
		if j != i && c.Operator == s.conditions[i].Operator && c.HasKey(s.conditions[i].Key) {
			return true
		}
	}
	return false
}

// meets compares one condition with the request.
func (r *request) meets(c *Condition) truth {
	v := r.lookup(c.Key)
	if c.Key == "" || len(c.Values) == 0 || v.state == keyNotKnown {
		return maybe
	}
	o := parseOperator(c.Operator)
	o.variables = r.variables
	switch v.state {
	case keyAbsent:
		return o.ofAbsent(c.Values)
	case keyPresentOrAbsent:
		if t := o.ofAbsent(c.Values); t == o.of(c.Values, v) {
			return t
		}
		return maybe
	}
	return o.of(c.Values, v)
}

// of is the answer for a key that the request has.
func (o operator) of(values []string, v contextValue) truth {
	if o.set == setNone {
		if v.isList { // such a key asks for a set operator
			return maybe
		}
		return o.ofOne(values, v.text)
	}
	t := o.ofOne(values, v.text)
	for _, text := range v.more {
		if u := o.ofOne(values, text); o.set == setAny {
			t = max(t, u)
		} else {
			t = min(t, u)
		}
	}
	return t
}

// ofOne compares one value of the request: with any of the policy's, or with
// none of them if the operator is negated.
func (o operator) ofOne(values []string, text string) truth {
	t := anyOf(values, func(p string) truth {
		if o.variables && hasVariable(p) {
			return maybe
		}
		return o.compare.of(p, text)
	})
	if o.negated {
		return t.not()
	}
	return t
}

// of compares one value of the policy with one of the request.
func (c comparison) of(p, text string) truth {
	switch c {
	case compareEquals:
		return truthOf(p == text)
	case compareIgnoreCase:
		return equalIgnoringCase(p, text)
	case compareLike:
		return truthOf(matches(p, text))
	case compareARN:
		return truthOf(arnMatches(p, text))
	case compareBool:
		return equalBool(p, text)
	case compareNull:
		return boolValue(p).not()
	}
	return maybe
}

// equalIgnoringCase leaves open which letters beyond A to Z have a case.
func equalIgnoringCase(p, text string) truth {
	if equalFoldASCII(p, text) {
		return yes
	}
	return min(truthOf(strings.EqualFold(p, text)), maybe)
}

func equalBool(p, text string) truth {
	a, b := boolValue(p), boolValue(text)
	if a == maybe || b == maybe {
		return maybe
	}
	return truthOf(a == b)
}
