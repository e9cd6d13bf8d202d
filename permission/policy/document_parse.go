package policy

// Parse parses a policy, for example the Policy of GetPolicy's answer. The
// document must be a JSON object. Its Statement may be one statement or a list,
// or absent; each is read as [ParseStatement] does. Version and Id are strings
// and may be absent; other members are kept.
//
// Nothing is lost: Raw of the result is s without the space between tokens.
//
// The error is a *[ParseError], for the reasons listed at ParseStatement.
func Parse(s string) (Document, error) {
	text, err := read(s)
	if err != nil {
		return Document{}, err.by("Parse")
	}
	d, err := parseDocument(value{text: text})
	if err != nil {
		return Document{}, err.locate(s).by("Parse")
	}
	return Document{body: d}, nil
}

func parseDocument(v value) (*document, *ParseError) {
	if v.kind() != '{' {
		return nil, v.errorf("a policy must be a JSON object")
	}
	d := &document{raw: v.text}
	for c := v.open(); c.next(); {
		d.members = append(d.members, member{label: c.label, name: c.name, raw: c.value.text})
		if err := d.set(c.name, c.value); err != nil {
			return nil, err.in(pathName(c.name))
		}
	}
	return d, nil
}

func (d *document) set(name string, v value) (err *ParseError) {
	switch name {
	case "Version":
		d.version, err = v.onlyString()
	case "Id":
		d.id, err = v.onlyString()
	case "Statement":
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
