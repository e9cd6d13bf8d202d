package arn

import (
	"strconv"
	"unicode/utf8"
)

// maxShown is the number of bytes of the input that an error message shows:
// a name that is not too long for the API is shown whole.
const maxShown = maxFunctionName

// A ParseError says why a text was refused. The parsers of this package return
// no other error, so errors.As finds it in any error that wraps theirs.
type ParseError struct {
	Func   string // parser that refused: "Parse", "ParseFunction" or "ParseQualifier"
	Input  string // its whole argument
	Rest   string // end of Input, from where reading stopped; empty at the end
	Reason string // the mistake there, and the expected form
}

// Error returns a text such as
//
//	arn.ParseFunction("a/b"): character '/' is not allowed in a function name, which has letters, digits, '-', '_' and '.' (at "/b")
//
// Input and Rest are quoted, so that control characters are visible, and
// shortened to 256 bytes each; the fields keep them whole.
func (e *ParseError) Error() string {
	text := "arn." + e.Func + "(" + quote(e.Input) + "): " + e.Reason
	if e.Rest != "" {
		text += " (at " + quote(e.Rest) + ")"
	}
	return text
}

func quote(s string) string {
	if len(s) <= maxShown {
		return strconv.Quote(s)
	}
	end := maxShown
	// Half a character would be shown as escapes that are not in the input.
	for end > maxShown-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return strconv.Quote(s[:end]) + "…"
}
