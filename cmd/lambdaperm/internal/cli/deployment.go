package cli

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/template"
)

// A Deployment has the flags for the partition, account, region and parameters with
// which templates are deployed. Values that are not known are empty.
type Deployment struct{ template.Options }

// DeploymentUsage describes the flags of Deployment.
const DeploymentUsage = `  -account ID       where a template is deployed, if that is known; so are
                    -partition PARTITION and -region
  -parameter NAME=VALUE
                    a parameter of a template; may be repeated
`

// AddFlags adds the flags that DeploymentUsage describes. The flag of the region is
// that of a Service, or AddRegionFlag adds it.
func (d *Deployment) AddFlags(flags *flag.FlagSet) {
	flags.Func("account", "", valid(&d.Account, arn.IsAccountID, "an account ID of 12 digits"))
	flags.Func("partition", "", valid(&d.Partition, isPartition, "a partition such as aws or aws-cn"))
	flags.Func("parameter", "", d.parameter)
}

// AddRegionFlag adds -region, for commands that do not call the service.
func (d *Deployment) AddRegionFlag(flags *flag.FlagSet) {
	flags.Func("region", "", valid(&d.Region, arn.IsRegion, "a region such as us-east-1"))
}

// valid returns a function that sets a variable to the value of a flag. A value of the
// wrong form is an error, since with it every finding about a template could be wrong.
func valid(variable *string, isValid func(string) bool, want string) func(string) error {
	return func(text string) error {
		if !isValid(text) {
			return errors.New("want " + want)
		}
		*variable = text
		return nil
	}
}

func isPartition(s string) bool {
	return s == "aws" || strings.HasPrefix(s, "aws-") && len(s) > len("aws-")
}

// parameter reads one parameter of a template, NAME=VALUE.
func (d *Deployment) parameter(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return errors.New("want NAME=VALUE")
	}
	if d.Parameters == nil {
		d.Parameters = map[string]string{}
	}
	d.Parameters[name] = value
	return nil
}

// Of completes the options of a template with the region of the flag of a Service.
func (d *Deployment) Of(s Service) template.Options {
	o := d.Options
	if o.Region == "" && arn.IsRegion(s.region) {
		o.Region = s.region
	}
	return o
}

// CheckParameters returns an error that names the parameters of the flags that are not
// in declared, which has the parameters of all templates of a run.
func (d *Deployment) CheckParameters(declared []string) error {
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(d.Parameters)) {
		if !slices.Contains(declared, name) {
			unknown = append(unknown, "-parameter "+name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	declared = slices.Compact(slices.Sorted(slices.Values(declared)))
	there := "there are " + strings.Join(declared, ", ")
	if len(declared) == 0 {
		there = "there are none"
	}
	return fmt.Errorf("%s: no template has this parameter: %s", strings.Join(unknown, ", "), there)
}
