package template

import (
	"slices"
	"strings"
)

// kind is the type of a value.
type kind int

const (
	absent kind = iota // AWS::NoValue, or an absent property
	text               // a string, a number or a boolean
	list
	object
)

// A value is the result of an expression of a template under one choice of
// stand-ins.
type value struct {
	kind     kind
	text     string
	spelling string // text with ${NAME} for the unknown parts
	open     bool   // text has an unknown part
	whole    bool   // no part of text is known
	free     bool   // text is wholly open and may have any form
	items    []value
	names    []string // of an object, parallel to items
}

func literal(s string) value { return value{kind: text, text: s, spelling: s} }

// concat joins texts. If the first part may have any form, so may the result: the part
// may be an ARN to which the others are appended.
func concat(parts ...value) value {
	parts = slices.DeleteFunc(parts, func(p value) bool { return p.text == "" && !p.open })
	if len(parts) == 1 {
		return parts[0]
	}
	all := value{kind: text, whole: len(parts) > 0, free: len(parts) > 0 && parts[0].free}
	var b, spelled strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
		spelled.WriteString(p.spelling)
		all.open = all.open || p.open
		all.whole = all.whole && p.whole
	}
	all.text, all.spelling = b.String(), spelled.String()
	all.whole = all.whole && all.open
	return all
}
