package jsontext

import (
	"fmt"
	"unicode/utf8"
)

// A SyntaxError says where and why a text is no JSON.
type SyntaxError struct {
	Offset int    // the byte that cannot stand there, from 0; the text's length if it breaks off
	Reason string // for people; it quotes that one character and nothing else of the text
}

// Error returns the reason and the place.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s (at byte %d)", e.Reason, e.Offset) }

// unexpected is the error of a text that has something else at i than what may
// stand at this place, or nothing at all.
func unexpected(text string, i int, place string) *SyntaxError {
	if i >= len(text) {
		return &SyntaxError{len(text), "unexpected end " + place}
	}
	c, _ := utf8.DecodeRuneInString(text[i:])
	return &SyntaxError{i, fmt.Sprintf("invalid character %q %s", c, place)}
}
