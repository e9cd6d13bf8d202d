package requestfile

import (
	"bytes"
	"unicode/utf8"
)

// A position is a place in a text, as people count: from 1, in lines and code
// points.
type position struct{ line, column int }

// beginning is the position of the first character of a text.
var beginning = position{line: 1, column: 1}

// A piece is a text that should be a request, and where it begins in the text
// that it is part of.
type piece struct {
	text  []byte
	start position
}

// A cursor turns offsets in a piece into positions. They must not decrease, so
// that a text of nothing but problems is still read only once.
type cursor struct {
	text   []byte
	offset int
	position
}

func (p piece) cursor() *cursor { return &cursor{text: p.text, position: p.start} }

func (c *cursor) at(offset int) position {
	passed := c.text[c.offset:offset]
	if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
		c.line += bytes.Count(passed, []byte{'\n'})
		c.column = 1
		passed = passed[i+1:]
	}
	c.column += utf8.RuneCount(passed)
	c.offset = offset
	return c.position
}
