package jsontext

// string takes a string. What is not UTF-8 in it passes, as in encoding/json.
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
