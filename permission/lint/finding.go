package lint

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/enum"
)

// A Finding is a problem that a rule found in one grant, in one statement of a policy
// or in a whole policy. It is a plain, comparable value. No text in it holds any part
// of an EventSourceToken.
type Finding struct {
	// Rule is the id of the rule, one of the Rule constants. Ids are stable.
	Rule string `json:"rule"`
	// Severity is that of the rule.
	Severity Severity `json:"severity"`
	// Field is the member of the request that the finding is about, spelled as
	// the API spells it; "" if it is not about one.
	Field string `json:"field,omitempty"`
	// StatementId is that of the grant or the Sid of the statement; "" if it is
	// absent, or if the finding is about a whole policy.
	StatementId string `json:"statementId,omitempty"`
	// Statement is the position of the statement in its policy, from 1; 0 for a
	// grant, or if the finding is about a whole policy.
	Statement int `json:"statement,omitempty"`
	// Message describes the finding.
	Message string `json:"message"`
	// Why says why it matters.
	Why string `json:"why"`
	// Fix says how to mend it.
	Fix string `json:"hint"`
	// Documentation names the pages that it rests on.
	Documentation string `json:"documentation"`
}

// String returns one line: severity, rule, place, message and fix. The wording
// may change.
func (f Finding) String() string {
	var b strings.Builder
	f.write(&b)
	return b.String()
}

func (f Finding) write(b *strings.Builder) {
	b.WriteString(f.Severity.String() + " " + f.Rule + ": ")
	if f.Statement > 0 {
		b.WriteString(statementName(f.Statement, f.StatementId) + ": ")
	}
	if f.Field != "" {
		b.WriteString(f.Field + ": ")
	}
	b.WriteString(f.Message)
	if f.Fix != "" {
		b.WriteString(" (" + f.Fix + ")")
	}
}

// statementName returns the words for a statement of a policy in a text: its position
// and its Sid, which may be absent or occur twice.
func statementName(position int, sid string) string {
	name := "statement " + strconv.Itoa(position)
	if sid != "" {
		name += " " + abbrev.Quote(sid)
	}
	return name
}

// Severity says how much a finding matters. Severities are ordered: SeverityInfo
// is less than SeverityWarning, which is less than SeverityError. The zero
// Severity is SeverityInfo.
type Severity int

const (
	// SeverityInfo is worth knowing, and often intended.
	SeverityInfo Severity = iota
	// SeverityWarning is open to more callers than is usual, or most likely a
	// grant that does not match.
	SeverityWarning
	// SeverityError is open to everybody, or a grant that can never be used.
	SeverityError
)

var (
	_ fmt.Stringer             = Severity(0)
	_ encoding.TextMarshaler   = Severity(0)
	_ encoding.TextUnmarshaler = (*Severity)(nil)
)

var severities = enum.Texts[Severity]{Package: "lint", Type: "Severity", List: []string{"info", "warning", "error"}}

// String returns "info", "warning" or "error", and a number for other values.
func (s Severity) String() string { return severities.String(s) }

// ParseSeverity reads "info", "warning" or "error", without regard to case. The
// error is a *ParseError.
func ParseSeverity(s string) (Severity, error) {
	for severity, name := range severities.List {
		if strings.EqualFold(s, name) {
			return Severity(severity), nil
		}
	}
	return SeverityInfo, &ParseError{Input: s}
}

// MarshalText returns the text of [Severity.String]. It fails for other values than
// the three severities.
func (s Severity) MarshalText() ([]byte, error) { return severities.Marshal(s) }

// UnmarshalText reads text as [ParseSeverity] does. If it fails, s stays as it
// was.
func (s *Severity) UnmarshalText(text []byte) error {
	parsed, err := ParseSeverity(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// A ParseError says that a text names no severity.
type ParseError struct {
	Input string // the text
}

// Error returns, for example,
//
//	lint.ParseSeverity("warn"): want info, warning or error
func (e *ParseError) Error() string {
	return "lint.ParseSeverity(" + abbrev.Quote(e.Input) + "): want info, warning or error"
}

// An Error is returned by the function of [Check] that refuses a grant. It has every
// finding from the chosen severity up, at least one.
type Error struct {
	Findings []Finding
}

// Error is one line for one finding. For several it is a line with their number,
// then an indented line for each. It holds no EventSourceToken.
func (e *Error) Error() string {
	if len(e.Findings) == 1 {
		return "questionable grant: " + e.Findings[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "questionable grant: %d findings", len(e.Findings))
	for _, f := range e.Findings {
		b.WriteString("\n  ")
		f.write(&b)
	}
	return b.String()
}
