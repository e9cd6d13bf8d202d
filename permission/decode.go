package permission

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// readAnswer reads the body of a success, which is a JSON object with JSON's own
// space around it, and puts its strings where place says; place returns nil for a
// member that nobody wants. Names are taken exactly as written. Of members with the
// same name the last one counts, and a null is as if it were not there, as in the
// SDK.
func readAnswer(body []byte, place func(name string) **string) error {
	if !utf8.Valid(body) { // it would be repaired silently
		return errors.New("the answer is not UTF-8")
	}
	var wrong error
	rest, err := jsontext.Object(string(body), func(name, value string) {
		if p := place(name); p != nil && !setText(p, value) {
			wrong = fmt.Errorf("the answer's %s is not a string", name)
		}
	})
	if err != nil || strings.Trim(rest, " \t\r\n") != "" {
		return errors.New("the answer is not a JSON object")
	}
	return wrong
}

// setText reports whether value is a string, which it sets, or null.
func setText(p **string, value string) bool {
	if value[0] != '"' {
		return value == "null"
	}
	text := jsontext.Detached(value)
	*p = &text
	return true
}

// present is the error of a string that an answer must have: without it something
// other than Lambda answered, a captive portal for example.
func present(name string, value *string) error {
	if value == nil {
		return fmt.Errorf("the answer has no %s", name)
	}
	return nil
}

// decodeEmpty accepts the empty answer, and a JSON object in its place.
func decodeEmpty(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	return readAnswer(body, func(string) **string { return nil })
}
