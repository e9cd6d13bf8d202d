package arn

import (
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

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
// shortened to 256 characters each; the fields keep them whole.
func (e *ParseError) Error() string {
	text := "arn." + e.Func + "(" + abbrev.Quote(e.Input) + "): " + e.Reason
	if e.Rest != "" {
		text += " (at " + abbrev.Quote(e.Rest) + ")"
	}
	return text
}
