// Quickstart takes one AddPermission request through everything that happens to
// it: read from a file, refused while it has mistakes, signed and sent, answered
// by a statement, refused as a duplicate, read back in the function's policy.
//
//	go run ./examples/quickstart                    the request beside this file
//	go run ./examples/quickstart -input FILE        a request of your own
//	go run ./examples/quickstart -endpoint URL      sent to another emulator
//
// Without -endpoint the request goes over HTTP to an in-memory service on
// loopback, which has the function, version or alias that the request names. No
// AWS account is needed and nothing leaves the machine.
//
// With -endpoint nothing is created: the function must live there. Region and
// keys come from AWS_REGION (or AWS_DEFAULT_REGION), AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY and, if set, AWS_SESSION_TOKEN.
//
// The exit status is 0 when all went well, 1 when the request was refused, 2
// when there was nothing to send: a bad flag, an unreadable or malformed file.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The request that is sent when no other is given, and where it is.
//
//go:embed request.json
var embedded []byte

const embeddedPath = "examples/quickstart/request.json"

// Exit statuses.
const (
	exitOK          = 0
	exitRefused     = 1
	exitUnusable    = 2
	exitInterrupted = 130 // as shells report Ctrl-C
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	err := quickstart(ctx, args, env, stdout)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "quickstart: interrupted")
		return exitInterrupted
	}
	if !errors.Is(err, errShown) {
		fmt.Fprintln(stderr, "quickstart:", oneLine(err))
	}
	var unusable *unusableError
	if errors.As(err, &unusable) {
		return exitUnusable
	}
	return exitRefused
}

// unusableError says that there is nothing to send, or nowhere to send it.
type unusableError struct{ error }

func (e *unusableError) Unwrap() error { return e.error }

// errShown is the error of a request whose mistakes are already on the page.
var errShown = errors.New("the request has mistakes")

func quickstart(ctx context.Context, args []string, env func(string) string, stdout io.Writer) error {
	o, err := parseFlags(args)
	if err != nil {
		return err
	}
	req, err := readRequest(o.input)
	if err != nil {
		return &unusableError{err}
	}
	to, err := connect(ctx, o.endpoint, req, env)
	if err != nil {
		return err
	}
	defer to.close()
	s := &story{page: page{w: stdout}, path: o.path(), request: req, destination: to}
	return s.tell(ctx)
}

// options are the values of the flags.
type options struct{ input, endpoint string }

func (o options) path() string {
	if o.input == "" {
		return embeddedPath
	}
	return o.input
}

const usage = `usage: go run ./examples/quickstart [-input FILE] [-endpoint URL]

  -input FILE    a request in the shape of aws lambda add-permission --cli-input-json
                 (without it: ` + embeddedPath + `)
  -endpoint URL  send it to this endpoint, where the function must exist; keys and
                 region from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
                 AWS_SESSION_TOKEN, AWS_REGION (without it: a service in memory)
`

func parseFlags(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says it in one line
	flags.StringVar(&o.input, "input", "", "")
	flags.StringVar(&o.endpoint, "endpoint", "", "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, &unusableError{fmt.Errorf("%w (-help lists the flags)", err)}
	}
	if flags.NArg() > 0 {
		return o, &unusableError{fmt.Errorf("unexpected argument %q: a file is given with -input (-help lists the flags)", flags.Arg(0))}
	}
	return o, checkGiven(flags)
}

// checkGiven refuses flags that were given an empty value, such as that of an unset
// shell variable: the user did not mean to run without them.
func checkGiven(flags *flag.FlagSet) (err error) {
	flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			err = &unusableError{fmt.Errorf("-%s is empty (-help lists the flags)", f.Name)}
		}
	})
	return err
}

// readRequest reads the file at path, or the embedded one when path is "".
func readRequest(path string) (validate.Request, error) {
	if path == "" {
		return requestfile.Read(bytes.NewReader(embedded))
	}
	file, err := os.Open(path)
	if err != nil {
		return validate.Request{}, err
	}
	defer file.Close()
	req, err := requestfile.Read(file)
	var malformed *requestfile.Error
	if errors.As(err, &malformed) {
		return req, fmt.Errorf("%s:%w", path, err)
	}
	return req, err
}
