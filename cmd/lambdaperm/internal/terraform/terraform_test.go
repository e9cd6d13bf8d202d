package terraform

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

const permission = `{"address":"%s","mode":"%s","type":"aws_lambda_permission","%s":%s}`

func change(address, after, unknown string) string {
	return fmt.Sprintf(permission, address, "managed", "change", `{"after":`+after+`,"after_unknown":`+unknown+`}`)
}

// described returns each grant as "NAME: FUNCTION ID OPEN,MEMBERS".
func described(t *testing.T, text string) []string {
	t.Helper()
	root, err := tree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !Is(root) {
		t.Fatalf("not a plan: %s", text)
	}
	all := Grants(root)
	var lines []string
	for _, g := range all {
		var open []string
		for name := range g.Open {
			open = append(open, name)
		}
		slices.Sort(open)
		req := g.Branches[0].Requests[0]
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s: %s %s %s", g.Name, g.Function, req.StatementId, strings.Join(open, ","))))
	}
	return lines
}

func TestGrants(t *testing.T) {
	const known = `{"function_name":"f","statement_id":"s","qualifier":"live"}`
	for _, tt := range []struct {
		reason, text string
		want         []string
	}{
		{"a plan", `{"format_version":"1.2","resource_changes":[` + change("p", known, "{}") + `]}`, []string{"p: f:live s"}},
		{"an instance of count and for_each", `{"format_version":"1.2","resource_changes":[` + change(`p[0]`, known, "{}") + "," + change(`module.m[\"a\"].p[\"x\"]`, known, "{}") + `]}`,
			[]string{"p[0]: f:live s", `module.m["a"].p["x"]: f:live s`}},
		{"a value that is known after apply", `{"format_version":"1.2","resource_changes":[` + change("p", known, `{"source_arn":true,"id":true}`) + `]}`,
			[]string{"p: f:live s SourceArn"}},
		{"a function that is known after apply", `{"format_version":"1.2","resource_changes":[` + change("p", `{"statement_id":"s"}`, `{"function_name":true}`) + `]}`,
			[]string{"p:  s FunctionName"}},
		{"a resource that is deleted makes no grant", `{"format_version":"1.2","resource_changes":[` + change("p", "null", "{}") + `]}`, nil},
		{"a data source makes no grant", `{"format_version":"1.2","resource_changes":[` + fmt.Sprintf(permission, "d", "data", "change", `{"after":`+known+`}`) + `]}`, nil},
		{"a state with modules in modules", `{"format_version":"1.0","values":{"root_module":{"resources":[` + fmt.Sprintf(permission, "a", "managed", "values", known) +
			`],"child_modules":[{"child_modules":[{"resources":[` + fmt.Sprintf(permission, "b", "managed", "values", known) + `]}]}]}}}`, []string{"a: f:live s", "b: f:live s"}},
		{"planned values", `{"format_version":"1.0","planned_values":{"root_module":{"resources":[` + fmt.Sprintf(permission, "a", "managed", "values", known) + `]}}}`, []string{"a: f:live s"}},
	} {
		if got := described(t, tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
		}
	}
}

// Grants and Policies do not panic for any plan, and each problem has a reason.
func FuzzPlan(f *testing.F) {
	f.Add([]byte(`{"format_version":"1.2","resource_changes":[` + change("p", `{"function_name":"f","source_arn":[1]}`, `{"principal":true}`) + `]}`))
	f.Add([]byte(`{"terraform_version":"1","values":{"root_module":{"child_modules":[{"resources":[{"type":"aws_lambda_resource_policy","values":{"policy":"{}"}}]}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := tree.Parse(data)
		if err != nil || !Is(root) {
			return
		}
		for _, g := range Grants(root) {
			if len(g.Branches) != 1 {
				t.Errorf("grant %+v has not one branch", g)
			}
			for _, p := range g.Problems {
				if p.Reason == "" {
					t.Errorf("problem %+v has no reason", p)
				}
			}
		}
		Policies(root)
	})
}
