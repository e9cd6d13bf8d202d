// Package template reads the grants of AWS CloudFormation and AWS SAM templates.
//
// Intrinsic functions are resolved as far as the template determines their values. A
// value that is known only at deployment gets stand-ins of the form that it will have:
// the ARN of a bucket has the form of one, a parameter without a default may have any
// form. Sources: AWS CloudFormation Template Reference, "Intrinsic functions",
// "AWS::Lambda::Permission" and "AWS::Lambda::ResourcePolicy".
package template

import (
	"strings"
	"sync/atomic"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// Options are the pseudo parameters and parameters of a deployment, as far as they
// are known.
type Options struct {
	Partition, Region, Account string
	Parameters                 map[string]string
}

// A Template is one template. It is safe for concurrent use.
type Template struct {
	root       *tree.Node
	options    Options
	parameters *tree.Node
	mappings   *tree.Node
	conditions *tree.Node
	resources  map[string]resource
	order      []string     // logical ids in the order of the file
	stepsOfAll atomic.Int64 // of all evaluations until now
}

// A resource is one entry of Resources.
type resource struct {
	ID         string
	Type       string
	Properties *tree.Node
	Condition  string
	Place      tree.Place
	node       *tree.Node
}

// Is reports whether a document is a template: an object with Resources that have
// types.
func Is(root *tree.Node) bool {
	resources := root.Lookup("Resources")
	if resources == nil || resources.Kind != tree.Mapping {
		return false
	}
	if root.Lookup("AWSTemplateFormatVersion") != nil || root.Lookup("Transform") != nil {
		return true
	}
	for _, m := range resources.Members {
		if t := m.Value.Lookup("Type"); t != nil && t.Kind == tree.String {
			return true
		}
	}
	return false
}

// New reads a template for which Is is true.
func New(root *tree.Node, options Options) *Template {
	t := &Template{
		root:       root,
		options:    options,
		parameters: root.Lookup("Parameters"),
		mappings:   root.Lookup("Mappings"),
		conditions: root.Lookup("Conditions"),
		resources:  map[string]resource{},
	}
	for _, m := range root.Lookup("Resources").Members {
		r := resource{ID: m.Name, Properties: m.Value.Lookup("Properties"), Place: m.Place, node: m.Value}
		if n := m.Value.Lookup("Type"); n != nil {
			r.Type = n.Text
		}
		if n := m.Value.Lookup("Condition"); n != nil {
			r.Condition = n.Text
		}
		if _, again := t.resources[r.ID]; !again {
			t.order = append(t.order, r.ID)
		}
		t.resources[r.ID] = r
	}
	return t
}

// Parameters returns the names of the parameters.
func (t *Template) Parameters() (names []string) {
	if t.parameters == nil {
		return nil
	}
	for _, m := range t.parameters.Members {
		names = append(names, m.Name)
	}
	return names
}

// Duplicates returns the members of Resources, and of the resources that this package
// reads, that have the name of an earlier member. Only one of the two is deployed, and
// a reader may look at the other.
func (t *Template) Duplicates() []tree.Member {
	again := t.root.Lookup("Resources").Duplicates()
	for _, id := range t.order {
		if r := t.resources[id]; r.Type == typePermission || r.Type == typeResourcePolicy {
			again = append(again, r.node.Duplicates()...)
			again = append(again, r.Properties.Duplicates()...)
		}
	}
	return again
}

// resource returns the resource of a logical id, which may be one that AWS SAM adds.
func (t *Template) resource(id string) (resource, bool) {
	if r, ok := t.resources[id]; ok {
		return r, true
	}
	if resourceType, ok := samLogicalIDs[id]; ok && t.isSAM() {
		return resource{ID: id, Type: resourceType}, true
	}
	return t.samReference(id)
}

func mapping(name string, v *tree.Node) *tree.Node {
	return &tree.Node{Kind: tree.Mapping, Members: []tree.Member{{Name: name, Value: v}}}
}

func reference(id string) *tree.Node {
	return mapping("Ref", &tree.Node{Kind: tree.String, Text: id})
}

// pseudo returns the value of a pseudo parameter.
func (e *evaluation) pseudo(name string) (value, bool) {
	switch name {
	case "AWS::NoValue":
		return value{}, true
	case "AWS::Region":
		return e.region(), true
	case "AWS::AccountId":
		return e.account(), true
	case "AWS::Partition":
		return e.partition(), true
	case "AWS::URLSuffix":
		return e.suffix(), true
	case "AWS::StackName":
		return e.use(generated("AWS::StackName", "name")), true
	case "AWS::StackId":
		return concat(literal("arn:"), e.partition(), literal(":cloudformation:"), e.region(), literal(":"), e.account(),
			literal(":stack/"), e.use(generated("AWS::StackName", "name")), literal("/3c2f4a10-0000-4000-8000-000000000000")), true
	}
	return value{}, false
}

// regions has stand-ins for the region, among them one of each partition in which the
// names of services differ.
var regions = []string{"us-east-2", "eu-west-3", "cn-north-1", "us-gov-west-1"}

func (e *evaluation) region() value {
	if e.options.Region != "" {
		return literal(e.options.Region)
	}
	return e.use(grants.Unknown{ID: "AWS::Region", Spelling: "${AWS::Region}", StandIns: e.regionsOfPartition()})
}

// regionsOfPartition returns the stand-ins for the region in the partition, if that is
// known.
func (e *evaluation) regionsOfPartition() []string {
	switch e.options.Partition {
	case "":
		return regions
	case "aws-cn":
		return []string{"cn-north-1", "cn-northwest-1"}
	case "aws-us-gov":
		return []string{"us-gov-west-1", "us-gov-east-1"}
	}
	return regions[:2]
}

func (e *evaluation) account() value {
	if e.options.Account != "" {
		return literal(e.options.Account)
	}
	return e.use(grants.Unknown{ID: "AWS::AccountId", Spelling: "${AWS::AccountId}", StandIns: []string{"998877665501", "998877665502"}})
}

// partition returns the partition, which follows from the region unless an option gives
// it.
func (e *evaluation) partition() value {
	if e.options.Partition != "" {
		return literal(e.options.Partition)
	}
	region := e.region()
	partition := literal(partitionOf(region.text))
	if region.open {
		partition.open, partition.whole, partition.spelling = true, true, "${AWS::Partition}"
	}
	return partition
}

func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func (e *evaluation) suffix() value {
	partition := e.partition()
	suffix := literal("amazonaws.com")
	if partition.text == "aws-cn" {
		suffix.text = "amazonaws.com.cn"
	}
	if partition.open {
		suffix.open, suffix.whole, suffix.spelling = true, true, "${AWS::URLSuffix}"
	}
	return suffix
}

// shaped resolves a pattern of a resource's shape.
func (e *evaluation) shaped(r resource, pattern string) value {
	var parts []value
	for {
		before, after, found := strings.Cut(pattern, "{")
		name, rest, _ := strings.Cut(after, "}")
		parts = append(parts, literal(before))
		if !found {
			return concat(parts...)
		}
		parts = append(parts, e.slot(r, name))
		pattern = rest
	}
}

func (e *evaluation) slot(r resource, name string) value {
	switch name {
	case "partition":
		return e.partition()
	case "region":
		return e.region()
	case "account":
		return e.account()
	case "id", "version", "suffix":
		return e.use(generated(r.ID, name))
	case "name":
		return e.nameOf(r)
	case "bus":
		return e.busOf(r)
	case "FunctionName.arn":
		return e.functionARN(e.property(r, "FunctionName"))
	}
	return textOf(e, e.property(r, name), r.ID+"."+name)
}

func (e *evaluation) property(r resource, name string) value {
	return e.value(r.Properties.Lookup(name))
}

func (e *evaluation) nameOf(r resource) value {
	s, _ := shapeOf(r.Type)
	if s.name != "" {
		if v := e.property(r, s.name); v.kind == text {
			return v
		}
	}
	return e.use(generated(r.ID, "name"))
}

// busOf returns the event bus of a rule with a slash after it, and "" for the default
// bus.
func (e *evaluation) busOf(r resource) value {
	bus := e.property(r, "EventBusName")
	switch {
	case bus.kind != text, bus.text == "default":
		return literal("")
	case bus.whole:
		return concat(bus, literal("/"))
	}
	// An ARN has the name of the bus after its last slash.
	if _, name, ok := strings.Cut(bus.text, ":event-bus/"); ok {
		_, spelling, _ := strings.Cut(bus.spelling, ":event-bus/")
		bus.text, bus.spelling = name, spelling
		if name == "default" {
			return literal("")
		}
	}
	return concat(bus, literal("/"))
}

// functionARN completes a function's name or partial ARN.
func (e *evaluation) functionARN(name value) value {
	if name.kind != text {
		return e.anything("${FunctionName}")
	}
	if f, err := arn.ParseFunction(name.text); err != nil || f.IsComplete() {
		return name
	}
	return concat(literal("arn:"), e.partition(), literal(":lambda:"), e.region(), literal(":"), e.account(),
		literal(":function:"), name)
}
