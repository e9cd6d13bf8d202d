package policy

import "slices"

// With returns d with the statements added at the end, in order, as the
// service adds them; d itself does not change. Nothing is replaced: a second
// statement with a Sid that is already there is added all the same (the service
// answers ResourceConflictException; ask [Document.Lookup] first). Zero
// statements add nothing. The cost grows with the size of the result.
//
// An edited document keeps its other members as they are and where they are;
// its Statement is a list of the statements' Raw, added last if it was absent.
func (d Document) With(statements ...Statement) Document {
	old := d.get().statements
	list := slices.Clip(old)
	for _, s := range statements {
		if s.IsValid() {
			list = append(list, s)
		}
	}
	if len(list) == len(old) {
		return d
	}
	return d.edited(list)
}

// Without returns d without the statements that have the given Sid, compared
// exactly; d itself does not change. If there are none, or if sid is empty, it
// returns d.
func (d Document) Without(sid string) Document {
	if _, found := d.Lookup(sid); !found {
		return d
	}
	var list []Statement
	for _, s := range d.get().statements {
		if s.Sid() != sid {
			list = append(list, s)
		}
	}
	return d.edited(list)
}

func (d Document) edited(list []Statement) Document {
	e := *d.get()
	e.statements = list
	if !slices.ContainsFunc(e.members, isStatementMember) {
		e.members = append(slices.Clip(e.members), member{label: `"Statement"`, name: "Statement"})
	}
	e.raw = string(e.render())
	return Document{body: &e}
}

func isStatementMember(m member) bool { return m.name == "Statement" }

func (d *document) render() []byte {
	b := make([]byte, 0, len(d.raw)+len(d.statements)*64)
	b = append(b, '{')
	for i, m := range d.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, m.label...), ':')
		if isStatementMember(m) {
			b = appendList(b, d.statements)
		} else {
			b = append(b, m.raw...)
		}
	}
	return append(b, '}')
}

func appendList(b []byte, statements []Statement) []byte {
	b = append(b, '[')
	for i, s := range statements {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, s.Raw()...)
	}
	return append(b, ']')
}
