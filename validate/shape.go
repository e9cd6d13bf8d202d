package validate

// A shape is a pattern of the simplest kind, a text and then bytes of a class: with
// it a row says all there is to say, and no function has to be called. The zero
// shape is none.
type shape struct {
	prefix   string
	class    class
	from, to int // how many of the class, one at least; a to of 0 is no limit
}

func (s *shape) matches(v string) bool {
	if n := len(s.prefix); n > 0 {
		if len(v) < n || v[:n] != s.prefix {
			return false
		}
		v = v[n:]
	}
	return s.from <= len(v) && (len(v) <= s.to || s.to == 0) && isAll(v, s.class)
}

// isASCII reports whether only ASCII has this shape, so that bytes are code points.
func (s *shape) isASCII() bool { return s.class != 0 && s.class != notSpace }
