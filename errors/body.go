package errors

import (
	"errors"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// members are the members of an error body that mean something to us. Strings
// are "" and pointers nil when the member is absent, null or, except for the
// message, no string.
type members struct {
	message *string
	shape   string // __type
	code    string
	kind    *string // Type
	reason  string
}

var errNoObject = errors.New("body is not a JSON object")

// readMembers reads the members of the JSON object that body begins with, up
// to the first that cannot be read; the error says that there was one. An empty
// body and null are objects without members, as in the SDK.
func readMembers(body []byte) (members, error) {
	var m members
	text := strings.TrimLeft(string(body), " \t\r\n")
	switch {
	case text == "", strings.HasPrefix(text, "null"):
		return m, nil
	case text[0] != '{':
		return m, errNoObject
	}
	_, err := jsontext.Object(text, m.set)
	return m, err
}

// set keeps a member. Names are compared without regard to case, since the
// service writes message and Message, and the last of equal names wins, both as
// in the SDK; Type and Reason are taken to the letter.
func (m *members) set(name, value string) {
	s := stringOf(value)
	switch {
	case value == "null":
	case strings.EqualFold(name, "message"):
		m.message = s
		if s == nil {
			m.message = excerpt([]byte(value))
		}
	case s == nil:
	case strings.EqualFold(name, "__type"):
		m.shape = *s
	case strings.EqualFold(name, "code"):
		m.code = *s
	case name == "Type":
		m.kind = s
	case name == "Reason":
		m.reason = *s
	}
}

// stringOf returns what a JSON string means, nil for a value of another kind.
func stringOf(value string) *string {
	if value[0] != '"' {
		return nil
	}
	s := jsontext.Detached(value)
	return &s
}
