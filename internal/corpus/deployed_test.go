package corpus_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
)

func TestShapes(t *testing.T) {
	grants, deployable := 0, 0
	seen := map[string]bool{}
	for _, s := range corpus.Shapes() {
		if s.N < 1 || s.From == "" || s.Request.FunctionName == "" {
			t.Errorf("%+v lacks something", s)
		}
		seen[s.From] = true
		grants += s.N
		if s.Deployable {
			deployable++
		}
	}
	if grants < 1400 || deployable < 300 || len(seen) < 3 {
		t.Errorf("%d grants, %d shapes that can be deployed, from %v", grants, deployable, seen)
	}
}
