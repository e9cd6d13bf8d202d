package pages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// Files with the Go code of README.md in functions that their packages compile
// and run.
var snippetFiles = []string{"internal/pages/readme_example_test.go", "internal/sdkparity/readme_test.go"}

// Every block of Go in README.md is, to the letter, a function of a snippet file
// or the body of one.
func TestReadmeSnippetsRun(t *testing.T) {
	var compiled []string
	for _, name := range snippetFiles {
		compiled = append(compiled, snippets(t, name)...)
	}
	blocks := fencedBlocks(readFile(t, "README.md"), "go")
	if len(blocks) == 0 {
		t.Error("README.md has no Go code")
	}
	for _, block := range blocks {
		if !slices.Contains(compiled, block) {
			t.Errorf("this block of README.md is in none of %q:\n%s", snippetFiles, block)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// fencedBlocks returns the text of the Markdown code blocks of a language.
func fencedBlocks(markdown, language string) (blocks []string) {
	for {
		_, after, ok := strings.Cut(markdown, "\n```"+language+"\n")
		if !ok {
			return blocks
		}
		var block string
		block, markdown, _ = strings.Cut(after, "\n```")
		blocks = append(blocks, block)
	}
}

// snippets returns the text of each function of a file, without its comment, and
// the text of its body, without indentation.
func snippets(t *testing.T, name string) (texts []string) {
	t.Helper()
	source := readFile(t, name)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	between := func(from, to token.Pos) string {
		return source[fset.Position(from).Offset:fset.Position(to).Offset]
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			inside := strings.Trim(between(f.Body.Lbrace+1, f.Body.Rbrace), "\n")
			texts = append(texts, between(f.Pos(), f.End()), dedent(inside))
		}
	}
	return texts
}

func dedent(text string) string {
	return strings.TrimPrefix(strings.ReplaceAll(text, "\n\t", "\n"), "\t")
}
