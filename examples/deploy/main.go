// Deploy gives a function the grants of a file: it prints the plan, and carries it
// out.
//
//	go run ./examples/deploy                        three runs, to a service in memory
//	go run ./examples/deploy -endpoint URL -file F  one run, to another emulator
//
// Without -endpoint the first release of a list is deployed, then the same again,
// which changes nothing, and then the second release. The requests go over HTTP to an
// in-memory service on loopback. No AWS account is needed and nothing leaves the
// machine. With -endpoint the function must exist there. Region and keys then come
// from AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
//
// The exit status is 0 when all grants are in force, 1 when one is not, 2 when the
// flags are wrong.
package main

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/lambdaperm/lambdaperm/permission"
)

//go:embed release1.json release2.json
var releases embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("deploy", flag.ContinueOnError)
	flags.SetOutput(stderr)
	endpoint := flags.String("endpoint", "", "send to this `URL` instead of a service in memory")
	path := flags.String("file", "", "`file` of grants, with -endpoint")
	var t target
	flags.StringVar(&t.function, "function", "Thumbnail", "`name` of the function that gets the grants")
	flags.StringVar(&t.owner, "owner", "uploads", "`name` by which the statements of this list are known")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 || (*endpoint == "") != (*path == "") {
		fmt.Fprintln(stderr, "usage: go run ./examples/deploy [-endpoint URL -file FILE] [-function NAME] [-owner NAME]")
		return 2
	}
	var err error
	if *endpoint == "" {
		err = deployReleases(ctx, t, stdout)
	} else {
		err = deployFile(ctx, permission.NewFromConfig(configFor(*endpoint, env)), t, *path, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "deploy:", err)
		return 1
	}
	return 0
}

func deployFile(ctx context.Context, api permission.API, t target, path string, stdout io.Writer) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return deploy(ctx, api, t, file, stdout)
}

// deployReleases deploys one release twice and then the next one, to a service in
// memory.
func deployReleases(ctx context.Context, t target, stdout io.Writer) error {
	cfg, stop, err := emulator(ctx, t.function)
	if err != nil {
		return err
	}
	defer stop()
	client := permission.NewFromConfig(cfg)
	for _, path := range []string{"release1.json", "release1.json", "release2.json"} {
		file, err := releases.Open(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "== %s\n", path)
		if err := deploy(ctx, client, t, file, stdout); err != nil {
			return err
		}
	}
	return nil
}
