// Package who is the command "lambdaperm who". It evaluates a policy for callers and
// explains the answers. It sends requests only to read a live policy.
package who

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/policies"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

const usage = `usage: lambdaperm who [flags] FILE|FUNCTION (-caller CALLER | -callers FILE) ...

Tells who may call a function by its policy, and why the others may not. A FILE is
anything that lambdaperm check reads, or - for standard input; of a FUNCTION, which
may have a version or alias (hello:live), the live policy is read.

  -caller NAME=VALUE,...  one call, by these members
  -callers FILE           calls, one JSON object for each, with the same members

  Name             for people
  Calls            the function, version or alias; may be left out for one scope
  Action           if not what an invocation needs
  Service          that calls, such as s3.amazonaws.com, with SourceArn, SourceAccount
  Principal        an ARN, with PrincipalOrgID, and IdentityPolicy=allows|silent
  EventSourceToken of an Alexa skill
  FunctionUrlAuthType  of a call through a function URL: NONE or AWS_IAM

` + cli.DeploymentUsage + cli.ServiceUsage + `
Exit status: 0 answered, 1 not read or not written, 2 wrong arguments or files.
`

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
)

// Run runs the command with the arguments after its name, and returns its exit status.
func Run(ctx context.Context, args []string, std cli.Streams) int {
	page, err := evaluate(ctx, args, std)
	switch {
	case errors.Is(err, flag.ErrHelp):
		page = []byte(usage)
	case err != nil:
		std.Fail("who", err)
		return cli.ExitUnusable
	}
	if _, err := std.Out.Write(page); err != nil {
		std.Fail("who", err)
		return exitFailed
	}
	return exitOK
}

func evaluate(ctx context.Context, args []string, std cli.Streams) ([]byte, error) {
	o, err := parseFlags(args)
	if err != nil {
		return nil, err
	}
	reading, err := o.read(ctx, std.In)
	if err != nil {
		return nil, err
	}
	for _, text := range reading.Unread {
		std.Fail("who", errors.New(text))
	}
	scopes := reading.Scopes
	r := reader{home: policies.HomeOf(scopes)}
	if len(scopes) == 1 {
		r.only = scopes[0].Name
	}
	calls, err := o.calls(r)
	if err != nil {
		return nil, err
	}
	return table(r.home, join(scopes), calls), nil
}

// read reads the policies. A policy that is not wholly known before deployment is an
// error.
func (o options) read(ctx context.Context, stdin io.Reader) (policies.Reading, error) {
	r := policies.Reader{In: stdin, Service: o.service, Deployment: o.deployment.Of(o.service)}
	reading, err := r.Read(ctx, o.argument)
	if err != nil {
		return reading, err
	}
	if err := o.deployment.CheckParameters(reading.Parameters); err != nil {
		return reading, err
	}
	for _, l := range reading.LeftOut {
		if l.Cause != policies.Unneeded {
			return reading, l
		}
	}
	for _, s := range reading.Scopes {
		if s.Open {
			return reading, fmt.Errorf("%s: parts of the policy of %s are not known before deployment: give -region, -account and -parameter, or ask about the deployed function", o.argument, s.Name)
		}
	}
	return reading, nil
}

// join returns a function that joins the policies of a function, its versions and its
// aliases. A statement applies only to its own ARN; for a call of another scope the
// answer has this reason.
func join(scopes []policies.Scope) func(arn.Function) policy.Document {
	if len(scopes) == 1 {
		return func(arn.Function) policy.Document { return scopes[0].Document }
	}
	all := map[arn.Function][]policy.Statement{}
	for _, s := range scopes {
		if f, err := arn.ParseFunction(s.Name); err == nil {
			all[f.Unqualified()] = append(all[f.Unqualified()], s.Document.Statements()...)
		}
	}
	return func(f arn.Function) policy.Document { return policy.Document{}.With(all[f.Unqualified()]...) }
}

// options are the values of the flags.
type options struct {
	argument   string
	callers    []string // files
	inline     []string // -caller
	deployment cli.Deployment
	service    cli.Service
}

func parseFlags(args []string) (options, error) {
	var o options
	flags := cli.NewFlags("who")
	flags.Func("callers", "", nonEmpty(&o.callers))
	flags.Func("caller", "", nonEmpty(&o.inline))
	o.deployment.AddFlags(flags)
	o.service.AddFlags(flags)
	arguments, err := cli.Parse(flags, args)
	switch {
	case err != nil:
		return o, err
	case len(arguments) != 1:
		return o, errors.New("want one FILE or FUNCTION (-h says more)")
	case len(o.callers)+len(o.inline) == 0:
		return o, errors.New("want -caller or -callers (-h says more)")
	}
	o.argument = arguments[0]
	return o, nil
}

// nonEmpty returns a function that appends the value of a flag to a list. An empty
// value, which an unset variable of a shell leaves, is an error.
func nonEmpty(list *[]string) func(string) error {
	return func(s string) error {
		if s == "" {
			return errors.New("empty")
		}
		*list = append(*list, s)
		return nil
	}
}

func (o options) calls(r reader) (all []call, err error) {
	for i, text := range o.inline {
		c, err := r.inline(text, i+1)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	for _, path := range o.callers {
		s, err := open(path)
		if err != nil {
			return nil, err
		}
		calls, err := r.readCalls(s)
		if err != nil {
			return nil, err
		}
		all = append(all, calls...)
	}
	return all, nil
}

// open reads a file of callers.
func open(path string) (source, error) {
	file, err := os.Open(path)
	if err != nil {
		return source{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	if err == nil && len(text) > maxSize {
		err = fmt.Errorf("%s: more than %d bytes", path, maxSize)
	}
	return source{path, []byte(strings.TrimPrefix(string(text), "\ufeff"))}, err
}
