package lint

import (
	"strconv"
	"strings"
)

// maxQuoted is how many bytes of a value are shown in a text.
const maxQuoted = 128

// quote returns s as a Go string literal, shortened where it is long.
func quote(s string) string {
	if len(s) <= maxQuoted {
		return strconv.Quote(s)
	}
	return strconv.Quote(strings.ToValidUTF8(s[:maxQuoted], "")) + "…"
}
