// Package jsontext works on JSON text (RFC 8259) without decoding it into Go values:
// it checks the syntax, removes the space between tokens, splits an object into its
// members and decodes strings.
//
// The library reads answers and policies with it and not with encoding/json, which
// matches names in any case, keeps the last of two members of the same name, and would
// link reflection and an encoder into every program that makes one call. Both accept
// the same texts; the tests and fuzz targets compare them.
//
// Everything here is safe for concurrent use.
package jsontext

import (
	"fmt"
	"unicode/utf8"
)

// A SyntaxError says where and why a text is not JSON.
type SyntaxError struct {
	Offset int    // of the first wrong byte, from 0; the length of the text if it ends too early
	Reason string // in words; it quotes the wrong character and nothing else of the text
}

// Error returns the reason and the place.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s (at byte %d)", e.Reason, e.Offset) }

// unexpected returns the error of a text that has a wrong character at i, or ends
// there.
func unexpected(text string, i int, place string) *SyntaxError {
	if i >= len(text) {
		return &SyntaxError{len(text), "unexpected end " + place}
	}
	c, _ := utf8.DecodeRuneInString(text[i:])
	return &SyntaxError{i, fmt.Sprintf("invalid character %q %s", c, place)}
}

// Compact checks that text is one JSON value with nothing after it, and returns it
// without the space between its tokens. It changes nothing else. A text without such
// space is returned as it is, without an allocation.
//
// The error is a *[SyntaxError].
func Compact(text string) (string, error) {
	size, err := CompactSize(text)
	if err != nil || size == len(text) {
		return text[:size], err
	}
	return withoutSpace(text, size), nil
}

// CompactSize returns the length of the result of [Compact] in bytes, or 0 with an
// error. It makes the same checks and does not allocate.
func CompactSize(text string) (int, error) {
	s := scanner{text: text}
	if !s.value() {
		return 0, s.err
	}
	if s.next(); s.pos < len(text) {
		return 0, unexpected(text, s.pos, "after the value")
	}
	return len(text) - s.space, nil
}

// withoutSpace returns a checked text without the space between its tokens, of
// the given length.
func withoutSpace(text string, length int) string {
	b := make([]byte, 0, length)
	for i := 0; i < len(text); {
		end := i + 1
		switch c := text[i]; {
		case isSpace(c):
			i = end
			continue
		case c == '"':
			end = EndOfString(text, i)
		}
		b = append(b, text[i:end]...)
		i = end
	}
	return string(b)
}

// EndOfString returns the index after the string that begins at text[i]. The text must
// be valid JSON.
func EndOfString(text string, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// Object reads the object that text begins with, perhaps after space, and calls member
// with each of its members: the decoded name, and the text of the value. It returns the
// text after the object, which it does not check.
//
// The error is a *[SyntaxError]. Before it returns an error, Object has called member
// with the complete members before the wrong place.
func Object(text string, member func(name, value string)) (rest string, err error) {
	s := scanner{text: text, depth: 1} // the object itself
	if s.next() != '{' {
		return "", unexpected(text, s.pos, "where an object should begin")
	}
	if !s.object(member) {
		return "", s.err
	}
	return text[s.pos:], nil
}

// object takes an object and calls do, unless that is nil, with each member.
func (s *scanner) object(do func(name, value string)) bool {
	s.pos++ // the brace
	if s.step('}') {
		return true
	}
	for {
		if !s.member(do) {
			return false
		}
		if s.step('}') {
			return true
		}
		if !s.step(',') {
			return s.fail("after a member of an object")
		}
	}
}

func (s *scanner) member(do func(name, value string)) bool {
	if s.next() != '"' {
		return s.fail("where the name of a member should begin")
	}
	label := s.pos
	if !s.string() {
		return false
	}
	end := s.pos
	if !s.step(':') {
		return s.fail("after the name of a member")
	}
	s.next()
	value := s.pos
	if !s.value() {
		return false
	}
	if do != nil {
		do(Unquote(s.text[label:end]), s.text[value:s.pos])
	}
	return true
}
