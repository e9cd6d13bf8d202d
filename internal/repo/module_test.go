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

// A program that uses the library depends on few other modules, and on no particular
// toolchain.
func TestModuleAsksForLittle(t *testing.T) {
	atRoot(t)
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
		t.Errorf("go %q toolchain %q replace %v tool %v; want go 1.25 and no toolchain, replacements or tools", mod.Go, mod.Toolchain, mod.Replace, mod.Tool)
	}
}

// Every entry of CHANGELOG.md except Unreleased has a version and a date, and the
// newest version is the constant Version.
func TestVersionIsTheChangelogs(t *testing.T) {
	atRoot(t)
	text, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	titles := regexp.MustCompile(`(?m)^## (.+?)\r?$`).FindAllSubmatch(text, -1)
	dated := regexp.MustCompile(`^(\d+\.\d+\.\d+) \(\d{4}-\d{2}-\d{2}(, not tagged)?\)$`)
	var versions []string
	for i, title := range titles {
		entry := dated.FindStringSubmatch(string(title[1]))
		switch {
		case entry != nil:
			versions = append(versions, entry[1])
		case i > 0 || string(title[1]) != "Unreleased":
			t.Errorf("entry %q of CHANGELOG.md is neither \"Unreleased\" on top nor like \"1.2.3 (2026-01-31)\"", title[1])
		}
	}
	if len(versions) == 0 || versions[0] != lambdaperm.Version {
		t.Errorf("the versions in CHANGELOG.md are %q, want %q first", versions, lambdaperm.Version)
	}
}
