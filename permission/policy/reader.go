package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// Limits of the texts that [Parse] and [ParseStatement] read. They are far above
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

// read checks text and returns the value in it, with its offset in text, and the size
// of text without the space between its tokens. Everything that later steps rely on is
// established here: the text is UTF-8, it is JSON, no object has two members of one
// name, no string holds half a surrogate pair, and the nesting is within MaxDepth.
// Nothing is rewritten: a name or string that encoding/json would fold, repair or
// escape stays as it was written, and so does the space between tokens.
func read(text string) (v value, size int, err *ParseError) {
	if len(text) > MaxInput {
		return value{}, 0, &ParseError{Offset: MaxInput, Reason: fmt.Sprintf("the text has %d bytes; at most %d are read", len(text), MaxInput)}
	}
	if at := invalidUTF8(text); at >= 0 {
		return value{}, 0, &ParseError{Offset: at, Reason: "invalid UTF-8"}
	}
	size, syntax := jsontext.CompactSize(text)
	if syntax != nil {
		return value{}, 0, syntaxError(text, syntax)
	}
	c := checker{text: text, pos: skipSpace(text, 0)}
	begin := c.pos
	if err := c.value(0); err != nil {
		return value{}, 0, err
	}
	return value{text: text[begin:c.pos], at: begin}, size, nil
}

// compact returns a text that read has checked without the space between its tokens.
func compact(checked string) string {
	text, err := jsontext.Compact(checked)
	if err != nil {
		panic(err) // it was checked
	}
	return text
}

