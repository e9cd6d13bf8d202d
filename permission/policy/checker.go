package policy

import (
	"fmt"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// A checker walks compact JSON once, from front to back, and refuses what
// JSON's grammar lets pass.
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
	c.pos++
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
	c.pos++
	var seen nameSet
	for c.text[c.pos] != '}' {
		at := c.pos
		name, err := c.str()
		if err != nil {
			return err
		}
		if !seen.add(name) {
			return &ParseError{Offset: at, Reason: "duplicate member " + quoteName(name)}
		}
		c.pos++ // the colon
		if err := c.value(depth); err != nil {
			return err.in(pathName(name))
		}
		c.comma()
	}
	c.pos++
	return nil
}

func (c *checker) comma() {
	if c.text[c.pos] == ',' {
		c.pos++
	}
}

func (c *checker) tooDeep() *ParseError {
	return &ParseError{Offset: c.pos, Reason: fmt.Sprintf("nested deeper than %d levels", MaxDepth)}
}

// str steps over a string and returns what it means.
func (c *checker) str() (string, *ParseError) {
	end := jsontext.EndOfString(c.text, c.pos)
	quoted := c.text[c.pos:end]
	if at := jsontext.LoneSurrogate(quoted); at >= 0 {
		return "", &ParseError{Offset: c.pos + at, Reason: `half a surrogate pair (\uD800 to \uDFFF alone) is no character`}
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
