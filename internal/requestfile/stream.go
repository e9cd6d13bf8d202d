package requestfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// A stream finds where the requests of a text begin and end; a piece reads them.
type stream struct {
	in    *bufio.Reader
	at    position // of the next byte
	text  []byte   // of the latest value; its memory is reused
	count int      // of the values so far
	array arrayState
	ended bool
}

// arrayState says where a stream is in its array.
type arrayState int

const (
	noArray arrayState = iota
	inArray
	afterArray
)

func newStream(r io.Reader) *stream {
	return &stream{in: bufio.NewReader(r), at: beginning}
}

// next returns the next request, and io.EOF after the last.
func (s *stream) next() (Entry, error) {
	err := s.approach()
	if err == nil {
		err = s.value()
	}
	if err != nil {
		s.ended = true
		return Entry{}, err
	}
	p := piece{s.text, s.at}
	s.at = p.cursor().at(len(p.text))
	s.count++
	req, places, problems := p.parse()
	if problems != nil {
		s.ended = problems[len(problems)-1].Kind == KindSyntax
		return Entry{}, &Error{Problems: problems}
	}
	return Entry{Request: req, Line: p.start.line, Column: p.start.column, places: places}, nil
}

// approach goes to where the next value begins.
func (s *stream) approach() error {
	if s.at == beginning && s.count == 0 {
		if err := s.open(); err != nil {
			return err
		}
	}
	b, err := s.peek()
	switch {
	case errors.Is(err, io.EOF):
		return s.end()
	case err != nil:
		return err
	case s.array == noArray && s.count == 0 && b == '[':
		return s.enterArray()
	case s.array == inArray:
		return s.separator(b)
	case s.array == afterArray:
		return s.unexpected("after the array")
	case b == ',':
		return s.problem(KindSyntax, "not JSON: a comma between requests: leave it out, or put them all in [ and ]")
	}
	return nil
}

// open skips a byte order mark.
func (s *stream) open() error {
	head, err := s.in.Peek(len(byteOrderMark))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if isUTF16(head) {
		return s.problem(KindEncoding, "the file is in UTF-16: save it as UTF-8")
	}
	if bytes.Equal(head, []byte(byteOrderMark)) {
		_, err = s.in.Discard(len(head))
		return err
	}
	return nil
}

// end returns io.EOF if the text may end here, and otherwise the problem.
func (s *stream) end() error {
	switch {
	case s.array == inArray:
		return s.problem(KindSyntax, "not JSON: the array does not end")
	case s.array == noArray && s.count == 0:
		return s.problem(KindShape, "there is nothing: a request is one JSON object")
	}
	return io.EOF
}

// enterArray skips the opening bracket, and all of an empty array.
func (s *stream) enterArray() error {
	s.array = inArray
	if err := s.skip(); err != nil {
		return err
	}
	b, err := s.peek()
	switch {
	case errors.Is(err, io.EOF):
		return s.end()
	case err == nil && b == ']':
		return s.leaveArray()
	}
	return err
}

// separator skips the comma between two elements of the array, or the closing bracket.
func (s *stream) separator(b byte) error {
	switch b {
	case ']':
		return s.leaveArray()
	case ',':
		if err := s.skip(); err != nil {
			return err
		}
		_, err := s.peek()
		if errors.Is(err, io.EOF) {
			return s.end()
		}
		return err
	}
	return s.unexpected("after an element of the array")
}

func (s *stream) leaveArray() error {
	s.array = afterArray
	if err := s.skip(); err != nil {
		return err
	}
	return s.approach()
}

// peek skips white space and returns the byte after it, which stays unread.
func (s *stream) peek() (byte, error) {
	for {
		next, err := s.in.Peek(1)
		if err != nil {
			return 0, err
		}
		if !isSpace(next[0]) {
			return next[0], nil
		}
		if err := s.skip(); err != nil {
			return 0, err
		}
	}
}

// skip skips one byte of ASCII.
func (s *stream) skip() error {
	b, err := s.in.ReadByte()
	s.at.column++
	if b == '\n' {
		s.at = position{line: s.at.line + 1, column: 1}
	}
	return err
}

func (s *stream) unexpected(where string) error {
	next, _ := s.in.Peek(utf8.UTFMax) // fewer at the end
	r, _ := utf8.DecodeRune(next)
	return s.problem(KindSyntax, fmt.Sprintf("not JSON: invalid character %q %s", r, where))
}

func (s *stream) problem(kind Kind, reason string) error {
	return &Error{Problems: []Problem{{Line: s.at.line, Column: s.at.column, Kind: kind, Reason: reason}}}
}

// value reads the text of one value of at most MaxSize bytes.
func (s *stream) value() error {
	s.text = s.text[:0]
	var n nesting
	for open := true; open; {
		b, err := s.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil // the piece reports a value that is cut off
		}
		if err != nil {
			return err
		}
		if len(s.text) == MaxSize {
			return s.problem(KindShape, fmt.Sprintf("more than %d bytes: this is no request", MaxSize))
		}
		s.text = append(s.text, b)
		open = n.add(b) || s.wordGoesOn()
	}
	return nil
}

// wordGoesOn reports whether the value is a number or a word, right or misspelled, and
// the next byte belongs to it too.
func (s *stream) wordGoesOn() bool {
	if bytes.IndexByte([]byte(`{["}],`), s.text[0]) >= 0 {
		return false
	}
	next, err := s.in.Peek(1)
	return err == nil && !isSpace(next[0]) && !slices.Contains([]byte(`{["}],`), next[0])
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// nesting follows a value from its first byte to its last.
type nesting struct {
	depth           int
	inText, escaped bool
}

// add takes one byte and reports whether the value goes on after it.
func (n *nesting) add(b byte) bool {
	switch {
	case n.escaped:
		n.escaped = false
	case n.inText:
		n.escaped, n.inText = b == '\\', b != '"'
	case b == '"':
		n.inText = true
	case b == '{' || b == '[':
		n.depth++
	case b == '}' || b == ']':
		n.depth--
	}
	return n.depth > 0 || n.inText
}
