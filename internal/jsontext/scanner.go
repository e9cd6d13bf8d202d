package jsontext

// A scanner goes over JSON text once, from front to back, and checks it. Its
// methods report whether they found what they are named after; if not, err says
// why, and pos is of no use any more.
type scanner struct {
	text  string
	pos   int
	space int // bytes of space between tokens so far
	depth int // of open objects and arrays
	err   *SyntaxError
}

// maxDepth is how deep objects and arrays may be nested, as in encoding/json: it
// bounds the stack that a hostile text takes.
const maxDepth = 10000

func (s *scanner) fail(place string) bool {
	s.err = unexpected(s.text, s.pos, place)
	return false
}

// next steps over space and returns the byte that follows, 0 at the end. A zero
// byte is never right either.
func (s *scanner) next() byte {
	for ; s.pos < len(s.text); s.pos++ {
		c := s.text[s.pos]
		if !isSpace(c) {
			return c
		}
		s.space++
	}
	return 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// step takes the byte c, after space, if it comes next.
func (s *scanner) step(c byte) bool {
	if s.next() != c {
		return false
	}
	s.pos++
	return true
}

// value takes one value of any kind.
func (s *scanner) value() bool {
	switch c := s.next(); c {
	case '"':
		return s.string()
	case '{', '[':
		return s.nested(c)
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		return s.number()
	}
}

// nested takes an object or an array, which begins with bracket.
func (s *scanner) nested(bracket byte) (ok bool) {
	if s.depth++; s.depth > maxDepth {
		s.err = &SyntaxError{s.pos, "nested too deeply"}
		return false
	}
	if bracket == '{' {
		ok = s.object(nil)
	} else {
		ok = s.array()
	}
	s.depth--
	return ok
}

func (s *scanner) array() bool {
	s.pos++ // the bracket
	if s.step(']') {
		return true
	}
	for {
		if !s.value() {
			return false
		}
		if s.step(']') {
			return true
		}
		if !s.step(',') {
			return s.fail("after an element of an array")
		}
	}
}

func (s *scanner) literal(word string) bool {
	for i := range len(word) {
		if s.pos >= len(s.text) || s.text[s.pos] != word[i] {
			return s.fail("in the word " + word)
		}
		s.pos++
	}
	return true
}
