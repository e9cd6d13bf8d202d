package lint_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const marker = "marker-4f1d"

// No finding on a grant with a token shows any of it, whatever else is in it.
func TestTokenOfGrantIsNotShown(t *testing.T) {
	for _, cases := range grantCases {
		for _, c := range cases {
			req := filled(c.req)
			req.EventSourceToken = marker
			found := lint.CheckGrant(req, c.opts...)
			found = append(found, lint.CheckPolicy(policy.Document{}.With(statementOf(t, req)), c.opts...)...)
			if s := text(t, found); strings.Contains(s, marker) {
				t.Errorf("%+v: %s", c.req, s)
			}
		}
	}
}

// Nor does one on a policy, in whatever condition the token stands.
func TestTokenOfPolicyIsNotShown(t *testing.T) {
	for _, condition := range []string{
		`{"StringEquals":{"lambda:EventSourceToken":"` + marker + `"}}`,
		`{"StringLike":{"lambda:eventsourcetoken":["` + marker + `","x"]}}`,
		`{"ForAnyValue:StringEquals":{"lambda:EventSourceToken":"` + marker + `"}}`,
		`{"StringEquals":{"lambda:EventSourceToken":"` + marker + `","lambda:eventSourceToken":"` + marker + `"}}`,
	} {
		s := statement(`"*"`, `,"Condition":`+condition)
		found := lint.CheckPolicy(parsePolicy(t, document(s, s, statement(`"*"`, ""))))
		if len(found) == 0 || strings.Contains(text(t, found), marker) {
			t.Errorf("%s: %s", condition, text(t, found))
		}
	}
	// The seam: the marker does show where it is no token.
	shown := lint.CheckGrant(filled(validate.Request{Principal: marker + ".amazonaws.com"}))
	if !strings.Contains(text(t, shown), marker) {
		t.Error("the test does not see what is shown")
	}
}
