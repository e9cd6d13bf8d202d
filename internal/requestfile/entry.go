package requestfile

import (
	"errors"
	"io"
	"iter"

	"github.com/lambdaperm/lambdaperm/validate"
)

// An Entry is one request among several, and where it is. Its lines and columns
// are counted as a Problem's are.
type Entry struct {
	Request validate.Request
	// Line and Column are those of the object's brace.
	Line, Column int

	places map[string]position
}

// Place returns where a member's name is, and where the object is for a member
// that it does not have.
func (e Entry) Place(member string) (line, column int) {
	if at, ok := e.places[member]; ok {
		return at.line, at.column
	}
	return e.Line, e.Column
}

// All reads one request after the other, as few or as many as there are: one
// object, an array of objects, or objects in a row, such as JSON Lines. Memory
// does not depend on their number; one has at most MaxSize bytes.
//
// What comes with an error is no request. After an *Error the requests behind it
// follow if it can be told where they begin: not after KindSyntax, nor in UTF-16,
// nor behind a value that is too long. Nothing follows an error of the reader.
func All(r io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		s := newStream(r)
		for !s.ended {
			entry, err := s.next()
			if errors.Is(err, io.EOF) || !yield(entry, err) {
				return
			}
		}
	}
}
