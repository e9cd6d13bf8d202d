package serve

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

const usage = `usage: lambdaperm serve [flags]

Serves the permissions API of AWS Lambda in memory, until it is interrupted.

  -addr HOST:PORT            where to listen, port 0 for any (` + defaultAddr + `)
  -region REGION             of the functions (` + permissiontest.DefaultRegion + `)
  -account ID                of the functions, 12 digits (` + permissiontest.DefaultAccount + `)
  -function NAME             make a function
  -version NAME              publish the function's next version: 1, 2 and so on
  -alias NAME:ALIAS=VERSION  give a version of the function, or $LATEST, a name
  -credentials KEY:SECRET    accept only these (without them: any signature)
  -v                         one line for each request, to standard error

-function, -version and -alias may be repeated; they are applied in their order.
`

const defaultAddr = "127.0.0.1:0"

// options are the values of the flags.
type options struct {
	addr, region, account string
	key, secret           string // "" to accept any signature
	verbose               bool
	steps                 []step
}

// step is the change of the service by one flag; text is the flag with its value.
type step struct {
	text string
	do   func(*permissiontest.Service) error
}

func parseFlags(args []string) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run reports the error in one line
	flags.StringVar(&o.addr, "addr", defaultAddr, "")
	flags.StringVar(&o.region, "region", permissiontest.DefaultRegion, "")
	flags.StringVar(&o.account, "account", permissiontest.DefaultAccount, "")
	flags.BoolVar(&o.verbose, "v", false, "")
	credentials := flags.String("credentials", "", "")
	flags.Func("function", "", o.addFunction)
	flags.Func("version", "", o.addVersion)
	flags.Func("alias", "", o.addAlias)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 { // not repeated in the error: it may be a secret without its flag
		return nil, errors.New("an argument without a flag")
	}
	if err := o.setCredentials(flags, *credentials); err != nil {
		return nil, err
	}
	return o, o.check()
}

// check reports mistakes that are visible without a service.
func (o *options) check() error {
	if _, _, err := net.SplitHostPort(o.addr); err != nil {
		return fmt.Errorf("-addr %q: want HOST:PORT such as %s", o.addr, defaultAddr)
	}
	if !arn.IsRegion(o.region) {
		return fmt.Errorf("-region %q: want a region such as %s", o.region, permissiontest.DefaultRegion)
	}
	if !arn.IsAccountID(o.account) {
		return fmt.Errorf("-account %q: want an account id of 12 digits", o.account)
	}
	return nil
}

// setCredentials reads KEY:SECRET if the flag was given. Unlike an error of package
// flag, its error does not repeat the value, which is a secret or a part of one.
func (o *options) setCredentials(flags *flag.FlagSet, value string) error {
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "credentials" })
	if !given {
		return nil
	}
	key, secret, ok := strings.Cut(value, ":")
	if !ok || key == "" || secret == "" {
		return errors.New("-credentials: want KEY:SECRET")
	}
	o.key, o.secret = key, secret
	return nil
}

func (o *options) addFunction(name string) error {
	o.add("-function "+name, func(s *permissiontest.Service) error { return s.CreateFunction(name) })
	return nil
}

func (o *options) addVersion(name string) error {
	o.add("-version "+name, func(s *permissiontest.Service) error {
		_, err := s.PublishVersion(name)
		return err
	})
	return nil
}

func (o *options) addAlias(value string) error {
	name, alias, version, err := parseAlias(value)
	if err != nil {
		return err
	}
	o.add("-alias "+value, func(s *permissiontest.Service) error {
		_, err := s.CreateAlias(name, alias, version)
		return err
	})
	return nil
}

// parseAlias reads NAME:ALIAS=VERSION. The name may be an ARN, which has colons
// of its own.
func parseAlias(value string) (name, alias, version string, err error) {
	qualified, version, ok := strings.Cut(value, "=")
	colon := strings.LastIndexByte(qualified, ':')
	if !ok || colon < 1 || colon == len(qualified)-1 || version == "" {
		return "", "", "", errors.New("want NAME:ALIAS=VERSION such as helloworld:PROD=1")
	}
	return qualified[:colon], qualified[colon+1:], version, nil
}

func (o *options) add(text string, do func(*permissiontest.Service) error) {
	o.steps = append(o.steps, step{text, do})
}

// service creates the service, functions, versions and aliases of the flags.
func (o *options) service(stderr io.Writer) (*permissiontest.Service, error) {
	settings := []permissiontest.Option{
		permissiontest.WithRegion(o.region), permissiontest.WithAccount(o.account), permissiontest.WithAnySignature(),
	}
	if o.key != "" {
		settings[2] = permissiontest.WithCredentials(o.key, o.secret, "")
	}
	if o.verbose {
		settings = append(settings, permissiontest.WithLogger(slog.New(slog.NewTextHandler(stderr, nil))))
	}
	service := permissiontest.NewService(settings...)
	for _, s := range o.steps {
		if err := s.do(service); err != nil {
			return nil, fmt.Errorf("%s: %s", s.text, strings.TrimPrefix(err.Error(), "permissiontest: "))
		}
	}
	return service, nil
}
