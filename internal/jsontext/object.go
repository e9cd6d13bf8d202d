package jsontext

// Object reads the object that text begins with, perhaps after space, and calls
// member with each of its members: what the name means, and the text of the
// value. It returns what follows the object, which is for the caller to judge.
//
// The error is a *[SyntaxError]. Members that came whole before it have been
// reported.
func Object(text string, member func(name, value string)) (rest string, err error) {
	s := scanner{text: text, depth: 1} // it is itself a level
	if s.next() != '{' {
		return "", unexpected(text, s.pos, "where an object should begin")
	}
	if !s.object(member) {
		return "", s.err
	}
	return text[s.pos:], nil
}

// object takes an object and gives its members to do, if there is one.
func (s *scanner) object(do func(name, value string)) bool {
	s.pos++ // the brace
	if s.step('}') {
		return true
	}
	for {
		if !s.member(do) {
			return false
		}
		if s.step('}') {
			return true
		}
		if !s.step(',') {
			return s.fail("after a member of an object")
		}
	}
}

func (s *scanner) member(do func(name, value string)) bool {
	if s.next() != '"' {
		return s.fail("where the name of a member should begin")
	}
	label := s.pos
	if !s.string() {
		return false
	}
	end := s.pos
	if !s.step(':') {
		return s.fail("after the name of a member")
	}
	s.next()
	value := s.pos
	if !s.value() {
		return false
	}
	if do != nil {
		do(Unquote(s.text[label:end]), s.text[value:s.pos])
	}
	return true
}
