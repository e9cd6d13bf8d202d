package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// Equivalent reports whether s and t mean the same, however they are spelled.
// It is an equivalence relation, and true exactly if [Diff] finds no difference.
// Where the meaning is not documented, statements are equivalent only if they are
// spelled alike.
//
// These do not matter:
//
//   - the order of members and of list entries, entries that come twice, and
//     whether a list of one is written as a plain string;
//   - whether an account is written as its id or as the ARN of its root user,
//     in the partition that all resources of the statement name (if they name
//     no partition, or several, the two stay different);
//   - whether everybody is written as "*" or as {"AWS":"*"};
//   - the case of actions and of condition keys, A to Z only (IAM User Guide,
//     "IAM JSON policy elements: Action" and "…: Condition");
//   - ArnEquals for ArnLike and ArnNotEquals for ArnNotLike, which behave
//     identically ("IAM JSON policy elements: Condition operators");
//   - whether a condition value is a boolean, a number or a string with the
//     same text;
//   - an empty Sid, Effect or Condition in place of an absent one.
//
// Everything else is compared exactly: Sid, Effect, ARNs, operator names, condition
// values and, as compact JSON, members that this package does not know. If an
// operator has two keys that differ only in case, the whole Condition must be
// spelled alike. Wildcards are compared as text: use [Covers] to see whether
// one statement includes another.
//
// Both statements are read under the same version of the policy language.
func (s Statement) Equivalent(t Statement) bool {
	if s.Raw() == t.Raw() {
		return true
	}
	return sameAspects(s.get().aspects(), t.get().aspects())
}

// Equivalent reports whether d and e mean the same, however they are spelled:
// the same Version (2008-10-17 if absent), the same Id ("" if absent), unknown
// members with the same compact JSON, and statements that are equivalent one to
// one, in any order. It is an equivalence relation.
func (d Document) Equivalent(e Document) bool {
	if d.Raw() == e.Raw() {
		return true
	}
	return d.languageVersion() == e.languageVersion() && d.ID() == e.ID() &&
		slices.Equal(d.get().unknownAspects(), e.get().unknownAspects()) &&
		slices.Equal(d.get().statementAspects(), e.get().statementAspects())
}

// languageVersion returns the Version that applies (IAM User Guide, "IAM JSON
// policy elements: Version").
func (d Document) languageVersion() string {
	if v := d.Version(); v != "" {
		return v
	}
	return "2008-10-17"
}

func (d *document) unknownAspects() []string {
	var list []string
	for _, m := range d.members {
		if !m.isKnown() {
			list = append(list, string(appendCounted(appendCounted(nil, m.name), compact(m.raw))))
		}
	}
	slices.SortFunc(list, strings.Compare)
	return list
}

// statementAspects returns the encoded aspects of each statement, sorted.
func (d *document) statementAspects() []string {
	list := make([]string, len(d.statements))
	var b []byte
	for i, s := range d.statements {
		b = encode(b[:0], s.get().aspects())
		list[i] = string(b)
	}
	slices.Sort(list)
	return list
}

// HiddenValue stands in a [Difference] for values that are not shown: an
// EventSourceToken, and everything that this package cannot tell apart from one.
const HiddenValue = "(not shown)"

// A Difference is one element, type of principal or condition in which two statements,
// called A and B, differ. A list is nil if its statement does not have it.
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

// Diff returns the differences between a and b in the order Sid, Effect,
// Principal, NotPrincipal, Action, NotAction, Resource, NotResource,
// Condition, unknown members. It is empty exactly if the statements are
// equivalent; [Statement.Equivalent] lists the spellings that make no difference.
//
// The values of lambda:EventSourceToken, of unknown members and of a Condition
// whose keys differ only in case are replaced by [HiddenValue], in the words
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

// compareHeads compares the subjects of the first aspects; an empty list comes
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

// An aspect is one thing that a statement says, in a normal form: two spellings of one
// meaning have equal aspects. Two statements mean the same if their aspects are equal,
// and a Difference compares the aspects about one subject.
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

// aspects returns the aspects of s, sorted; see Statement.Equivalent for the rules.
//
// The list holds pointers: the compiler makes one copy of the sorting code for all
// types of pointers, and crypto/x509 links that anyway. A copy for structs would make
// every program that uses this package larger.
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
	if s.ambiguous != nil {
		list = append(list, opaqueAspect(rankCondition, elements[rankCondition], compact(s.condition)))
	}
	for _, m := range s.unknown {
		list = append(list, opaqueAspect(rankUnknown, m.name, compact(m.raw)))
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

// partition returns the partition that all resources of s name, or "".
func (s *statement) partition() string {
	found := ""
	for _, r := range s.resources {
		rest, isARN := strings.CutPrefix(r, "arn:")
		partition, _, more := strings.Cut(rest, ":")
		if !isARN || !more || glob.HasWildcard(partition) || (found != "" && partition != found) {
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
	case p.Type == PrincipalAWS && partition != "" && arn.IsAccountID(p.Value):
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

// compareAspects orders aspects by their subjects, and those about one subject by
// their values.
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
// bytes: each text has its length before it, and each aspect ends with a line feed. It
// leaves out the rank, which follows from the field.
func encode(b []byte, list []*aspect) []byte {
	for _, a := range list {
		for _, s := range [...]string{a.field, a.operator, a.key} {
			b = appendCounted(b, s)
		}
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
