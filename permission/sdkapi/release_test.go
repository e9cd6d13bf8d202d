package sdkapi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/lambdaperm/lambdaperm"
	"github.com/lambdaperm/lambdaperm/internal/moduleproxy"
)

// program is a user's program that imports both modules.
const program = `package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
)

func main() {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	api := sdkapi.New(lambda.New(lambda.Options{Region: "us-east-1", Credentials: aws.AnonymousCredentials{}}))
	_, err := permission.ReadPolicy(ctx, api, "thumbnail")
	fmt.Println(err != nil)
}
`

// After a release go get finds this module and the library, and a program with both
// compiles and runs.
func TestGoGet(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the SDK's client once more")
	}
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Skip("the library's own module is not in the folder above")
	}
	proxy, dir, modcache := t.TempDir(), t.TempDir(), t.TempDir()
	version := "v" + lambdaperm.Version
	for _, module := range []string{root, "."} {
		if err := moduleproxy.Release(proxy, module, version); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	env, err := moduleproxy.Environ(proxy, modcache)
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("mod", "init", "example.com/program")
	run("get", moduleproxy.Root+"/permission/sdkapi@"+version)
	if got := run("list", "-m", "-f", "{{.Version}}", moduleproxy.Root); got != version+"\n" {
		t.Errorf("the program requires version %s of the library, want %s", got, version)
	}
	if got := run("run", "."); got != "true\n" {
		t.Errorf("the program prints %q, want true", got)
	}
}
