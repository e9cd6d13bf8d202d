package validate

import (
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// Matcher is a row's matcher beside the expression that it stands for.
type Matcher struct {
	Field, Pattern string
	Match          func(string) bool
}

// Matchers are those of all rows of both sets that have a pattern.
func Matchers() []Matcher {
	var all []Matcher
	for _, r := range []*Rules{Original, Current} {
		for _, row := range r.rows {
			if row.pattern != "" {
				all = append(all, Matcher{row.field.String(), row.pattern, row.matches})
			}
		}
	}
	return all
}

// Unused is a set of the same rows as r, as it is before its first use.
func Unused(r *Rules) *Rules {
	return &Rules{rows: r.rows, index: &index{}, splitName: r.splitName, meaning: r.meaning}
}

// ShapesWithEnum are the members that a row gives both a shape and an enum.
func ShapesWithEnum(r *Rules) (names []string) {
	for _, row := range r.rows {
		if row.shape.class != 0 && row.enum != nil {
			names = append(names, row.field.String())
		}
	}
	return names
}

// SplitName is how a set takes a FunctionName apart.
func SplitName(r *Rules, s string) (partition, region, account, name, qualifier string, ok bool) {
	if r == Original {
		n, ok := cutOriginalName(s)
		return n.partition, n.region, n.account, n.name, n.qualifier, ok
	}
	f, err := arn.ParseFunction(s)
	return f.Partition(), f.Region(), f.AccountID(), f.Name(), f.Qualifier().String(), err == nil
}

// NameOf is what the rules of a set look at of a FunctionName.
func NameOf(r *Rules, s string) (qualifier string, tooLong, ok bool) {
	n, ok := r.splitName(s)
	return n.qualifier, n.tooLong, ok
}

// SplitSourceArn is how both sets take a SourceArn apart.
func SplitSourceArn(s string) (partition, service, region, account, resource string, ok bool) {
	a, ok := splitSourceArn(s)
	return a.partition, a.service, a.region, a.account, a.resource, ok
}

// FieldNames are the members in the order of violations.
func FieldNames() []string { return fieldNames[:] }

var Quote = quote

// Accepts is the lean way through a set, Examine the one that collects.
func Accepts(r *Rules, req Request) bool {
	op, ok := req.Operation.index()
	return ok && r.accepts(op, &req)
}

func Examine(r *Rules, req Request) []Violation {
	op, ok := req.Operation.index()
	if !ok {
		return []Violation{unknownOperation(req.Operation)}
	}
	return r.examine(op, req)
}

// FitsInBytes says between which lengths in bytes a row does not count code points,
// given its limits and whether its pattern is of ASCII.
func FitsInBytes(min, max int, ascii bool) (from, to int) {
	r := row{min: min, max: max, match: matchAnyOnOneLine}
	if ascii {
		r.shape = shape{class: charset.Word}
	}
	return r.surelyFits()
}
