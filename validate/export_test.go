package validate

import "github.com/lambdaperm/lambdaperm/arn"

// Matcher is the matcher of a row and the documented expression that it implements.
type Matcher struct {
	Field, Pattern string
	Match          func(string) bool
}

// Matchers returns the matchers of all rows with a pattern, of both sets.
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

// Unused returns a set with the rows of r that was not used before.
func Unused(r *Rules) *Rules {
	return &Rules{rows: r.rows, index: &index{}, splitName: r.splitName, meaning: r.meaning}
}

// SplitName splits a FunctionName as the set r does.
func SplitName(r *Rules, s string) (partition, region, account, name, qualifier string, ok bool) {
	if r == Original {
		n, ok := cutOriginalName(s)
		return n.partition, n.region, n.account, n.name, n.qualifier, ok
	}
	f, err := arn.ParseFunction(s)
	return f.Partition(), f.Region(), f.AccountID(), f.Name(), f.Qualifier().String(), err == nil
}

// NameOf returns the parts of a FunctionName to which the rules of a set apply.
func NameOf(r *Rules, s string) (qualifier string, tooLong, ok bool) {
	n, ok := r.splitName(s)
	return n.qualifier, n.tooLong, ok
}

// SplitSourceArn splits a SourceArn as both sets do.
func SplitSourceArn(s string) (partition, service, region, account, resource string, ok bool) {
	a, ok := splitSourceArn(s)
	return a.partition, a.service, a.region, a.account, a.resource, ok
}

// FieldNames returns the names of the members in the order of violations.
func FieldNames() []string { return fieldNames[:] }
