package policy

import "slices"

// MaxSize is the largest policy in bytes that the service keeps for one
// function, version or alias (AWS Lambda Developer Guide, "Lambda quotas",
// "Resource-based policy": 20 KB). It counts the compact document that
// GetPolicy returns.
const MaxSize = 20480

// emptyDocument is what the zero Document prints: the Version and Id are those
// that the service writes.
const emptyDocument = `{"Version":"2012-10-17","Id":"default","Statement":[]}`

// A Document is a policy: what GetPolicy returns for one function, version or
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

// Version returns the version of the policy language; "" if the document names
// none, which means 2008-10-17.
func (d Document) Version() string { return d.get().version }

// ID returns the Id element, which the service sets to "default"; "" if there
// is none.
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
