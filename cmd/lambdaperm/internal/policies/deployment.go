package policies

import (
	"cmp"
	"errors"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/template"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/terraform"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A collector collects the grants and policies of a deployment by their scopes.
type collector struct {
	file  string
	index map[string]int // of a scope in reading, by its name
	home  Home           // of functions whose name has no region or account
	// openHome is the home of functions whose name is not known before deployment, in
	// the spelling of the file.
	openHome   Home
	reading    Reading
	statements [][]policy.Statement // of the scopes of reading
}

func ofTemplate(file string, root *tree.Node, o template.Options) Reading {
	t := template.New(root, o)
	c := collector{file: file, index: map[string]int{}}
	// The partition has no spelling of its own: it follows from the region.
	partition := cmp.Or(o.Partition, DefaultHome.Partition)
	c.home = Home{partition, cmp.Or(o.Region, DefaultHome.Region), cmp.Or(o.Account, DefaultHome.Account)}
	c.openHome = Home{partition, cmp.Or(o.Region, "${AWS::Region}"), cmp.Or(o.Account, "${AWS::AccountId}")}
	c.reading.Parameters = t.Parameters()
	for _, g := range t.Grants() {
		c.grant(g)
	}
	for _, p := range t.Policies() {
		c.policy(p)
	}
	for _, u := range t.Unread() {
		c.reading.Unread = append(c.reading.Unread, file+": "+u.String())
	}
	for _, u := range t.NotDeployed() {
		c.leaveOut(u.Name, u.Place, "", Unneeded, "its condition "+u.Condition+" is false with the parameters of the template")
	}
	return c.finish()
}

func ofPlan(file string, root *tree.Node) Reading {
	c := collector{file: file, index: map[string]int{}, home: DefaultHome, openHome: DefaultHome}
	for _, g := range terraform.Grants(root) {
		c.grant(g)
	}
	for _, p := range terraform.Policies(root) {
		c.policy(p)
	}
	return c.finish()
}

// leaveOut records something that is in no scope. If condition is not "", it is left
// out only under this outcome of the open conditions.
func (c *collector) leaveOut(name string, at tree.Place, condition string, cause Cause, reason string) {
	if condition != "" {
		reason += " (if " + condition + ")"
	}
	c.reading.LeftOut = append(c.reading.LeftOut, LeftOut{File: c.file, Place: at, Name: name, Cause: cause, Reason: reason})
}

// add adds the statements of a document to the policy of a scope.
func (c *collector) add(scope string, isOpen bool, from origin, document policy.Document) {
	i, ok := c.index[scope]
	if !ok {
		i = len(c.reading.Scopes)
		c.index[scope] = i
		c.reading.Scopes = append(c.reading.Scopes, Scope{Name: scope, Document: document})
		c.statements = append(c.statements, nil)
	}
	statements := document.Statements()
	c.statements[i] = append(c.statements[i], statements...)
	s := &c.reading.Scopes[i]
	s.Open = s.Open || isOpen || from.condition != ""
	for range statements {
		s.origins = append(s.origins, from)
	}
}

// finish completes the policies that several grants and documents make. A scope with a
// single document keeps it unchanged, with its version.
func (c *collector) finish() Reading {
	for i := range c.reading.Scopes {
		s := &c.reading.Scopes[i]
		if len(c.statements[i]) > len(s.Document.Statements()) {
			s.Document = policy.Document{}.With(c.statements[i]...)
		}
	}
	return c.reading
}

// grant adds the statement that a grant makes under each outcome of the open
// conditions.
func (c *collector) grant(g grants.Grant) {
	if c.problems(g.Name, g.Problems) {
		return
	}
	if g.Incomplete {
		c.leaveOut(g.Name, g.Place, "", Unknown, tooManyOutcomes)
		return
	}
	for _, b := range g.Branches {
		condition := grants.When(g.Condition, b.Condition)
		spell := b.Spell
		if _, open := g.Open["FunctionName"]; open {
			spell = func(text string) string {
				return strings.ReplaceAll(b.Spell(text), c.home.prefix(), c.openHome.prefix())
			}
		}
		if len(b.Requests) == 0 {
			c.leaveOut(g.Name, g.Place, condition, Unknown, tooManyForms)
			continue
		}
		statement, f, err := firstStatement(g, b, c.home)
		if err == nil {
			from := origin{condition: condition, spell: spell}
			if g.MissingID {
				from.name = g.Name
			}
			c.add(spell(f.String()), !g.IsKnown(), from, policy.Document{}.With(statement))
			continue
		}
		for _, reason := range reasons(err) {
			c.leaveOut(g.Name, g.PlaceOf(reason.member), condition, Refused, spell(reason.text))
		}
	}
}

// A reason is a mistake for which a request is refused, and the member that has it.
type reason struct{ member, text string }

func reasons(err error) (all []reason) {
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		return []reason{{"", err.Error()}}
	}
	for _, v := range invalid.Violations {
		all = append(all, reason{v.Field, v.Error()})
	}
	return all
}

const (
	tooManyOutcomes = "the conditions in it have too many outcomes to show"
	unknownDocument = "its document is not known before deployment"
	tooManyForms    = "the parts of it that are not known before deployment have too many possible forms"
)

// firstStatement returns the statement of the first request that the rules accept. If
// they refuse all, no value of the open parts helps, and the error is that of the first
// request.
func firstStatement(g grants.Grant, b grants.Branch, home Home) (s policy.Statement, f arn.Function, err error) {
	for i, req := range b.Requests {
		if g.MissingID || req.StatementId == "" {
			req.StatementId = g.ID()
		}
		statement, function, refused := statementOf(req, home)
		if refused == nil {
			return statement, function, nil
		}
		if i == 0 {
			err = refused
		}
	}
	return s, f, err
}

// problems leaves out a grant or a policy that has problems, and reports whether it has
// any.
func (c *collector) problems(name string, problems []grants.Problem) bool {
	for _, p := range problems {
		c.leaveOut(name, p.Place, "", Refused, p.Reason)
	}
	return len(problems) > 0
}

// policy adds the statements of a whole policy under each outcome of the open
// conditions.
func (c *collector) policy(p grants.Policy) {
	switch {
	case c.problems(p.Name, p.Problems):
		return
	case p.Incomplete:
		c.leaveOut(p.Name, p.Place, "", Unknown, tooManyOutcomes)
		return
	case len(p.Branches) == 0:
		c.leaveOut(p.Name, p.Place, "", Unknown, unknownDocument)
		return
	}
	for _, b := range p.Branches {
		condition := grants.When(p.Condition, b.Condition)
		if len(b.Texts) == 0 {
			c.leaveOut(p.Name, p.Place, condition, Unknown, tooManyForms)
			continue
		}
		document, err := policy.Parse(b.Texts[0])
		if err != nil && p.Open {
			c.leaveOut(p.Name, p.Place, condition, Unknown, unknownDocument)
			continue
		}
		if err != nil {
			c.leaveOut(p.Name, p.Place, condition, Refused, b.Spell(err.Error()))
			continue
		}
		scope := b.Function
		if scope == "" {
			scope = nameOf(document, p.Name)
		}
		c.add(b.Spell(scope), !b.Known, origin{condition: condition, spell: b.Spell}, document)
	}
}
