package serve

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// asProgram is the variable that makes this test binary run the command, so that tests
// can run it as a process.
const asProgram = "LAMBDAPERM_TEST_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// SIGINT and SIGTERM end the process with status 0.
func TestProcess(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows has no signals to send")
	}
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := exec.Command(os.Args[0], "-addr", "127.0.0.1:0", "-function", "f")
		cmd.Env = append(os.Environ(), asProgram+"=1")
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		read := bufio.NewReader(stdout)
		line, _ := read.ReadString('\n')
		r := &running{url: strings.TrimSpace(strings.TrimPrefix(line, "listening on "))}
		if _, err := r.client("any", "key", permissiontest.DefaultRegion).AddPermission(t.Context(), grant("f")); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		rest, _ := io.ReadAll(read)
		if err := cmd.Wait(); err != nil || len(rest) > 0 {
			t.Errorf("%v: %v, further output %q; want status 0 and nothing more", signal, err, rest)
		}
	}
}

// The command does not link package testing, although it uses permissiontest: a program
// that only serves the service in memory must not have the flags and the code of tests.
func TestDoesNotLinkTesting(t *testing.T) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command: ", err)
	}
	out, err := exec.Command(goCommand, "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("go list -deps: %v", err)
	}
	for _, dep := range strings.Fields(string(out)) {
		if dep == "testing" || strings.HasPrefix(dep, "testing/") {
			t.Errorf("the command depends on package %s", dep)
		}
	}
}
