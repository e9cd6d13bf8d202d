package template

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// RuleReference is the rule of a Problem: the template refers to a parameter or a
// resource that it does not have.
const RuleReference = "missing-reference"

// referenceProblems reports the references of a resource to something that the
// template does not have. CloudFormation refuses such a template.
func (t *Template) referenceProblems(r resource) []grants.Problem {
	if !t.isWhole() {
		return nil
	}
	w := referenceWalk{template: t, visited: map[*tree.Node]bool{}}
	if r.Properties != nil {
		for _, m := range r.Properties.Members {
			w.member = m.Name
			w.walk(m.Value)
		}
	}
	if dependsOn := r.node.Lookup("DependsOn"); dependsOn != nil {
		w.member = "DependsOn"
		for _, n := range append([]*tree.Node{dependsOn}, dependsOn.Items...) {
			if n.Kind == tree.String {
				w.check(n.Text, n)
			}
		}
	}
	return w.problems
}

// A referenceWalk visits each node of a resource once, even if several aliases refer to
// it, and at most maxSteps nodes.
type referenceWalk struct {
	template *Template
	member   string
	visited  map[*tree.Node]bool
	problems []grants.Problem
}

func (w *referenceWalk) walk(n *tree.Node) {
	if n == nil || w.visited[n] || len(w.visited) >= maxSteps {
		return
	}
	w.visited[n] = true
	if name, argument, ok := function(n); ok {
		switch name {
		case "Ref":
			w.check(argument.Text, n)
		case "GetAtt":
			w.getAtt(argument, n)
		case "Sub":
			w.sub(argument, n)
		}
	}
	for _, item := range n.Items {
		w.walk(item)
	}
	for _, m := range n.Members {
		w.walk(m.Value)
	}
}

func (w *referenceWalk) getAtt(argument, n *tree.Node) {
	switch {
	case argument.Kind == tree.String:
		logicalID, _, _ := strings.Cut(argument.Text, ".")
		w.check(logicalID, n)
	case len(argument.Items) > 0 && argument.Items[0].Kind == tree.String && argument.Items[0].Tag == "":
		w.check(argument.Items[0].Text, n)
	}
}

func (w *referenceWalk) sub(argument, n *tree.Node) {
	pattern, variables := argument, (*tree.Node)(nil)
	if argument.Kind == tree.Sequence && len(argument.Items) > 0 {
		pattern = argument.Items[0]
		if len(argument.Items) > 1 {
			variables = argument.Items[1]
		}
	}
	rest := pattern.Text
	for {
		_, after, found := strings.Cut(rest, "${")
		name, behind, closed := strings.Cut(after, "}")
		if !found || !closed {
			return
		}
		if name = strings.TrimSpace(name); variables.Lookup(name) == nil {
			logicalID, _, _ := strings.Cut(name, ".")
			w.check(logicalID, n)
		}
		rest = behind
	}
}

// check reports a name that the template does not have, once for each member. It
// ignores names that cannot be logical ids.
func (w *referenceWalk) check(name string, n *tree.Node) {
	if keepAlphanumeric(name) != name || name == "" || w.template.has(name) {
		return
	}
	reason := w.member + " refers to " + name + ", which the template does not have"
	if !slices.ContainsFunc(w.problems, func(p grants.Problem) bool { return p.Reason == reason }) {
		w.problems = append(w.problems, grants.Problem{Place: n.Place, Rule: RuleReference, Member: w.member, Reason: reason})
	}
}

// has reports whether the template has a parameter or a resource of a name, or a
// transform makes one.
func (t *Template) has(name string) bool {
	if t.parameters.Lookup(name) != nil {
		return true
	}
	if _, ok := t.resources[name]; ok {
		return true
	}
	if t.isSAM() && slices.ContainsFunc(samPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		return true
	}
	for _, id := range t.order {
		resourceType := t.resources[id].Type
		if strings.HasPrefix(name, id) && (t.isSAM() && strings.HasPrefix(resourceType, "AWS::Serverless::") || isModule(resourceType)) {
			return true
		}
	}
	return false
}

// isModule reports whether a resource is a module. The logical ids of its resources
// begin with that of the module (AWS CloudFormation User Guide, "Referencing resources
// in a module").
func isModule(resourceType string) bool { return strings.HasSuffix(resourceType, "::MODULE") }

// isWhole reports whether the file has all parameters and resources, except the
// resources that AWS SAM and modules make. A file without a version may be a part of
// another template; a file with another version is in the language of another tool; and
// macros, included files and loops can add parameters and resources of any name.
func (t *Template) isWhole() bool {
	version := t.root.Lookup("AWSTemplateFormatVersion")
	if version == nil && !t.isSAM() || version != nil && version.Text != "2010-09-09" {
		return false
	}
	return len(t.macros()) == 0 && len(t.loops()) == 0 && t.root.Lookup("Modules") == nil
}
