package moduleproxy_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/moduleproxy"
)

// The released go.mod of a module below the root requires the same version of the root
// and has no replacement. The archive leaves out nested modules and hidden folders.
func TestRelease(t *testing.T) {
	dir, proxy := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"go.mod":           "module example.com/below\n\ngo 1.25\n\nrequire " + moduleproxy.Root + " v0.0.0-00010101000000-000000000000\n\nreplace " + moduleproxy.Root + " => ../..\n",
		"below.go":         "package below\n",
		"testdata/a.json":  "{}",
		"nested/go.mod":    "module example.com/below/nested\n",
		"nested/nested.go": "package nested\n",
		".git/config":      "",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := moduleproxy.Release(proxy, dir, "v1.2.3"); err != nil {
		t.Fatal(err)
	}

	versions := filepath.Join(proxy, "example.com", "below", "@v")
	gomod, err := os.ReadFile(filepath.Join(versions, "v1.2.3.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(gomod), "replace") {
		t.Errorf("the released go.mod has a replacement:\n%s", gomod)
	}
	if want := moduleproxy.Root + " v1.2.3\n"; !strings.Contains(string(gomod), want) {
		t.Errorf("the released go.mod does not require %q:\n%s", want, gomod)
	}
	archive, err := zip.OpenReader(filepath.Join(versions, "v1.2.3.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, file := range archive.File {
		names = append(names, file.Name)
	}
	want := []string{"example.com/below@v1.2.3/below.go", "example.com/below@v1.2.3/go.mod", "example.com/below@v1.2.3/testdata/a.json"}
	if !slices.Equal(names, want) {
		t.Errorf("files of the archive: %q, want %q", names, want)
	}
}
