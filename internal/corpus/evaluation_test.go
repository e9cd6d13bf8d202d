package corpus_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
)

// Every evaluation is complete, has an id of its own, names a document, and has
// an answer that can come out either way.
func TestEvaluations(t *testing.T) {
	seen := map[string]bool{}
	answers := map[string]int{}
	for _, e := range corpus.Evaluations() {
		if e.ID == "" || seen[e.ID] {
			t.Errorf("id %q is empty or taken", e.ID)
		}
		seen[e.ID] = true
		answers[e.Expect]++
		if e.Note == "" || len(e.Policy) == 0 || !strings.Contains(e.Source, ", ") {
			t.Errorf("%s: note %q, policy %q, source %q", e.ID, e.Note, e.Policy, e.Source)
		}
		r := e.Request
		if r.Principal == "" || r.Action == "" || r.Resource == "" || r.Context == nil || r.Identity != "allow" && r.Identity != "none" {
			t.Errorf("%s: the request is incomplete: %+v", e.ID, r)
		}
	}
	if len(answers) != 2 || answers["allow"] < 10 || answers["deny"] < 10 {
		t.Errorf("answers: %v", answers)
	}
}
