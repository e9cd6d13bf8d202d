// Package wanted compares grants with the statements of a policy. The name of a
// function may leave out parts of its ARN that only the policy has.
package wanted

import (
	"errors"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Statement returns the statement that AddPermission would store for req
// beside the statements given, which are of the same policy. They supply the
// partition, region and account that a name may leave out.
func Statement(req validate.Request, beside ...policy.Statement) (policy.Statement, error) {
	scope, err := req.Function()
	if err != nil {
		return policy.Statement{}, err
	}
	for _, statement := range beside {
		for _, resource := range statement.Resources() {
			if f, err := arn.ParseFunction(resource); err == nil && names(scope, f) {
				return policy.NewStatement(req, f)
			}
		}
	}
	if scope.IsComplete() {
		return policy.NewStatement(req, scope)
	}
	return policy.Statement{}, ErrNoResource
}

// ErrNoResource means that no statement of the policy names the full ARN of its
// scope.
var ErrNoResource = errors.New("permission: no statement of the policy has this function, version or alias for its resource")

// names reports whether a scope is resource once the parts that its name leaves out are
// taken from resource.
func names(scope, resource arn.Function) bool {
	return resource.IsComplete() && scope.Complete(resource.Partition(), resource.Region(), resource.AccountID()) == resource
}

// Describe returns the differences between a stored and a wanted statement as one
// text, without any EventSourceToken.
func Describe(differences []policy.Difference) string {
	words := make([]string, len(differences))
	for i, d := range differences {
		words[i] = d.String()
	}
	return strings.Join(words, "; ")
}
