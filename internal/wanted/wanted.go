// Package wanted tells which statement a grant will be, when the name of its
// function leaves out what only the policy knows.
package wanted

import (
	"errors"
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Statement returns the statement that AddPermission would store for req
// beside the statements given, which are of the same policy. They tell the
// partition, region and account that a name may leave out.
func Statement(req validate.Request, beside ...policy.Statement) (policy.Statement, error) {
	scope, err := Scope(req)
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

// Scope returns the function with its qualifier, wherever req has that.
func Scope(req validate.Request) (arn.Function, error) {
	f, err := arn.ParseFunction(req.FunctionName)
	if err != nil || req.Qualifier == "" {
		return f, err
	}
	q, err := arn.ParseQualifier(req.Qualifier)
	if err != nil {
		return arn.Function{}, err
	}
	if own := f.Qualifier(); !own.IsZero() && own != q {
		return arn.Function{}, fmt.Errorf("permission: FunctionName %q and Qualifier %q name two scopes", req.FunctionName, req.Qualifier)
	}
	return f.WithQualifier(q), nil
}

// names reports whether a scope, with what its name leaves out taken from
// resource, is resource.
func names(scope, resource arn.Function) bool {
	return resource.IsComplete() && scope.Complete(resource.Partition(), resource.Region(), resource.AccountID()) == resource
}
