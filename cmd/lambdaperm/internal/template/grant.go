package template

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The resource types that hold grants.
const (
	typePermission     = "AWS::Lambda::Permission"
	typeResourcePolicy = "AWS::Lambda::ResourcePolicy"
)

// members returns the members that AWS::Lambda::Permission has as properties. It has no
// statement id, and a qualifier only in the name of the function.
func members() []grants.Member {
	return slices.DeleteFunc(slices.Clone(grants.Members), func(m grants.Member) bool {
		return m.Name == "StatementId" || m.Name == "Qualifier"
	})
}

// Grants returns the grants that the template makes, in its order.
func (t *Template) Grants() (all []grants.Grant) {
	for _, id := range t.order {
		if r := t.resources[id]; r.Type == typePermission && t.decided(r) != no {
			all = append(all, t.grant(r))
		}
	}
	return all
}

// NotDeployed returns the grants and policies whose condition is false with the known
// parameters. Grants and Policies leave them out.
func (t *Template) NotDeployed() (all []grants.Undeployed) {
	for _, id := range t.order {
		r := t.resources[id]
		if (r.Type == typePermission || r.Type == typeResourcePolicy) && t.decided(r) == no {
			all = append(all, grants.Undeployed{Name: id, Place: r.Place, Condition: r.Condition})
		}
	}
	return all
}

// decided returns the value of the condition of a resource, as far as it is known.
func (t *Template) decided(r resource) truth {
	if r.Condition == "" {
		return yes
	}
	return t.evaluation(nil).decide(t.conditions.Lookup(r.Condition))
}

// openCondition returns the condition of a resource if its value is not known, and
// otherwise "".
func (t *Template) openCondition(r resource) string {
	if t.decided(r) == unsure {
		return r.Condition
	}
	return ""
}

func (t *Template) grant(r resource) grants.Grant {
	g := grants.Grant{
		Name: r.ID, Place: r.Place, Places: map[string]tree.Place{}, Open: map[string]grants.Open{}, MissingID: true,
		Condition: t.openCondition(r),
	}
	g.Problems = append(memberProblems(r), t.referenceProblems(r)...)
	for _, m := range members() {
		if r.Properties.Lookup(m.Name) != nil {
			g.Places[m.Name] = r.Properties.PlaceOf(m.Name)
		}
	}
	first := t.evaluation(grants.Choice{})
	g.Function = first.functionARN(first.property(r, "FunctionName")).text
	outcomes, complete := t.outcomes(r, func(e *evaluation) { e.request(r, nil) })
	g.Incomplete = !complete
	for _, outcome := range outcomes {
		g.Branches = append(g.Branches, t.branch(r, outcome, g.Open))
	}
	return g
}

// memberProblems reports the properties that the resource type does not have, and
// those with a value that cannot be a text.
func memberProblems(r resource) (problems []grants.Problem) {
	if r.Properties == nil || r.Properties.Kind != tree.Mapping {
		return []grants.Problem{{Place: r.Place, Rule: "type", Reason: r.ID + " has no Properties"}}
	}
	for _, m := range r.Properties.Members {
		known := slices.ContainsFunc(members(), func(known grants.Member) bool { return known.Name == m.Name })
		_, _, isFunction := function(m.Value)
		switch {
		case !known:
			problems = append(problems, unknownProperty(typePermission, m))
		case isFunction:
		case m.Value.Kind == tree.Mapping, m.Value.Kind == tree.Sequence:
			problems = append(problems, grants.Problem{Place: m.Place, Rule: "type", Member: m.Name,
				Reason: m.Name + " must be a text, this is " + m.Value.Kind.String()})
		}
	}
	return problems
}

