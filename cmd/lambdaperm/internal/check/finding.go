package check

import (
	"cmp"
	"errors"
	"slices"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A finding is one mistake or risk, with its place. Its texts never have an
// EventSourceToken in them.
type finding struct {
	Line     int           `json:"line"`
	Column   int           `json:"column"`
	Severity lint.Severity `json:"severity"`
	Rule     string        `json:"rule"`
	Member   string        `json:"member,omitempty"`
	Message  string        `json:"message"`
	Why      string        `json:"why,omitempty"`
	Hint     string        `json:"hint,omitempty"`
}

// problems returns the findings about a value that is not a request.
func problems(malformed *requestfile.Error) (found []finding) {
	for _, p := range malformed.Problems {
		found = append(found, finding{
			Line: p.Line, Column: p.Column, Severity: lint.SeverityError,
			Rule: string(p.Kind), Member: p.Member, Message: p.Reason,
		})
	}
	return found
}

// check judges one request by the rules and by lint. The findings are in the order of
// the text.
func (o *options) check(entry requestfile.Entry) []finding {
	refused := o.violations(entry)
	found := append(refused, o.questionable(entry, refused)...)
	sortByPlace(found)
	return found
}

// violations returns the findings about members that the service refuses.
func (o *options) violations(entry requestfile.Entry) (found []finding) {
	var invalid *validate.Error
	if !errors.As(o.rules.Check(entry.Request), &invalid) {
		return nil
	}
	for _, v := range invalid.Violations {
		if !slices.Contains(o.disabled, v.Rule) {
			line, column := entry.Place(v.Field)
			found = append(found, violation(v, line, column))
		}
	}
	return found
}

func violation(v validate.Violation, line, column int) finding {
	hint := v.Hint
	v.Hint = "" // Error would repeat it
	return finding{
		Line: line, Column: column, Severity: lint.SeverityError,
		Rule: v.Rule, Member: v.Field, Message: v.Error(), Hint: hint,
	}
}

// questionable returns the findings of lint, except those about members that the
// service refuses, which must change anyway.
func (o *options) questionable(entry requestfile.Entry, refused []finding) (found []finding) {
	for _, f := range lint.CheckGrant(entry.Request, lint.Disable(o.disabled...)) {
		sameMember := func(other finding) bool { return other.Member == f.Field }
		if slices.ContainsFunc(refused, sameMember) {
			continue
		}
		line, column := entry.Place(f.Field)
		f.Statement = 0
		found = append(found, findingOf(f, tree.Place{Line: line, Column: column}))
	}
	return found
}

func sortByPlace(found []finding) {
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
