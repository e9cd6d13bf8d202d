package requestfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind is the class of a problem.
type Kind string

// The kinds of problem.
const (
	KindEncoding  Kind = "encoding"         // not UTF-8
	KindSyntax    Kind = "syntax"           // not JSON
	KindShape     Kind = "shape"            // not one object
	KindUnknown   Kind = "unknown-member"   // a member that the API does not have
	KindDuplicate Kind = "duplicate-member" // a member that occurs twice
	KindType      Kind = "type"             // a member's value is of another type
	KindEmpty     Kind = "empty-member"     // a member has the value ""
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{KindEncoding, KindSyntax, KindShape, KindUnknown, KindDuplicate, KindType, KindEmpty}
}

// Problem is one thing that is wrong with a file. It is a comparable value and
// an error.
type Problem struct {
	// Line and Column count from 1; a column is a code point. A byte order mark
	// is no column.
	Line, Column int
	Kind         Kind
	// Member is the name as written, or "" if the problem is not that of a member.
	Member string
	// Suggestion is the name that was probably meant, or "".
	Suggestion string
	// Reason describes the problem in one line. It never holds a member's value.
	Reason string
}

// Error returns the place, as LINE:COLUMN, and the reason.
func (p Problem) Error() string {
	return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Reason)
}

// Error is returned by Read and Parse for a text that is not a request. It has all
// problems of the text, at least one, in their order.
type Error struct {
	Problems []Problem
}

// shown is the number of problems that the text of an Error lists.
const shown = 4

// Error returns the problems on one line; if there are many, only the first ones.
func (e *Error) Error() string {
	var texts []string
	for i, p := range e.Problems {
		if i == shown {
			texts = append(texts, fmt.Sprintf("and %d more", len(e.Problems)-shown))
			break
		}
		texts = append(texts, p.Error())
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives the problems as Problem values, for errors.As.
func (e *Error) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

func (p piece) problem(offset int, kind Kind, reason string) Problem {
	at := p.cursor().at(offset)
	return Problem{Line: at.line, Column: at.column, Kind: kind, Reason: reason}
}

// syntaxProblem finds the place of an error of encoding/json, which counts the
// bytes that it had read, an offending one included.
func (p piece) syntaxProblem(err error) Problem {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return p.problem(0, KindSyntax, "not JSON: "+err.Error())
	}
	offset := int(syntax.Offset)
	if !strings.HasPrefix(err.Error(), "unexpected end") {
		offset--
	}
	return p.problem(min(max(offset, 0), len(p.text)), KindSyntax, "not JSON: "+err.Error())
}

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

// A cursor turns offsets in a piece into positions. The offsets must not decrease, so
// that a text with many problems is read only once.
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
