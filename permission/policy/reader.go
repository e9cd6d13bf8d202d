package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// Limits of what [Parse] and [ParseStatement] read. They are far above
// anything that the service can hold and only keep a hostile text from
// costing more than it should.
const (
	// MaxInput is the length in bytes of the longest text that is read: 256 KiB,
	// more than twelve times the service's [MaxSize], which leaves ample room
	// for indentation.
	MaxInput = 256 << 10

	// MaxDepth is how deep arrays and objects may be nested: a policy needs six
	// levels (document, Statement, statement, Condition, operator, list of
	// values); the rest is for members that this package does not know.
	MaxDepth = 32
)

// read returns text as checked, compact JSON. Everything that later steps rely
// on is established here: the text is UTF-8, it is JSON, no object has two
// members of one name, no string holds half a surrogate pair, and the nesting
// is within MaxDepth. Members and values are otherwise untouched: what
// encoding/json would fold, repair or escape stays as it was written.
func read(text string) (string, *ParseError) {
	if len(text) > MaxInput {
		return "", &ParseError{Offset: MaxInput, Reason: fmt.Sprintf("the text has %d bytes; at most %d are read", len(text), MaxInput)}
	}
	if at := invalidUTF8(text); at >= 0 {
		return "", &ParseError{Offset: at, Reason: "invalid UTF-8"}
	}
	compact, syntax := jsontext.Compact(text)
	if syntax != nil {
		return "", syntaxError(text, syntax)
	}
	c := checker{text: compact}
	if err := c.value(0); err != nil {
		return "", err.locate(text)
	}
	return compact, nil
}

func invalidUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return -1
}

// syntaxError tells of a text that is no JSON.
func syntaxError(text string, err error) *ParseError {
	e := &ParseError{Reason: "not JSON"}
	if s := (*jsontext.SyntaxError)(nil); errors.As(err, &s) {
		e.Offset, e.Reason = s.Offset, "not JSON: "+s.Reason
	}
	if strings.HasPrefix(text, byteOrderMark) {
		e.Reason = "not JSON: the text begins with a byte order mark; remove it"
	}
	return e
}

// locate turns an offset into the compact text into one into the text it was
// made from.
func (e *ParseError) locate(text string) *ParseError {
	left, inString := e.Offset, false
	for i := 0; i < len(text); i++ {
		switch {
		case !inString && isSpace(text[i]):
			continue
		case left == 0:
			e.Offset = i
			return e
		case inString && text[i] == '\\':
			i++
			left--
		case text[i] == '"':
			inString = !inString
		}
		left--
	}
	e.Offset = len(text)
	return e
}

const byteOrderMark = "\uFEFF"

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
