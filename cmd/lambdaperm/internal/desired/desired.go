// Package desired has the commands "lambdaperm plan" and "lambdaperm apply", which give
// functions the grants of a file.
package desired

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
)

const fileUsage = `A FILE, in YAML or JSON, has one object or a list of them; - is standard input:

  scope: thumbnail:live       a function, with its version or alias
  owner: uploads              whose statements are removed if they are not listed
  grants:
    - eventSource: arn:aws:s3:::photos      or apiGateway, alexaSkill, account,
      sourceAccount: "123456789012"         identity, organization, cloudFront,
    - functionURL: NONE                     functionURL; or the members of
    - Principal: "210987654321"             AddPermission as the API spells them
      Action: lambda:InvokeFunction
`

const planUsage = `usage: lambdaperm plan [flags] FILE

Shows how the policies of functions differ from the grants of a file, and what apply
would do. It reads only.

` + fileUsage + `
  -format text|json  (text)
` + optionsUsage + cli.ServiceUsage + `
Exit status: 0 nothing to do, 2 changes, 1 error.
`

const applyUsage = `usage: lambdaperm apply [flags] FILE

Gives functions the grants of a file: shows the plan, asks, and carries it out. After
an interruption run it again: it goes on from there.

` + fileUsage + `
  -yes               do not ask
` + optionsUsage + cli.ServiceUsage + `
Exit status: 0 all grants are in force, 1 they are not.
`

const optionsUsage = `  -document          write the whole policy at once (PutResourcePolicy), all or nothing
  -max-removals N    refuse to remove more statements than these (no limit)
  -allow-remove-all  let an empty list remove all that the owner has
  -allow-gap         let a policy that is full lose a grant for a moment
`

// Exit statuses.
const (
	exitOK      = 0
	exitError   = 1
	exitChanges = 2
)

// options are the values of the flags.
type options struct {
	file    string
	yes     bool
	format  string
	whole   bool // policies are written at once
	ensure  func(*ensure.Options)
	service cli.Service
}

func parseFlags(command string, args []string) (options, error) {
	o := options{format: "text"}
	var maxRemovals int
	var removeAll, gap bool
	flags := cli.NewFlags(command)
	if command == "apply" {
		flags.BoolVar(&o.yes, "yes", false, "")
	} else {
		flags.StringVar(&o.format, "format", o.format, "")
	}
	flags.BoolVar(&o.whole, "document", false, "")
	flags.IntVar(&maxRemovals, "max-removals", 0, "")
	flags.BoolVar(&removeAll, "allow-remove-all", false, "")
	flags.BoolVar(&gap, "allow-gap", false, "")
	o.service.AddFlags(flags)
	arguments, err := cli.Parse(flags, args)
	switch {
	case err != nil:
		return o, err
	case len(arguments) != 1:
		return o, errors.New("want one FILE (-h says more)")
	case o.format != "text" && o.format != "json":
		return o, fmt.Errorf("-format %q: want json, text (-h lists the flags)", o.format)
	case maxRemovals < 0:
		return o, fmt.Errorf("-max-removals %d: want a number that is not negative", maxRemovals)
	}
	o.file = arguments[0]
	o.ensure = func(e *ensure.Options) { e.MaxRemovals, e.RemoveAll, e.AllowGap = maxRemovals, removeAll, gap }
	return o, nil
}

// Plan runs lambdaperm plan with the arguments after its name, and returns its exit
// status.
func Plan(ctx context.Context, args []string, std cli.Streams) int {
	o, err := parseFlags("plan", args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(std.Out, planUsage)
		return exitOK
	}
	var plans []planned
	if err == nil {
		plans, _, err = o.plans(ctx, std)
	}
	if err == nil {
		err = o.show(plans, std)
	}
	switch {
	case err != nil:
		std.Fail("plan", inFlags(err))
		return exitError
	case isEmpty(plans):
		return exitOK
	}
	return exitChanges
}

// planned is a plan with the name of its function in the file.
type planned struct {
	*ensure.Plan
	function string
}

