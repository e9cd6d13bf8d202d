package policy

// appendQuoted appends s as a JSON string, escaping what JSON (RFC 8259,
// section 7) requires and nothing else: the quotation mark, the backslash and
// the control characters below U+0020. Unlike encoding/json it leaves <, >, &,
// U+2028 and U+2029 as they are, as the service's compact documents do, so
// that sizes agree.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case shortEscapes[c] != 0:
			b = append(b, '\\', shortEscapes[c])
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(b, '"')
}

var shortEscapes = [' ']byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}
