package template

import (
	"slices"
	"strings"
)

// kind is the type of a value.
type kind int

const (
	absent kind = iota // AWS::NoValue, or a property that is not there
	text               // a string, a number or a boolean
	list
	object
)

// A value is the result of an expression of a template under one choice of
// stand-ins.
type value struct {
	kind     kind
	text     string
	spelling string // text with ${NAME} for the parts that are not known
	open     bool   // text has a part that is not known
	whole    bool   // text has no part that is known
	free     bool   // text is open as a whole and can be of any form
	items    []value
	names    []string // of an object, parallel to items
}

func literal(s string) value { return value{kind: text, text: s, spelling: s} }

// concat joins texts. Where the first part can be of any form, so can the whole: it
// may be an ARN to which something is appended.
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
