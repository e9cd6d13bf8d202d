package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/lint"
)

// Whatever can be found is explained: the constants of the packages that find it
// are in the table, once.
func TestRulesAreExplained(t *testing.T) {
	known := map[string]bool{}
	for _, r := range rules {
		if known[r.id] || r.title == "" || r.why == "" || r.documentation == "" {
			t.Errorf("rule %+v is there twice, or lacks a text", r)
		}
		known[r.id] = true
	}
	for _, file := range []string{"../../../../validate/violation.go", "../../../../internal/requestfile/problem.go"} {
		ids := constants(t, file)
		if len(ids) < 5 {
			t.Errorf("%s has only %d constants", file, len(ids))
		}
		for _, id := range ids {
			if !known[id] {
				t.Errorf("rule %q of %s is not in the table", id, file)
			}
		}
	}
	for _, r := range lint.Rules() {
		if ruleOf(r.ID).severity != r.Severity {
			t.Errorf("rule %s: severity %v, want %v", r.ID, ruleOf(r.ID).severity, r.Severity)
		}
	}
}

// constants returns the texts that the exported constants of a file have.
func constants(t *testing.T, name string) (texts []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec)
			literal, ok := value.Values[0].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING || !value.Names[0].IsExported() {
				continue
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text)
		}
	}
	return texts
}
