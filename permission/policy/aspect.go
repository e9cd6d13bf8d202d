package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// An aspect is one thing that a statement says, in the form in which two
// spellings of one meaning are the same. Two statements mean the same if their
// aspects do; what differs is told aspect by aspect.
type aspect struct {
	rank     int    // place of the field in the list of aspects
	field    string // Sid, Effect, Principal … or the name of an unknown member
	operator string // of a condition
	key      string // of a condition, folded; or the type of principals
	values   []string
	shown    shown
}

// shown is how an aspect appears in words.
type shown struct {
	key    string
	values []string
	hidden bool // the values may be secret
}

// Ranks of fields, in the order in which differences are told.
const (
	rankSid = iota
	rankEffect
	rankPrincipal
	rankNotPrincipal
	rankAction
	rankNotAction
	rankResource
	rankNotResource
	rankCondition
	rankUnknown
)

// elements are the names of the elements by their ranks.
var elements = [rankUnknown]string{
	"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}

// aspects returns what s says, sorted; see Statement.Equivalent for the rules.
//
// Pointers are what gets sorted: the compiler makes one copy of the algorithm for
// all kinds of them, and crypto/x509 has brought it along. One for the structs
// would weigh on every program that calls.
func (s *statement) aspects() []*aspect {
	list := s.unsortedAspects()
	slices.SortFunc(list, compareAspects)
	return list
}

func (s *statement) unsortedAspects() []*aspect {
	list := make([]*aspect, 0, 5+len(s.conditions)+len(s.unknown))
	for i, text := range [...]string{s.sid, s.effect} {
		list = appendText(list, rankSid+i, text)
	}
	partition := s.partition()
	for i, principals := range [...][]Principal{s.principals, s.notPrincipals} {
		list = appendPrincipals(list, rankPrincipal+i, principals, partition)
	}
	for i, actions := range [...][]string{s.actions, s.notActions} {
		list = appendSet(list, rankAction+i, actions, foldASCII)
	}
	for i, resources := range [...][]string{s.resources, s.notResources} {
		list = appendSet(list, rankResource+i, resources, same)
	}
	for _, c := range s.conditions {
		list = append(list, conditionAspect(c))
	}
	if s.hasAmbiguousKeys() {
		list = append(list, opaqueAspect(rankCondition, elements[rankCondition], s.condition))
	}
	for _, m := range s.unknown {
		list = append(list, opaqueAspect(rankUnknown, m.name, m.raw))
	}
	return list
}

func appendText(list []*aspect, rank int, text string) []*aspect {
	if text == "" {
		return list
	}
	values := []string{text}
	return append(list, &aspect{rank: rank, field: elements[rank], values: values, shown: shown{values: values}})
}

func appendSet(list []*aspect, rank int, values []string, normal func(string) string) []*aspect {
	if values == nil {
		return list
	}
	return append(list, &aspect{rank: rank, field: elements[rank], values: set(values, normal), shown: shown{values: values}})
}

// appendPrincipals appends one aspect for each type of principal, or an empty
// one if the element lists nobody.
func appendPrincipals(list []*aspect, rank int, principals []Principal, partition string) []*aspect {
	if principals != nil && len(principals) == 0 {
		return append(list, &aspect{rank: rank, field: elements[rank]})
	}
	byType := make(map[string][]string, 1)
	for _, p := range principals {
		p = p.normal(partition)
		byType[p.Type] = append(byType[p.Type], p.Value)
	}
	for kind, values := range byType {
		values = set(values, same)
		list = append(list, &aspect{rank: rank, field: elements[rank], key: kind, values: values, shown: shown{key: kind, values: values}})
	}
	return list
}

func conditionAspect(c Condition) *aspect {
	return &aspect{
		rank: rankCondition, field: elements[rankCondition], operator: normalOperator(c.Operator), key: foldASCII(c.Key), values: set(c.Values, same),
		shown: shown{key: c.Key, values: c.Values, hidden: c.isSecret()},
	}
}

func opaqueAspect(rank int, field, raw string) *aspect {
	return &aspect{rank: rank, field: field, values: []string{raw}, shown: shown{hidden: true}}
}

// hasAmbiguousKeys reports whether an operator has two keys that differ in
// case alone. What a request must then meet is not documented.
func (s *statement) hasAmbiguousKeys() bool {
	if len(s.conditions) < 2 {
		return false
	}
	type operatorKey struct{ operator, key string }
	seen := make(map[operatorKey]bool, len(s.conditions))
	for _, c := range s.conditions {
		k := operatorKey{c.Operator, foldASCII(c.Key)}
		if seen[k] {
			return true
		}
		seen[k] = true
	}
	return false
}

// partition returns the partition that all resources of s name, or "".
func (s *statement) partition() string {
	found := ""
	for _, r := range s.resources {
		rest, isARN := strings.CutPrefix(r, "arn:")
		partition, _, more := strings.Cut(rest, ":")
		if !isARN || !more || hasWildcard(partition) || (found != "" && partition != found) {
			return ""
		}
		found = partition
	}
	return found
}

// normal returns p in the form that all principals of its meaning share. An
// account id needs the partition to become an ARN; without one it stays.
func (p Principal) normal(partition string) Principal {
	switch {
	case p.IsAnyone():
		return Principal{Type: PrincipalAnyone, Value: "*"}
	case p.Type == PrincipalAWS && partition != "" && isAccountID(p.Value):
		return Principal{Type: PrincipalAWS, Value: rootARN(partition, p.Value)}
	}
	return p
}

// normalOperator unites the operators that behave identically (IAM User Guide,
// "IAM JSON policy elements: Condition operators", ARN operators).
func normalOperator(op string) string {
	switch op {
	case "ArnEquals":
		return opArnLike
	case "ArnNotEquals":
		return "ArnNotLike"
	}
	return op
}

func same(s string) string { return s }

// set returns the normal forms of values, sorted, each once.
func set(values []string, normal func(string) string) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = normal(v)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// compareAspects orders aspects by what they are about, and those about one
// thing by their values.
func compareAspects(a, b *aspect) int {
	return cmp.Or(compareSubjects(a, b), slices.Compare(a.values, b.values))
}

func compareSubjects(a, b *aspect) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank), strings.Compare(a.field, b.field),
		strings.Compare(a.operator, b.operator), strings.Compare(a.key, b.key),
	)
}

func sameAspects(a, b []*aspect) bool {
	return slices.EqualFunc(a, b, func(a, b *aspect) bool { return compareAspects(a, b) == 0 })
}

// encode appends the aspects to b, so that different lists give different
// bytes.
func encode(b []byte, list []*aspect) []byte {
	for _, a := range list {
		b = strconv.AppendInt(b, int64(a.rank), 10)
		for _, s := range [...]string{a.field, a.operator, a.key} {
			b = appendCounted(b, s)
		}
		b = strconv.AppendInt(append(b, ' '), int64(len(a.values)), 10)
		for _, s := range a.values {
			b = appendCounted(b, s)
		}
		b = append(b, '\n')
	}
	return b
}

func appendCounted(b []byte, s string) []byte {
	b = strconv.AppendInt(append(b, ' '), int64(len(s)), 10)
	return append(append(b, ':'), s...)
}
