package corpus_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
)

// Every evaluation is complete, has a unique id and names a document and its section.
// Each of the two answers is expected several times.
func TestEvaluations(t *testing.T) {
	seen := map[string]bool{}
	answers := map[string]int{}
	for _, e := range corpus.Evaluations() {
		if e.ID == "" || seen[e.ID] {
			t.Errorf("id %q is empty or not unique", e.ID)
		}
		seen[e.ID] = true
		answers[e.Expect]++
		r := e.Request
		for member, isMissing := range map[string]bool{
			"note": e.Note == "", "policy": len(e.Policy) == 0, "principal": r.Principal == "", "action": r.Action == "",
			"resource": r.Resource == "", "context": r.Context == nil,
		} {
			if isMissing {
				t.Errorf("%s: no %s", e.ID, member)
			}
		}
		if !strings.Contains(e.Source, ", ") {
			t.Errorf("%s: source %q, want a document and a section with \", \" between them", e.ID, e.Source)
		}
		if r.Identity != "allow" && r.Identity != "none" {
			t.Errorf("%s: identity %q, want allow or none", e.ID, r.Identity)
		}
	}
	for answer, n := range answers {
		if answer != "allow" && answer != "deny" {
			t.Errorf("%d evaluations expect %q, want allow or deny", n, answer)
		}
	}
	for _, answer := range []string{"allow", "deny"} {
		if n := answers[answer]; n < 10 {
			t.Errorf("%d evaluations expect %s, want 10 at least", n, answer)
		}
	}
}
