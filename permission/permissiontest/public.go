package permissiontest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// BlockPublicPolicy sets whether a function refuses public policies, for itself, its
// versions and its aliases. A new function does not. A policy that exists already stays.
//
// While it is set, PutResourcePolicy and AddPermission answer PublicPolicyException if
// the policy would become public: if a statement allows everybody, and no condition
// limits it to an organization, an account, a source or a network. The service's own
// definition is not known.
func (s *Service) BlockPublicPolicy(function string, block bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, f, err := s.existing(function)
	if err != nil {
		return err
	}
	f.blocksPublic = block
	return nil
}

// checkPublic refuses a public policy for a function that blocks them.
func checkPublic(f *function, document policy.Document) *answer {
	if !f.blocksPublic || !slices.ContainsFunc(document.Statements(), isPublic) {
		return nil
	}
	return publicPolicy()
}

// publicPolicy is quoted in jetbridge/cdk-nextjs#232.
func publicPolicy() *answer {
	return &answer{http.StatusBadRequest, "PublicPolicyException", map[string]any{
		"Type": "User",
		"Message": "Lambda blocked the creation of this policy because it would grant public access to your function. " +
			"If this is intentional, change your function's BlockPublicPolicy setting to allow public access and try again.",
	}}
}

// isPublic reports whether a statement allows everybody.
func isPublic(s policy.Statement) bool {
	everybody := s.NotPrincipals() != nil || slices.ContainsFunc(s.Principals(), policy.Principal.IsAnyone)
	return s.Effect() == "Allow" && everybody && !slices.ContainsFunc(s.Conditions(), limits)
}

// limitingKeys are the condition keys that tell one group of callers from everybody
// else (IAM User Guide, "AWS global condition context keys").
var limitingKeys = []string{
	"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
	"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths",
	"aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:userid", "lambda:EventSourceToken",
}

// limits reports whether a condition is met only by those whom it names. Operators
// that hold for different values, or for an absent key, limit nobody.
func limits(c policy.Condition) bool {
	operator := strings.ToLower(c.Operator)
	for _, open := range []string{"not", "ifexists", "forallvalues", "null"} {
		if strings.Contains(operator, open) {
			return false
		}
	}
	return slices.ContainsFunc(limitingKeys, c.HasKey) &&
		!slices.ContainsFunc(c.Values, func(v string) bool { return strings.Trim(v, "*") == "" || strings.HasSuffix(v, "/0") })
}
