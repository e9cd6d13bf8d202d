package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// options holds the values of flags and arguments.
type options struct {
	files      []string
	newReport  func(*output) report
	rules      *validate.Rules
	disabled   []string
	failOn     lint.Severity
	deployment cli.Deployment
}

const usage = `usage: lambdaperm check [flags] [FILE ...]

Finds mistakes in the grants of files: AddPermission requests in the shape of aws
lambda add-permission --cli-input-json (an object, an array, JSON Lines), a
CloudFormation or SAM template, terraform show -json, a policy, or an answer of get-policy
or get-resource-policy. Without FILE, or for -, it reads standard input.

  -format text|json|sarif      how findings are written (text)
  -fail-on none|info|warning|error
                               the severity from which findings fail (warning); a
                               broken rule of the service is an error
  -disable ID,ID               rules to leave out, by the ids in the output
  -rules current|original      the rules of the service today, or of 2016 (current)
  -region, -account, -partition VALUE
                               where a template is deployed, if that is known
  -parameter NAME=VALUE        a parameter of a template; may be repeated

Exit status: 0 nothing to mend, 1 findings, 2 input that cannot be used.
`

func parseFlags(args []string) (options, error) {
	o := options{newReport: newText, rules: validate.Current, failOn: lint.SeverityWarning}
	flags := cli.NewFlags("check")
	flags.Func("format", "", oneOf(&o.newReport, map[string]func(*output) report{
		"text": newText, "json": newJSON, "sarif": newSARIF,
	}))
	flags.Func("rules", "", oneOf(&o.rules, map[string]*validate.Rules{
		"current": validate.Current, "original": validate.Original,
	}))
	flags.Func("disable", "", o.disable)
	flags.Func("fail-on", "", oneOf(&o.failOn, severities()))
	o.deployment.AddFlags(flags)
	o.deployment.AddRegionFlag(flags)
	var err error
	if o.files, err = cli.Parse(flags, args); err != nil {
		return o, err
	}
	if len(o.files) == 0 {
		o.files = []string{"-"}
	}
	return o, nil
}

// oneOf returns a function that sets a variable to the value with the name that the
// flag gives.
func oneOf[T any](variable *T, named map[string]T) func(string) error {
	return func(text string) error {
		value, ok := named[text]
		if !ok {
			names := make([]string, 0, len(named))
			for name := range named {
				names = append(names, name)
			}
			slices.Sort(names)
			return errors.New("want " + strings.Join(names, ", "))
		}
		*variable = value
		return nil
	}
}

// failOnNothing is greater than every severity.
const failOnNothing = lint.SeverityError + 1

func severities() map[string]lint.Severity {
	named := map[string]lint.Severity{"none": failOnNothing}
	for _, severity := range []lint.Severity{lint.SeverityInfo, lint.SeverityWarning, lint.SeverityError} {
		named[severity.String()] = severity
	}
	return named
}

// disable reads ids with commas between them. An unknown id is an error, since the
// intended rule would still apply.
func (o *options) disable(text string) error {
	for id := range strings.SplitSeq(text, ",") {
		id = strings.TrimSpace(id)
		if r := ruleOf(id); r.id == "" || r.ofInput {
			return fmt.Errorf("there is no rule %q to leave out", id)
		}
		o.disabled = append(o.disabled, id)
	}
	return nil
}
