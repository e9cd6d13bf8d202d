package validate_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Accepts is the lean way through a set, and says yes exactly where the way that
// collects violations finds none.
func checkAgreement(t *testing.T, r validate.Request) {
	t.Helper()
	for name, rules := range map[string]*validate.Rules{"Original": validate.Original, "Current": validate.Current} {
		for _, op := range []validate.Operation{validate.AddPermission, validate.GetPolicy, validate.RemovePermission} {
			r.Operation = op
			found := validate.Examine(rules, r)
			if accepted := validate.Accepts(rules, r); accepted != (len(found) == 0) {
				t.Errorf("%s, %s of %+v: accepted %v, violations %v", name, op, r, accepted, found)
			}
		}
	}
}

func TestBothWaysAgree(t *testing.T) {
	for _, g := range corpus.Grants() {
		checkAgreement(t, g.Request)
	}
	for _, m := range corpus.Mistakes() {
		checkAgreement(t, m.Request)
	}
}
