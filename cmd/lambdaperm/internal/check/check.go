// Package check is the command "lambdaperm check". It reports findings about the grants
// in files, before anything is deployed or sent.
//
// The content of a file shows its format: AddPermission requests, a CloudFormation or
// SAM template, the JSON of a Terraform plan or state, a policy, or an answer of
// get-policy or get-resource-policy. Requests are read one at a time, in any number;
// other files are read as a whole, up to a limit. No output has an EventSourceToken in
// it.
package check

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/format"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Exit statuses.
const (
	exitClean    = 0
	exitFindings = 1
	exitUnusable = 2
)

// Run runs the command with the arguments after its name, and returns its exit status:
// 0 without findings of the severity of -fail-on or above, 1 with such findings, 2 if
// an argument or an input cannot be used.
func Run(args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return exitClean
	case err != nil:
		fmt.Fprintln(stderr, "lambdaperm check:", oneLine(err))
		return exitUnusable
	}
	if file, ok := stdin.(*os.File); ok && len(args) == 0 && isTerminal(file) {
		fmt.Fprintln(stderr, "lambdaperm check: reading from standard input (-h lists the flags)")
	}
	c := &checker{options: o, report: o.newReport(newOutput(stdout, wantsColour(env, stdout)))}
	for _, err := range c.run(stdin) {
		fmt.Fprintln(stderr, "lambdaperm check:", oneLine(err))
	}
	return c.count.exitStatus(o.failOn)
}

// A checker is one run of the command.
type checker struct {
	options
	report   report
	count    count
	declared []string // the parameters of all templates
}

// run checks every file. It returns the errors of files that cannot be read and of a
// report that cannot be written, which is the last one.
func (c *checker) run(stdin io.Reader) (errs []error) {
	c.report.begin()
	for _, name := range c.files {
		if err := c.file(name, stdin); err != nil {
			c.count.broken++
			c.count.failures = append(c.count.failures, oneLine(err))
			errs = append(errs, err)
		}
		if c.report.failed() != nil {
			break
		}
	}
	if err := c.deployment.CheckParameters(c.declared); err != nil {
		c.count.unused = true
		c.count.failures = append(c.count.failures, oneLine(err))
		errs = append(errs, err)
	}
	c.report.end(c.count)
	if err := c.report.failed(); err != nil {
		c.count.broken++
		errs = append(errs, err)
	}
	return errs
}

func (c *checker) file(name string, stdin io.Reader) error {
	if name == "-" {
		return c.input("stdin", stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return c.input(name, file)
}

// input checks a file of any format.
func (c *checker) input(name string, r io.Reader) error {
	isRequests, all, err := format.Sniff(r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if isRequests {
		return c.requests(name, all)
	}
	return c.document(name, all)
}

// requests checks one request after the other. It keeps the first of them and compares
// them with each other at the end.
func (c *checker) requests(name string, r io.Reader) error {
	var kept []grants.Grant
	defer func() { c.acrossRequests(name, kept) }()
	for entry, err := range requestfile.All(r) {
		var malformed *requestfile.Error
		if err != nil && !errors.As(err, &malformed) {
			return fmt.Errorf("%s: %w", name, err)
		}
		found := c.check(entry)
		switch {
		case malformed != nil:
			found = problems(malformed)
		case len(kept) <= maxCompared:
			kept = append(kept, grantOf(entry))
		}
		c.count.add(found, malformed != nil)
		if len(found) > 0 {
			c.report.request(name, found)
		}
		if c.report.failed() != nil {
			return nil // run reports it
		}
	}
	return nil
}

// maxCompared limits the number of requests of a file that are compared with each
// other, and so the memory that a file of any length needs.
const maxCompared = 2000

// grantOf returns a request as a grant. The grant has the token of the request, which
// lint compares but never shows.
func grantOf(entry requestfile.Entry) grants.Grant {
	g := grants.Grant{
		Place:    tree.Place{Line: entry.Line, Column: entry.Column},
		Branches: []grants.Branch{{Requests: []validate.Request{entry.Request}}},
		Places:   map[string]tree.Place{},
	}
	line, column := entry.Place("StatementId")
	g.Places["StatementId"] = tree.Place{Line: line, Column: column}
	if f, err := entry.Request.Function(); err == nil {
		g.Function = f.String()
	}
	return g
}

func (c *checker) acrossRequests(name string, kept []grants.Grant) {
	if len(kept) > maxCompared {
		kept = kept[:maxCompared]
		c.count.notes = append(c.count.notes, note{name, fmt.Sprintf("only the first %d requests were compared with each other", maxCompared)})
	}
	if c.report.failed() == nil {
		c.tell(name, c.across(kept), 0)
	}
}

// oneLine puts an error of several lines on one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
