package who

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxSize is the largest file that is read, in bytes.
const maxSize = 1 << 20

// A source is a file that has been read.
type source struct {
	path string
	text []byte
}

// each calls use with every JSON value of the file, one after another. Its errors have
// the place where the value begins.
func (s source) each(use func(value []byte) error) error {
	if !utf8.Valid(s.text) {
		return fmt.Errorf("%s: the file is not in UTF-8", s.path)
	}
	decoder := json.NewDecoder(bytes.NewReader(s.text))
	for found := false; ; found = true {
		at := int(decoder.InputOffset())
		at += len(s.text[at:]) - len(bytes.TrimLeft(s.text[at:], " \t\r\n"))
		var value json.RawMessage
		err := decoder.Decode(&value)
		switch {
		case errors.Is(err, io.EOF) && !found:
			return fmt.Errorf("%s: the file is empty", s.path)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return s.errorAtOffset(syntaxOffset(err, at, len(s.text)), fmt.Errorf("not JSON: %w", err))
		}
		if err := use(value); err != nil {
			return s.errorAtOffset(at, err)
		}
	}
}

// syntaxOffset returns the offset of an error of encoding/json, which counts the bytes
// that it has read, including the wrong one.
func syntaxOffset(err error, at, size int) int {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return min(max(int(syntax.Offset)-1, 0), size)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return size
	}
	return at
}

// errorAtOffset adds the place at an offset to an error.
func (s source) errorAtOffset(offset int, err error) error {
	head := s.text[:offset]
	start := bytes.LastIndexByte(head, '\n') + 1
	return s.errorAt(bytes.Count(head, []byte("\n"))+1, utf8.RuneCount(head[start:])+1, err)
}

// errorAt adds a place to an error. Lines and columns count from 1, columns in code
// points.
func (s source) errorAt(line, column int, err error) error {
	return fmt.Errorf("%s:%d:%d: %w", s.path, line, column, err)
}
