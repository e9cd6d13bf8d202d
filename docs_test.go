package lambdaperm_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Files with the Go code of the pages beside README.md, as snippetFiles has that
// of README.md itself. A page may show what README.md shows.
var docsSnippetFiles = slices.Concat(snippetFiles, []string{"docs_example_test.go", "internal/sdkparity/docs_test.go"})

// markdownFiles returns every page of the module, as slash-separated paths below
// the root.
func markdownFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			files = append(files, filepath.ToSlash(name))
		}
	}
	if !slices.Contains(files, "docs/testing.md") {
		t.Fatalf("only %q", files)
	}
	return files
}

// Every block of Go in a page is, to the letter, a function of a snippet file or
// the body of one.
func TestDocsSnippetsRun(t *testing.T) {
	var compiled []string
	for _, name := range docsSnippetFiles {
		compiled = append(compiled, snippets(t, name)...)
	}
	for _, file := range markdownFiles(t) {
		for _, block := range fencedBlocks(readFile(t, file), "go") {
			if !slices.Contains(compiled, withoutComment(block)) {
				t.Errorf("this block of %s is in none of %q:\n%s", file, docsSnippetFiles, block)
			}
		}
	}
}

// withoutComment drops the comment of a function that a block begins with.
func withoutComment(block string) string {
	for strings.HasPrefix(block, "// ") {
		_, block, _ = strings.Cut(block, "\n")
	}
	return block
}

// A way to test is short: what the page shows of each fits on half a screen.
func TestWaysToTestAreShort(t *testing.T) {
	for _, block := range fencedBlocks(readFile(t, "docs/testing.md"), "go") {
		if lines := strings.Count(block, "\n") + 1; lines > 15 {
			t.Errorf("%d lines:\n%s", lines, block)
		}
	}
}

// Links inside the repository lead somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#: ]+)(#[^)]*)?\)`)
	for _, file := range markdownFiles(t) {
		for _, match := range link.FindAllStringSubmatch(readFile(t, file), -1) {
			if _, err := os.Stat(path.Join(path.Dir(file), match[1])); err != nil {
				t.Errorf("%s links to %s: %v", file, match[1], err)
			}
		}
	}
}

// The table of docs/architecture.md is that of imports_test.go, for all packages
// that programs can import.
func TestArchitectureHasTheImports(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]+ \\| ([^|]+) \\|$")
	shown := map[string]string{}
	for _, match := range row.FindAllStringSubmatch(readFile(t, "docs/architecture.md"), -1) {
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
		t.Errorf("the page has packages that are none: %q", shown)
	}
}

// importsCell is a cell of the table.
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
