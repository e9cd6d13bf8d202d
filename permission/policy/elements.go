package policy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// Elements are the elements of a statement, for those that AddPermission cannot
// write and PutResourcePolicy can: several principals, all versions of a function, a
// Deny, any condition. [Elements.Build] makes the statement, [Statement.Elements]
// takes one apart.
//
// Build refuses the zero Elements. A value may be shared by goroutines that do not
// write to it.
type Elements struct {
	// Sid is the id of the statement, unique in its policy; "" for a statement without
	// one.
	Sid string
	// Effect is "Allow" or "Deny"; "" is Allow.
	Effect string

	// Principals are the callers that the statement is for; with NotPrincipals it is for
	// everybody except these. Exactly one of the two must be given. Everybody is a
	// Principal of type PrincipalAnyone, which must be the only entry.
	Principals, NotPrincipals []Principal
	// Actions are names such as "lambda:InvokeFunction", with '*' and '?' as wildcards;
	// NotActions are all actions except these. Exactly one of the two must be given.
	Actions, NotActions []string
	// Resources are complete ARNs of the function, a version or an alias, with '*' and
	// '?' as wildcards: the ARN of a function and ":*" is all its versions and aliases.
	// NotResources are all resources except these. Exactly one of the two must be given.
	Resources, NotResources []string

	// Conditions must all be met.
	Conditions []Condition
}

// Elements returns the elements of s. Members that this package does not know are
// left out; see [Statement.UnknownMembers]. The Effect of a statement without one is "",
// which Build writes as Allow. The caller owns the lists.
func (s Statement) Elements() Elements {
	return Elements{
		Sid: s.Sid(), Effect: s.Effect(), Principals: s.Principals(), NotPrincipals: s.NotPrincipals(), Actions: s.Actions(),
		NotActions: s.NotActions(), Resources: s.Resources(), NotResources: s.NotResources(), Conditions: s.Conditions(),
	}
}

// Build returns the statement. Its members are in the order of [NewStatement]; a list of
// one entry is written as its entry, and the conditions of one operator are written
// together.
//
// The error is a *[BuildError]. It reports elements that the policy of a function cannot
// have, or that do not have the meaning that they seem to have: an element that is
// missing or given in both forms, an empty entry, text that is not UTF-8, everybody
// together with other principals, an action of another service, a resource that is
// neither "*" nor an ARN, an operator that IAM does not have, a condition without
// values, a condition that is given twice, and a key that can have several values, such
// as aws:PrincipalOrgPaths, without ForAnyValue or ForAllValues.
func (e Elements) Build() (Statement, error) {
	if err := e.check(); err != nil {
		err.function = "policy.Elements.Build"
		return Statement{}, err
	}
	b := []byte{'{'}
	if e.Sid != "" {
		b = append(jsontext.AppendQuoted(append(b, `"Sid":`...), e.Sid), ',')
	}
	effect := e.Effect
	if effect == "" {
		effect = effectAllow
	}
	b = jsontext.AppendQuoted(append(b, `"Effect":`...), effect)
	b = appendPrincipalElement(b, "Principal", e.Principals)
	b = appendPrincipalElement(b, "NotPrincipal", e.NotPrincipals)
	for _, element := range e.lists() {
		if len(element.list) > 0 {
			b = jsontext.AppendQuoted(append(b, ','), element.name)
			b = appendTexts(append(b, ':'), element.list)
		}
	}
	b = appendConditionElement(b, byOperator(e.Conditions))
	s, err := parseStatement(value{text: string(append(b, '}'))})
	if err != nil {
		return Statement{}, &BuildError{"Statement", err.Error(), "policy.Elements.Build"}
	}
	return s, nil
}

// A namedList is an element that is a list of texts.
type namedList struct {
	name string
	list []string
}

func (e *Elements) lists() []namedList {
	return []namedList{{"Action", e.Actions}, {"NotAction", e.NotActions}, {"Resource", e.Resources}, {"NotResource", e.NotResources}}
}

func (e *Elements) check() *BuildError {
	switch {
	case !utf8.ValidString(e.Sid):
		return notUTF8("Sid")
	case e.Effect != "" && e.Effect != effectAllow && e.Effect != effectDeny:
		return &BuildError{Field: "Effect", Reason: abbrev.Quote(e.Effect) + " is neither Allow nor Deny"}
	}
	for _, pair := range []struct {
		name     string
		yes, not int
	}{
		{"Principal", len(e.Principals), len(e.NotPrincipals)},
		{"Action", len(e.Actions), len(e.NotActions)},
		{"Resource", len(e.Resources), len(e.NotResources)},
	} {
		switch {
		case pair.yes == 0 && pair.not == 0:
			return &BuildError{Field: pair.name, Reason: "must not be empty, unless Not" + pair.name + " is given"}
		case pair.yes > 0 && pair.not > 0:
			return &BuildError{Field: pair.name, Reason: "is given together with Not" + pair.name + "; a statement has only one of the two"}
		}
	}
	return e.checkEntries()
}

