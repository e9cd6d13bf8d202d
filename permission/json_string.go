package permission

import "unicode/utf8"

// appendJSONString appends s as a JSON string, in the bytes that the SDK's Lambda
// client sends. encoding/json writes the same values in other bytes: it escapes
// what is not UTF-8, where the SDK sends U+FFFD itself, and leaves U+007F as it
// is. The signature covers the bytes.
func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == '\u2028' || r == '\u2029' {
				b = append(b, '\\', 'u', '2', '0', '2', hex[r&0xF])
			} else {
				b = utf8.AppendRune(b, r)
			}
			i += size
			continue
		}
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ' || c == 0x7F:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, '"')
}

// jsonObject writes a flat JSON object, member by member.
type jsonObject struct{ buf []byte }

// name begins a member.
func (o *jsonObject) name(name string) {
	if len(o.buf) == 0 {
		o.buf = append(o.buf, '{')
	} else {
		o.buf = append(o.buf, ',')
	}
	o.buf = appendJSONString(o.buf, name)
	o.buf = append(o.buf, ':')
}

// text writes a string member unless it is absent.
func (o *jsonObject) text(name string, value *string) {
	if value != nil {
		o.name(name)
		o.buf = appendJSONString(o.buf, *value)
	}
}

// close returns the object.
func (o *jsonObject) close() []byte {
	if len(o.buf) == 0 {
		o.buf = append(o.buf, '{')
	}
	return append(o.buf, '}')
}
