package main

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/moduleproxy"
)

// After a release go install builds the program outside of the repository. The test
// releases the root and this module, with a version and without a replacement, to a
// folder in the layout of a module proxy. It uses no network.
func TestRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and all that it depends on")
	}
	const version = "v0.2.0-test"
	proxy, bin := t.TempDir(), t.TempDir()
	for _, dir := range []string{filepath.Join("..", ".."), "."} {
		if err := moduleproxy.Release(proxy, dir, version); err != nil {
			t.Fatal(err)
		}
	}
	env, err := moduleproxy.Environ(proxy, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), "go", "install", moduleproxy.Root+"/cmd/lambdaperm@"+version)
	install.Dir, install.Env = t.TempDir(), append(env, "GOBIN="+bin)
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program := filepath.Join(bin, "lambdaperm")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	cmd := exec.CommandContext(t.Context(), program, "check", "-")
	cmd.Stdin = strings.NewReader(`{"FunctionName":"f","StatementId":"a.b","Action":"lambda:InvokeFunction","Principal":"210987654321"}`)
	out, _ := cmd.Output() // the status is checked
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
	if want := `try "a-b"`; !strings.Contains(string(out), want) {
		t.Errorf("no %q in %s", want, out)
	}
	list := exec.CommandContext(t.Context(), "go", "version", "-m", program)
	if out, err := list.CombinedOutput(); err != nil || !strings.Contains(string(out), moduleproxy.Root+"\t"+version) {
		t.Errorf("the program is not built with the released root: %v\n%s", err, out)
	}
}