// compactSize returns the length of the result of compact.
func compactSize(checked string) int {
	size, err := jsontext.CompactSize(checked)
	if err != nil {
		panic(err) // it was checked
	}
	return size
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

// syntaxError returns the error of a text that is not JSON.
func syntaxError(text string, err error) *ParseError {
	e := &ParseError{Reason: "not JSON"}
	if s := (*jsontext.SyntaxError)(nil); errors.As(err, &s) {
		e.Offset, e.Reason = s.Offset, "not JSON: "+s.Reason
	}
	if strings.HasPrefix(text, byteOrderMark) {
		e.Reason = "not JSON: the text begins with a byte order mark; remove it"
	}
	return e
}

const byteOrderMark = "\uFEFF"

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// skipSpace returns the index of the first byte of text from i on that is not space
// between tokens.
func skipSpace(text string, i int) int {
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	return i
}

// A checker walks JSON once, from front to back, and refuses the texts that JSON's
// grammar allows and read does not.
type checker struct {
	text string
	pos  int
}

func (c *checker) value(depth int) *ParseError {
	switch c.text[c.pos] {
	case '{':
		return c.object(depth + 1)
	case '[':
		return c.array(depth + 1)
	case '"':
		_, err := c.str()
		return err
	}
	c.pos = endOfScalar(c.text, c.pos)
	return nil
}

func (c *checker) array(depth int) *ParseError {
	if depth > MaxDepth {
		return c.tooDeep()
	}
	c.step()
	for i := 0; c.text[c.pos] != ']'; i++ {
		if err := c.value(depth); err != nil {
			return err.in(pathIndex(i))
		}
		c.comma()
	}
	c.pos++
	return nil
}

func (c *checker) object(depth int) *ParseError {
	if depth > MaxDepth {
		return c.tooDeep()
	}
	c.step()
	var seen nameSet
	for c.text[c.pos] != '}' {
		at := c.pos
		name, err := c.str()
		if err != nil {
			return err
		}
		if !seen.add(name) {
			return &ParseError{Offset: at, Reason: "duplicate member " + abbrev.Quote(name)}
		}
		c.pos = skipSpace(c.text, c.pos)
		c.step() // over the colon
		if err := c.value(depth); err != nil {
			return err.in(pathName(name))
		}
		c.comma()
	}
	c.pos++
	return nil
}

// step goes to the token after the one of one byte at which c stands.
func (c *checker) step() { c.pos = skipSpace(c.text, c.pos+1) }

// comma goes over a comma to the next token, after a value.
func (c *checker) comma() {
	if c.pos = skipSpace(c.text, c.pos); c.text[c.pos] == ',' {
		c.step()
	}
}

func (c *checker) tooDeep() *ParseError {
	return &ParseError{Offset: c.pos, Reason: fmt.Sprintf("nested deeper than %d levels", MaxDepth)}
}

// str steps over a string and returns its value.
func (c *checker) str() (string, *ParseError) {
	end := jsontext.EndOfString(c.text, c.pos)
	quoted := c.text[c.pos:end]
	if at := jsontext.LoneSurrogate(quoted); at >= 0 {
		return "", &ParseError{Offset: c.pos + at, Reason: `half a surrogate pair (\uD800 to \uDFFF by itself) is not a character`}
	}
	c.pos = end
	return jsontext.Unquote(quoted), nil
}

// A nameSet holds the member names of one object. Most objects are small, so
// that looking through a list is cheaper than a map.
type nameSet struct {
	few  [8]string
	n    int
	many map[string]bool
}

// add reports whether name is new.
func (s *nameSet) add(name string) bool {
	for _, old := range s.few[:min(s.n, len(s.few))] {
		if old == name {
			return false
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	if s.many[name] {
		return false
	}
	if s.many == nil {
		s.many = make(map[string]bool)
	}
	s.many[name] = true
	return true
}

// A value is one JSON value inside a text that read has checked, without the space
// around it.
type value struct {
	text string
	at   int // offset in that text
}

func (v value) kind() byte     { return v.text[0] }
func (v value) isString() bool { return v.text[0] == '"' }
func (v value) str() string    { return jsontext.Unquote(v.text) }

func (v value) errorf(reason string) *ParseError {
	return &ParseError{Offset: v.at, Reason: reason}
}

// A cursor goes through the members of an object or the elements of an array:
//
//	for c := v.open(); c.next(); {
//		use(c.name, c.value)
//	}
type cursor struct {
	container value
	pos       int
	index     int

	name  string // of the member; empty in an array
	value value
}

func (v value) open() cursor { return cursor{container: v, pos: 1, index: -1} }

func (c *cursor) next() bool {
	text := c.container.text
	if c.pos = skipSpace(text, c.pos); text[c.pos] == ',' {
		c.pos = skipSpace(text, c.pos+1)
	}
	if c.pos == len(text)-1 { // the closing bracket
		return false
	}
	c.index++
	if text[0] == '{' {
		end := jsontext.EndOfString(text, c.pos)
		c.name = jsontext.Unquote(text[c.pos:end])
		c.pos = skipSpace(text, skipSpace(text, end)+1) // over the colon
	}
	end := endOfValue(text, c.pos)
	c.value = value{text: text[c.pos:end], at: c.container.at + c.pos}
	c.pos = end
	return true
}

// gaps returns the texts between the n elements of a list: before each element the
// space, and a comma unless it is the first, and then the space after the last one. A
// value that is not a list counts as its only element, and the zero value as an empty
// list.
func (v value) gaps(n int) []string {
	switch {
	case v.text == "":
		return []string{""}
	case v.kind() != '[':
		return []string{"", ""}
	}
	list := make([]string, 0, n+1)
	end := 1
	for c := v.open(); c.next(); end = c.pos {
		list = append(list, v.text[end:c.value.at-v.at])
	}
	return append(list, v.text[end:len(v.text)-1])
}

// endOfValue returns the index after the value that begins at i.
func endOfValue(text string, i int) int {
	switch text[i] {
	case '"':
		return jsontext.EndOfString(text, i)
	case '{', '[':
		return endOfContainer(text, i)
	}
	return endOfScalar(text, i)
}

func endOfContainer(text string, i int) int {
	for depth := 0; ; i++ {
		switch text[i] {
		case '"':
			i = jsontext.EndOfString(text, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
}

func endOfScalar(text string, i int) int {
	for i < len(text) && text[i] != ',' && text[i] != ']' && text[i] != '}' && !isSpace(text[i]) {
		i++
	}
	return i
}
