package lint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/lint"
)

var severities = []lint.Severity{lint.SeverityInfo, lint.SeverityWarning, lint.SeverityError}

func TestSeveritiesAreOrdered(t *testing.T) {
	if lint.SeverityInfo >= lint.SeverityWarning || lint.SeverityWarning >= lint.SeverityError {
		t.Error("want info < warning < error")
	}
	var zero lint.Severity
	if zero != lint.SeverityInfo {
		t.Errorf("the zero Severity is %v, want info", zero)
	}
}

// ParseSeverity and UnmarshalText read the text that String and MarshalText write.
func TestSeverityText(t *testing.T) {
	for _, want := range severities {
		got, err := lint.ParseSeverity(want.String())
		if err != nil || got != want {
			t.Errorf("ParseSeverity(%q) = %v, %v; want the same severity", want, got, err)
		}
		encoded, err := json.Marshal(map[string]lint.Severity{"s": want})
		if err != nil {
			t.Fatal(err)
		}
		var decoded map[string]lint.Severity
		if err := json.Unmarshal(encoded, &decoded); err != nil || decoded["s"] != want {
			t.Errorf("Unmarshal(%s) = %v, %v; want the same severity", encoded, decoded, err)
		}
	}
	if got, err := lint.ParseSeverity("WARNING"); err != nil || got != lint.SeverityWarning {
		t.Errorf(`ParseSeverity("WARNING") = %v, %v; want warning`, got, err)
	}
}

func TestUnknownSeverity(t *testing.T) {
	for _, text := range []string{"", "warn", "critical", " info", "0"} {
		_, err := lint.ParseSeverity(text)
		var parseError *lint.ParseError
		if !errors.As(err, &parseError) {
			t.Errorf("ParseSeverity(%q): error %v, want a *lint.ParseError", text, err)
			continue
		}
		if parseError.Input != text {
			t.Errorf("ParseSeverity(%q): the error has Input %q, want the text", text, parseError.Input)
		}
		if want := fmt.Sprintf("lint.ParseSeverity(%q): want info, warning or error", text); err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
		s := lint.SeverityError
		if s.UnmarshalText([]byte(text)) == nil {
			t.Errorf("UnmarshalText(%q) succeeded, want an error", text)
		}
		if s != lint.SeverityError {
			t.Errorf("UnmarshalText(%q) changed the severity to %v, want it unchanged", text, s)
		}
	}
	for _, s := range []lint.Severity{-1, 3} {
		if _, err := s.MarshalText(); err == nil {
			t.Errorf("MarshalText of %v succeeded, want an error", s)
		}
	}
	if got := lint.Severity(7).String(); got != "Severity(7)" {
		t.Errorf("Severity(7).String() = %q, want %q", got, "Severity(7)")
	}
}
