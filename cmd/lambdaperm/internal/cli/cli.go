// Package cli holds the parts that the commands share: arguments, streams, and the
// client.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/lambdaperm/lambdaperm/permission"
)

// ExitUnusable is the exit status of a command whose arguments are wrong.
const ExitUnusable = 2

// Streams are the standard streams of a command.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Fail prints an error as one line on standard error, after the command's name.
func (s Streams) Fail(command string, err error) {
	fmt.Fprintf(s.Err, "lambdaperm %s: %s\n", command, strings.Join(strings.Fields(err.Error()), " "))
}

// NewFlags returns an empty set of flags that prints no messages.
func NewFlags(command string) *flag.FlagSet {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return flags
}

// Parse reads flags, which may be before, between and after the arguments, and returns
// the arguments. After -- there are only arguments.
func Parse(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, fmt.Errorf("%w (-h lists the flags)", err)
		}
		if name := emptyFlag(flags); name != "" {
			return nil, fmt.Errorf("-%s is empty (-h lists the flags)", name)
		}
		if used := len(args) - flags.NArg(); used > 0 && args[used-1] == "--" {
			return append(rest, flags.Args()...), nil
		}
		if args = flags.Args(); len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// emptyFlag returns the name of a flag whose value is "", which an unset variable of a
// shell leaves: with an empty -endpoint the command would call AWS.
func emptyFlag(flags *flag.FlagSet) (name string) {
	flags.Visit(func(f *flag.Flag) {
		if v, ok := f.Value.(flag.Getter); ok && v.Get() == "" {
			name = f.Name
		}
	})
	return name
}

// Service has the flags for the client of the service. Without them the client has the
// default configuration of the AWS SDKs: environment, shared files, roles.
type Service struct{ endpoint, region, profile string }

// ServiceUsage describes the flags of Service.
const ServiceUsage = `  -endpoint URL     of the service, instead of that of AWS
  -region REGION    instead of the configured one
  -profile NAME     of the shared configuration files
`

// AddFlags adds the flags that ServiceUsage describes.
func (s *Service) AddFlags(flags *flag.FlagSet) {
	flags.StringVar(&s.endpoint, "endpoint", "", "")
	flags.StringVar(&s.endpoint, "endpoint-url", "", "") // the name in the AWS CLI
	flags.StringVar(&s.region, "region", "", "")
	flags.StringVar(&s.profile, "profile", "", "")
}

// Client returns a client with the credentials of the default chain.
func (s *Service) Client(ctx context.Context) (*permission.Client, error) {
	var options []func(*config.LoadOptions) error
	if s.region != "" {
		options = append(options, config.WithRegion(s.region))
	}
	if s.profile != "" {
		options = append(options, config.WithSharedConfigProfile(s.profile))
	}
	if s.endpoint != "" {
		options = append(options, config.WithBaseEndpoint(s.endpoint))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, err
	}
	return permission.NewFromConfig(cfg), nil
}
