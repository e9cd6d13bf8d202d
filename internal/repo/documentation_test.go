package repo_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every package has a doc comment, and so has every exported name.
func TestEverythingExportedIsDocumented(t *testing.T) {
	atRoot(t)
	for _, dir := range packageDirs(t) {
		pkg := load(t, dir).documentation(t)
		if pkg.Doc == "" {
			t.Errorf("package %s has no doc comment", dir)
		}
		if pkg.Name == "main" {
			continue
		}
		for _, name := range undocumented(pkg) {
			t.Errorf("%s: %s has no doc comment", dir, name)
		}
	}
}

// The documentation of every package that a program can import begins with an
// example that runs.
func TestEveryPackageHasARunningExample(t *testing.T) {
	atRoot(t)
	for _, dir := range packageDirs(t) {
		p := load(t, dir)
		if p.name() == "main" || strings.HasPrefix(dir, "internal/") {
			continue
		}
		ofPackage := func(e *doc.Example) bool { return e.Name == "" && e.Output != "" }
		if !slices.ContainsFunc(doc.Examples(p.files...), ofPackage) {
			t.Errorf("package %s has no function Example with output", dir)
		}
	}
}

// Every package that parses input has a fuzz target. Those in readsNothing and the
// programs parse no input themselves.
func TestEveryReaderIsFuzzed(t *testing.T) {
	atRoot(t)
	readsNothing := []string{".", "internal/corpus", "internal/growth", "internal/memnet", "internal/moduleproxy", "internal/pages", "internal/repo", "internal/wanted"}
	fuzzes := func(name string) bool { return strings.HasPrefix(name, "Fuzz") }
	for _, dir := range packageDirs(t) {
		p := load(t, dir)
		if p.name() != "main" && !slices.Contains(readsNothing, dir) && !p.declares(fuzzes) {
			t.Errorf("package %s has no fuzz target", dir)
		}
	}
}

// A loaded package has the files of the package and of its tests.
type loaded struct {
	fset  *token.FileSet
	dir   string
	files []*ast.File
}

func load(t *testing.T, dir string) *loaded {
	t.Helper()
	l := &loaded{fset: token.NewFileSet(), dir: dir}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(l.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		l.files = append(l.files, file)
	}
	return l
}

// name returns the name of the package, without the suffix of external tests.
func (l *loaded) name() string {
	for _, f := range l.files {
		if !l.isTest(f) {
			return f.Name.Name
		}
	}
	return ""
}

func (l *loaded) isTest(f *ast.File) bool {
	return strings.HasSuffix(l.fset.File(f.Package).Name(), "_test.go")
}

func (l *loaded) documentation(t *testing.T) *doc.Package {
	t.Helper()
	var files []*ast.File
	for _, f := range l.files {
		if !l.isTest(f) {
			files = append(files, f)
		}
	}
	pkg, err := doc.NewFromFiles(l.fset, files, modulePath+"/"+l.dir)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// declares reports whether a function that is not a method has a name for which like
// returns true.
func (l *loaded) declares(like func(string) bool) bool {
	for _, f := range l.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && like(fn.Name.Name) {
				return true
			}
		}
	}
	return false
}

func undocumented(pkg *doc.Package) []string {
	names := slices.Concat(undocumentedValues(pkg.Consts), undocumentedValues(pkg.Vars), undocumentedFuncs("", pkg.Funcs))
	for _, typ := range pkg.Types {
		if typ.Doc == "" {
			names = append(names, typ.Name)
		}
		names = slices.Concat(names, undocumentedValues(typ.Consts), undocumentedValues(typ.Vars),
			undocumentedFuncs("", typ.Funcs), undocumentedFuncs(typ.Name+".", typ.Methods))
	}
	return names
}

func undocumentedFuncs(prefix string, funcs []*doc.Func) (names []string) {
	for _, f := range funcs {
		if f.Doc == "" {
			names = append(names, prefix+f.Name)
		}
	}
	return names
}

// undocumentedValues counts the comment of a group as that of each of its values.
func undocumentedValues(groups []*doc.Value) (names []string) {
	for _, group := range groups {
		for _, spec := range group.Decl.Specs {
			value := spec.(*ast.ValueSpec)
			if group.Doc == "" && value.Doc == nil && value.Comment == nil {
				names = append(names, value.Names[0].Name)
			}
		}
	}
	return names
}
