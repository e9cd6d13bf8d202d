package lint

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"
)

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

var severityNames = [...]string{SeverityInfo: "info", SeverityWarning: "warning", SeverityError: "error"}

// String returns "info", "warning" or "error", and a number for what is none of
// the three.
func (s Severity) String() string {
	if !s.isKnown() {
		return "Severity(" + strconv.Itoa(int(s)) + ")"
	}
	return severityNames[s]
}

func (s Severity) isKnown() bool { return s >= 0 && int(s) < len(severityNames) }

// ParseSeverity reads "info", "warning" or "error", without regard to case. The
// error is a *ParseError.
func ParseSeverity(s string) (Severity, error) {
	for severity, name := range severityNames {
		if strings.EqualFold(s, name) {
			return Severity(severity), nil
		}
	}
	return SeverityInfo, &ParseError{Input: s}
}

// MarshalText returns the text of [Severity.String]. It fails for what is none
// of the three severities.
func (s Severity) MarshalText() ([]byte, error) {
	if !s.isKnown() {
		return nil, fmt.Errorf("lint: %v is no severity", s)
	}
	return []byte(s.String()), nil
}

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
	return "lint.ParseSeverity(" + quote(e.Input) + "): want info, warning or error"
}
