package template

import (
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// maxSteps limits the number of nodes that one evaluation visits, since aliases and
// references can repeat a part of the template very often.
const maxSteps = 20_000

// maxStepsOfAll limits the number of nodes that all evaluations of a template visit
// together, since many resources can share one large alias. Values beyond the limit are
// unknown.
const maxStepsOfAll = 20_000_000

// maxNesting limits the depth of nested references and functions.
const maxNesting = 100

// maxText limits the length of a resolved text. Every member of a request must be
// shorter.
const maxText = 64 << 10

// An evaluation resolves expressions under one choice of stand-ins, and collects the
// unknowns in them.
type evaluation struct {
	*Template
	choice   grants.Choice
	unknowns []grants.Unknown
	met      map[string]bool
	steps    int
	nesting  int
}

func (t *Template) evaluation(c grants.Choice) *evaluation {
	return &evaluation{Template: t, choice: c, met: map[string]bool{}}
}

// step counts a visited node.
func (e *evaluation) step() {
	e.steps++
	e.stepsOfAll.Add(1)
}

// isExhausted reports whether this evaluation, or all of them together, have visited
// more nodes than the limit.
func (e *evaluation) isExhausted() bool {
	return e.steps > maxSteps || e.stepsOfAll.Load() > maxStepsOfAll
}

// use returns the chosen stand-in of an unknown, which it adds to the unknowns of the
// evaluation.
func (e *evaluation) use(u grants.Unknown) value {
	if !e.met[u.ID] {
		e.met[u.ID] = true
		e.unknowns = append(e.unknowns, u)
	}
	i := e.choice[u.ID]
	if i >= len(u.StandIns) {
		i = 0
	}
	return value{kind: text, text: u.StandIns[i], spelling: u.Spelling, open: true, whole: true}
}

// freePrefix begins the ID of an unknown that may have any form.
const freePrefix = "text "

// anything returns an unknown value that may have any form.
func (e *evaluation) anything(spelling string) value {
	word := strings.ToLower(keepAlphanumeric(spelling))
	standIns := append([]string{"x" + word[:min(len(word), 12)] + "standin"}, anyText...)
	v := e.use(grants.Unknown{ID: freePrefix + spelling, Spelling: spelling, StandIns: standIns})
	v.free = true
	return v
}

// anyText has stand-ins for a text of unknown form: a region, an account, both, an
// API's id and path, and the end of a bucket's ARN. At every place of an ARN after the
// service one of them fits.
var anyText = []string{"us-west-2", "999900001111", "us-west-2:999900001111", "a1b2c3d4e5/*/GET/standin", "::standin"}

// value resolves a node.
func (e *evaluation) value(n *tree.Node) value {
	e.step()
	if n == nil {
		return value{}
	}
	if e.isExhausted() || e.nesting > maxNesting {
		return e.anything("${...}")
	}
	e.nesting++
	defer func() { e.nesting-- }()
	if name, argument, ok := function(n); ok {
		return limited(e, e.call(name, argument))
	}
	switch n.Kind {
	case tree.Null:
		return value{}
	case tree.Sequence:
		v := value{kind: list}
		for _, item := range n.Items {
			if e.isExhausted() {
				return e.anything("${...}")
			}
			if one := e.value(item); one.kind != absent {
				v.items = append(v.items, one)
			}
		}
		return v
	case tree.Mapping:
		v := value{kind: object}
		for _, m := range n.Members {
			if e.isExhausted() {
				return e.anything("${...}")
			}
			if one := e.value(m.Value); one.kind != absent {
				v.names, v.items = append(v.names, m.Name), append(v.items, one)
			}
		}
		return v
	}
	return e.dynamic(n.Text)
}

func limited(e *evaluation, v value) value {
	if len(v.text) > maxText {
		return e.anything("${...}")
	}
	return v
}

// dynamic resolves a text that may have dynamic references, {{resolve:...}}, in it,
// whose values are known only at deployment (AWS CloudFormation User Guide, "Dynamic
// references").
func (e *evaluation) dynamic(s string) value {
	var parts []value
	for {
		before, rest, found := strings.Cut(s, "{{resolve:")
		reference, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			return concat(append(parts, literal(s))...)
		}
		parts = append(parts, literal(before), e.anything("{{resolve:"+reference+"}}"))
		s = after
	}
}

