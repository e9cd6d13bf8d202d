package corpus_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
)

func TestShapes(t *testing.T) {
	grants, deployable := 0, 0
	seen := map[string]bool{}
	for _, s := range corpus.Shapes() {
		for member, isMissing := range map[string]bool{"n": s.N < 1, "from": s.From == "", "FunctionName": s.Request.FunctionName == ""} {
			if isMissing {
				t.Errorf("%s is missing: %+v", member, s)
			}
		}
		seen[s.From] = true
		grants += s.N
		if s.Deployable {
			deployable++
		}
	}
	if grants < 1400 {
		t.Errorf("%d grants, want 1400 at least", grants)
	}
	if deployable < 300 {
		t.Errorf("%d deployable shapes, want 300 at least", deployable)
	}
	if len(seen) < 3 {
		t.Errorf("kinds of files: %v, want 3 at least", seen)
	}
}
