package who

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/policies"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// table returns a row with the answer to each call, and the reasons below it.
func table(home policies.Home, policyOf func(arn.Function) policy.Document, calls []call) []byte {
	var page bytes.Buffer
	row := rowWriter(&page, home, calls)
	row("CALLER", "CALLS", "ANSWER")
	for _, c := range calls {
		decision := policyOf(c.invocation.Function).Evaluate(c.invocation)
		row(oneLine(c.Name), oneLine(home.Short(c.Calls)), decision.Verdict().String())
		for _, line := range explanation(decision) {
			fmt.Fprintln(&page, "    "+oneLine(home.Short(line)))
		}
	}
	fmt.Fprintf(&page, "\nNot considered: %s.\n", policy.OutOfScope)
	return page.Bytes()
}

// maxColumn limits the width of a column, so that one long name does not widen all
// rows.
const maxColumn = 64

// rowWriter returns a function that writes rows whose columns have the width of the
// widest cell.
func rowWriter(w io.Writer, home policies.Home, calls []call) func(name, called, answer string) {
	names, functions := 0, 0
	for _, c := range calls {
		names = max(names, utf8.RuneCountInString(oneLine(c.Name)))
		functions = max(functions, utf8.RuneCountInString(oneLine(home.Short(c.Calls))))
	}
	return func(name, called, answer string) {
		fmt.Fprintf(w, "%-*s  %-*s  %s\n", min(names, maxColumn), name, min(functions, maxColumn), called, answer)
	}
}

// explanation returns the reason for a decision. For a caller that is not allowed, it
// adds the reason for each statement that does not allow the call.
func explanation(d policy.Decision) []string {
	lines := []string{d.Why()}
	if d.Verdict() > policy.Unsupported {
		return lines
	}
	for _, r := range d.Reasons() {
		if line := r.String(); r.Action == failed(d) && !strings.HasSuffix(lines[0], line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// failed returns the action that decided the answer.
func failed(d policy.Decision) string {
	for _, s := range d.Steps() {
		if s.Verdict == d.Verdict() {
			return s.Action
		}
	}
	return ""
}

// oneLine returns a text of the file on one line, so that it does not break the table.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
