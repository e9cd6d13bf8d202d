package jsontext

// A scanner goes over JSON text once, from front to back, and checks it. Each
// method reports whether it found the element in its name; if not, err has the
// reason, and pos must not be used any more.
type scanner struct {
	text  string
	pos   int
	space int // bytes of space between tokens so far
	depth int // of open objects and arrays
	err   *SyntaxError
}

// maxDepth is the greatest depth of nested objects and arrays, as in encoding/json. It
// bounds the stack that a hostile text takes.
const maxDepth = 10000

func (s *scanner) fail(place string) bool {
	s.err = unexpected(s.text, s.pos, place)
	return false
}

// next steps over space and returns the byte that follows, or 0 at the end. Where next
// is called, a zero byte in the text is as wrong as the end.
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

// string takes a string. Bytes that are not UTF-8 pass, as in encoding/json.
func (s *scanner) string() bool {
	s.pos++ // the quotation mark
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return true
		case c == '\\':
			if !s.escape() {
				return false
			}
		case c < ' ':
			return s.fail("in a string; it must be written as an escape")
		default:
			s.pos++
		}
	}
	return s.fail("in a string")
}

// escape takes an escape within a string.
func (s *scanner) escape() bool {
	s.pos++ // the backslash
	if s.pos < len(s.text) {
		switch s.text[s.pos] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			s.pos++
			return true
		case 'u':
			return s.hexadecimal()
		}
	}
	return s.fail("in an escape of a string")
}

// hexadecimal takes the rest of an escape such as \u00e9.
func (s *scanner) hexadecimal() bool {
	for range len("00e9") {
		s.pos++
		if s.pos >= len(s.text) || !isHex(s.text[s.pos]) {
			return s.fail(`in an escape \u of a string, which has four hexadecimal digits`)
		}
	}
	s.pos++
	return true
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

// number takes a number (RFC 8259, section 6). It also fails for text that begins no
// kind of value.
func (s *scanner) number() bool {
	negative := s.take('-')
	switch {
	case s.take('0'): // no digit follows a leading zero
	case s.digits():
	case negative:
		return s.fail("in a number")
	default:
		return s.fail("where a value should begin")
	}
	if s.take('.') && !s.digits() {
		return s.fail("after the decimal point of a number")
	}
	if s.take('e') || s.take('E') {
		_ = s.take('+') || s.take('-')
		if !s.digits() {
			return s.fail("in the exponent of a number")
		}
	}
	return true
}

// take takes the byte c if it comes next, without space before it.
func (s *scanner) take(c byte) bool {
	if s.pos >= len(s.text) || s.text[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

// digits takes at least one digit.
func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.text) && isDigit(s.text[s.pos]) {
		s.pos++
	}
	return s.pos > start
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