// outcomes returns one choice for each outcome of the open conditions that evaluate
// uses. complete is false if there are more than grants.MaxOutcomes. The condition of
// the resource itself is true in all of them, since otherwise there is no grant.
func (t *Template) outcomes(r resource, evaluate func(*evaluation)) (all []grants.Choice, complete bool) {
	all, complete = []grants.Choice{{}}, true
	if r.Condition != "" {
		all[0][conditionPrefix+r.Condition] = 0
	}
	for i := 0; i < len(all); {
		e := t.evaluation(all[i])
		evaluate(e)
		open := slices.IndexFunc(e.unknowns, func(u grants.Unknown) bool {
			_, chosen := all[i][u.ID]
			return strings.HasPrefix(u.ID, conditionPrefix) && !chosen
		})
		if open < 0 {
			i++
			continue
		}
		if len(all) >= grants.MaxOutcomes {
			complete = false
			i++
			continue
		}
		id := e.unknowns[open].ID
		all = append(all, all[i].With(id, 1))
		all[i] = all[i].With(id, 0)
	}
	return all, complete
}

// branch builds the requests of one outcome, and adds the open members to open.
func (t *Template) branch(r resource, outcome grants.Choice, open map[string]grants.Open) grants.Branch {
	e := t.evaluation(outcome)
	e.request(r, open)
	unknowns := withoutConditions(e.unknowns)
	b := grants.Branch{Condition: conditionText(r, outcome), StandIns: grants.StandInsOf(unknowns)}
	all, ok := grants.Choices(unknowns, grants.MaxChoices)
	if !ok {
		return b
	}
	for _, c := range all {
		for k, v := range outcome {
			c[k] = v
		}
		b.Requests = append(b.Requests, t.evaluation(c).request(r, nil))
	}
	return b
}

