package template

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// The transforms of AWS whose effect is known.
const (
	transformSAM       = "AWS::Serverless-2016-10-31"
	transformLanguage  = "AWS::LanguageExtensions"
	transformBlueGreen = "AWS::CodeDeployBlueGreen" // adds hooks and no resources
)

// Unread returns the parts of the template that are not read although they make grants
// or may make some.
func (t *Template) Unread() (all []grants.Unread) {
	for _, u := range []grants.Unread{
		{Kind: "grants that AWS SAM makes", Names: t.samGrants()},
		{Kind: "connectors of AWS SAM to functions", Names: t.samConnectors()},
		{Kind: "loops with grants", Names: t.grantLoops()},
		{Kind: "modules", Names: t.modules()},
		{Kind: "transforms", Names: t.macros()},
	} {
		if len(u.Names) > 0 {
			all = append(all, u)
		}
	}
	return all
}

// loopPrefix is the beginning of the names of loops, which the transform
// AWS::LanguageExtensions expands.
const loopPrefix = "Fn::ForEach::"

// loops returns the loops that make resources.
func (t *Template) loops() (all []resource) {
	for _, id := range t.order {
		if strings.HasPrefix(id, loopPrefix) {
			all = append(all, t.resources[id])
		}
	}
	return all
}

func (t *Template) grantLoops() (names []string) {
	for _, r := range t.loops() {
		if makesGrants(r.node, map[*tree.Node]bool{}) {
			names = append(names, r.ID)
		}
	}
	return names
}

// makesGrants reports whether a node has a grant or a policy in it. After maxSteps
// nodes it ends the search and returns true, since the rest may have one.
func makesGrants(n *tree.Node, visited map[*tree.Node]bool) bool {
	if n == nil || visited[n] {
		return false
	}
	if len(visited) >= maxSteps {
		return true
	}
	visited[n] = true
	if kind := n.Lookup("Type"); kind != nil && (kind.Text == typePermission || kind.Text == typeResourcePolicy) {
		return true
	}
	for _, item := range n.Items {
		if makesGrants(item, visited) {
			return true
		}
	}
	for _, m := range n.Members {
		if makesGrants(m.Value, visited) {
			return true
		}
	}
	return false
}

func (t *Template) modules() (names []string) {
	for _, id := range t.order {
		if isModule(t.resources[id].Type) {
			names = append(names, id)
		}
	}
	return names
}

// macros returns the names of the transforms that can add anything to the template:
// macros and included files.
func (t *Template) macros() (names []string) {
	for _, name := range t.transforms() {
		switch name {
		case transformSAM, transformLanguage, transformBlueGreen:
		default:
			names = append(names, name)
		}
	}
	for _, section := range []*tree.Node{t.root, t.root.Lookup("Resources"), t.parameters, t.conditions, t.mappings} {
		if n := section.Lookup("Fn::Transform"); n != nil {
			names = append(names, transformName(n))
		}
	}
	return names
}

// transforms returns the names of the transforms of the whole template.
func (t *Template) transforms() (names []string) {
	n := t.root.Lookup("Transform")
	switch {
	case n == nil:
	case n.Kind == tree.Sequence:
		for _, item := range n.Items {
			names = append(names, transformName(item))
		}
	default:
		names = append(names, transformName(n))
	}
	return names
}

func transformName(n *tree.Node) string {
	if name := n.Lookup("Name"); name != nil {
		return name.Text
	}
	if n.Text != "" {
		return n.Text
	}
	return "Fn::Transform"
}
