package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/validate"
)

// RuleIDs returns the values of all Rule constants, in their order.
func TestRuleIDs(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "violation.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(c.Names[0].Name, "Rule") {
			id, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Error(err)
			}
			want = append(want, id)
		}
		return true
	})
	if len(want) == 0 {
		t.Error("violation.go has no constant Rule...")
	}
	if diff := cmp.Diff(want, validate.RuleIDs()); diff != "" {
		t.Errorf("RuleIDs (-constants +got):\n%s", diff)
	}
}

// The error of one violation is one line.
func TestErrorOfOne(t *testing.T) {
	err := validate.Current.Check(grant(func(r *validate.Request) { r.StatementId = "example.com" }))
	const want = `invalid request: StatementId "example.com": Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)` +
		` (hint: a statement id has only letters, digits, - and _, not '.': try "example-com")`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Error() (-want +got):\n%s", diff)
	}
}

// The error of several violations has a heading with their number and a line for each.
func TestErrorOfSeveral(t *testing.T) {
	err := validate.Current.Check(validate.Request{FunctionName: "f", StatementId: "s", Action: "InvokeFunction"})
	const want = `invalid request: 2 violations
  Action "InvokeFunction": Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*]) (hint: write "lambda:InvokeFunction", with the service before the name)
  Principal: Member must not be null (hint: say who may call: a service, an account ID, or the ARN of a user or role)`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Error() (-want +got):\n%s", diff)
	}
}

// errors.As finds the *Error and the first Violation, wrapped or not.
func TestErrorsAs(t *testing.T) {
	err := fmt.Errorf("granting: %w", validate.Current.Check(grant(func(r *validate.Request) { r.Action, r.StatementId = "x", "a b" })))
	var v validate.Violation
	if !errors.As(err, &v) {
		t.Fatalf("errors.As finds no Violation in %v", err)
	}
	if v.Field != "StatementId" {
		t.Errorf("Field %q, want StatementId", v.Field)
	}
	if v.Rule != validate.RulePattern {
		t.Errorf("Rule %q, want %q", v.Rule, validate.RulePattern)
	}
	var e *validate.Error
	if !errors.As(err, &e) {
		t.Fatalf("errors.As finds no *Error in %v", err)
	}
	if len(e.Violations) != 2 {
		t.Errorf("%d violations, want 2", len(e.Violations))
	}
	if !errors.Is(err, v) {
		t.Errorf("errors.Is does not find the violation %v in its error", v)
	}
	for i, one := range e.Unwrap() {
		if one != e.Violations[i] {
			t.Errorf("Unwrap()[%d] is %v, want %v", i, one, e.Violations[i])
		}
	}
}

// Check of a valid request returns a nil error, not a nil *Error.
func TestNilError(t *testing.T) {
	if err := validate.Current.Check(grant(nil)); err != nil {
		t.Errorf("Check = %#v, want nil", err)
	}
}

// The text of a violation shortens a huge value; Value has all of it.
func TestErrorOfHugeValue(t *testing.T) {
	huge := strings.Repeat("é", 1<<20)
	for _, field := range []string{"FunctionName", "Qualifier", "StatementId", "Action", "SourceArn", "SourceAccount", "PrincipalOrgID"} {
		err := validate.Current.Check(with(validate.AddPermission, field, huge))
		text := err.Error()
		if len(text) > 4096 {
			t.Errorf("%s: the text has %d bytes, want at most 4096", field, len(text))
		}
		if !utf8.ValidString(text) {
			t.Errorf("%s: the text is not UTF-8: %q", field, text)
		}
		var v validate.Violation
		if !errors.As(err, &v) {
			t.Errorf("%s: errors.As finds no Violation", field)
		}
		if v.Value != huge {
			t.Errorf("%s: Value has %d bytes, want %d", field, len(v.Value), len(huge))
		}
	}
}

// An *Error encodes as JSON and is decoded again. The keys are those of the findings of
// package lint.
func TestViolationJSON(t *testing.T) {
	r := grant(func(r *validate.Request) { r.StatementId, r.EventSourceToken, r.Principal = "a.b", "se cret", "" })
	got, err := json.Marshal(validate.Current.Check(r))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"violations":[` +
		`{"field":"StatementId","rule":"pattern","value":"a.b","message":"Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",` +
		`"hint":"a statement id has only letters, digits, - and _, not '.': try \"a-b\""},` +
		`{"field":"Principal","rule":"required","message":"Member must not be null",` +
		`"hint":"say who may call: a service, an account ID, or the ARN of a user or role"},` +
		`{"field":"EventSourceToken","rule":"pattern","message":"Member must satisfy regular expression pattern: [a-zA-Z0-9._\\-]+",` +
		`"hint":"the value has whitespace in it or around it"}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	var back validate.Error
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(violations(t, validate.Current, r), back.Violations); diff != "" {
		t.Errorf("violations decoded (-want +got):\n%s", diff)
	}
}
