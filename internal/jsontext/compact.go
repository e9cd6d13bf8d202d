package jsontext

// Compact returns text without the space between its tokens, once it has checked
// that it is one JSON value with nothing after it. It changes nothing else. A
// text without such space is returned as it is, and nothing is allocated.
//
// The error is a *[SyntaxError].
func Compact(text string) (string, error) {
	s := scanner{text: text}
	if !s.value() {
		return "", s.err
	}
	if s.next(); s.pos < len(text) {
		return "", unexpected(text, s.pos, "after the value")
	}
	if s.space == 0 {
		return text, nil
	}
	return withoutSpace(text, len(text)-s.space), nil
}

// withoutSpace returns a checked text without the space between its tokens, of
// the given length.
func withoutSpace(text string, length int) string {
	b := make([]byte, 0, length)
	for i := 0; i < len(text); {
		end := i + 1
		switch c := text[i]; {
		case isSpace(c):
			i = end
			continue
		case c == '"':
			end = EndOfString(text, i)
		}
		b = append(b, text[i:end]...)
		i = end
	}
	return string(b)
}

// EndOfString returns the index after the string that begins at text[i]; the
// text has been checked.
func EndOfString(text string, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}
