package arn

import "strings"

// String returns the name of f in its shortest documented form: a bare name,
// or else a partial or full ARN with "function:" before the name, each with
// the qualifier after it. The zero Function gives "".
//
// ParseFunction(f.String()) == f for every f but the zero Function. A bare name
// with a qualifier gets "function:" as well where it would otherwise be read
// as something else: function:us-east-1:PROD is alias PROD of a function
// called us-east-1.
func (f Function) String() string {
	if f == (Function{name: f.name}) {
		return f.name
	}
	var room [maxFunctionName]byte
	return string(f.append(room[:0]))
}

// AppendText implements [encoding.TextAppender] with the text of
// [Function.String]. The error is always nil.
func (f Function) AppendText(b []byte) ([]byte, error) { return f.append(b), nil }

// MarshalText implements [encoding.TextMarshaler] with the text of
// [Function.String]: the zero Function becomes empty text. The error is always
// nil.
func (f Function) MarshalText() ([]byte, error) { return f.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler] with [ParseFunction],
// except that empty text becomes the zero Function. On error, which is a
// [*ParseError], f is left as it was.
func (f *Function) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*f = Function{}
		return nil
	}
	parsed, err := ParseFunction(string(text))
	if err == nil {
		*f = parsed
	}
	return err
}

func (f Function) append(b []byte) []byte {
	if f.partition != "" {
		b = append(append(append(b, "arn:"...), f.partition...), ":lambda:"...)
	}
	if f.region != "" {
		b = append(append(b, f.region...), ':')
	}
	if f.accountID != "" {
		b = append(append(b, f.accountID...), ':')
	}
	if !f.isBare() || f.looksPartial() {
		b = append(b, "function:"...)
	}
	b = append(b, f.name...)
	if !f.qualifier.IsZero() {
		b = append(append(b, ':'), f.qualifier.text...)
	}
	return b
}

func (f Function) isBare() bool {
	return f.partition == "" && f.region == "" && f.accountID == ""
}

// looksPartial reports whether NAME:QUALIFIER would be read as a partial ARN,
// with the qualifier for its name. A name never starts with '$', so that one
// with $LATEST is read right.
func (f Function) looksPartial() bool {
	return !f.qualifier.IsZero() && !strings.HasPrefix(f.qualifier.text, "$") &&
		(f.name == "function" || isRegion(f.name) || isAccountID(f.name))
}
