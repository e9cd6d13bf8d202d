// Evaluate reads grants and callers, and tells who gets in, and why the others
// do not. Nothing is sent anywhere.
//
//	go run ./examples/evaluate                                the files beside this one
//	go run ./examples/evaluate -grants FILE -callers FILE     your own
//
// A grants file holds AddPermission requests, one after another or in an array,
// each in the shape that aws lambda add-permission --cli-input-json takes. A
// callers file holds one object for each call:
//
//	{"Name": "our bucket", "Calls": "Thumbnail:PROD", "Service": "s3.amazonaws.com",
//	 "SourceArn": "arn:aws:s3:::uploads", "SourceAccount": "123456789012"}
//	{"Name": "a partner", "Calls": "Thumbnail", "Principal": "arn:aws:iam::210987654321:role/r",
//	 "PrincipalOrgID": "o-a1b2c3d4e5", "IdentityPolicy": "allows"}
//	{"Name": "our skill", "Calls": "Skill", "EventSourceToken": "amzn1.ask.skill.1"}
//	{"Name": "the web", "Calls": "Hello", "FunctionUrlAuthType": "NONE"}
//
// IdentityPolicy is "allows", "silent" or absent, if it is not known. An Action
// may be added. Names without an account and region are those of account
// 123456789012 in us-east-1.
//
// The exit status is 0 whoever gets in, and 2 if the files cannot be used.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// The files that are read when no others are given, and where they are.
var (
	//go:embed grants.json
	embeddedGrants []byte
	//go:embed callers.json
	embeddedCallers []byte
)

const embeddedDir = "examples/evaluate/"

// Exit statuses.
const (
	exitOK        = 0
	exitUnwritten = 1
	exitUnusable  = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	page, err := evaluate(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		page = []byte(usage)
	case err != nil:
		fmt.Fprintln(stderr, "evaluate:", strings.Join(strings.Fields(err.Error()), " "))
		return exitUnusable
	}
	if _, err := stdout.Write(page); err != nil {
		fmt.Fprintln(stderr, "evaluate:", err)
		return exitUnwritten
	}
	return exitOK
}

func evaluate(args []string) ([]byte, error) {
	o, err := parseFlags(args)
	if err != nil {
		return nil, err
	}
	grants, err := open(o.grants, "grants.json", embeddedGrants)
	if err != nil {
		return nil, err
	}
	policies, err := readPolicies(grants)
	if err != nil {
		return nil, err
	}
	callers, err := open(o.callers, "callers.json", embeddedCallers)
	if err != nil {
		return nil, err
	}
	calls, err := readCalls(callers)
	if err != nil {
		return nil, err
	}
	return table(policies, calls), nil
}

// options are what the flags say.
type options struct{ grants, callers string }

const usage = `usage: go run ./examples/evaluate [-grants FILE] [-callers FILE]

  -grants FILE   requests in the shape of aws lambda add-permission --cli-input-json,
                 one after another (without it: ` + embeddedDir + `grants.json)
  -callers FILE  who calls, one JSON object for each call, as in the file that is
                 read without it: ` + embeddedDir + `callers.json
`

func parseFlags(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("evaluate", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says it in one line
	flags.StringVar(&o.grants, "grants", "", "")
	flags.StringVar(&o.callers, "callers", "", "")
	if err := flags.Parse(args); err != nil {
		return o, fmt.Errorf("%w (-help lists the flags)", err)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q: files are given with -grants and -callers (-help lists the flags)", flags.Arg(0))
	}
	var err error
	flags.Visit(func(f *flag.Flag) { // as an unset variable of a shell leaves them
		if f.Value.String() == "" {
			err = fmt.Errorf("-%s is empty (-help lists the flags)", f.Name)
		}
	})
	return o, err
}

// open returns the file at path, or the embedded one when path is "".
func open(path, name string, embedded []byte) (source, error) {
	if path == "" {
		return source{embeddedDir + name, embedded}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return source{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	if err == nil && len(text) > maxSize {
		err = fmt.Errorf("%s: more than %d bytes", path, maxSize)
	}
	return source{path, bytes.TrimPrefix(text, []byte("\ufeff"))}, err
}
