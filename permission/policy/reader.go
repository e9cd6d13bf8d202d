package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
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
	compact, err := compactJSON(text)
	if err != nil {
		return "", err
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

// compactJSON removes the space between tokens; json.Compact changes nothing
// else and escapes nothing.
func compactJSON(text string) (string, *ParseError) {
	var b bytes.Buffer
	b.Grow(len(text))
	if err := json.Compact(&b, []byte(text)); err != nil {
		return "", syntaxError(text)
	}
	if b.Len() == len(text) {
		return text, nil
	}
	return b.String(), nil
}

// syntaxError describes a text that json.Compact refused. Only Unmarshal
// counts the bytes up to the offending one.
func syntaxError(text string) *ParseError {
	var none json.RawMessage
	err := json.Unmarshal([]byte(text), &none)
	e := &ParseError{Offset: len(text), Reason: "not JSON"}
	if s := (*json.SyntaxError)(nil); errors.As(err, &s) {
		e.Err = s
		e.Reason = "not JSON: " + s.Error()
		if !strings.HasPrefix(s.Error(), "unexpected end") { // Offset counts the offending byte
			e.Offset = min(max(int(s.Offset)-1, 0), len(text))
		}
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
