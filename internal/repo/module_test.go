package repo_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm"
)

// A program that uses the library gets these modules with it, and no toolchain
// or tool is asked of it.
func TestModuleAsksForLittle(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	type require struct {
		Path     string
		Indirect bool
	}
	var mod struct {
		Go, Toolchain string
		Require       []require
		Replace, Tool []any
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	want := []string{awsCore, smithy, "github.com/google/go-cmp"}
	if diff := cmp.Diff(want, direct); diff != "" {
		t.Errorf("direct dependencies (-want +got):\n%s", diff)
	}
	if mod.Go != "1.25" || mod.Toolchain != "" || mod.Replace != nil || mod.Tool != nil {
		t.Errorf("go %q toolchain %q replace %v tool %v; want go 1.25 and nothing more", mod.Go, mod.Toolchain, mod.Replace, mod.Tool)
	}
}

func TestVersionIsTheChangelogs(t *testing.T) {
	text, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	top := regexp.MustCompile(`(?m)^## (\S+)`).FindSubmatch(text)
	if top == nil {
		t.Fatal("CHANGELOG.md has no entry")
	}
	if got := string(top[1]); got != lambdaperm.Version {
		t.Errorf("the top entry of CHANGELOG.md is %s, Version is %s", got, lambdaperm.Version)
	}
}