// function reports whether a node is an intrinsic function, in its full form
// {"Fn::Sub": ...} or its short form !Sub.
func function(n *tree.Node) (name string, argument *tree.Node, ok bool) {
	if n.Tag != "" {
		untagged := *n
		untagged.Tag = ""
		return strings.TrimPrefix(n.Tag, "!"), &untagged, true
	}
	if n.Kind != tree.Mapping || len(n.Members) != 1 {
		return "", nil, false
	}
	m := n.Members[0]
	switch {
	case m.Name == "Ref", m.Name == "Condition":
		return m.Name, m.Value, m.Value.Kind == tree.String
	case strings.HasPrefix(m.Name, "Fn::"):
		return strings.TrimPrefix(m.Name, "Fn::"), m.Value, true
	}
	return "", nil, false
}

func (e *evaluation) call(name string, argument *tree.Node) value {
	switch name {
	case "Ref":
		return e.ref(argument.Text)
	case "GetAtt":
		return e.getAtt(argument)
	case "Sub":
		return e.sub(argument)
	case "Join":
		return e.join(argument)
	case "Select":
		return e.selectItem(argument)
	case "Split":
		return e.split(argument)
	case "FindInMap":
		return e.findInMap(argument)
	case "If":
		return e.ifElse(argument)
	}
	// The values of ImportValue, Transform, GetAZs and Cidr depend on the account, and
	// Base64 is not used in grants.
	return e.anything("${" + name + spelled(argument) + "}")
}

// spelled returns the text of a literal argument for the spelling of a function.
func spelled(n *tree.Node) string {
	if n != nil && n.Kind == tree.String && n.Text != "" && len(n.Text) < 100 {
		return ":" + n.Text
	}
	return ""
}

func (e *evaluation) ref(name string) value {
	if v, ok := e.pseudo(name); ok {
		return v
	}
	if parameter := e.parameters.Lookup(name); parameter != nil {
		return e.parameter(name, parameter)
	}
	if r, ok := e.resource(name); ok {
		if s, ok := shapeOf(r.Type); ok {
			return e.shaped(r, s.ref)
		}
	}
	return e.anything("${" + name + "}")
}

func (e *evaluation) getAtt(argument *tree.Node) value {
	var logicalID, attribute string
	if argument.Kind == tree.Sequence {
		parts := e.value(argument).items
		if len(parts) != 2 || parts[0].open || parts[1].open {
			return e.anything("${...}")
		}
		logicalID, attribute = parts[0].text, parts[1].text
	} else {
		logicalID, attribute, _ = strings.Cut(argument.Text, ".")
	}
	return e.attribute(logicalID, attribute)
}

func (e *evaluation) attribute(logicalID, attribute string) value {
	if r, ok := e.resource(logicalID); ok {
		if s, ok := shapeOf(r.Type); ok && s.atts[attribute] != "" {
			return e.shaped(r, s.atts[attribute])
		}
	}
	return e.anything("${" + logicalID + "." + attribute + "}")
}

// sub resolves Fn::Sub: a text, or a text and an object of variables.
func (e *evaluation) sub(argument *tree.Node) value {
	pattern, variables := argument, (*tree.Node)(nil)
	if argument.Kind == tree.Sequence {
		if len(argument.Items) == 0 {
			return e.anything("${Sub}")
		}
		pattern = argument.Items[0]
		if len(argument.Items) > 1 {
			variables = argument.Items[1]
		}
	}
	if pattern.Kind != tree.String {
		return e.anything("${Sub}")
	}
	var parts []value
	rest := pattern.Text
	for {
		before, after, found := strings.Cut(rest, "${")
		name, behind, closed := strings.Cut(after, "}")
		if !found || !closed {
			return concat(append(parts, e.dynamic(rest))...)
		}
		parts = append(parts, e.dynamic(before))
		switch name = strings.TrimSpace(name); {
		case strings.HasPrefix(name, "!"): // ${!Literal} is ${Literal}
			parts = append(parts, literal("${"+name[1:]+"}"))
		default:
			parts = append(parts, textOf(e, e.variable(name, variables), name))
		}
		rest = behind
	}
}

func (e *evaluation) variable(name string, variables *tree.Node) value {
	if v := variables.Lookup(name); v != nil {
		return e.value(v)
	}
	if logicalID, attribute, ok := strings.Cut(name, "."); ok {
		return e.attribute(logicalID, attribute)
	}
	return e.ref(name)
}

