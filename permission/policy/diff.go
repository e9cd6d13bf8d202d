package policy

import (
	"slices"
	"strconv"
	"strings"
)

// HiddenValue stands in a [Difference] for values that are not shown: an
// EventSourceToken, and whatever this package cannot tell apart from one.
const HiddenValue = "(not shown)"

// A Difference is one thing that two statements, called A and B, say
// differently. A list is nil if its statement does not say it at all.
type Difference struct {
	Field    string   // Sid, Effect, Principal …, or the name of an unknown member
	Operator string   // the operator of a Condition; else empty
	Key      string   // the key of a Condition, or the type of a Principal; else empty
	A, B     []string // the values in each statement; an account as the ARN of its root user
}

// String returns the difference in words, for example
//
//	Condition StringEquals AWS:SourceAccount: A has "123456789012", B does not have it
//
// The wording may change.
func (d Difference) String() string {
	subject := d.Field
	for _, part := range [...]string{d.Operator, d.Key} {
		if part != "" {
			subject += " " + part
		}
	}
	return subject + ": A " + sideWords(d.A) + ", B " + sideWords(d.B)
}

func sideWords(values []string) string {
	switch {
	case values == nil:
		return "does not have it"
	case len(values) == 0:
		return "has an empty list"
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = v
		if v != HiddenValue {
			quoted[i] = strconv.Quote(v)
		}
	}
	return "has " + strings.Join(quoted, ", ")
}

// Diff returns what a and b say differently, in the order Sid, Effect,
// Principal, NotPrincipal, Action, NotAction, Resource, NotResource,
// Condition, unknown members. It is empty exactly if the statements are
// equivalent; [Statement.Equivalent] tells what does not count as a difference.
//
// The values of lambda:EventSourceToken, of unknown members and of a Condition
// whose keys differ in case alone are replaced by [HiddenValue], in the words
// and in the data.
func Diff(a, b Statement) []Difference {
	var list []Difference
	as, bs := a.get().aspects(), b.get().aspects()
	for len(as) > 0 || len(bs) > 0 {
		var a, b *aspect
		order := compareHeads(as, bs)
		if order <= 0 {
			a, as = as[0], as[1:]
		}
		if order >= 0 {
			b, bs = bs[0], bs[1:]
		}
		if order != 0 || !slices.Equal(a.values, b.values) {
			list = append(list, difference(a, b))
		}
	}
	return list
}

// compareHeads compares what the first aspects are about; an empty list comes
// after all others.
func compareHeads(as, bs []*aspect) int {
	switch {
	case len(as) == 0:
		return 1
	case len(bs) == 0:
		return -1
	}
	return compareSubjects(as[0], bs[0])
}

// difference makes a Difference of two aspects about the same thing, one of
// which may be nil.
func difference(a, b *aspect) Difference {
	about := a
	if a == nil {
		about = b
	}
	return Difference{
		Field: about.field, Operator: about.operator, Key: about.shown.key,
		A: a.shownValues(), B: b.shownValues(),
	}
}

func (a *aspect) shownValues() []string {
	switch {
	case a == nil:
		return nil
	case a.shown.hidden:
		return []string{HiddenValue}
	}
	return append([]string{}, a.shown.values...)
}
