package policy

import "github.com/lambdaperm/lambdaperm/internal/jsontext"

// A value is one JSON value inside text that read has returned.
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

	label string // the member's name as written, with its quotes; empty in an array
	name  string // what label means
	value value
}

func (v value) open() cursor { return cursor{container: v, pos: 1, index: -1} }

func (c *cursor) next() bool {
	text := c.container.text
	if text[c.pos] == ',' {
		c.pos++
	}
	if c.pos == len(text)-1 { // the closing bracket
		return false
	}
	c.index++
	if text[0] == '{' {
		end := jsontext.EndOfString(text, c.pos)
		c.label = text[c.pos:end]
		c.name = jsontext.Unquote(c.label)
		c.pos = end + 1 // the colon
	}
	end := endOfValue(text, c.pos)
	c.value = value{text: text[c.pos:end], at: c.container.at + c.pos}
	c.pos = end
	return true
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
	for i < len(text) && text[i] != ',' && text[i] != ']' && text[i] != '}' {
		i++
	}
	return i
}
