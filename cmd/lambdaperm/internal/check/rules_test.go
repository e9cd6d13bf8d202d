package check

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The table has each rule once, with its explanation.
func TestRulesAreExplained(t *testing.T) {
	known := map[string]bool{}
	for _, r := range rules {
		if known[r.id] {
			t.Errorf("rule %s occurs twice", r.id)
		}
		for _, text := range []string{r.title, r.why, r.documentation} {
			if text == "" {
				t.Errorf("rule %+v lacks a text", r)
			}
		}
		known[r.id] = true
	}
	ids := validate.RuleIDs()
	for _, kind := range requestfile.Kinds() {
		ids = append(ids, string(kind))
	}
	for _, id := range ids {
		if !known[id] {
			t.Errorf("rule %q is not in the table", id)
		}
	}
	for _, r := range lint.Rules() {
		if ruleOf(r.ID).severity != r.Severity {
			t.Errorf("rule %s: severity %v, want %v", r.ID, ruleOf(r.ID).severity, r.Severity)
		}
	}
}
