package template

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// Transforms of AWS whose work is known.
const (
	transformSAM       = "AWS::Serverless-2016-10-31"
	transformLanguage  = "AWS::LanguageExtensions"
	transformBlueGreen = "AWS::CodeDeployBlueGreen" // adds hooks and no resources
)

// Unread names the parts of the template that make grants, or may make some, and are
// not read.
func (t *Template) Unread() (all []grants.Unread) {
	for _, u := range []grants.Unread{
		{Kind: "grants that AWS SAM makes", Names: t.samGrants()},
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

// samEvents are the types of events for which AWS SAM makes an
// AWS::Lambda::Permission. The function itself reads from queues, streams and
// brokers, and a role calls for ScheduleV2 (AWS SAM Developer Guide, "CloudFormation
// resources generated when AWS::Serverless::Function is specified").
var samEvents = []string{
	"AlexaSkill", "Api", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "EventBridgeRule", "HttpApi", "IoTRule", "S3", "SNS", "Schedule",
}

// samGrants names the elements for which AWS SAM makes grants: events and public URLs
// of functions, and functions that authorize the calls of an API.
func (t *Template) samGrants() (names []string) {
	if !t.isSAM() {
		return nil
	}
	for _, id := range t.order {
		r := t.resources[id]
		switch r.Type {
		case "AWS::Serverless::Function":
			names = append(names, samFunctionGrants(r)...)
		case "AWS::Serverless::Api", "AWS::Serverless::HttpApi":
			names = append(names, samAuthorizers(r)...)
		}
	}
	return names
}

func samFunctionGrants(r resource) (names []string) {
	if events := r.Properties.Lookup("Events"); events != nil {
		for _, m := range events.Members {
			if kind := m.Value.Lookup("Type"); kind != nil && slices.Contains(samEvents, kind.Text) {
				names = append(names, r.ID+"."+m.Name)
			}
		}
	}
	if authType := r.Properties.At("FunctionUrlConfig", "AuthType"); authType != nil && authType.Text == "NONE" {
		names = append(names, r.ID+".FunctionUrlConfig")
	}
	return names
}

// samAuthorizers names the authorizers of an API that are functions. For a HttpApi, AWS
// SAM makes their grants only if EnableFunctionDefaultPermissions is true.
func samAuthorizers(r resource) (names []string) {
	authorizers := r.Properties.At("Auth", "Authorizers")
	if authorizers == nil {
		return nil
	}
	for _, m := range authorizers.Members {
		enabled := m.Value.Lookup("EnableFunctionDefaultPermissions")
		if m.Value.Lookup("FunctionArn") != nil && (r.Type == "AWS::Serverless::Api" || enabled != nil && enabled.Text == "true") {
			names = append(names, r.ID+"."+m.Name)
		}
	}
	return names
}

// loopPrefix begins the names of loops, which the transform AWS::LanguageExtensions
// unrolls.
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

// makesGrants reports whether a resource below a node has the type of a grant or a
// policy.
func makesGrants(n *tree.Node, visited map[*tree.Node]bool) bool {
	if n == nil || visited[n] {
		return false
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

// macros names the transforms that can add anything to the template: macros, and files
// that it includes.
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

// transforms names the transforms of the whole template.
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
