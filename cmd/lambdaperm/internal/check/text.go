package check

import (
	"fmt"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/lint"
)

// text is the report for people. Each finding is a line with place, severity and rule
// in columns, and below it the mistake and the right form.
type text struct{ *output }

func newText(o *output) report { return text{o} }

func (text) begin() {}

func (t text) request(file string, found []finding) {
	widths := [2]int{}
	for _, f := range found {
		widths[0] = max(widths[0], len(place(file, f)))
		widths[1] = max(widths[1], len(f.Severity.String()))
	}
	for _, f := range found {
		fmt.Fprintf(t, "%s  %s  %s\n    %s\n",
			t.paint(bold, padded(place(file, f), widths[0])),
			t.paint(colours[f.Severity], padded(f.Severity.String(), widths[1])),
			f.Rule, f.Message)
		t.labelled("why", f.Why)
		t.labelled("hint", f.Hint)
	}
}

func place(file string, f finding) string { return fmt.Sprintf("%s:%d:%d", file, f.Line, f.Column) }

func padded(s string, width int) string { return fmt.Sprintf("%-*s", width, s) }

func (t text) labelled(label, s string) {
	if s != "" {
		fmt.Fprintf(t, "    %s %s\n", t.paint(bold, padded(label+":", len("hint:"))), s)
	}
}

func (t text) end(c count) {
	fmt.Fprintf(t, "%s: ", counted(c.requests, "request"))
	var parts []string
	for _, severity := range []lint.Severity{lint.SeverityError, lint.SeverityWarning, lint.SeverityInfo} {
		if n := c.bySeverity[severity]; n > 0 {
			parts = append(parts, counted(n, severity.String()))
		}
	}
	switch {
	case c.broken > 0:
		parts = append(parts, counted(c.broken, "input")+" not read")
	case parts == nil && c.requests == 0:
		parts = []string{"nothing to check"}
	case parts == nil:
		parts = []string{"nothing to mend"}
	}
	fmt.Fprintln(t, strings.Join(parts, ", "))
	if c.malformed > 0 {
		fmt.Fprintf(t, "not checked: %s that cannot be read as a request\n", counted(c.malformed, "value"))
	}
	if c.unusable > 0 {
		fmt.Fprintf(t, "not checked: %s that cannot be read\n", counted(c.unusable, "file"))
	}
	if c.open > 0 {
		fmt.Fprintf(t, "not wholly known before deployment: %s\n", counted(c.open, "grant"))
		t.unjudged(c)
	}
	for _, n := range c.notes {
		fmt.Fprintf(t, "%s: %s\n", n.File, n.Text)
	}
}

// unjudged writes the first maxNamed grants that could not be judged completely, with
// their members.
func (t text) unjudged(c count) {
	for i, u := range c.unjudged {
		if i == maxNamed {
			break
		}
		why := strings.Join(u.Members, ", ")
		if why == "" {
			why = "too many possible forms"
		}
		fmt.Fprintf(t, "    %s:%d:%d  %s: %s\n", u.File, u.Line, u.Column, u.Grant, why)
	}
	if more := c.open - maxNamed; more > 0 {
		fmt.Fprintf(t, "    and %d more (-format json names them)\n", more)
	}
}

// maxNamed limits the number of unjudged grants in the text report.
const maxNamed = 20

func counted(n int, noun string) string {
	if n != 1 && noun != lint.SeverityInfo.String() {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
