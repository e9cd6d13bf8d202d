package policy

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote returns what a JSON string means. quoted has been checked: it is
// well-formed, and every surrogate has its other half. A string without
// escapes is returned without copying.
func unquote(quoted string) string {
	s := quoted[1 : len(quoted)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b = append(b, s[i])
			i++
			continue
		}
		r, width := escapeAt(s, i)
		i += width
		if utf16.IsSurrogate(r) {
			low, width := escapeAt(s, i)
			i += width
			r = utf16.DecodeRune(r, low)
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// escapeAt decodes the escape that begins at s[i] with a backslash: its UTF-16
// unit and its length in bytes.
func escapeAt(s string, i int) (unit rune, width int) {
	switch c := s[i+1]; c {
	case 'u':
		n, _ := strconv.ParseUint(s[i+2:i+6], 16, 16)
		return rune(n), 6
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	default:
		return rune(c), 2
	}
}

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
