package jsontext

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Unquote decodes a JSON string, given with its quotes and known to be well-formed. A
// string without escapes is returned without copying. Half of a surrogate pair and
// each byte that is not UTF-8 become U+FFFD, as in encoding/json.
//
// A string that outlives the text around it should come from [Detached].
func Unquote(quoted string) string {
	s := quoted[1 : len(quoted)-1]
	if strings.IndexByte(s, '\\') < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		run := plainRun(s[i:])
		b.WriteString(s[i : i+run])
		if i += run; i < len(s) {
			r, width := character(s, i)
			b.WriteRune(r)
			i += width
		}
	}
	return b.String()
}

// Detached is [Unquote] with a result that does not share memory with quoted, so that
// a short string does not keep a long text from being collected.
func Detached(quoted string) string {
	s := Unquote(quoted)
	if len(s) == len(quoted)-len(`""`) { // nothing was decoded: s may be a part of quoted
		s = strings.Clone(s)
	}
	return s
}

// plainRun returns the number of bytes at the beginning of s that need no decoding.
func plainRun(s string) int {
	for i := range len(s) {
		if c := s[i]; c == '\\' || c >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

// character returns the escape or rune at s[i] and its length in bytes.
func character(s string, i int) (r rune, width int) {
	if s[i] != '\\' {
		return utf8.DecodeRuneInString(s[i:])
	}
	unit, width := escape(s[i:])
	if !utf16.IsSurrogate(unit) {
		return unit, width
	}
	if r := pair(unit, s[i+width:]); r != utf8.RuneError {
		return r, 2 * width
	}
	return utf8.RuneError, width
}

// escape returns the UTF-16 unit that the escape at the beginning of s stands
// for, and the escape's length in bytes. It must be well-formed.
func escape(s string) (unit rune, width int) {
	switch c := s[1]; c {
	case 'u':
		n, _ := strconv.ParseUint(s[2:6], 16, 16)
		return rune(n), len(`\u0000`)
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

// LoneSurrogate returns where quoted, a well-formed JSON string, holds an escaped
// surrogate without its other half, or -1. Such a string has no UTF-8 form: different
// ones decode to the same replacement character.
func LoneSurrogate(quoted string) int {
	for i := strings.IndexByte(quoted, '\\'); i >= 0 && i < len(quoted); {
		if quoted[i] != '\\' {
			i++
			continue
		}
		unit, width := escape(quoted[i:])
		switch {
		case !utf16.IsSurrogate(unit):
			i += width
		case pair(unit, quoted[i+width:]) != utf8.RuneError:
			i += 2 * width
		default:
			return i
		}
	}
	return -1
}

// pair returns the character of the surrogate high and the escaped surrogate that
// rest begins with, or U+FFFD.
func pair(high rune, rest string) rune {
	if !strings.HasPrefix(rest, `\u`) {
		return utf8.RuneError
	}
	low, _ := escape(rest)
	return utf16.DecodeRune(high, low)
}

// AppendQuoted appends s as a JSON string. It escapes only the characters for which
// JSON (RFC 8259, section 7) requires it: the quotation mark, the backslash and the
// control characters below U+0020. Unlike encoding/json it leaves <, >, &, U+2028
// and U+2029 as they are, as the service's compact documents do, so that sizes
// agree.
func AppendQuoted(b []byte, s string) []byte {
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
