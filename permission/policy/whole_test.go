package policy_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// wholePolicy returns the policy of the guide with an ID.
func wholePolicy(t testing.TB, id string) policy.Document {
	t.Helper()
	for _, p := range corpus.WholePolicies() {
		if p.ID == id {
			d, err := policy.Parse(p.Document)
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			return d
		}
	}
	t.Fatalf("the corpus has no policy %s", id)
	return policy.Document{}
}

// The policies of the guide allow the calls that the guide says they allow.
func TestEvaluateWholePolicies(t *testing.T) {
	unit := func(name, path string) policy.IAMPrincipal {
		return allows(policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:role/" + name, PrincipalOrgID: "o-a1b2c3d4e5", PrincipalOrgPaths: []string{path}})
	}
	of := func(account, bucket string) policy.Service {
		return policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::" + bucket, SourceAccount: account}
	}
	with := func(action string, v policy.Invocation) policy.Invocation {
		v.Action = action
		return v
	}
	alias := func(v policy.Invocation) policy.Invocation {
		v.Function = arn.MustParseFunction(thumbnail + ":live")
		return v
	}
	release := allows(policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:role/release"})
	support := allows(policy.IAMPrincipal{ARN: "arn:aws:sts::210987654321:assumed-role/support/me"})
	stranger := allows(policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:role/stranger"})
	for _, c := range []struct {
		id, why string
		call    policy.Invocation
		want    policy.Verdict
	}{
		{"source-denied", "a bucket of the account", from(of("123456789012", "uploads")), policy.Allowed},
		{"source-denied", "the bucket that is denied", from(of("123456789012", "quarantine")), policy.Denied},
		{"source-denied", "a bucket of another account", from(of("210987654321", "uploads")), policy.Denied},
		{"source-denied", "the denied bucket, by an alias", alias(from(of("123456789012", "quarantine"))), policy.Denied},
		{"source-denied", "another service", from(policy.Service{Name: "sns.amazonaws.com", SourceAccount: "123456789012"}), policy.Denied},

		{"organization", "a role of the organization", from(unit("r", "o-a1b2c3d4e5/r-ab12/")), policy.Allowed},
		{"organization", "a role of no organization", from(release), policy.Denied},
		{"organization", "a service", from(of("123456789012", "uploads")), policy.Denied},

		{"roles-at-an-address", "one of the roles", with("lambda:CreateAlias", at("203.0.113.9", release)), policy.Allowed},
		{"roles-at-an-address", "a session of the other", with("lambda:CreateAlias", at("203.0.113.9", support)), policy.Allowed},
		{"roles-at-an-address", "from elsewhere", with("lambda:CreateAlias", at("198.51.100.9", release)), policy.Denied},
		{"roles-at-an-address", "from an address that is not known", with("lambda:CreateAlias", from(release)), policy.Unsupported},
		{"roles-at-an-address", "another role", with("lambda:CreateAlias", at("203.0.113.9", stranger)), policy.Denied},
		{"roles-at-an-address", "another action", with("lambda:DeleteAlias", at("203.0.113.9", release)), policy.Denied},

		{"organization-paths", "the unit", from(unit("r", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/")), policy.Allowed},
		{"organization-paths", "a unit below it", from(unit("r", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/")), policy.Allowed},
		{"organization-paths", "another unit", from(unit("r", "o-a1b2c3d4e5/r-ab12/ou-ab12-33333333/")), policy.Denied},
		{"organization-paths", "no organization", from(release), policy.Denied},
		{"organization-paths", "the organization without paths", from(allows(policy.IAMPrincipal{ARN: release.ARN, PrincipalOrgID: "o-a1b2c3d4e5"})), policy.Unsupported},
	} {
		if got := wholePolicy(t, c.id).Evaluate(c.call); got.Verdict() != c.want {
			t.Errorf("%s: %s: %v, want %v", c.id, c.why, got, c.want)
		}
	}
}

// The statements of the policies of the guide can be built from their elements, and an
// Allow is covered by the same statement without conditions.
func TestWholePoliciesAreBuiltAndCompared(t *testing.T) {
	for _, p := range corpus.WholePolicies() {
		for _, s := range wholePolicy(t, p.ID).Statements() {
			e := s.Elements()
			again, err := e.Build()
			if err != nil {
				t.Errorf("%s: %s: %v", p.ID, s.Sid(), err)
				continue
			}
			if !again.Equivalent(s) {
				t.Errorf("%s: Build of the elements of %s returned %s", p.ID, s, again)
			}
			// The same statement without conditions is wider.
			e.Conditions = nil
			wide, err := e.Build()
			if err != nil {
				t.Errorf("%s: %s: %v", p.ID, s.Sid(), err)
				continue
			}
			isAllow := s.Effect() == "Allow"
			if policy.Covers(wide, s) != isAllow {
				t.Errorf("%s: %s: without conditions it covers: %v, want %v", p.ID, s.Sid(), !isAllow, isAllow)
			}
			if policy.Covers(s, wide) {
				t.Errorf("%s: %s covers itself without conditions", p.ID, s.Sid())
			}
		}
	}
}
