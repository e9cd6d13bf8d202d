package repo_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/doc"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the exported API to the folder "+listingsDir)

const listingsDir = "internal/repo/api"

// The folder api has a file with the exported declarations of each package that
// programs can import, so that a change of the API shows as a change of a file. After
// an intended change run: go test ./internal/repo -run TestExportedAPI -update
func TestExportedAPI(t *testing.T) {
	atRoot(t)
	want := map[string]bool{}
	for _, dir := range packageDirs(t) {
		if !isPublic(t, dir) {
			continue
		}
		file := apiFile(dir)
		want[file] = true
		checkListing(t, file, listing(t, dir))
	}
	if len(want) < 5 {
		t.Errorf("%d public packages, want 5 at least", len(want))
	}
	for _, file := range listings(t) {
		if !want[file] {
			t.Errorf("%s belongs to no package: remove it", file)
		}
	}
}

func isPublic(t *testing.T, dir string) bool {
	t.Helper()
	return !slices.Contains(strings.Split(dir, "/"), "internal") && load(t, dir).name() != "main"
}

func apiFile(dir string) string {
	if dir == "." {
		dir = path.Base(modulePath)
	}
	return listingsDir + "/" + dir + ".txt"
}

// listings returns the files below the folder api.
func listings(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(listingsDir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func checkListing(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write the file by go test ./internal/repo -run %s -update", err, t.Name())
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("the API differs from %s; if this is intended, run go test ./internal/repo -run %s -update (-file +code):\n%s", file, t.Name(), diff)
	}
}

// listing returns the exported declarations of a package in the order of its
// documentation, without comments and bodies.
func listing(t *testing.T, dir string) string {
	t.Helper()
	l := &lister{fset: token.NewFileSet()}
	pkg := l.documentation(t, dir)
	l.text.WriteString("package " + pkg.Name + " // import " + strconv.Quote(pkg.ImportPath) + "\n")
	l.values(pkg.Consts, pkg.Vars)
	l.funcs(pkg.Funcs)
	for _, typ := range pkg.Types {
		l.decl(typ.Decl)
		l.values(typ.Consts, typ.Vars)
		l.funcs(typ.Funcs, typ.Methods)
	}
	text, err := format.Source(l.text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A lister writes declarations.
type lister struct {
	fset *token.FileSet
	text bytes.Buffer
}

// documentation reads a package without its comments.
func (l *lister) documentation(t *testing.T, dir string) *doc.Package {
	t.Helper()
	var files []*ast.File
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !isLibraryFile(name) {
			continue
		}
		file, err := parser.ParseFile(l.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(l.fset, files, path.Join(modulePath, dir))
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// decl writes a declaration after an empty line, without the empty lines that its
// comments left.
func (l *lister) decl(node ast.Node) {
	var text bytes.Buffer
	// Writing to memory does not fail, and the nodes come from a parser.
	_ = printer.Fprint(&text, l.fset, node)
	l.text.WriteByte('\n')
	for line := range strings.Lines(text.String()) {
		if strings.TrimSpace(line) != "" {
			l.text.WriteString(line)
		}
	}
	l.text.WriteByte('\n')
}

func (l *lister) values(groups ...[]*doc.Value) {
	for _, group := range slices.Concat(groups...) {
		if group.Decl.Tok == token.VAR {
			hideValues(group.Decl)
		}
		l.decl(group.Decl)
	}
}

// hideValues drops the initial values of variables of a known type: they are not
// part of the API.
func hideValues(group *ast.GenDecl) {
	for _, spec := range group.Specs {
		if value := spec.(*ast.ValueSpec); value.Type != nil {
			value.Values = nil
		}
	}
}

func (l *lister) funcs(groups ...[]*doc.Func) {
	for _, f := range slices.Concat(groups...) {
		f.Decl.Body = nil
		l.decl(f.Decl)
	}
}
