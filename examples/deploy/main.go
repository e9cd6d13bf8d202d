// Ensure deploys three grants to a function, twice: the second time changes
// nothing, and says so.
//
//	go run ./examples/ensure                                 both runs, to a service in memory
//	go run ./examples/ensure -endpoint URL [-function NAME]  one run, to another emulator
//
// Without -endpoint the requests go over HTTP to an in-memory service on loopback.
// No AWS account is needed and nothing leaves the machine. With -endpoint the
// function must exist there; run the command twice. Region and keys then come from
// AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
//
// The exit status is 0 when all grants are in force, 1 when one is not, 2 when the
// flags are wrong.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("ensure", flag.ContinueOnError)
	flags.SetOutput(stderr)
	endpoint := flags.String("endpoint", "", "send to this `URL` instead of a service in memory")
	function := flags.String("function", "Thumbnail", "`name` of the function that gets the grants")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "usage: go run ./examples/ensure [-endpoint URL] [-function NAME]")
		return 2
	}
	if err := ensureAll(ctx, *endpoint, *function, env, stdout); err != nil {
		fmt.Fprintln(stderr, "ensure:", err)
		return 1
	}
	return 0
}

func ensureAll(ctx context.Context, endpoint, function string, env func(string) string, stdout io.Writer) error {
	if endpoint != "" {
		return deploy(ctx, configFor(endpoint, env), function, stdout)
	}
	cfg, stop, err := emulator(ctx, function)
	if err != nil {
		return err
	}
	defer stop()
	for _, run := range []string{"first run", "second run"} {
		fmt.Fprintf(stdout, "%s\n", run)
		if err := deploy(ctx, cfg, function, stdout); err != nil {
			return err
		}
	}
	return nil
}
