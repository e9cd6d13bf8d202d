package tree

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

func parseYAML(text []byte) (*Node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, yamlError(text, err)
	}
	var document yaml.Node
	if err := loader.Load(&document); err != nil {
		return nil, yamlError(text, err)
	}
	var second yaml.Node
	if err := loader.Load(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, yamlError(text, err)
		}
		return nil, &Error{placeIn(text, second.Line, second.Column), "a second YAML document: only files of one document are read"}
	}
	c := converter{lines: bytes.Count(text, newline) + 1, nodes: map[*yaml.Node]*Node{}}
	return c.convert(&document, 0)
}

// yamlError returns an *Error with the reason and the place of an error of the YAML
// library.
func yamlError(text []byte, err error) error {
	if errors.Is(err, io.EOF) {
		return &Error{Place{1, 1}, "the file is empty"}
	}
	place := Place{1, 1}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		place = placeIn(text, load.Mark.Line, load.Mark.Column)
	}
	reason := strings.Join(strings.Fields(err.Error()), " ")
	return &Error{place, "not YAML: " + strings.TrimPrefix(reason, "yaml: ")}
}

var newline = []byte("\n")

// placeIn converts a place of the YAML library, which counts the end of the text, and
// characters that break lines only in YAML, as lines of their own. Such a place becomes
// the last line of the text.
func placeIn(text []byte, line, column int) Place {
	return Place{min(max(line, 1), bytes.Count(text, newline)+1), max(column, 1)}
}

// A converter turns the YAML library's nodes into ours. An alias becomes the node
// of its anchor, so the result is no larger than the text.
type converter struct {
	lines  int                  // of the text
	nodes  map[*yaml.Node]*Node // nil while the node is being converted
	merged int                  // number of members that merge keys have added
}

// maxMerged limits the number of members that all merge keys together add, since each
// may add the same large mapping.
const maxMerged = 100_000

// place is placeIn without counting the lines again.
func (c *converter) place(n *yaml.Node) Place {
	return Place{min(max(n.Line, 1), c.lines), max(n.Column, 1)}
}

func (c *converter) convert(from *yaml.Node, depth int) (*Node, error) {
	place := c.place(from)
	if depth > MaxDepth {
		return nil, tooDeep(place)
	}
	switch from.Kind {
	case yaml.DocumentNode:
		if len(from.Content) == 0 {
			return &Node{Place: place}, nil
		}
		return c.convert(from.Content[0], depth)
	case yaml.AliasNode:
		return c.convert(from.Alias, depth)
	}
	if node, ok := c.nodes[from]; ok {
		if node == nil {
			return nil, &Error{place, "the anchor " + from.Anchor + " contains itself"}
		}
		return node, nil
	}
	c.nodes[from] = nil
	node, err := c.value(from, place, depth)
	c.nodes[from] = node
	return node, err
}

func (c *converter) value(from *yaml.Node, place Place, depth int) (*Node, error) {
	node := &Node{Place: place}
	if strings.HasPrefix(from.Tag, "!") && !strings.HasPrefix(from.Tag, "!!") {
		node.Tag = from.Tag
	}
	switch from.Kind {
	case yaml.MappingNode:
		node.Kind = Mapping
		return node, c.members(node, from, depth)
	case yaml.SequenceNode:
		node.Kind = Sequence
		for _, item := range from.Content {
			value, err := c.convert(item, depth+1)
			if err != nil {
				return nil, err
			}
			node.Items = append(node.Items, value)
		}
		return node, nil
	}
	node.Kind, node.Text = scalarKind(from), from.Value
	if node.Kind == Bool {
		node.Text = strings.ToLower(from.Value)
	}
	return node, nil
}

func scalarKind(from *yaml.Node) Kind {
	switch from.ShortTag() {
	case "!!null":
		return Null
	case "!!bool":
		return Bool
	case "!!int", "!!float":
		return Number
	}
	return String
}

func (c *converter) members(node *Node, from *yaml.Node, depth int) error {
	var merged []Member
	for i := 0; i+1 < len(from.Content); i += 2 {
		key := from.Content[i]
		for key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		value, err := c.convert(from.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		place := c.place(from.Content[i])
		switch {
		case key.Kind != yaml.ScalarNode:
			return &Error{place, "a key that is a list or an object"}
		case key.ShortTag() == "!!merge":
			merged = append(merged, mergedMembers(value)...)
		default:
			node.Members = append(node.Members, Member{Name: key.Value, Value: value, Place: place})
		}
	}
	// A member of the mapping itself takes precedence over a merged one, and an earlier
	// merged one over a later one (YAML merge key type).
	if c.merged += len(merged); c.merged > maxMerged {
		return &Error{node.Place, "merge keys that add too many members"}
	}
	present := map[string]bool{}
	for _, m := range node.Members {
		present[m.Name] = true
	}
	for _, m := range merged {
		if !present[m.Name] {
			present[m.Name] = true
			node.Members = append(node.Members, m)
		}
	}
	return nil
}

func mergedMembers(value *Node) []Member {
	if value.Kind == Sequence {
		var all []Member
		for _, item := range value.Items {
			all = append(all, item.Members...)
		}
		return all
	}
	return value.Members
}
