package template

import (
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// conditionPrefix begins the ID of an open condition, which is an unknown with the
// stand-ins "true" and "false".
const conditionPrefix = "condition "

// truth is the value of a condition, as far as it is known.
type truth int

const (
	unsure truth = iota
	yes
	no
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// condition returns the value of a condition by its name. If it is not known, the
// condition is an unknown with two outcomes.
func (e *evaluation) condition(name string) bool {
	switch e.decide(e.conditions.Lookup(name)) {
	case yes:
		return true
	case no:
		return false
	}
	return e.use(grants.Unknown{
		ID: conditionPrefix + name, Spelling: name, StandIns: []string{"true", "false"},
	}).text == "true"
}

// decide evaluates a condition as far as it is known.
func (e *evaluation) decide(n *tree.Node) truth {
	e.step()
	if n == nil || e.isExhausted() || e.nesting > maxNesting {
		return unsure
	}
	e.nesting++
	defer func() { e.nesting-- }()
	name, argument, ok := function(n)
	switch {
	case !ok && n.Kind == tree.Bool:
		return truthOf(n.Text == "true")
	case !ok:
		return unsure
	}
	switch name {
	case "Condition":
		return e.decide(e.conditions.Lookup(argument.Text))
	case "Equals":
		return e.equals(argument)
	case "Not":
		if len(argument.Items) == 1 {
			return negated(e.decide(argument.Items[0]))
		}
	case "And":
		return e.all(argument.Items, yes)
	case "Or":
		return negated(e.all(argument.Items, no))
	}
	return unsure
}

func negated(t truth) truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return unsure
}

// all returns yes if every condition is want, and no if one is known to be the
// opposite.
func (e *evaluation) all(conditions []*tree.Node, want truth) truth {
	result := yes
	for _, c := range conditions {
		switch got := e.decide(c); got {
		case want:
		case unsure:
			result = unsure
		default:
			return no
		}
	}
	return result
}

// equals compares two texts. If one has an open part the result is unsure. The unknowns
// in them are not collected, because the condition itself becomes an unknown.
func (e *evaluation) equals(argument *tree.Node) truth {
	if argument.Kind != tree.Sequence || len(argument.Items) != 2 {
		return unsure
	}
	apart := e.Template.evaluation(nil)
	apart.steps, apart.nesting = e.steps, e.nesting
	a, b := apart.value(argument.Items[0]), apart.value(argument.Items[1])
	e.steps = apart.steps
	if a.kind != text || b.kind != text || a.open || b.open {
		return unsure
	}
	return truthOf(a.text == b.text)
}
