package policy

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
// Nothing is lost: Raw of the result is s without the space between tokens.
//
// The error is a *[ParseError]. Refused are texts that are no JSON object,
// invalid UTF-8, halves of surrogate pairs, two members of one name in an
// object, members of another type than listed above, and texts beyond
// [MaxInput] and [MaxDepth].
func ParseStatement(s string) (Statement, error) {
	text, err := read(s)
	if err != nil {
		return Statement{}, err.by("ParseStatement")
	}
	parsed, err := parseStatement(value{text: text})
	if err != nil {
		return Statement{}, err.locate(s).by("ParseStatement")
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
	default:
		s.unknown = append(s.unknown, member{label: c.label, name: c.name, raw: v.text})
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
			return nil, c.value.errorf(`"*" is no type of principal; for everybody write "Principal":"*"`).in(pathName(c.name))
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

func conditionValue(v value) (string, *ParseError) {
	switch v.kind() {
	case '"':
		return v.str(), nil
	case '{', '[', 'n':
		return "", v.errorf("must be a string, a boolean or a number, or a list of them")
	}
	return v.text, nil
}
