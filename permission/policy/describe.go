package policy

import (
	"strconv"
	"strings"
)

// Describe returns the meaning of s as one English sentence, for people, such as
//
//	Allows the service s3.amazonaws.com to call lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:thumbnail, if SourceArn matches arn:aws:s3:::uploads.
//
// It names all principals, actions, resources and conditions, and says which
// elements are missing or not known. Values of an EventSourceToken and of members
// that this package does not know are not shown; other values longer than 256
// bytes are cut. The wording may change: [Statement.Raw] is the statement for
// programs. The zero Statement gives "".
func (s Statement) Describe() string {
	if !s.IsValid() {
		return ""
	}
	b := s.get()
	text := b.describeEffect() + b.describePrincipals() + " to call " + describeEither(b.actions, b.notActions, "any action", "Action") +
		" on " + describeEither(b.resources, b.notResources, "any function", "Resource")
	var conditions []string
	for _, c := range b.conditions {
		conditions = append(conditions, c.describe())
	}
	if len(conditions) > 0 {
		text += ", if " + strings.Join(conditions, " and ")
	}
	for _, m := range b.unknown {
		text += "; the member " + word(m.name) + " is not known"
	}
	return text + "."
}

// Describe returns the meaning of d as lines for people: one for each statement,
// with its number, counted from 1, and its Sid, such as
//
//	1 (uploads): Allows the service s3.amazonaws.com to call …
//
// Each line hides and cuts values as [Statement.Describe] does.
func (d Document) Describe() string {
	var lines []string
	for i, s := range d.get().statements {
		name := strconv.Itoa(i + 1)
		if s.Sid() != "" {
			name += " (" + word(s.Sid()) + ")"
		}
		lines = append(lines, name+": "+s.Describe())
	}
	if len(lines) == 0 {
		lines = append(lines, "The policy has no statements.")
	}
	for _, name := range d.UnknownMembers() {
		lines = append(lines, "The policy has a member that is not known: "+word(name)+".")
	}
	return strings.Join(lines, "\n")
}

func (s *statement) describeEffect() string {
	switch s.effect {
	case effectAllow:
		return "Allows "
	case effectDeny:
		return "Denies "
	case "":
		return "Without an Effect, names "
	}
	return "With the unknown Effect " + word(s.effect) + ", names "
}

func (s *statement) describePrincipals() string {
	switch {
	case (s.principals == nil) == (s.notPrincipals == nil):
		return "callers that are not clear (exactly one of Principal and NotPrincipal is needed)"
	case s.notPrincipals != nil:
		return "everybody except " + describeList(s.notPrincipals, Principal.describe, "nobody")
	}
	return describeList(s.principals, Principal.describe, "nobody")
}

func (p Principal) describe() string {
	_, accountID, isRoot := cutRootARN(p.Value)
	switch {
	case p.IsAnyone():
		return "everybody"
	case p.IsUniqueID():
		return "the deleted identity " + word(p.Value)
	case p.IsAccount() && isRoot:
		return "the account " + accountID
	case p.IsAccount():
		return "the account " + p.Value
	case p.Type == PrincipalAWS:
		return word(p.Value)
	case p.Type == PrincipalService:
		return "the service " + word(p.Value)
	}
	return "the " + word(p.Type) + " principal " + word(p.Value)
}

// describeEither describes an element that a statement must have in exactly one of two
// forms.
func describeEither(list, notList []string, all, name string) string {
	switch {
	case (list == nil) == (notList == nil):
		return all + " that is not clear (exactly one of " + name + " and Not" + name + " is needed)"
	case notList != nil:
		return all + " except " + describeList(notList, word, "an empty list")
	case len(list) == 1 && list[0] == "*":
		return all
	}
	return describeList(list, word, "an empty list")
}

func describeList[T any](list []T, describe func(T) string, empty string) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = describe(v)
	}
	switch n := len(texts); n {
	case 0:
		return empty
	case 1:
		return texts[0]
	default:
		return strings.Join(texts[:n-1], ", ") + " or " + texts[n-1]
	}
}

func (c Condition) describe() string {
	if c.Key == "" {
		return "the operator " + word(c.Operator) + ", which has no key, is met"
	}
	o := parseOperator(c.Operator)
	values := describeList(c.Values, word, "nothing")
	if c.isSecret() {
		values = HiddenValue
	}
	text := o.describeSet() + keyWord(c) + " " + o.describeVerb(c.Operator) + " " + values
	if o.compare == compareNull && len(c.Values) == 1 && !c.isSecret() {
		text = keyWord(c) + map[truth]string{yes: " is absent", no: " is present", maybe: " meets Null " + values}[boolValue(c.Values[0])]
	}
	if o.ifExists && o.isDescribed() {
		text += ", unless the key is absent"
	}
	return text
}

func (o operator) describeSet() string {
	switch {
	case !o.isDescribed():
		return ""
	case o.set == setAny:
		return "any value of "
	case o.set == setAll:
		return "every value of "
	}
	return ""
}

// isDescribed reports whether there is a verb for o. Other operators are shown as
// the policy spells them.
func (o operator) isDescribed() bool {
	return o.compare != compareUnknown && o.compare != compareOther && o.compare != compareNull
}

func (o operator) describeVerb(spelled string) string {
	verbs := map[comparison][2]string{
		compareEquals: {"is", "is not"}, compareBool: {"is", "is not"},
		compareIgnoreCase: {"is, in any case,", "is not, in any case,"},
		compareLike:       {"matches", "does not match"}, compareARN: {"matches", "does not match"},
	}
	verb, ok := verbs[o.compare]
	switch {
	case !ok:
		return "meets " + word(spelled)
	case o.negated:
		return verb[1]
	}
	return verb[0]
}
