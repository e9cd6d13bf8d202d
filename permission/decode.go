package permission

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// object is the text of a JSON object, known to be well-formed. Its members are
// found by their names exactly as written: decoding into a struct would take
// statement for Statement.
type object []byte

func decodeObject(body []byte) (object, error) {
	body = bytes.TrimSpace(body)
	switch {
	case !utf8.Valid(body): // encoding/json would repair it silently
		return nil, errors.New("the answer is not UTF-8")
	case !json.Valid(body), body[0] != '{':
		return nil, errors.New("the answer is not a JSON object")
	}
	return body, nil
}

// required returns a string that the answer must have: without it something
// other than Lambda answered, a captive portal for example.
func (o object) required(name string) (*string, error) {
	value, err := o.optional(name)
	if err == nil && value == nil {
		err = fmt.Errorf("the answer has no %s", name)
	}
	return value, err
}

// optional returns a string, or nil when it is absent or null. Of members with
// the same name the last one counts, as in the SDK.
func (o object) optional(name string) (*string, error) {
	var value *string
	for rest := o[1:]; ; {
		label, text, next, ok := nextMember(rest)
		if !ok {
			return value, nil
		}
		rest = next
		if unquoted(label) != name {
			continue
		}
		value = nil
		if err := json.Unmarshal(text, &value); err != nil {
			return nil, fmt.Errorf("the answer's %s is not a string", name)
		}
	}
}

// nextMember cuts the first member off the members of a well-formed object.
func nextMember(members []byte) (label, value, rest []byte, ok bool) {
	members = bytes.TrimLeft(members, " \t\r\n,")
	if members[0] == '}' {
		return nil, nil, nil, false
	}
	end := endOfString(members)
	label = members[:end]
	members = bytes.TrimLeft(members[end:], " \t\r\n:")
	end = endOfValue(members)
	return label, members[:end], members[end:], true
}

// endOfString returns the length of the string that s begins with.
func endOfString(s []byte) int {
	for i := 1; ; i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

// endOfValue returns the length of the value that s begins with; what follows a
// value at this depth is a comma or the end of the object.
func endOfValue(s []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch s[i] {
		case '"':
			i += endOfString(s[i:]) - 1
		case '{', '[':
			depth++
		case ',':
			if depth == 0 {
				return i
			}
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
}

// unquoted returns what a well-formed JSON string means.
func unquoted(label []byte) string {
	if bytes.IndexByte(label, '\\') < 0 {
		return string(label[1 : len(label)-1])
	}
	var s string
	_ = json.Unmarshal(label, &s)
	return s
}

// decodeEmpty accepts the empty answer, and a JSON object in its place.
func decodeEmpty(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	_, err := decodeObject(body)
	return err
}
