package pages_test

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
var docsSnippetFiles = slices.Concat(snippetFiles, []string{"internal/pages/docs_example_test.go", "internal/sdkparity/docs_test.go"})

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
