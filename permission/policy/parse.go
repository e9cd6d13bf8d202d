package policy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

// Parse parses a policy, for example the Policy of GetPolicy's answer. The
// document must be a JSON object. Its Statement may be one statement or a list,
// or absent; each is read as [ParseStatement] does. Version and Id are strings
// and may be absent; other members are kept.
//
// Nothing is lost: Raw of the result is s.
//
// The error is a *[ParseError], for the reasons listed at ParseStatement.
func Parse(s string) (Document, error) {
	v, size, err := read(s)
	if err != nil {
		return Document{}, err.by("Parse")
	}
	d := &document{raw: s, size: size}
	if err := d.parse(v); err != nil {
		return Document{}, err.by("Parse")
	}
	return Document{body: d}, nil
}

func (d *document) parse(v value) *ParseError {
	if v.kind() != '{' {
		return v.errorf("a policy must be a JSON object")
	}
	for c := v.open(); c.next(); {
		d.members = append(d.members, member{name: c.name, raw: c.value.text})
		if err := d.set(c.name, c.value); err != nil {
			return err.in(pathName(c.name))
		}
	}
	return nil
}

func (d *document) set(name string, v value) (err *ParseError) {
	switch name {
	case "Version":
		d.version, err = v.onlyString()
	case "Id":
		d.id, err = v.onlyString()
	case "Statement":
		d.list = v
		d.statements, err = v.statements()
	}
	return err
}

func (v value) statements() ([]Statement, *ParseError) {
	switch v.kind() {
	case '{':
		s, err := parseStatement(v)
		return []Statement{s}, err
	case '[':
	default:
		return nil, v.errorf("must be a statement or a list of statements")
	}
	var list []Statement
	for c := v.open(); c.next(); {
		s, err := parseStatement(c.value)
		if err != nil {
			return nil, err.in(pathIndex(c.index))
		}
		list = append(list, s)
	}
	return list, nil
}

// ParseStatement parses one statement: a JSON object in any of the shapes that
// a live policy has (IAM User Guide, "Grammar of the IAM JSON policy
// language").
//
//   - Action, Resource, their Not forms, the principals of one type and the
//     values of one condition key are a string or a list.
//   - A condition value may also be a boolean or a number.
//   - Every member is optional, members come in any order, and members that
//     this package does not know are kept.
//
// Nothing is lost: Raw of the result is s, without the space around the object.
//
// The error is a *[ParseError]. Refused are texts that are not a JSON object,
// invalid UTF-8, halves of surrogate pairs, two members of one name in an
// object, members of another type than listed above, and texts beyond
// [MaxInput] and [MaxDepth].
func ParseStatement(s string) (Statement, error) {
	v, _, err := read(s)
	if err != nil {
		return Statement{}, err.by("ParseStatement")
	}
	parsed, err := parseStatement(v)
	if err != nil {
		return Statement{}, err.by("ParseStatement")
	}
	return parsed, nil
}

func (e *ParseError) by(f string) *ParseError {
	e.Func = f
	return e
}

func parseStatement(v value) (Statement, *ParseError) {
	if v.kind() != '{' {
		return Statement{}, v.errorf("a statement must be a JSON object")
	}
	s := &statement{raw: v.text}
	for c := v.open(); c.next(); {
		if err := s.set(&c); err != nil {
			return Statement{}, err.in(pathName(c.name))
		}
	}
	return Statement{body: s}, nil
}

// set takes over the member at which c stands.
func (s *statement) set(c *cursor) (err *ParseError) {
	v := c.value
	switch c.name {
	case "Sid":
		s.sid, err = v.onlyString()
	case "Effect":
		s.effect, err = v.onlyString()
	case "Principal":
		s.principals, err = v.principals()
	case "NotPrincipal":
		s.notPrincipals, err = v.principals()
	case "Action":
		s.actions, err = v.strings()
	case "NotAction":
		s.notActions, err = v.strings()
	case "Resource":
		s.resources, err = v.strings()
	case "NotResource":
		s.notResources, err = v.strings()
	case "Condition":
		s.condition = v.text
		s.conditions, err = v.conditions()
		s.ambiguous = ambiguousKeys(s.conditions)
	default:
		s.unknown = append(s.unknown, member{name: c.name, raw: v.text})
	}
	return err
}

func (v value) onlyString() (string, *ParseError) {
	if !v.isString() {
		return "", v.errorf("must be a string")
	}
	return v.str(), nil
}

// strings reads a string or a list of strings; the result is never nil.
func (v value) strings() ([]string, *ParseError) {
	return v.list(func(v value) (string, *ParseError) {
		if !v.isString() {
			return "", v.errorf("must be a string or a list of strings")
		}
		return v.str(), nil
	})
}

