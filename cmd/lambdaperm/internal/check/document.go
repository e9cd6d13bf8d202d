package check

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/format"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/template"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/terraform"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// document checks a file that is read as a whole: a template, a plan, a policy, an
// answer of the service.
func (c *checker) document(name string, r io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(r, tree.MaxSize+1))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if reason, ok := format.UnreadText(text); ok {
		c.unread(name, tree.Place{Line: 1, Column: 1}, reason)
		return nil
	}
	root, err := tree.Parse(text)
	var malformed *tree.Error
	if errors.As(err, &malformed) {
		c.tell(name, []finding{problem(grants.Problem{Place: malformed.Place, Rule: ruleSyntax, Reason: malformed.Reason})}, 0)
		c.count.unusable++
		return nil
	}
	switch format.Of(root) {
	case format.Template:
		c.template(name, root)
	case format.Terraform:
		c.terraform(name, root)
	case format.Policy:
		c.policy(name, root.Place, root, string(text))
	case format.Answer:
		c.policy(name, root.PlaceOf("Policy"), nil, root.Lookup("Policy").Text)
	default:
		c.unread(name, root.Place, format.Unread(root))
	}
	return nil
}

// unread reports a file of a format that is not read.
func (c *checker) unread(name string, place tree.Place, reason string) {
	c.count.unusable++
	c.tell(name, []finding{problem(grants.Problem{Place: place, Rule: ruleFormat, Reason: reason})}, 0)
}

func (c *checker) template(name string, root *tree.Node) {
	t := template.New(root, c.deployment.Options)
	c.declared = append(c.declared, t.Parameters()...)
	for _, again := range t.Duplicates() {
		c.tell(name, []finding{problem(grants.Problem{Place: again.Place, Rule: ruleDuplicateMember, Member: again.Name,
			Reason: fmt.Sprintf("duplicate member %q: it is there already", again.Name)})}, 0)
	}
	c.grants(name, t.Grants())
	if undeployed := t.NotDeployed(); len(undeployed) > 0 {
		var names []string
		for _, u := range undeployed {
			names = append(names, u.Name)
		}
		c.count.notes = append(c.count.notes, note{name,
			"not checked, since their condition is false with these parameters " + grants.Listed(names)})
	}
	for _, u := range t.Unread() {
		c.count.notes = append(c.count.notes, note{name, u.String()})
	}
	for _, p := range t.Policies() {
		c.openPolicy(name, p)
	}
}

func (c *checker) terraform(name string, root *tree.Node) {
	c.grants(name, terraform.Grants(root))
	for _, p := range terraform.Policies(root) {
		c.openPolicy(name, p)
	}
}

// grants reports the findings about each grant of a file and about all of them
// together.
func (c *checker) grants(name string, all []grants.Grant) {
	for i := range all {
		g := &all[i]
		found, judged := c.judge(g)
		if members := freeMembers(g); !judged || g.Incomplete || len(members) > 0 {
			c.count.addUnjudged(unjudged{name, g.Place.Line, g.Place.Column, g.Name, members})
		}
		c.tell(name, c.withProblems(found, g.Problems), 1)
	}
	c.tell(name, c.across(all), 0)
}

// freeMembers returns the members that may have any form, in the order of the API.
func freeMembers(g *grants.Grant) (names []string) {
	for _, m := range grants.Members {
		if g.Open[m.Name].Free {
			names = append(names, m.Name)
		}
	}
	return names
}

// withProblems adds the problems of a grant or a policy to its findings, in the order
// of the file.
func (c *checker) withProblems(found []finding, problems []grants.Problem) []finding {
	var all []finding
	for _, p := range problems {
		if !slices.Contains(c.disabled, p.Rule) {
			all = append(all, problem(p))
		}
	}
	all = append(all, found...)
	sortByPlace(all)
	return all
}

func problem(p grants.Problem) finding {
	return finding{
		Line: p.Place.Line, Column: p.Place.Column, Severity: lint.SeverityError,
		Rule: p.Rule, Member: p.Member, Message: p.Reason,
	}
}

// tell reports findings and adds a number of grants to the count.
func (c *checker) tell(name string, found []finding, grants int) {
	c.count.requests += grants
	c.count.addFindings(found)
	if len(found) > 0 {
		c.report.request(name, found)
	}
}

// openPolicy checks a whole policy of a template or a plan. A finding is reported if it
// is certain under one outcome of the open conditions.
func (c *checker) openPolicy(name string, p grants.Policy) {
	if p.Open || p.Incomplete {
		c.count.addUnjudged(unjudged{name, p.Place.Line, p.Place.Column, p.Name, []string{"PolicyDocument"}})
	}
	var all []finding
	for _, branch := range p.Branches {
		all = appendNew(all, sure(len(branch.Texts), func(i int) ([]finding, bool) {
			found, err := c.policyFindings(p.Place, nil, branch.Texts[i])
			if err != nil && p.Open { // the stand-in of an unknown object is a text
				return nil, true
			}
			if err != nil {
				found = []finding{problem(grants.Problem{Place: p.Place, Rule: ruleSyntax, Reason: err.Error()})}
			}
			return found, err == nil
		}), branch.Condition, branch.Spell)
	}
	c.tell(name, c.withProblems(all, p.Problems), 1)
}

// policy checks a policy document. If root is not nil, it has the places of the
// statements.
func (c *checker) policy(name string, place tree.Place, root *tree.Node, text string) {
	found, err := c.policyFindings(place, root, text)
	if err != nil {
		c.count.unusable++
		c.tell(name, []finding{problem(grants.Problem{Place: place, Rule: ruleSyntax, Reason: err.Error()})}, 0)
		return
	}
	c.tell(name, found, 1)
}

func (c *checker) policyFindings(place tree.Place, root *tree.Node, text string) (found []finding, err error) {
	document, err := policy.Parse(text)
	if err != nil {
		return nil, err
	}
	for _, f := range lint.CheckPolicy(document, lint.Disable(c.disabled...)) {
		at := place
		if statement := statementNode(root, f.Statement); statement != nil {
			at = statement.Place
		}
		found = append(found, findingOf(f, at))
	}
	return found, nil
}

// statementNode returns the node of a statement, counted from 1, or nil if it is not
// known.
func statementNode(root *tree.Node, statement int) *tree.Node {
	list := root.Lookup("Statement")
	switch {
	case list == nil || statement < 1:
		return nil
	case list.Kind == tree.Mapping && statement == 1:
		return list
	case statement <= len(list.Items):
		return list.Items[statement-1]
	}
	return nil
}

func findingOf(f lint.Finding, at tree.Place) finding {
	message := f.Message
	if f.Field != "" {
		message = f.Field + ": " + message
	}
	if f.Statement > 0 && f.StatementId != "" {
		message = "statement " + f.StatementId + ": " + message
	}
	return finding{
		Line: at.Line, Column: at.Column, Severity: f.Severity,
		Rule: f.Rule, Member: f.Field, Message: message, Why: f.Why, Hint: f.Fix,
	}
}
