package policy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A ParseError says why and where [Parse] or [ParseStatement] refused a text.
// Both return it as a *ParseError, so errors.As finds it. It names members of
// the text but quotes none of its values: a policy may hold an
// EventSourceToken.
type ParseError struct {
	Func   string // "Parse" or "ParseStatement"
	Offset int    // the byte of the text at which the trouble begins, from 0
	Path   string // the member concerned, such as Statement[3].Condition.StringEquals; empty at the top
	Reason string // what is wrong there, and what would be right
}

// Error returns, for example,
//
//	policy.ParseStatement: Condition.Bool: duplicate member "aws:SecureTransport" (at byte 118)
func (e *ParseError) Error() string {
	where := ""
	if e.Path != "" {
		where = e.Path + ": "
	}
	return fmt.Sprintf("policy.%s: %s%s (at byte %d)", e.Func, where, e.Reason, e.Offset)
}

// in returns e as seen from one level further out: child is a member name in
// path notation or an index such as [3].
func (e *ParseError) in(child string) *ParseError {
	if e.Path != "" && e.Path[0] != '[' {
		child += "."
	}
	e.Path = child + e.Path
	return e
}

// pathName writes a member name as a step of a path: plain if it is an
// identifier, else quoted in brackets and cut short if it is very long.
func pathName(name string) string {
	plain := name != "" && strings.IndexFunc(name, isNotIdentifier) < 0
	if plain && len(name) <= maxQuotedName {
		return name
	}
	return "[" + quoteName(name) + "]"
}

func pathIndex(i int) string { return "[" + strconv.Itoa(i) + "]" }

func isNotIdentifier(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
}

// maxQuotedName is the length in bytes beyond which a member name is cut in a
// message.
const maxQuotedName = 64

func quoteName(name string) string {
	if len(name) <= maxQuotedName {
		return strconv.Quote(name)
	}
	cut := maxQuotedName
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strconv.Quote(name[:cut] + "…")
}
