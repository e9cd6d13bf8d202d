package policy

// truth is the answer to a question about a call that may not be decidable
// here.
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

func (t truth) not() truth { return yes - t }

// anyOf is yes if it is for one of the list, and no if it is for all.
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

// span is a level that may not be decidable: at least and at most.
type span struct{ least, most level }

func surely(l level) span   { return span{l, l} }
func possibly(l level) span { return span{nothing, l} }

func (s span) or(t span) span  { return span{max(s.least, t.least), max(s.most, t.most)} }
func (s span) and(t span) span { return span{min(s.least, t.least), min(s.most, t.most)} }

// ifTrue is what is left of s if it depends on t.
func (s span) ifTrue(t truth) span {
	switch t {
	case no:
		return span{}
	case maybe:
		return possibly(s.most)
	}
	return s
}

// truth is whether s is anything at all.
func (s span) truth() truth {
	switch {
	case s.least > nothing:
		return yes
	case s.most > nothing:
		return maybe
	}
	return no
}
