// Package requestfile reads AddPermission requests from JSON, in the shape that `aws
// lambda add-permission --cli-input-json` takes: one object, its members named and
// spelled as the API names them (AddPermission, "Request Syntax" and "URI Request
// Parameters"); with [All], any number of objects.
//
// It is stricter than the usual readers of such files, whose leniency can change a
// grant silently. A member is an error if the API does not have it, if it occurs twice,
// if its value is of another type, or if it is "" (as a template leaves it when a
// variable is not set). The error has the place in the text. A byte order mark and CRLF
// line ends are accepted.
package requestfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/validate"
)

// MaxSize is the largest file that Read takes, in bytes. A request needs less
// than a hundredth of it.
const MaxSize = 1 << 20

// Read reads one request. The error is the reader's own, or an *Error that lists the
// problems of the text. Read does not check the values of members; package validate
// does.
func Read(r io.Reader) (validate.Request, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return validate.Request{}, err
	}
	if len(data) > MaxSize {
		return validate.Request{}, &Error{Problems: []Problem{{
			Line: 1, Column: 1, Kind: KindShape, Reason: fmt.Sprintf("more than %d bytes: this is no request", MaxSize),
		}}}
	}
	return Parse(data)
}

// Parse reads one request from memory. The error is an *Error. The members that
// the skeleton of the AWS CLI leaves empty must be filled or deleted.
func Parse(data []byte) (validate.Request, error) {
	req, _, problems := piece{bytes.TrimPrefix(data, []byte(byteOrderMark)), beginning}.parse()
	if problems != nil {
		return validate.Request{}, &Error{Problems: problems}
	}
	return req, nil
}

const byteOrderMark = "\ufeff"

// parse returns the request and the place of each of its members.
func (p piece) parse() (validate.Request, map[string]position, []Problem) {
	if problem, ok := p.checkText(); !ok {
		return validate.Request{}, nil, []Problem{problem}
	}
	places, problems := p.checkMembers()
	if problems != nil {
		return validate.Request{}, nil, problems
	}
	// Names are exact, unique and typed now, so that encoding/json drops and converts
	// nothing.
	var req validate.Request
	if err := json.Unmarshal(p.text, &req); err != nil {
		return validate.Request{}, nil, []Problem{p.problem(0, KindSyntax, err.Error())}
	}
	return req, places, nil
}

// checkText returns the problem of a text that is not JSON in UTF-8.
func (p piece) checkText() (Problem, bool) {
	switch {
	case isUTF16(p.text):
		return p.problem(0, KindEncoding, "the file is in UTF-16: save it as UTF-8"), false
	case !utf8.Valid(p.text):
		return p.problem(invalidAt(p.text), KindEncoding, "the file is not in UTF-8"), false
	case len(bytes.TrimSpace(p.text)) == 0:
		return p.problem(0, KindShape, "the file is empty: it should hold one JSON object"), false
	case json.Valid(p.text):
		return Problem{}, true
	}
	var any json.RawMessage
	return p.syntaxProblem(json.Unmarshal(p.text, &any)), false
}

// isUTF16 reports whether a text begins with a byte order mark of UTF-16.
func isUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff})
}

// invalidAt returns the offset of the first byte that is not UTF-8.
func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// An Entry is one request among several, and where it is. Its lines and columns
// are counted as a Problem's are.
type Entry struct {
	Request validate.Request
	// Line and Column are those of the object's brace.
	Line, Column int

	places map[string]position
}

// Place returns the place of a member's name, or that of the object for an absent
// member.
func (e Entry) Place(member string) (line, column int) {
	if at, ok := e.places[member]; ok {
		return at.line, at.column
	}
	return e.Line, e.Column
}

// All reads any number of requests: one object, an array of objects, or objects in a
// row, such as JSON Lines. Each has at most MaxSize bytes. The memory that All uses
// does not grow with their number.
//
// An Entry that is yielded with an error is zero. After an *Error All goes on with the
// next request if its beginning is known, which it is not after KindSyntax, in UTF-16,
// or after a value that is too long. An error of the reader is the last one.
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
