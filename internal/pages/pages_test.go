package pages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// home is the URL below which the repository is published. Pages use it in links to
// files of the modules below the root, which the archive of this module does not have.
const home = "https://github.com/lambdaperm/lambdaperm/blob/main/"

// snippetFiles match the files with the Go code of the pages, in functions that
// their packages compile and run.
var snippetFiles = []string{
	"internal/pages/*_test.go",
	"internal/sdkparity/pages_test.go",
	"permission/sdkapi/*_test.go",
	"cmd/lambdaperm/*_test.go",
}

// Every block of Go in a page is exactly a function of a snippet file or the body of
// one.
func TestSnippetsRun(t *testing.T) {
	atRoot(t)
	if !isCheckout() {
		t.Skip("the modules below the root are absent, and some of the code is in them")
	}
	compiled := map[string]bool{}
	for _, pattern := range snippetFiles {
		for _, file := range glob(t, pattern) {
			for _, snippet := range snippets(t, file) {
				compiled[snippet] = true
			}
		}
	}
	for _, file := range pages(t) {
		for _, block := range fencedBlocks(readFile(t, file), "go") {
			if !compiled[withoutComment(block)] {
				t.Errorf("this block of %s is in none of the files %q:\n%s", file, snippetFiles, block)
			}
		}
	}
}

// Links to files of the repository have a target, in a checkout and in the module
// archive.
func TestLinksLeadSomewhere(t *testing.T) {
	atRoot(t)
	link := regexp.MustCompile(`\]\(([^)# ]+)(#[^)]*)?\)`)
	for _, file := range pages(t) {
		for _, match := range link.FindAllStringSubmatch(readFile(t, file), -1) {
			checkLink(t, file, match[1])
			if anchor := strings.TrimPrefix(match[2], "#"); anchor != "" && strings.HasSuffix(match[1], ".md") && !strings.Contains(match[1], ":") {
				checkAnchor(t, file, path.Join(path.Dir(file), match[1]), anchor)
			}
		}
	}
}

// checkAnchor reports an anchor without a heading in the page. The anchor of a heading
// is its text in lower case, with hyphens for spaces and without punctuation.
func checkAnchor(t *testing.T, file, page, anchor string) {
	t.Helper()
	if !exists(page) {
		return // checkLink reports it
	}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(readFile(t, page), -1) {
		plain := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		if strings.ReplaceAll(plain, " ", "-") == anchor {
			return
		}
	}
	t.Errorf("%s links to %s#%s: the page has no such heading", file, page, anchor)
}

func checkLink(t *testing.T, file, link string) {
	t.Helper()
	target, published := strings.CutPrefix(link, home)
	switch {
	case published:
		if isCheckout() && !exists(target) {
			t.Errorf("%s links to %s: there is no file %s", file, link, target)
		}
	case strings.Contains(link, ":"): // another site
	default:
		target = path.Join(path.Dir(file), link)
		if inNestedModule(target) {
			t.Errorf("%s links to %s, which the module archive does not have: write %s%s", file, link, home, target)
		}
		if !exists(target) {
			t.Errorf("%s links to %s: there is no file %s", file, link, target)
		}
	}
}

// isCheckout reports whether the modules below the root are present. The archive
// that the go command downloads has this module only.
func isCheckout() bool { return exists("internal/sdkparity") }

// inNestedModule reports whether a path is in a module below the root.
func inNestedModule(name string) bool {
	for dir := name; dir != "."; dir = path.Dir(dir) {
		if exists(path.Join(dir, "go.mod")) {
			return true
		}
	}
	return false
}

// pages returns every page of the repository, as slash-separated paths below the
// root.
func pages(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "*/*/*.md"} {
		files = append(files, glob(t, pattern)...)
	}
	if !slices.Contains(files, "README.md") || !slices.Contains(files, "docs/testing.md") {
		t.Fatalf("the pages are %q, want README.md and docs/testing.md among them", files)
	}
	return files
}

// glob returns the files that match a pattern, as slash-separated paths.
func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		names[i] = filepath.ToSlash(name)
	}
	return names
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
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

// withoutComment returns a block without the comment at its beginning.
func withoutComment(block string) string {
	for strings.HasPrefix(block, "// ") {
		_, block, _ = strings.Cut(block, "\n")
	}
	return block
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
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			inside := strings.Trim(between(f.Body.Lbrace+1, f.Body.Rbrace), "\n")
			texts = append(texts, between(f.Pos(), f.End()), dedent(inside))
		}
	}
	return texts
}

func dedent(text string) string {
	return strings.TrimPrefix(strings.ReplaceAll(text, "\n\t", "\n"), "\t")
}
