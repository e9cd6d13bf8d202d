// Preflight checks AddPermission requests in files, before anything is sent:
// against what the service refuses (package validate) and what it accepts
// although it is questionable (package lint).
//
//	preflight grants.json                      a file; - is standard input
//	terraform-thing | preflight                standard input
//	preflight -format sarif grants/*.json      for a code host to annotate
//
// A file holds one request, an array of requests, or requests in a row such as
// JSON Lines, in the shape that aws lambda add-permission --cli-input-json takes.
// However many there are, they are read one at a time.
//
// The exit status is 0 when there is nothing to mend, 1 when there are findings
// of the severity that -fail-on names or above, and 2 when something could not be
// used: a flag, a file, a request that is none. No output holds an
// EventSourceToken.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/requestfile"
)

// Exit statuses.
const (
	exitClean    = 0
	exitFindings = 1
	exitUnusable = 2
)

func main() {
	if len(os.Args) == 1 && isTerminal(os.Stdin) {
		fmt.Fprintln(os.Stderr, "preflight: reading requests from standard input (-help lists the flags)")
	}
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return exitClean
	case err != nil:
		fmt.Fprintln(stderr, "preflight:", oneLine(err))
		return exitUnusable
	}
	p := &preflight{options: o, report: o.newReport(newOutput(stdout, wantsColour(env, stdout)))}
	for _, err := range p.run(stdin) {
		fmt.Fprintln(stderr, "preflight:", oneLine(err))
	}
	return p.count.exitStatus(o.failOn)
}

// A preflight is one run of the program.
type preflight struct {
	options
	report report
	count  count
}

// run checks every file. The errors are those of files that cannot be read, and
// of a report that cannot be written, which ends it.
func (p *preflight) run(stdin io.Reader) (errs []error) {
	p.report.begin()
	for _, name := range p.files {
		if err := p.file(name, stdin); err != nil {
			p.count.broken++
			errs = append(errs, err)
		}
		if p.report.failed() != nil {
			break
		}
	}
	p.report.end(p.count)
	if err := p.report.failed(); err != nil {
		p.count.broken++
		errs = append(errs, err)
	}
	return errs
}

func (p *preflight) file(name string, stdin io.Reader) error {
	if name == "-" {
		return p.requests("stdin", stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return p.requests(name, file)
}

// requests checks one request after the other and forgets it.
func (p *preflight) requests(name string, r io.Reader) error {
	for entry, err := range requestfile.All(r) {
		var malformed *requestfile.Error
		if err != nil && !errors.As(err, &malformed) {
			return fmt.Errorf("%s: %w", name, err)
		}
		found := p.check(entry)
		if malformed != nil {
			found = problems(malformed)
		}
		p.count.add(found, malformed != nil)
		if len(found) > 0 {
			p.report.request(name, found)
		}
		if p.report.failed() != nil {
			return nil // told once, by run
		}
	}
	return nil
}

// oneLine puts an error of several lines on one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
