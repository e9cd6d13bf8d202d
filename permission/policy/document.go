package policy

import "slices"

// MaxSize is the largest policy in bytes that the service keeps for one
// function, version or alias (AWS Lambda Developer Guide, "Lambda quotas",
// "Resource-based policy": 20 KB). It counts the compact document that
// GetPolicy returns.
const MaxSize = 20480

// emptyDocument is the text of the zero Document, with the Version and Id that
// the service writes.
const emptyDocument = `{"Version":"2012-10-17","Id":"default","Statement":[]}`

// A Document is a policy, as GetPolicy returns it for one function, version or
// alias. It is immutable and safe for concurrent use; With and Without make new
// values. Copying it is cheap.
//
// Documents cannot be compared with ==: compare Raw for the same text, use
// [Document.Equivalent] for the same meaning.
//
// The zero Document is the policy without statements,
// {"Version":"2012-10-17","Id":"default","Statement":[]}, to which the service
// adds the first permission. (It never returns such a policy: GetPolicy then
// answers ResourceNotFoundException.)
type Document struct {
	_    [0]func() // not comparable
	body *document
}

type document struct {
	raw        string
	version    string
	id         string
	members    []member // all of them, in order; that of Statement has no use for raw
	statements []Statement
}

var noStatements = mustParse(emptyDocument)

func mustParse(text string) *document {
	d, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return d.body
}

func (d Document) get() *document {
	if d.body == nil {
		return noStatements
	}
	return d.body
}

// Version returns the version of the policy language; "" if the element is absent,
// which means 2008-10-17.
func (d Document) Version() string { return d.get().version }

// ID returns the Id element, which the service sets to "default"; "" if it is
// absent.
func (d Document) ID() string { return d.get().id }

// Statements returns the statements in order. The caller owns the slice.
func (d Document) Statements() []Statement { return slices.Clone(d.get().statements) }

// Lookup returns the first statement with the given Sid. A statement without
// a Sid is never found.
func (d Document) Lookup(sid string) (Statement, bool) {
	for _, s := range d.get().statements {
		if sid != "" && s.Sid() == sid {
			return s, true
		}
	}
	return Statement{}, false
}

// UnknownMembers returns the names of the document's members other than
// Version, Id and Statement, in the order of the text.
func (d Document) UnknownMembers() []string {
	var names []string
	for _, m := range d.get().members {
		if !m.isKnown() {
			names = append(names, m.name)
		}
	}
	return names
}

func (m member) isKnown() bool {
	return m.name == "Version" || m.name == "Id" || m.name == "Statement"
}

// DeadPrincipals returns the dead principals of all statements in order; see
// [Statement.DeadPrincipals].
func (d Document) DeadPrincipals() []Principal {
	var dead []Principal
	for _, s := range d.get().statements {
		dead = append(dead, s.DeadPrincipals()...)
	}
	return dead
}

// Size returns the size of the policy as the service counts it: the bytes of
// the compact document.
func (d Document) Size() int { return len(d.Raw()) }

// Headroom returns how many bytes are left up to [MaxSize]; it is negative for
// a document that is too large. A further statement takes the bytes of its Raw
// and, unless it is the first, one for the comma.
func (d Document) Headroom() int { return MaxSize - d.Size() }

// Fits reports whether the policy would still be within [MaxSize] if the
// statements were added.
func (d Document) Fits(statements ...Statement) bool {
	return d.With(statements...).Headroom() >= 0
}

// Raw returns the document as compact JSON. Unless it was edited, these are
// the bytes it was parsed from without the space between tokens. An
// EventSourceToken in it is passed through.
func (d Document) Raw() string { return d.get().raw }

// String is Raw.
func (d Document) String() string { return d.Raw() }

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
// exactly; d itself does not change. If no statement has it, or if sid is empty,
// it returns d.
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
