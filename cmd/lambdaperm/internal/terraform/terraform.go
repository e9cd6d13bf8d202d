// Package terraform reads the grants of a Terraform or OpenTofu plan or state in the
// format of "terraform show -json" (Terraform documentation, "JSON Output Format").
package terraform

import (
	"slices"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The resource types that hold grants (Terraform AWS provider documentation).
const (
	typePermission     = "aws_lambda_permission"
	typeResourcePolicy = "aws_lambda_resource_policy"
)

// attributes lists the attributes of aws_lambda_permission with the member of a request
// for each, in the order of the API.
var attributes = []struct{ name, member string }{
	{"function_name", "FunctionName"},
	{"qualifier", "Qualifier"},
	{"statement_id", "StatementId"},
	{"action", "Action"},
	{"principal", "Principal"},
	{"source_arn", "SourceArn"},
	{"source_account", "SourceAccount"},
	{"event_source_token", "EventSourceToken"},
	{"principal_org_id", "PrincipalOrgID"},
	{"function_url_auth_type", "FunctionUrlAuthType"},
	{"invoked_via_function_url", "InvokedViaFunctionUrl"},
}

// Is reports whether a document is a plan or a state.
func Is(root *tree.Node) bool {
	if root.Lookup("format_version") == nil && root.Lookup("terraform_version") == nil {
		return false
	}
	return root.Lookup("resource_changes") != nil || root.Lookup("planned_values") != nil || root.Lookup("values") != nil
}

// A resource is one instance of a resource, with its values after the plan.
type resource struct {
	address  string
	kind     string
	values   *tree.Node
	unknowns *tree.Node
	place    tree.Place
}

// resources returns the instances of all modules that exist after the plan.
func resources(root *tree.Node) (all []resource) {
	if changes := root.Lookup("resource_changes"); changes != nil {
		for _, n := range changes.Items {
			if after := n.At("change", "after"); after != nil && after.Kind == tree.Mapping {
				all = append(all, newResource(n, after, n.At("change", "after_unknown")))
			}
		}
		return all
	}
	values := root.Lookup("planned_values")
	if values == nil {
		values = root.Lookup("values")
	}
	return ofModule(values.Lookup("root_module"))
}

func ofModule(module *tree.Node) (all []resource) {
	if module == nil {
		return nil
	}
	if list := module.Lookup("resources"); list != nil {
		for _, n := range list.Items {
			all = append(all, newResource(n, n.Lookup("values"), nil))
		}
	}
	if children := module.Lookup("child_modules"); children != nil {
		for _, child := range children.Items {
			all = append(all, ofModule(child)...)
		}
	}
	return all
}

func newResource(n, values, unknowns *tree.Node) resource {
	r := resource{values: values, unknowns: unknowns, place: n.Place}
	if t := n.Lookup("type"); t != nil {
		r.kind = t.Text
	}
	if a := n.Lookup("address"); a != nil {
		r.address, r.place = a.Text, n.PlaceOf("address")
	}
	if mode := n.Lookup("mode"); mode != nil && mode.Text == "data" {
		r.kind = "" // a data source is read, not created
	}
	return r
}

// Grants returns the grants of the plan or state, in its order.
func Grants(root *tree.Node) (all []grants.Grant) {
	for _, r := range resources(root) {
		if r.kind == typePermission {
			all = append(all, r.grant())
		}
	}
	return all
}

func (r resource) grant() grants.Grant {
	g := grants.Grant{Name: r.address, Place: r.place, Places: map[string]tree.Place{}, Open: map[string]grants.Open{}}
	var unknowns []grants.Unknown
	var base validate.Request
	for _, a := range attributes {
		v := r.values.Lookup(a.name)
		if v != nil {
			g.Places[a.member] = r.values.PlaceOf(a.name)
		}
		switch {
		case r.isUnknown(a.name):
			u := memberOf(a.member).Unknown("(known after apply)")
			unknowns = append(unknowns, u)
			g.Open[a.member] = grants.Open{Whole: true, Free: true, Text: u.Spelling}
		case v == nil, v.Kind == tree.Null:
		case v.Kind == tree.Mapping, v.Kind == tree.Sequence:
			g.Problems = append(g.Problems, grants.Problem{Place: g.Places[a.member], Rule: "type", Member: a.member,
				Reason: a.name + " must be a text, this is " + v.Kind.String()})
		default:
			// The provider leaves out an attribute that is "".
			grants.Set(&base, a.member, v.Text)
		}
	}
	g.MissingID = base.StatementId == "" && r.isPrefixed()
	if _, open := g.Open["FunctionName"]; !open {
		g.Function = base.FunctionName
		if base.Qualifier != "" {
			g.Function += ":" + base.Qualifier
		}
	}
	slices.SortStableFunc(unknowns, func(a, b grants.Unknown) int { return len(a.StandIns) - len(b.StandIns) })
	g.Branches = []grants.Branch{branch(base, unknowns)}
	return g
}

// isPrefixed reports whether the provider makes the statement id: with
// statement_id_prefix, or without it if neither attribute is given.
func (r resource) isPrefixed() bool { return !r.isUnknown("statement_id") }

func (r resource) isUnknown(attribute string) bool {
	n := r.unknowns.Lookup(attribute)
	return n != nil && n.Kind == tree.Bool && n.Text == "true"
}

func memberOf(name string) grants.Member {
	i := slices.IndexFunc(grants.Members, func(m grants.Member) bool { return m.Name == name })
	return grants.Members[i]
}

func branch(base validate.Request, unknowns []grants.Unknown) grants.Branch {
	b := grants.Branch{StandIns: grants.StandInsOf(unknowns)}
	all, ok := grants.Choices(unknowns, grants.MaxChoices)
	if !ok {
		return b
	}
	for _, c := range all {
		req := base
		for _, u := range unknowns {
			grants.Set(&req, u.ID[len("member "):], u.StandIns[c[u.ID]])
		}
		b.Requests = append(b.Requests, req)
	}
	return b
}

// Policies returns the whole policies of the plan or state, in its order.
func Policies(root *tree.Node) (all []grants.Policy) {
	for _, r := range resources(root) {
		if r.kind != typeResourcePolicy {
			continue
		}
		p := grants.Policy{Name: r.address, Place: r.place}
		if v := r.values.Lookup("policy"); v != nil && v.Kind == tree.String {
			b := grants.PolicyBranch{Texts: []string{v.Text}}
			b.Function, b.Known = r.resourceARN()
			p.Place, p.Branches = r.values.PlaceOf("policy"), []grants.PolicyBranch{b}
		} else {
			p.Open = true
		}
		all = append(all, p)
	}
	return all
}

func (r resource) resourceARN() (arn string, known bool) {
	if v := r.values.Lookup("resource_arn"); v != nil && v.Kind == tree.String {
		return v.Text, true
	}
	return "", false
}
