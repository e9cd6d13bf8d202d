package policy

import (
	"slices"
	"strings"
)

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
// Documents cannot be compared with ==: compare Raw for the same bytes, String for the
// same text without regard to the space between tokens, and use [Document.Equivalent]
// for the same meaning.
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
	size       int // of the compact text
	version    string
	id         string
	members    []member // in the order of the text that was parsed
	list       value    // the value of the member Statement in raw; zero if that is absent
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

// Size returns the size of the policy as the service counts it: the bytes of String,
// the compact document. The text that PutResourcePolicy takes may not have more than
// MaxSize bytes either, with the space between tokens.
func (d Document) Size() int { return d.get().size }

// Headroom returns how many bytes are left up to [MaxSize]; it is negative for
// a document that is too large. A further statement takes the bytes of its Size
// and, unless it is the first, one for the comma.
func (d Document) Headroom() int { return MaxSize - d.Size() }

// Fits reports whether the policy would still be within [MaxSize] if the
// statements were added.
func (d Document) Fits(statements ...Statement) bool {
	return d.With(statements...).Headroom() >= 0
}

// Raw returns the text of the document. Unless it was edited, these are the bytes it
// was parsed from, with the space between and around tokens. An EventSourceToken in it
// is passed through.
func (d Document) Raw() string { return d.get().raw }

// String returns Raw without the space between tokens; strings keep their escapes,
// and members their order. Texts of documents that differ only in that space are
// equal as Strings, and the result fits where Raw has too much space for
// PutResourcePolicy.
func (d Document) String() string { return compact(d.Raw()) }

// With returns d with the statements added at the end, in order, as the
// service adds them; d itself does not change. Nothing is replaced: a second
// statement with a Sid that is already there is added all the same (the service
// answers ResourceConflictException; ask [Document.Lookup] first). Zero
// statements add nothing. The cost grows with the size of the result.
//
// An edited document keeps every other byte of its text, the space between tokens
// included. A statement is added as its Raw, after a comma and no space, in a list, which
// comes last if the document has no Statement.
func (d Document) With(statements ...Statement) Document {
	added := slices.DeleteFunc(slices.Clone(statements), func(s Statement) bool { return !s.IsValid() })
	if len(added) == 0 {
		return d
	}
	return Document{body: d.get().edited(func(Statement) bool { return true }, added)}
}

// Without returns d without the statements that have one of the given Sids, compared
// exactly; d itself does not change. An empty Sid removes nothing. If no statement has
// one of them, it returns d. The cost grows with the size of d and the number of Sids.
//
// A statement goes with the comma and the space in front of it; every other byte of
// the text stays. If all of them go, Statement is an empty list.
func (d Document) Without(sids ...string) Document {
	gone := make(map[string]bool, len(sids))
	for _, sid := range sids {
		gone[sid] = sid != ""
	}
	if !slices.ContainsFunc(d.get().statements, func(s Statement) bool { return gone[s.Sid()] }) {
		return d
	}
	return Document{body: d.get().edited(func(s Statement) bool { return !gone[s.Sid()] }, nil)}
}

// edited returns d with those of its statements that stay, and the added ones after
// them.
func (d *document) edited(stays func(Statement) bool, added []Statement) *document {
	e := *d
	e.statements = make([]Statement, 0, len(d.statements)+len(added))
	before, after := d.aroundList()
	b := make([]byte, 0, len(d.raw)+512*len(added))
	b = append(append(b, before...), '[')
	gaps := d.list.gaps(len(d.statements))
	for i, s := range d.statements {
		if !stays(s) {
			continue
		}
		gap := gaps[i]
		if len(e.statements) == 0 {
			gap = gaps[0] // which has no comma
		}
		b = append(append(b, gap...), s.Raw()...)
		e.statements = append(e.statements, s)
	}
	for _, s := range added {
		if len(e.statements) > 0 {
			b = append(b, ',')
		}
		b = append(b, s.Raw()...)
		e.statements = append(e.statements, s)
	}
	b = append(append(b, gaps[len(d.statements)]...), ']')
	end := len(b)
	e.raw = string(append(b, after...))
	e.size = compactSize(e.raw)
	e.list = value{text: e.raw[len(before):end], at: len(before)}
	return &e
}

// aroundList returns the text before and after the value of Statement. If there is no
// such member, the text before ends with the name of one.
func (d *document) aroundList() (before, after string) {
	if d.list.text != "" {
		return d.raw[:d.list.at], d.raw[d.list.at+len(d.list.text):]
	}
	end := strings.LastIndexByte(d.raw, '}')
	for isSpace(d.raw[end-1]) {
		end--
	}
	before = d.raw[:end]
	if len(d.members) > 0 {
		before += ","
	}
	return before + `"Statement":`, d.raw[end:]
}
