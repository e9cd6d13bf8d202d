package policy

import (
	"encoding"
)

var (
	_ encoding.TextMarshaler   = Statement{}
	_ encoding.TextUnmarshaler = (*Statement)(nil)
	_ encoding.TextMarshaler   = Document{}
	_ encoding.TextUnmarshaler = (*Document)(nil)
	_ encoding.TextMarshaler   = Verdict(0)
	_ encoding.TextUnmarshaler = (*Verdict)(nil)
	_ encoding.TextMarshaler   = IdentityPolicy(0)
	_ encoding.TextUnmarshaler = (*IdentityPolicy)(nil)
)

// AppendText appends Raw to b; the zero Statement appends nothing.
func (s Statement) AppendText(b []byte) ([]byte, error) { return append(b, s.Raw()...), nil }

// MarshalText returns Raw; the zero Statement becomes an empty text.
func (s Statement) MarshalText() ([]byte, error) { return []byte(s.Raw()), nil }

// UnmarshalText parses text as [ParseStatement] does. An empty text becomes
// the zero Statement. If it fails, s stays as it was.
func (s *Statement) UnmarshalText(text []byte) error {
	var parsed Statement
	if len(text) > 0 {
		var err error
		if parsed, err = ParseStatement(string(text)); err != nil {
			return err
		}
	}
	*s = parsed
	return nil
}

// MarshalJSON returns the statement as a JSON object, Raw; the zero Statement
// becomes null.
//
// encoding/json rewrites the result of MarshalJSON: json.Marshal takes the space between
// tokens out, json.MarshalIndent puts its own there, and both escape <, >, & and some
// other characters. The value stays the same. Where bytes matter, store the string
// Raw.
func (s Statement) MarshalJSON() ([]byte, error) {
	if !s.IsValid() {
		return []byte("null"), nil
	}
	return s.MarshalText()
}

// UnmarshalJSON parses a JSON object as [ParseStatement] does. A null leaves s
// unchanged, as is usual for encoding/json, and so does an error. A
// policy inside a JSON string, as the service sends it, must be decoded to a
// string first.
func (s *Statement) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	return s.UnmarshalText(text)
}

// AppendText appends Raw to b.
func (d Document) AppendText(b []byte) ([]byte, error) { return append(b, d.Raw()...), nil }

// MarshalText returns Raw.
func (d Document) MarshalText() ([]byte, error) { return []byte(d.Raw()), nil }

// UnmarshalText parses text as [Parse] does. If it fails, d stays as it was.
func (d *Document) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// MarshalJSON returns the document as a JSON object, Raw. See
// [Statement.MarshalJSON] about the bytes that encoding/json makes of it.
func (d Document) MarshalJSON() ([]byte, error) { return d.MarshalText() }

// UnmarshalJSON parses a JSON object as [Parse] does. A null leaves d
// unchanged, as is usual for encoding/json, and so does an error. A policy
// inside a JSON string, as the service sends it, must be decoded to a string
// first.
func (d *Document) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	return d.UnmarshalText(text)
}
