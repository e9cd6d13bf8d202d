// Package abbrev shortens long texts for messages.
//
// Everything here is safe for concurrent use.
package abbrev

import (
	"strconv"
	"unicode/utf8"
)

// Max is the number of code points of a text that a message shows, an ellipsis
// included. A byte that is not UTF-8 counts as one. No FunctionName that the service
// accepts is longer (AddPermission, "FunctionName").
const Max = 256

// Text returns s, or the beginning of s and an ellipsis if s has more than Max code
// points.
func Text(s string) string {
	start, isCut := cut(s)
	if isCut {
		return start + "…"
	}
	return s
}

// Quote returns s as a Go string literal. If s has more than Max code points, it is the
// literal of its beginning, with an ellipsis after the closing quotation mark.
func Quote(s string) string {
	start, isCut := cut(s)
	if isCut {
		return strconv.Quote(start) + "…"
	}
	return strconv.Quote(s)
}

// cut returns the first Max-1 code points of s if it has more than Max.
func cut(s string) (start string, isCut bool) {
	if len(s) <= Max { // a code point has at least one byte
		return s, false
	}
	end, last := 0, 0
	for range Max {
		if end == len(s) {
			return s, false
		}
		last = end
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	return s[:last], end < len(s)
}
