package check

import (
	"errors"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// judge returns the findings about a grant with open parts that are certain under one
// outcome of the open conditions. judged is false if the grant has too many open parts
// to be judged.
func (c *checker) judge(g *grants.Grant) (all []finding, judged bool) {
	for _, branch := range g.Branches {
		judged = judged || len(branch.Requests) > 0
		all = appendNew(all, sure(len(branch.Requests), func(i int) ([]finding, bool) {
			return c.findings(g, branch.Requests[i])
		}), branch.Condition, branch.Spell)
	}
	sortByPlace(all)
	return all, judged
}

// findings judges one request by the rules and by lint. If a member with an open part
// is refused, possible is false, since the stand-in may be the reason.
func (c *checker) findings(g *grants.Grant, req validate.Request) (found []finding, possible bool) {
	possible = true
	if g.MissingID {
		req.StatementId = "standin"
	}
	refused := map[string]bool{}
	var invalid *validate.Error
	if errors.As(c.rules.Check(req), &invalid) {
		for _, v := range invalid.Violations {
			if _, open := g.Open[v.Field]; open {
				possible = false
			}
			if !slices.Contains(c.disabled, v.Rule) && !g.Open[v.Field].Free {
				refused[v.Field] = true
				found = append(found, violation(v, g.PlaceOf(v.Field).Line, g.PlaceOf(v.Field).Column))
			}
		}
	}
	for _, f := range lint.CheckGrant(req, lint.Disable(c.disabled...)) {
		if !refused[f.Field] && !g.Open[f.Field].Free {
			found = append(found, findingOf(f, g.PlaceOf(f.Field)))
		}
	}
	return found, possible
}

// sure returns the findings that all possible ones of n judgements have in common. If
// none is possible, every value of the open parts is refused, and all judgements count.
func sure(n int, judgement func(i int) (found []finding, possible bool)) []finding {
	var all, ofPossible []finding
	somePossible := false
	for i := range n {
		found, possible := judgement(i)
		switch {
		case possible && !somePossible:
			ofPossible, somePossible = found, true
		case possible:
			ofPossible = common(ofPossible, found)
		case i == 0:
			all = found
		default:
			all = common(all, found)
		}
		if somePossible && len(ofPossible) == 0 {
			return nil
		}
	}
	if somePossible {
		return ofPossible
	}
	return all
}

// common returns the findings of found that others also has.
func common(found, others []finding) []finding {
	return slices.DeleteFunc(found, func(f finding) bool {
		return !slices.ContainsFunc(others, func(o finding) bool { return o.Rule == f.Rule && o.Member == f.Member })
	})
}

// appendNew adds the findings that all does not have, in the spelling of the file and
// with the outcome of the conditions under which they hold.
func appendNew(all, found []finding, condition string, spell func(string) string) []finding {
	for _, f := range found {
		if slices.ContainsFunc(all, func(o finding) bool { return o.Rule == f.Rule && o.Member == f.Member }) {
			continue
		}
		f.Message, f.Hint = spell(f.Message), spell(f.Hint)
		if condition != "" {
			f.Message += " (if " + condition + ")"
		}
		all = append(all, f)
	}
	return all
}

// across compares the grants of a file with each other. It reports ids that occur twice
// on a function, and the findings of lint about the policy that the grants of one
// function make. It leaves out grants with open conditions or with members of unknown
// form.
func (c *checker) across(all []grants.Grant) (found []finding) {
	byFunction := map[string][]*grants.Grant{}
	var functions []string
	incomplete := map[string]bool{}
	for i := range all {
		g := &all[i]
		if !isComparable(g) {
			incomplete[g.Function] = true
			continue
		}
		if byFunction[g.Function] == nil {
			functions = append(functions, g.Function)
		}
		byFunction[g.Function] = append(byFunction[g.Function], g)
	}
	for _, f := range functions {
		found = append(found, c.sameIDs(byFunction[f])...)
		found = append(found, c.together(byFunction[f], incomplete[f] || incomplete[""])...)
	}
	sortByPlace(found)
	return found
}

func isComparable(g *grants.Grant) bool {
	if g.Condition != "" || g.Incomplete || g.Function == "" || len(g.Branches) != 1 || len(g.Branches[0].Requests) == 0 {
		return false
	}
	for _, open := range g.Open {
		if open.Free {
			return false
		}
	}
	return true
}

func (c *checker) sameIDs(list []*grants.Grant) (found []finding) {
	if slices.Contains(c.disabled, ruleSameID) {
		return nil
	}
	seen := map[string]*grants.Grant{}
	for _, g := range list {
		id := g.Branches[0].Requests[0].StatementId
		if g.MissingID || id == "" {
			continue
		}
		if first := seen[id]; first != nil {
			place := g.PlaceOf("StatementId")
			found = append(found, finding{
				Line: place.Line, Column: place.Column, Severity: lint.SeverityError, Rule: ruleSameID, Member: "StatementId",
				Message: "StatementId " + id + ": " + nameOr(first, "another grant") + " on the same function has this id",
				Hint:    "give each grant of a function an id of its own",
			})
		} else {
			seen[id] = g
		}
	}
	return found
}

func nameOr(g *grants.Grant, other string) string {
	if g.Name == "" {
		return other
	}
	return g.Name
}

// rulesTogether are the rules of lint about a whole policy that several grants of a
// file can break together.
var rulesTogether = []string{lint.RuleURLPair, lint.RuleDuplicate, lint.RuleCovered, lint.RulePolicySize}

// together lints the policy that the grants of one function make.
func (c *checker) together(list []*grants.Grant, incomplete bool) (found []finding) {
	var statements []policy.Statement
	var of []*grants.Grant
	for _, g := range list {
		if s, ok := statementOf(g); ok {
			statements, of = append(statements, s), append(of, g)
		}
	}
	if len(statements) == 0 {
		return nil
	}
	for _, f := range lint.CheckPolicy(policy.Document{}.With(statements...), lint.Disable(c.disabled...)) {
		if !slices.Contains(rulesTogether, f.Rule) || f.Rule == lint.RuleURLPair && incomplete {
			continue
		}
		g := of[max(f.Statement, 1)-1]
		f.StatementId = ""
		one := findingOf(f, g.Place)
		spell := g.Branches[0].Spell
		one.Message, one.Hint = spell(nameAll(one.Message, of)), spell(nameAll(one.Hint, of))
		if g.Name != "" {
			one.Message = g.Name + ": " + one.Message
		}
		found = append(found, one)
	}
	return found
}

// statementOf returns the statement of a grant. A statement without an id gets one that
// is derived from the name of the grant.
func statementOf(g *grants.Grant) (policy.Statement, bool) {
	req := g.Branches[0].Requests[0]
	if g.MissingID || req.StatementId == "" {
		req.StatementId = g.ID()
	}
	f, err := req.Function()
	if err != nil {
		return policy.Statement{}, false
	}
	s, err := policy.NewStatement(req, f.Complete("aws", "us-east-1", "123456789012"))
	return s, err == nil
}

// nameAll replaces the ids that Grant.ID has made by the names of the grants.
func nameAll(text string, of []*grants.Grant) string {
	for _, g := range of {
		if id := g.ID(); g.MissingID && id != g.Name && id != "" {
			text = strings.ReplaceAll(text, id, g.Name)
		}
	}
	return text
}
