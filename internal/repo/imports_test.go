package repo_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/lambdaperm/lambdaperm"

const (
	awsCore = "github.com/aws/aws-sdk-go-v2"
	smithy  = "github.com/aws/smithy-go"
)

// mayImport has the packages of this module and the other modules that each package may
// import outside of its tests. Lower packages do not import higher ones. Every package
// may import the standard library.
var mayImport = map[string][]string{
	".":                         {},
	"internal/abbrev":           {},
	"internal/charset":          {},
	"internal/enum":             {"internal/abbrev"},
	"internal/glob":             {},
	"internal/jsontext":         {},
	"internal/sigv4":            {smithy, awsCore},
	"arn":                       {"internal/abbrev", "internal/charset"},
	"validate":                  {"arn", "internal/abbrev", "internal/charset", "internal/jsontext", "internal/services"},
	"errors":                    {"internal/abbrev", "internal/enum", "internal/jsontext", smithy},
	"internal/services":         {"internal/glob", "arn"},
	"permission/policy":         {"internal/abbrev", "internal/enum", "internal/glob", "internal/jsontext", "arn", "validate"},
	"internal/wanted":           {"arn", "validate", "permission/policy"},
	"permission/grant":          {"internal/charset", "internal/glob", "internal/services", "arn", "validate", "permission/policy"},
	"permission/lint":           {"internal/abbrev", "internal/enum", "internal/glob", "internal/services", "arn", "validate", "permission/policy", "permission/grant"},
	"permission":                {".", "internal/enum", "internal/jsontext", "internal/services", "internal/sigv4", "internal/wanted", "arn", "validate", "errors", "permission/policy", smithy, awsCore},
	"permission/ensure":         {"internal/enum", "internal/wanted", "arn", "validate", "errors", "permission/policy", "permission/grant", "permission", smithy, awsCore},
	"permission/permissiontest": {"internal/services", "arn", "validate", "errors", "permission/policy", "permission", smithy, awsCore},
	"internal/corpus":           {"validate"},
	"internal/requestfile":      {"internal/abbrev", "internal/jsontext", "validate"},
	"internal/pages":            {},
	"internal/repo":             {},
	"internal/growth":           {},
	"internal/memnet":           {},
	"internal/moduleproxy":      {},
	"examples/*": {
		".", "arn", "validate", "errors", "permission/policy", "permission/grant", "permission/lint", "permission", "permission/ensure", "permission/permissiontest",
		"internal/corpus", "internal/requestfile", smithy, awsCore,
	},
}

func TestImportsGoOneWay(t *testing.T) {
	atRoot(t)
	for _, dir := range packageDirs(t) {
		row, ok := mayImport[dir]
		if !ok && path.Dir(dir) == "examples" {
			row, ok = mayImport["examples/*"]
		}
		if !ok {
			t.Errorf("package %s is not in the table", dir)
		}
		for _, imported := range importsOf(t, dir) {
			if !isStandard(imported) && !slices.Contains(row, ownerOf(imported)) {
				t.Errorf("package %s must not import %s", dir, imported)
			}
		}
	}
}

// The packages that a calling program links must not import encoding/json: its
// reflection and its encoder would be linked too (docs/architecture.md, "JSON stays
// text").
func TestNoEncodingJSON(t *testing.T) {
	atRoot(t)
	for _, dir := range []string{"arn", "validate", "errors", "permission", "permission/policy", "internal/jsontext", "internal/sigv4"} {
		if slices.Contains(importsOf(t, dir), "encoding/json") {
			t.Errorf("package %s imports encoding/json", dir)
		}
	}
}

// ownerOf returns the folder of a package of this module, or the path of another
// module.
func ownerOf(imported string) string {
	if imported == modulePath {
		return "."
	}
	if own, ok := strings.CutPrefix(imported, modulePath+"/"); ok {
		return own
	}
	for _, module := range []string{awsCore, smithy} {
		if imported == module || strings.HasPrefix(imported, module+"/") {
			return module
		}
	}
	return imported
}

// isStandard reports whether a package is in the standard library: its path does not
// begin with a domain.
func isStandard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

// packageDirs returns the folders of this module's packages, sorted, as
// slash-separated paths below the root.
func packageDirs(t *testing.T) []string {
	t.Helper()
	dirs := map[string]bool{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && isElsewhere(name):
			return filepath.SkipDir
		case isLibraryFile(name):
			dirs[path.Dir(filepath.ToSlash(name))] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(dirs))
}

// isElsewhere reports whether a folder is not part of this module.
func isElsewhere(dir string) bool {
	base := filepath.Base(dir)
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil || base == "testdata" || strings.HasPrefix(base, ".")
}

func isLibraryFile(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// importsOf returns the imports of the files of a folder, without those of tests.
func importsOf(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	imports := map[string]bool{}
	for _, entry := range entries {
		if !isLibraryFile(entry.Name()) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, entry.Name()), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports[imported] = true
		}
	}
	return slices.Sorted(maps.Keys(imports))
}

// The table of docs/architecture.md has the imports of mayImport, for all packages that
// programs can import.
func TestArchitectureHasTheImports(t *testing.T) {
	atRoot(t)
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]+ \\| ([^|]+) \\|$")
	shown := map[string]string{}
	for _, match := range row.FindAllStringSubmatch(architecture(t), -1) {
		shown[match[1]] = match[2]
	}
	for dir, imports := range mayImport {
		if dir == "." || strings.HasPrefix(dir, "examples/") || strings.HasPrefix(dir, "internal/") {
			continue
		}
		if want := importsCell(imports); shown[dir] != want {
			t.Errorf("package %s: the page has %q, want %q", dir, shown[dir], want)
		}
		delete(shown, dir)
	}
	if len(shown) > 0 {
		t.Errorf("the page has rows of unknown packages: %q", shown)
	}
}

// importsCell returns the cell of the table that lists imports.
func importsCell(imports []string) string {
	var cells []string
	for _, imported := range imports {
		if imported != awsCore && imported != smithy {
			cells = append(cells, "`"+imported+"`")
		}
	}
	if cells == nil {
		return "–"
	}
	return strings.Join(cells, ", ")
}

func architecture(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}
