package permission

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// PolicyReading is the policy of one function, version or alias as GetPolicy
// answered it.
type PolicyReading struct {
	// Document is the policy. It is the zero Document if there is no policy.
	Document policy.Document

	// RevisionID identifies this state of the policy: as the RevisionId of
	// AddPermission and RemovePermission it makes the service refuse a change of any
	// other state. It is empty if there is no policy, or if the answer had none.
	RevisionID string

	// Found reports whether there is a policy.
	Found bool
}

// ReadPolicy reads the policy of function: a name, a partial ARN or a full ARN,
// with the version or alias in it (Thumbnail:PROD) if the policy of that one is
// meant. optFns apply to the call.
//
// If there is no policy, Found is false and the error nil: the statements of the
// function are the same as with an empty policy. The service gives the same
// answer for a function, version or alias that does not exist, so that Found
// does not say whether it does (GetPolicy, "Errors"). A function of another region
// or account is an error, never an absent policy.
//
// The error is that of the call, a *arn.ParseError if function is not the name of
// one, or one that wraps a *policy.ParseError if the answer is not a policy.
// ReadPolicy may be called by any number of goroutines if api may.
func ReadPolicy(ctx context.Context, api GetPolicyAPIClient, function string, optFns ...func(*Options)) (PolicyReading, error) {
	f, err := arn.ParseFunction(function)
	if err != nil {
		return PolicyReading{}, err
	}
	return readScope(ctx, api, aws.String(f.Unqualified().String()), presentText(f.Qualifier().String()), optFns)
}

// readScope is ReadPolicy for the members of an input, which are sent as they are.
func readScope(ctx context.Context, api GetPolicyAPIClient, functionName, qualifier *string, optFns []func(*Options)) (PolicyReading, error) {
	p, err := readPolicy(ctx, api, functionName, qualifier, optFns)
	if err != nil {
		return PolicyReading{}, err
	}
	return PolicyReading{Document: p.document, RevisionID: aws.ToString(p.revisionID), Found: p.absent == nil}, nil
}

// readout is the policy of one scope as GetPolicy gave it. A scope without a
// policy has the zero document, and no revision.
type readout struct {
	document   policy.Document
	revisionID *string
	absent     error // the answer that there is none
}

// readPolicy reads the policy of a scope. That there is none is no error: for
// the statements of a scope it is the same as an empty policy.
func readPolicy(ctx context.Context, api GetPolicyAPIClient, functionName, qualifier *string, optFns []func(*Options)) (readout, error) {
	out, err := api.GetPolicy(ctx, &GetPolicyInput{FunctionName: functionName, Qualifier: qualifier}, optFns...)
	if isPolicyAbsent(err) {
		return readout{absent: err}, nil
	}
	if err != nil {
		return readout{}, err
	}
	document, err := policy.Parse(aws.ToString(out.Policy))
	if err != nil {
		return readout{}, fmt.Errorf("permission: GetPolicy's answer is not a policy: %w", err)
	}
	return readout{document: document, revisionID: out.RevisionId}, nil
}

// wantedStatement returns the statement that AddPermission would store for req
// beside the statements given, which are of the same policy. They tell the
// partition, region and account that a name may leave out.
func wantedStatement(req validate.Request, beside ...policy.Statement) (policy.Statement, error) {
	scope, err := scopeOf(req)
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
	return policy.Statement{}, errNoResource
}

// errNoResource is that a policy does not tell the full ARN of its scope.
var errNoResource = errors.New("permission: no statement of the policy has this function, version or alias for its resource")

// scopeOf returns the function with its qualifier, wherever req has that.
func scopeOf(req validate.Request) (arn.Function, error) {
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

// isPolicyAbsent reports whether GetPolicy answered that a scope has no policy.
func isPolicyAbsent(err error) bool { return lambdaerrors.IsNotFound(err) && !isElsewhere(err) }
