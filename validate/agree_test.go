package validate_test

import (
	"math"
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
	// Every byte may begin or end a principal, and so may a mark of several.
	for c := range 256 {
		for _, p := range []string{string([]byte{byte(c)}), "s3.amazonaws.com" + string([]byte{byte(c)}), string([]byte{byte(c)}) + "s3.amazonaws.com"} {
			checkAgreement(t, grant(func(r *validate.Request) { r.Principal = p }))
		}
	}
	for _, p := range []string{"s3.amazonaws.com”", "“s3.amazonaws.com", "«", "amazonaws.com", "arn:aws:iam:123456789012:root", "http://s3", "1"} {
		checkAgreement(t, grant(func(r *validate.Request) { r.Principal = p }))
	}
}

// A length in bytes is enough where code points cannot number otherwise: one has
// one to four bytes, and only one where nothing beyond ASCII matches.
func TestFitsInBytes(t *testing.T) {
	for _, test := range []struct {
		min, max int
		ascii    bool
		from, to int
	}{
		{12, 34, true, 12, 34},
		{12, 34, false, 48, 34}, // no length is sure
		{2, 64, false, 8, 64},
		{1, 64, false, 0, 64}, // what is there has one
		{0, 0, false, 0, math.MaxInt},
	} {
		from, to := validate.FitsInBytes(test.min, test.max, test.ascii)
		if from != test.from || to != test.to {
			t.Errorf("%+v: from %d to %d", test, from, to)
		}
	}
}
