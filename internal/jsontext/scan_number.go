package jsontext

// number takes a number (RFC 8259, section 6). It is the last kind of value that
// may stand at a place, so that anything else ends up here too.
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