// list reads one value, or a list of them, by one.
func (v value) list(one func(value) (string, *ParseError)) ([]string, *ParseError) {
	if v.kind() != '[' {
		s, err := one(v)
		return []string{s}, err
	}
	list := []string{}
	for c := v.open(); c.next(); {
		s, err := one(c.value)
		if err != nil {
			return nil, err.in(pathIndex(c.index))
		}
		list = append(list, s)
	}
	return list, nil
}

func (v value) principals() ([]Principal, *ParseError) {
	switch {
	case v.isString() && v.str() == "*":
		return []Principal{{Type: PrincipalAnyone, Value: "*"}}, nil
	case v.kind() != '{':
		return nil, v.errorf(`must be the string "*" or an object such as {"Service":"s3.amazonaws.com"}`)
	}
	list := []Principal{}
	for c := v.open(); c.next(); {
		if c.name == PrincipalAnyone {
			return nil, c.value.errorf(`"*" is not a type of principal; for everybody write "Principal":"*"`).in(pathName(c.name))
		}
		values, err := c.value.strings()
		if err != nil {
			return nil, err.in(pathName(c.name))
		}
		for _, value := range values {
			list = append(list, Principal{Type: c.name, Value: value})
		}
	}
	return list, nil
}

func (v value) conditions() ([]Condition, *ParseError) {
	if v.kind() != '{' {
		return nil, v.errorf("must be an object of operators")
	}
	var list []Condition
	for c := v.open(); c.next(); {
		var err *ParseError
		if list, err = c.value.appendConditions(list, c.name); err != nil {
			return nil, err.in(pathName(c.name))
		}
	}
	return list, nil
}

// appendConditions appends the conditions of one operator.
func (v value) appendConditions(list []Condition, operator string) ([]Condition, *ParseError) {
	if v.kind() != '{' {
		return nil, v.errorf("must be an object of condition keys")
	}
	keys := 0
	for c := v.open(); c.next(); keys++ {
		if c.name == "" {
			return nil, c.value.errorf("a condition key must not be empty").in(pathName(c.name))
		}
		values, err := c.value.list(conditionValue)
		if err != nil {
			return nil, err.in(pathName(c.name))
		}
		list = append(list, Condition{Operator: operator, Key: c.name, Values: values})
	}
	if keys == 0 {
		list = append(list, Condition{Operator: operator})
	}
	return list, nil
}

// ambiguousKeys reports for each condition whether another one has the same operator and
// the same key in different case, which has no documented meaning. It returns nil if no
// key is ambiguous. The conditions of one operator follow one another in list.
func ambiguousKeys(list []Condition) []bool {
	var ambiguous []bool
	first := make(map[string]int)
	for i, c := range list {
		if i > 0 && c.Operator != list[i-1].Operator {
			clear(first)
		}
		key := foldASCII(c.Key)
		j, found := first[key]
		if !found {
			first[key] = i
			continue
		}
		if ambiguous == nil {
			ambiguous = make([]bool, len(list))
		}
		ambiguous[i], ambiguous[j] = true, true
	}
	return ambiguous
}

func conditionValue(v value) (string, *ParseError) {
	switch v.kind() {
	case '"':
		return v.str(), nil
	case '{', '[', 'n':
		return "", v.errorf("must be a string, a boolean or a number, or a list of them")
	}
	return v.text, nil
}

// A ParseError says why and where [Parse] or [ParseStatement] refused a text.
// Both return it as a *ParseError, so errors.As finds it. It names members of
// the text but does not quote its values: a policy may hold an
// EventSourceToken.
type ParseError struct {
	Func   string // "Parse" or "ParseStatement"
	Offset int    // the byte of the text at which the trouble begins, from 0
	Path   string // the member concerned, such as Statement[3].Condition.StringEquals; empty at the top
	Reason string // the mistake, and the right form
}

// Error returns, for example,
//
//	policy.ParseStatement: Condition.Bool: duplicate member "aws:SecureTransport" (at byte 118)
func (e *ParseError) Error() string {
	where := ""
	if e.Path != "" {
		where = e.Path + ": "
	}
	return fmt.Sprintf("policy.%s: %s%s (at byte %d)", e.Func, where, e.Reason, e.Offset)
}

// in returns e as seen from one level further out: child is a member name in
// path notation or an index such as [3].
func (e *ParseError) in(child string) *ParseError {
	if e.Path != "" && e.Path[0] != '[' {
		child += "."
	}
	e.Path = child + e.Path
	return e
}

// pathName writes a member name as a step of a path: plain if it is an
// identifier, else quoted in brackets and cut short if it is very long.
func pathName(name string) string {
	plain := name != "" && strings.IndexFunc(name, isNotIdentifier) < 0
	if plain && len(name) <= abbrev.Max {
		return name
	}
	return "[" + abbrev.Quote(name) + "]"
}

func pathIndex(i int) string { return "[" + strconv.Itoa(i) + "]" }

func isNotIdentifier(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
}
