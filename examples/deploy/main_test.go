package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

func none(string) string { return "" }

// The whole program, as it is run without flags.
func Example() {
	run(context.Background(), nil, none, os.Stdout, os.Stderr)
	// Output:
	// first run
	//   Added      s3-a75deda87230436f8978dfd71bb5bc2d
	//   Added      events-ffe1239af69cdff35226705a9913b630
	//   Added      210987654321-3d9028ba04a6bf6f196749fde7515b63
	//   3 grants changed: 3 writes
	// second run
	//   Unchanged  s3-a75deda87230436f8978dfd71bb5bc2d
	//   Unchanged  events-ffe1239af69cdff35226705a9913b630
	//   Unchanged  210987654321-3d9028ba04a6bf6f196749fde7515b63
	//   nothing to change: 0 writes
}

// Run twice against one endpoint, the second process changes nothing.
func TestEndpoint(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("resize")
	env := map[string]string{
		"AWS_REGION":            permissiontest.DefaultRegion,
		"AWS_ACCESS_KEY_ID":     permissiontest.DefaultAccessKeyID,
		"AWS_SECRET_ACCESS_KEY": permissiontest.DefaultSecretAccessKey,
	}
	for _, want := range []string{"3 grants changed: 3 writes", "nothing to change: 0 writes"} {
		var stdout, stderr strings.Builder
		code := run(context.Background(), []string{"-endpoint", server.URL, "-function", "resize"}, func(name string) string { return env[name] }, &stdout, &stderr)
		if code != 0 || !strings.Contains(stdout.String(), want) {
			t.Errorf("exit %d: %s%s; want %q", code, stdout.String(), stderr.String(), want)
		}
	}
}

// A function that is not there, keys that are not, and wrong flags are failures.
func TestFailures(t *testing.T) {
	server := permissiontest.NewServer(t)
	for want, args := range map[int][]string{1: {"-endpoint", server.URL}, 2: {"-no-such-flag"}} {
		var stdout, stderr strings.Builder
		if code := run(context.Background(), args, none, &stdout, &stderr); code != want || stderr.Len() == 0 {
			t.Errorf("%q: exit %d, want %d; %s", args, code, want, stderr.String())
		}
	}
}
