// Lambdaperm finds mistakes in the grants of AWS Lambda functions, describes policies in
// plain sentences, and gives functions the grants that a file lists.
//
//	lambdaperm check template.yaml                  mistakes in the grants of a file
//	terraform show -json plan | lambdaperm check
//	lambdaperm show hello:live                      the live policy in plain sentences
//	lambdaperm who hello -caller Service=s3.amazonaws.com,SourceArn=arn:aws:s3:::b
//	lambdaperm plan grants.yaml                     the changes that apply would make
//	lambdaperm apply grants.yaml
//	lambdaperm serve -function hello                the service in memory, on loopback
//
// Each command describes its flags with -h.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/lambdaperm/lambdaperm"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/check"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/desired"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/serve"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/show"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/who"
)

const usage = `usage: lambdaperm COMMAND [arguments]

  check FILE ...       find mistakes in the grants of templates, plans, requests, policies
  show FILE|FUNCTION   tell what each statement of a policy allows
  who FILE|FUNCTION    tell who gets in by a policy, and why not
  plan FILE            show how functions differ from the grants of a file
  apply FILE           give functions the grants of a file
  serve                serve the API in memory
  version              print the version

lambdaperm COMMAND -h lists the flags of a command.
`

func main() {
	ctx := context.Background()
	if len(os.Args) > 1 && os.Args[1] != "check" { // a signal ends check at once
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		context.AfterFunc(ctx, stop) // so that a second signal ends the process
	}
	os.Exit(run(ctx, os.Args[1:], os.Getenv, cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// run runs the command that the first argument names, and returns the exit status.
func run(ctx context.Context, args []string, env func(string) string, std cli.Streams) int {
	if len(args) == 0 {
		fmt.Fprint(std.Err, usage)
		return cli.ExitUnusable
	}
	name, args := args[0], args[1:]
	switch name {
	case "check":
		return check.Run(args, env, std.In, std.Out, std.Err)
	case "show":
		return show.Run(ctx, args, std)
	case "who":
		return who.Run(ctx, args, std)
	case "plan":
		return desired.Plan(ctx, args, std)
	case "apply":
		return desired.Apply(ctx, args, std)
	case "serve":
		return serve.Run(ctx, args, std.Out, std.Err)
	case "version", "-version", "--version":
		return print(std, "lambdaperm "+lambdaperm.Version+"\n")
	case "help", "-h", "-help", "--help":
		return print(std, usage)
	}
	fmt.Fprintf(std.Err, "lambdaperm: there is no command %q (lambdaperm -h lists the commands)\n", name)
	return cli.ExitUnusable
}

// print prints a text, and returns the exit status.
func print(std cli.Streams, text string) int {
	if _, err := io.WriteString(std.Out, text); err != nil {
		fmt.Fprintln(std.Err, "lambdaperm:", err)
		return 1
	}
	return 0
}
