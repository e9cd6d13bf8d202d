package validate

import (
	"strconv"
	"unicode/utf8"
)

// maxQuoted is how many code points of a value are shown in a text.
const maxQuoted = 64

// quote is the value as a Go string literal, cut after maxQuoted code points
// and then marked with "…" behind the closing quote.
func quote(s string) string {
	// A rune has at least one byte, so a short string is not counted.
	if len(s) <= maxQuoted {
		return strconv.Quote(s)
	}
	end := 0
	for range maxQuoted {
		_, size := utf8.DecodeRuneInString(s[end:])
		if end += size; end == len(s) {
			return strconv.Quote(s)
		}
	}
	return strconv.Quote(s[:end]) + "…"
}
