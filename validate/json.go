package validate

import (
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// A JSONError says why a JSON text is not a Request. UnmarshalJSON returns it as a
// *JSONError.
type JSONError struct {
	Member string // the name as it was written, or "" if the text is not a JSON object
	Reason string // the mistake, and the right form; it holds no value of a member
}

// Error returns the member and the reason.
func (e *JSONError) Error() string {
	if e.Member == "" {
		return "invalid request: " + e.Reason
	}
	return "invalid request: member " + abbrev.Quote(e.Member) + ": " + e.Reason
}

// MarshalJSON returns the request as a JSON object in the shape of the API's own
// members, FunctionName and Qualifier included: those that have a value, and those
// that Empty names as "". Operation is not encoded. The error is always nil.
func (r Request) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for f := range fieldCount {
		v := f.value(&r)
		if v == "" && (!r.Empty.has(f) || f == fieldInvokedViaFunctionUrl) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(jsontext.AppendQuoted(b, f.String()), ':')
		if f == fieldInvokedViaFunctionUrl {
			b = append(b, v...)
			continue
		}
		if !utf8.ValidString(v) {
			v = string([]rune(v)) // U+FFFD for each wrong byte, as in encoding/json
		}
		b = jsontext.AppendQuoted(b, v)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads a JSON object in the shape of the API's own members. It
// replaces the whole request except its Operation. A member that is present with the
// value "" is named in Empty.
//
// It is stricter than encoding/json where leniency could widen a grant without a
// word: a name must be spelled exactly, a Request must have a member of that name,
// and no name may stand twice. A null member is absent, as it is for the service. A
// null in place of the object leaves the request as it is. The error is a
// *JSONError; the request is then left as it was.
func (r *Request) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	d := requestDecoder{request: Request{Operation: r.Operation}}
	rest, err := jsontext.Object(string(text), d.member)
	switch {
	case err != nil:
		return &JSONError{Reason: err.Error()}
	case strings.Trim(rest, " \t\r\n") != "":
		return &JSONError{Reason: "there is more than one JSON value"}
	case d.err != nil:
		return d.err
	}
	*r = d.request
	return nil
}

// requestDecoder takes the members of one JSON object.
type requestDecoder struct {
	request Request
	seen    Members
	err     *JSONError // the first
}

// asSpelled says how a name is spelled that differs from a member's in case only.
func asSpelled(name string) string {
	for f := range fieldCount {
		if strings.EqualFold(name, f.String()) {
			return ": write " + f.String()
		}
	}
	return ""
}

func (d *requestDecoder) member(name, value string) {
	if d.err != nil {
		return
	}
	f, ok := fieldNamed(name)
	reason := ""
	switch {
	case !ok:
		reason = "a request has no such member" + asSpelled(name)
	case d.seen.has(f):
		reason = "it is there twice"
	case value == "null":
	case f == fieldInvokedViaFunctionUrl:
		reason = d.flag(value)
	default:
		reason = d.text(f, value)
	}
	if reason != "" {
		d.err = &JSONError{Member: name, Reason: reason}
	}
	if ok {
		d.seen |= f.set()
	}
}

func (d *requestDecoder) flag(value string) (reason string) {
	if value != "true" && value != "false" {
		return "its value must be true or false"
	}
	is := value == "true"
	d.request.InvokedViaFunctionUrl = &is
	return ""
}

func (d *requestDecoder) text(f field, value string) (reason string) {
	switch {
	case value[0] != '"':
		return "its value must be a string"
	case jsontext.LoneSurrogate(value) >= 0 || !utf8.ValidString(value):
		return "its value is not Unicode text"
	}
	s := jsontext.Detached(value)
	if *f.text(&d.request) = s; s == "" {
		d.request.Empty |= f.set()
	}
	return ""
}
