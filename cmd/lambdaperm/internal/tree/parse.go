package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Parse reads one JSON or YAML document. A text that begins with { or [ is read as JSON
// first and then, if it is not JSON, as YAML, whose flow style begins in the same way.
// A byte order mark is skipped. The error is an *Error.
func Parse(text []byte) (*Node, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if len(text) > MaxSize {
		return nil, &Error{Place{1, 1}, fmt.Sprintf("the file has more than %d bytes", MaxSize)}
	}
	if !utf8.Valid(text) {
		return nil, &Error{placeOfInvalid(text), "the file is not in UTF-8"}
	}
	trimmed := bytes.TrimLeft(text, " \t\r\n")
	if len(trimmed) == 0 {
		return nil, &Error{Place{1, 1}, "the file is empty"}
	}
	if trimmed[0] != '{' && trimmed[0] != '[' {
		return parseYAML(text)
	}
	node, err := parseJSON(text)
	if err == nil {
		return node, nil
	}
	if node, yamlErr := parseYAML(text); yamlErr == nil {
		return node, nil
	}
	return nil, err
}

func placeOfInvalid(text []byte) Place {
	offset := 0
	for offset < len(text) {
		r, size := utf8.DecodeRune(text[offset:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		offset += size
	}
	c := cursor{text: text}
	return c.at(offset)
}

// A cursor turns ascending offsets into places.
type cursor struct {
	text   []byte
	offset int
	line   int // before the offset, from 0
	column int // code points before the offset in its line
}

func (c *cursor) at(offset int) Place {
	for c.offset < offset && c.offset < len(c.text) {
		r, size := utf8.DecodeRune(c.text[c.offset:])
		c.offset += size
		c.column++
		if r == '\n' {
			c.line++
			c.column = 0
		}
	}
	return Place{c.line + 1, c.column + 1}
}

// A jsonReader builds nodes from the tokens of encoding/json.
type jsonReader struct {
	text    []byte
	decoder *json.Decoder
	cursor  cursor
}

func parseJSON(text []byte) (*Node, error) {
	r := &jsonReader{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), cursor: cursor{text: text}}
	r.decoder.UseNumber()
	node, err := r.value(0)
	if err != nil {
		return nil, err
	}
	place := r.next()
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{place, "not JSON: more text after the value"}
	}
	return node, nil
}

// next returns the place of the next token.
func (r *jsonReader) next() Place {
	offset := int(r.decoder.InputOffset())
	for offset < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[offset]) >= 0 {
		offset++
	}
	return r.cursor.at(offset)
}

func (r *jsonReader) token() (json.Token, Place, error) {
	place := r.next()
	token, err := r.decoder.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, place, &Error{place, "not JSON: the text ends too early"}
	case errors.As(err, &syntax):
		c := cursor{text: r.text}
		return nil, place, &Error{c.at(int(syntax.Offset) - 1), "not JSON: " + syntax.Error()}
	case err != nil:
		return nil, place, &Error{place, "not JSON: " + err.Error()}
	}
	return token, place, nil
}

func (r *jsonReader) value(depth int) (*Node, error) {
	token, place, err := r.token()
	if err != nil {
		return nil, err
	}
	if depth > MaxDepth {
		return nil, tooDeep(place)
	}
	node := &Node{Place: place}
	switch token := token.(type) {
	case nil:
		node.Kind = Null
	case bool:
		node.Kind, node.Text = Bool, fmt.Sprint(token)
	case json.Number:
		node.Kind, node.Text = Number, token.String()
	case string:
		node.Kind, node.Text = String, token
	case json.Delim:
		if token == '{' {
			return node, r.members(node, depth)
		}
		return node, r.items(node, depth)
	}
	return node, nil
}

func (r *jsonReader) members(node *Node, depth int) error {
	node.Kind = Mapping
	for r.decoder.More() {
		name, place, err := r.token()
		if err != nil {
			return err
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		node.Members = append(node.Members, Member{Name: name.(string), Value: value, Place: place})
	}
	_, _, err := r.token()
	return err
}

func (r *jsonReader) items(node *Node, depth int) error {
	node.Kind = Sequence
	for r.decoder.More() {
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		node.Items = append(node.Items, value)
	}
	_, _, err := r.token()
	return err
}

func tooDeep(place Place) error {
	return &Error{place, fmt.Sprintf("nested deeper than %d levels", MaxDepth)}
}
