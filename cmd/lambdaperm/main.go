// Lambdaperm finds mistakes in the grants of AWS Lambda functions before they are
// deployed.
//
//	lambdaperm check template.yaml             findings about the grants of a file
//	terraform show -json plan | lambdaperm check
//	lambdaperm check -format sarif FILE ...    for a code host to annotate
//
// Each command describes its flags with -h.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/lambdaperm/lambdaperm"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/check"
)

const usage = `usage: lambdaperm COMMAND [arguments]

  check FILE...   find mistakes in the grants of templates, plans, requests and policies
  version         print the version

lambdaperm COMMAND -h lists the flags of a command.
`

const exitUnusable = 2

func main() {
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// run runs the command that the first argument names, and returns the exit status.
func run(args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitUnusable
	}
	switch args[0] {
	case "check":
		return check.Run(args[1:], env, stdin, stdout, stderr)
	case "version", "-version", "--version":
		fmt.Fprintln(stdout, "lambdaperm", lambdaperm.Version)
		return 0
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return 0
	}
	fmt.Fprintf(stderr, "lambdaperm: there is no command %q (lambdaperm -h lists the commands)\n", args[0])
	return exitUnusable
}
