// Package tree reads JSON and YAML into nodes with their places in the text, so that a
// finding about a template can name a line and a column.
//
// A YAML alias refers to the node of its anchor: the result may be a graph without
// cycles, whose expansion is much larger than the text. A caller that walks it must
// limit its work. Nodes are not changed after Parse, so goroutines may share them.
package tree

import "fmt"

// Limits of Parse.
const (
	MaxSize  = 16 << 20 // bytes of text
	MaxDepth = 500      // containers inside each other
)

// Kind is the kind of a Node's value. It determines which fields are set.
type Kind int

const (
	Null     Kind = iota
	Bool          // Text is "true" or "false"
	Number        // Text is the number as it is written
	String        // Text
	Sequence      // Items
	Mapping       // Members
)

// String returns the kind with its article, for error messages.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Sequence:
		return "a list"
	case Mapping:
		return "an object"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// A Place is a line and a column, both counted from 1; columns count code points.
type Place struct{ Line, Column int }

// A Node is one value.
type Node struct {
	Kind    Kind
	Tag     string // a local YAML tag such as "!Ref", otherwise ""
	Text    string
	Items   []*Node
	Members []Member
	Place   Place
}

// A Member is a name with its value. Place is the place of the name.
type Member struct {
	Name  string
	Value *Node
	Place Place
}

// Lookup returns the value of a member. If several have the name, it returns the last,
// as most readers do; Duplicates reports them. It returns nil if n is nil, is not a
// mapping, or lacks the member.
func (n *Node) Lookup(name string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Name == name {
			return n.Members[i].Value
		}
	}
	return nil
}

// At returns the value at a path of member names, or nil if one is missing.
func (n *Node) At(path ...string) *Node {
	for _, name := range path {
		n = n.Lookup(name)
	}
	return n
}

// PlaceOf returns the place of a member's name, or the place of the node if it lacks
// the member.
func (n *Node) PlaceOf(name string) Place {
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Name == name {
			return n.Members[i].Place
		}
	}
	return n.Place
}

// Duplicates returns the members that have the name of an earlier member.
func (n *Node) Duplicates() (again []Member) {
	if n == nil {
		return nil
	}
	seen := make(map[string]bool, len(n.Members))
	for _, m := range n.Members {
		if seen[m.Name] {
			again = append(again, m)
		}
		seen[m.Name] = true
	}
	return again
}

// An Error is the reason why a text cannot be read as JSON or YAML, with its place.
type Error struct {
	Place  Place
	Reason string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Place.Line, e.Place.Column, e.Reason)
}