// plans reads the file and plans each of its states.
func (o options) plans(ctx context.Context, std cli.Streams) (plans []planned, client *permission.Client, err error) {
	states, err := readFile(o.file, std.In)
	if err != nil {
		return nil, nil, err
	}
	if client, err = o.service.Client(ctx); err != nil {
		return nil, nil, err
	}
	options := []func(*ensure.Options){o.ensure}
	if o.whole {
		options = append(options, ensure.WholeDocument(client))
	}
	for _, d := range states {
		plan, err := ensure.NewPlan(ctx, client, d, options...)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", d.Function, err)
		}
		plans = append(plans, planned{plan, d.Function})
	}
	return plans, client, nil
}

func isEmpty(plans []planned) bool {
	for _, p := range plans {
		if !p.Empty() {
			return false
		}
	}
	return true
}

// show prints the plans. It returns the error of the first plan that apply would
// refuse.
func (o options) show(plans []planned, std cli.Streams) error {
	var b strings.Builder
	if o.format == "json" {
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(plans); err != nil {
			return err
		}
	} else {
		for _, p := range plans {
			b.WriteString(p.String())
		}
	}
	if _, err := flagWords.WriteString(std.Out, b.String()); err != nil {
		return err
	}
	for _, p := range plans {
		if err := p.Err(); err != nil {
			return err
		}
	}
	return nil
}

// Apply runs lambdaperm apply with the arguments after its name, and returns its exit
// status.
func Apply(ctx context.Context, args []string, std cli.Streams) int {
	o, err := parseFlags("apply", args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(std.Out, applyUsage)
		return exitOK
	}
	if err == nil {
		err = o.apply(ctx, std)
	}
	if err != nil {
		std.Fail("apply", inFlags(err))
		return exitError
	}
	return exitOK
}

func (o options) apply(ctx context.Context, std cli.Streams) error {
	progress := o.ensure
	o.ensure = func(e *ensure.Options) {
		progress(e)
		e.Progress = func(p ensure.Progress) {
			fmt.Fprintf(std.Out, "%s: %d of %d: %s\n", p.Function, p.Done, p.Done+p.Left, p.Change)
		}
	}
	plans, client, err := o.plans(ctx, std)
	if err != nil {
		return err
	}
	if err := o.show(plans, std); err != nil {
		return err
	}
	if !isEmpty(plans) && !o.yes {
		if err := o.ask(ctx, std); err != nil {
			return err
		}
	}
	var failed []error
	for _, p := range plans {
		if _, err := p.Apply(ctx, client); err != nil {
			failed = append(failed, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	return o.showInForce(ctx, client, plans, std)
}

// ask asks for confirmation of the plans. Every answer but yes is an error.
func (o options) ask(ctx context.Context, std cli.Streams) error {
	if o.file == "-" {
		return errors.New("standard input has the file, so that nobody can be asked: give -yes, or the file by its name")
	}
	fmt.Fprint(std.Out, "Apply these changes? Only yes is accepted: ")
	answer := make(chan string, 1)
	go func() { // without an answer it ends with the process
		line, _ := bufio.NewReader(std.In).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(std.Out)
		return errors.New("interrupted before anything was changed")
	case line := <-answer:
		if line != "yes" {
			return errors.New("not confirmed: nothing was changed")
		}
	}
	return nil
}

// showInForce reads the policy again and prints the grants in force.
func (o options) showInForce(ctx context.Context, client *permission.Client, plans []planned, std cli.Streams) error {
	seen := map[string]bool{}
	for _, p := range plans {
		function := p.function
		if seen[function] {
			continue
		}
		seen[function] = true
		reading, err := permission.ReadPolicy(ctx, client, function)
		if err != nil {
			return fmt.Errorf("the changes were made, but the policy could not be read again: %w", err)
		}
		if _, err := fmt.Fprintf(std.Out, "%s, in force now:\n%s\n", function, indented(reading.Document.Describe())); err != nil {
			return err
		}
	}
	return nil
}

func indented(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
