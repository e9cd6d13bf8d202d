package errors

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
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

var (
	errNoObject = errors.New("body is not a JSON object")
	errCutShort = errors.New("body breaks off")
)

// readMembers reads the members of the JSON object that body begins with, up
// to the first that cannot be read; the error says that there was one. An empty
// body and null are objects without members, as in the SDK.
func readMembers(body []byte) (members, error) {
	var m members
	d := json.NewDecoder(bytes.NewReader(body))
	switch start, err := d.Token(); {
	case err == io.EOF, err == nil && start == nil:
		return m, nil
	case err != nil || start != json.Delim('{'):
		return m, errNoObject
	}
	for d.More() {
		var value json.RawMessage
		name, err := d.Token()
		if err != nil || d.Decode(&value) != nil {
			return m, errCutShort
		}
		m.set(name.(string), value)
	}
	if _, err := d.Token(); err != nil {
		return m, errCutShort
	}
	return m, nil
}

// set keeps a member. Names are compared without regard to case, since the
// service writes message and Message, and the last of equal names wins, both as
// in the SDK; Type and Reason are taken to the letter.
func (m *members) set(name string, value json.RawMessage) {
	s := stringOf(value)
	switch {
	case string(value) == "null":
	case strings.EqualFold(name, "message"):
		m.message = s
		if s == nil {
			m.message = excerpt(value)
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

// stringOf returns the JSON string in value, nil if it is anything else.
func stringOf(value json.RawMessage) *string {
	var s *string
	if json.Unmarshal(value, &s) != nil {
		return nil
	}
	return s
}