// textOf returns a value if it is a text, and otherwise an unknown.
func textOf(e *evaluation, v value, spelling string) value {
	if v.kind == text {
		return v
	}
	return e.anything("${" + spelling + "}")
}

// arguments resolves the arguments of a function that takes a list of at least n.
func (e *evaluation) arguments(argument *tree.Node, n int) ([]value, bool) {
	if argument == nil || argument.Kind != tree.Sequence || len(argument.Items) < n {
		return nil, false
	}
	all := make([]value, 0, len(argument.Items))
	for _, item := range argument.Items {
		all = append(all, e.value(item))
	}
	return all, true
}

func (e *evaluation) join(argument *tree.Node) value {
	args, ok := e.arguments(argument, 2)
	if !ok || args[0].kind != text || args[1].kind != list {
		return e.anything("${Join}")
	}
	var parts []value
	for i, item := range args[1].items {
		if i > 0 {
			parts = append(parts, args[0])
		}
		parts = append(parts, textOf(e, item, "Join"))
	}
	return concat(append(parts, literal(""))...)
}

func (e *evaluation) selectItem(argument *tree.Node) value {
	args, ok := e.arguments(argument, 2)
	if !ok || args[1].kind != list || args[0].open {
		return e.anything("${Select}")
	}
	i, err := strconv.Atoi(args[0].text)
	if err != nil || i < 0 || i >= len(args[1].items) {
		return e.anything("${Select}")
	}
	return args[1].items[i]
}

// split resolves Fn::Split. A part is open if its spelling has an open part. If the
// stand-in and the spelling have different numbers of parts, the result is unknown.
func (e *evaluation) split(argument *tree.Node) value {
	args, ok := e.arguments(argument, 2)
	if !ok || args[0].kind != text || args[0].open || args[0].text == "" || args[1].kind != text {
		return e.anything("${Split}")
	}
	source := args[1]
	if source.whole {
		return e.anything("${Split " + source.spelling + "}")
	}
	texts := strings.Split(source.text, args[0].text)
	spellings := strings.Split(source.spelling, args[0].text)
	if len(texts) != len(spellings) {
		return e.anything("${Split " + source.spelling + "}")
	}
	v := value{kind: list}
	for i, s := range texts {
		one := literal(s)
		if one.spelling = spellings[i]; one.spelling != s {
			one.open = true
			one.whole = strings.HasPrefix(spellings[i], "${") && strings.Index(spellings[i], "}") == len(spellings[i])-1
		}
		v.items = append(v.items, one)
	}
	return v
}

func (e *evaluation) findInMap(argument *tree.Node) value {
	args, ok := e.arguments(argument, 3)
	if !ok {
		return e.anything("${FindInMap}")
	}
	if args[0].kind == text && !args[0].open && args[1].kind == text && args[2].kind == text && !args[2].open {
		table := e.mappings.Lookup(args[0].text)
		// A stand-in for a region or an account is a key only by chance.
		if !args[1].open {
			if found := table.At(args[1].text, args[2].text); found != nil {
				return e.value(found)
			}
		}
		if len(args) > 3 && !args[1].open { // the transform AWS::LanguageExtensions
			return e.value(argument.Items[3].Lookup("DefaultValue"))
		}
		if values, same := sameInEveryRow(table, args[2].text); same {
			return e.value(values)
		}
		return e.anything("${" + args[0].text + "." + args[1].spelling + "." + args[2].text + "}")
	}
	return e.anything("${FindInMap}")
}

// sameInEveryRow returns the value of a column of a mapping if it is the same text in
// each row.
func sameInEveryRow(table *tree.Node, column string) (*tree.Node, bool) {
	if table == nil || len(table.Members) == 0 {
		return nil, false
	}
	first := table.Members[0].Value.Lookup(column)
	for _, row := range table.Members {
		v := row.Value.Lookup(column)
		if v == nil || v.Kind != tree.String || v.Text != first.Text {
			return nil, false
		}
	}
	return first, true
}

func (e *evaluation) ifElse(argument *tree.Node) value {
	if argument == nil || argument.Kind != tree.Sequence || len(argument.Items) != 3 {
		return e.anything("${If}")
	}
	if e.condition(argument.Items[0].Text) {
		return e.value(argument.Items[1])
	}
	return e.value(argument.Items[2])
}
