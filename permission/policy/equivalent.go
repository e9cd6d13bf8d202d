package policy

import (
	"slices"
	"strings"
)

// Equivalent reports whether s and t mean the same, however they are spelled.
// It is an equivalence relation, and true exactly if [Diff] finds nothing. It
// errs on the safe side: where the meaning is not documented, statements are
// only equivalent if they are spelled alike.
//
// These do not matter:
//
//   - the order of members and of list entries, entries that come twice, and
//     whether a list of one is written as a plain string;
//   - whether an account is written as its id or as the ARN of its root user,
//     in the partition that all resources of the statement name (if they name
//     none, or several, the two stay different);
//   - whether everybody is written as "*" or as {"AWS":"*"};
//   - the case of actions and of condition keys, A to Z alone (IAM User Guide,
//     "IAM JSON policy elements: Action" and "…: Condition");
//   - ArnEquals for ArnLike and ArnNotEquals for ArnNotLike, which behave
//     identically ("IAM JSON policy elements: Condition operators");
//   - whether a condition value is a boolean, a number or a string with the
//     same text;
//   - an empty Sid or Effect, or an empty Condition, for none at all.
//
// All else is compared exactly: Sid, Effect, ARNs, operator names, condition
// values and, as compact JSON, members that this package does not know. If an
// operator has two keys that differ in case alone, the whole Condition must be
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
// the same Version (none is 2008-10-17), the same Id (none is ""), unknown
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
			list = append(list, string(appendCounted(appendCounted(nil, m.name), m.raw)))
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