// conditionText describes the outcome of the open conditions, without the condition of
// the resource itself.
func conditionText(r resource, outcome grants.Choice) string {
	var parts []string
	for id, i := range outcome {
		name := strings.TrimPrefix(id, conditionPrefix)
		if name != r.Condition {
			parts = append(parts, name+" is "+strconv.FormatBool(i == 0))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " and ")
}

// request resolves the members of a permission. If open is not nil, it collects those
// that are not wholly known.
func (e *evaluation) request(r resource, open map[string]grants.Open) validate.Request {
	var req validate.Request
	var empty []string
	for _, m := range members() {
		before := len(e.unknowns)
		v := e.property(r, m.Name)
		free := v.kind != text || v.free || v.open && !isServiceKnown(v.spelling)
		switch {
		case v.kind == absent:
			continue
		case free:
			e.forget(before)
			v = e.use(m.Unknown(v.spelling))
		case v.text == "":
			empty = append(empty, m.Name)
		}
		if v.open && open != nil {
			open[m.Name] = grants.Open{Whole: v.whole, Free: free, Text: v.spelling}
		}
		grants.Set(&req, m.Name, v.text)
	}
	req.Empty = validate.MembersOf(empty...)
	return req
}

// isServiceKnown reports whether a text is not an ARN, or is one whose partition and
// service are known. The partition of the stack counts as known. If the service is not
// known, no stand-in for it fits every principal.
func isServiceKnown(spelling string) bool {
	rest, isARN := strings.CutPrefix(spelling, "arn:")
	if !isARN {
		return true
	}
	rest = strings.Replace(rest, "${AWS::Partition}", "aws", 1)
	open := strings.Index(rest, "${")
	if dynamic := strings.Index(rest, "{{resolve:"); open < 0 || dynamic >= 0 && dynamic < open {
		open = dynamic
	}
	return open < 0 || strings.Count(rest[:open], ":") >= 2
}

// forget removes the unknowns from index before on, because the stand-ins of the member
// replace them. Conditions stay.
func (e *evaluation) forget(before int) {
	e.unknowns = slices.Concat(e.unknowns[:before], slices.DeleteFunc(slices.Clone(e.unknowns[before:]), func(u grants.Unknown) bool {
		drop := !strings.HasPrefix(u.ID, conditionPrefix)
		if drop {
			delete(e.met, u.ID)
		}
		return drop
	}))
}

// Policies returns the whole policies that the template makes, in its order.
func (t *Template) Policies() (all []grants.Policy) {
	for _, id := range t.order {
		if r := t.resources[id]; r.Type == typeResourcePolicy && t.decided(r) != no {
			all = append(all, t.policy(r))
		}
	}
	return all
}

// policyProperties are the properties of AWS::Lambda::ResourcePolicy. Both are
// required.
var policyProperties = []string{"PolicyDocument", "ResourceArn"}

func policyProblems(r resource) (problems []grants.Problem) {
	for _, name := range policyProperties {
		if r.Properties.Lookup(name) == nil {
			problems = append(problems, grants.Problem{Place: r.Place, Rule: validate.RuleRequired, Member: name,
				Reason: name + ": a required property of " + typeResourcePolicy + " is missing"})
		}
	}
	if r.Properties == nil {
		return problems
	}
	for _, m := range r.Properties.Members {
		if !slices.Contains(policyProperties, m.Name) {
			problems = append(problems, unknownProperty(typeResourcePolicy, m))
		}
	}
	return problems
}

func unknownProperty(resourceType string, m tree.Member) grants.Problem {
	return grants.Problem{Place: m.Place, Rule: validate.RuleUnknownMember, Member: m.Name,
		Reason: resourceType + " has no property " + strconv.Quote(m.Name)}
}

func (t *Template) policy(r resource) grants.Policy {
	p := grants.Policy{Name: r.ID, Place: r.Place, Condition: t.openCondition(r), Problems: append(policyProblems(r), t.referenceProblems(r)...)}
	outcomes, complete := t.outcomes(r, func(e *evaluation) {
		e.property(r, "PolicyDocument")
		e.property(r, "ResourceArn")
	})
	p.Incomplete = !complete
	for _, outcome := range outcomes {
		b, free := t.policyBranch(r, outcome)
		p.Open = p.Open || free
		p.Branches = append(p.Branches, b)
	}
	return p
}

// policyBranch builds the texts of one outcome. free is true if the document has a
// part that can be of any form, or more choices than are tried.
func (t *Template) policyBranch(r resource, outcome grants.Choice) (b grants.PolicyBranch, free bool) {
	e := t.evaluation(outcome)
	e.property(r, "PolicyDocument")
	unknowns := withoutConditions(e.unknowns)
	b.Condition = conditionText(r, outcome)
	all, ok := grants.Choices(unknowns, grants.MaxChoices/16)
	free = !ok || slices.ContainsFunc(unknowns, func(u grants.Unknown) bool { return strings.HasPrefix(u.ID, freePrefix) })
	for _, c := range all {
		for k, v := range outcome {
			c[k] = v
		}
		b.Texts = append(b.Texts, jsonOf(t.evaluation(c).property(r, "PolicyDocument")))
	}
	// The ARN is resolved with the choice of stand-ins of the first text.
	if v := e.property(r, "ResourceArn"); v.kind == text && !v.free {
		b.Function = v.text
	}
	unknowns = withoutConditions(e.unknowns)
	b.Known, b.StandIns = len(unknowns) == 0, grants.StandInsOf(unknowns)
	return b, free
}

func withoutConditions(all []grants.Unknown) []grants.Unknown {
	return slices.DeleteFunc(slices.Clone(all), func(u grants.Unknown) bool { return strings.HasPrefix(u.ID, conditionPrefix) })
}

// jsonOf returns a policy document as JSON. A document that is a text is JSON already.
func jsonOf(v value) string {
	if v.kind == text {
		return v.text
	}
	var b strings.Builder
	writeJSON(&b, v)
	return b.String()
}

func writeJSON(b *strings.Builder, v value) {
	switch v.kind {
	case text:
		quoted, _ := json.Marshal(v.text) // a string can always be encoded
		b.Write(quoted)
	case list:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for i, name := range v.names {
			if i > 0 {
				b.WriteByte(',')
			}
			quoted, _ := json.Marshal(name)
			b.Write(quoted)
			b.WriteByte(':')
			writeJSON(b, v.items[i])
		}
		b.WriteByte('}')
	default:
		b.WriteString("null")
	}
}