func (e *Elements) checkEntries() *BuildError {
	if err := checkPrincipalEntries("Principal", e.Principals); err != nil {
		return err
	}
	if err := checkPrincipalEntries("NotPrincipal", e.NotPrincipals); err != nil {
		return err
	}
	for _, element := range e.lists() {
		for _, entry := range element.list {
			if err := checkEntry(element.name, entry); err != nil {
				return err
			}
		}
	}
	return checkConditions(e.Conditions)
}

func checkEntry(name, entry string) *BuildError {
	isAction := strings.HasSuffix(name, "Action")
	switch {
	case entry == "":
		return &BuildError{Field: name, Reason: "an entry must not be empty"}
	case !utf8.ValidString(entry):
		return notUTF8(name)
	case entry == "*":
		return nil
	case isAction && !hasPrefixFold(entry, "lambda:"):
		return &BuildError{Field: name, Reason: abbrev.Quote(entry) + ` is not an action of Lambda: it must begin with "lambda:"`}
	case !isAction && !isCompleteARN(entry):
		return &BuildError{Field: name, Reason: abbrev.Quote(entry) + " is not a complete ARN"}
	}
	return nil
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && equalFoldASCII(s[:len(prefix)], prefix)
}

func notUTF8(name string) *BuildError { return &BuildError{Field: name, Reason: "must be valid UTF-8"} }

func checkPrincipalEntries(name string, list []Principal) *BuildError {
	for _, p := range list {
		switch {
		case p.Type == "" || p.Value == "":
			return &BuildError{Field: name, Reason: "an entry must have a type and a value"}
		case !utf8.ValidString(p.Type) || !utf8.ValidString(p.Value):
			return notUTF8(name)
		case p.Type == PrincipalAnyone && p.Value != "*":
			return &BuildError{Field: name, Reason: `the value for everybody is "*", not ` + abbrev.Quote(p.Value)}
		case p.Type == PrincipalAnyone && len(list) > 1:
			return &BuildError{Field: name, Reason: `"*" includes everybody: leave out the other entries`}
		}
	}
	return nil
}

// multivalued are the keys of lookup that can have several values.
var multivalued = []string{keyPrincipalOrgPaths, keySourceOrgPaths, keyPrincipalServiceNamesList}

func checkConditions(list []Condition) *BuildError {
	type place struct{ operator, key string }
	seen := map[place]bool{}
	for _, c := range list {
		o := parseOperator(c.Operator)
		here := place{c.Operator, foldASCII(c.Key)}
		text := c.Operator + " of " + c.Key
		isSeveral := slices.ContainsFunc(multivalued, c.HasKey)
		switch {
		case o.compare == compareUnknown:
			return &BuildError{Field: "Condition", Reason: abbrev.Quote(c.Operator) + " is not an operator of IAM"}
		case c.Key == "" || len(c.Values) == 0:
			return &BuildError{Field: "Condition", Reason: abbrev.Quote(text) + " must have a key and at least one value"}
		case !utf8.ValidString(c.Key) || slices.ContainsFunc(c.Values, func(v string) bool { return !utf8.ValidString(v) }):
			return notUTF8("Condition")
		case seen[here]:
			return &BuildError{Field: "Condition", Reason: abbrev.Quote(text) + " is given twice; put all values into one condition"}
		case isSeveral && o.set == setNone && o.compare != compareNull:
			return &BuildError{Field: "Condition", Reason: abbrev.Quote(c.Key) + " can have several values; begin the operator with ForAnyValue: or ForAllValues:"}
		}
		seen[here] = true
	}
	return nil
}

// byOperator returns the conditions with those of one operator together, in the order
// in which the operators first appear.
func byOperator(list []Condition) []Condition {
	first := map[string]int{}
	for i, c := range list {
		if _, ok := first[c.Operator]; !ok {
			first[c.Operator] = i
		}
	}
	grouped := slices.Clone(list)
	slices.SortStableFunc(grouped, func(a, b Condition) int { return first[a.Operator] - first[b.Operator] })
	return grouped
}

// appendPrincipalElement writes the entries by their types, in the order in which the
// types first appear.
func appendPrincipalElement(b []byte, name string, list []Principal) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(jsontext.AppendQuoted(append(b, ','), name), ':')
	if list[0].Type == PrincipalAnyone {
		return append(b, `"*"`...)
	}
	var types []string
	values := map[string][]string{}
	for _, p := range list {
		if values[p.Type] == nil {
			types = append(types, p.Type)
		}
		values[p.Type] = append(values[p.Type], p.Value)
	}
	for i, t := range types {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		b = appendTexts(append(jsontext.AppendQuoted(append(b, separator), t), ':'), values[t])
	}
	return append(b, '}')
}

// appendTexts writes one text as a string, and several as a list.
func appendTexts(b []byte, list []string) []byte {
	if len(list) == 1 {
		return jsontext.AppendQuoted(b, list[0])
	}
	for i, text := range list {
		separator := byte(',')
		if i == 0 {
			separator = '['
		}
		b = jsontext.AppendQuoted(append(b, separator), text)
	}
	return append(b, ']')
}
