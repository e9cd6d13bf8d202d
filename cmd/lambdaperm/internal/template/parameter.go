package template

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// parameter returns the value of a parameter: the given one, its default, or an unknown
// with the values that it may have.
func (e *evaluation) parameter(name string, declaration *tree.Node) value {
	parameterType := "String"
	if n := declaration.Lookup("Type"); n != nil {
		parameterType = n.Text
	}
	isList := parameterType == "CommaDelimitedList" || strings.HasPrefix(parameterType, "List<")
	given, ok := e.options.Parameters[name]
	if !ok && !strings.HasPrefix(parameterType, "AWS::SSM::") { // there the default is the name of a stored parameter
		if n := declaration.Lookup("Default"); n != nil && n.Kind != tree.Mapping && n.Kind != tree.Sequence {
			given, ok = n.Text, true
		}
	}
	switch {
	case ok && isList:
		v := value{kind: list}
		for item := range strings.SplitSeq(given, ",") {
			v.items = append(v.items, literal(strings.TrimSpace(item)))
		}
		return v
	case ok:
		return e.dynamic(given)
	}
	if allowed := declaration.Lookup("AllowedValues"); allowed != nil && !isList {
		if texts := scalars(allowed); len(texts) > 0 && len(texts) <= 8 {
			return e.use(grants.Unknown{ID: "parameter " + name, Spelling: "${" + name + "}", StandIns: texts, Listed: true})
		}
	}
	return e.anything("${" + name + "}")
}

func scalars(n *tree.Node) (texts []string) {
	for _, item := range n.Items {
		if item.Text == "" {
			return nil
		}
		texts = append(texts, item.Text)
	}
	return texts
}
