package permission

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// PolicyReading is the policy of one function, version or alias as GetPolicy
// answered it.
type PolicyReading struct {
	// Document is the policy. It is the zero Document if there is no policy.
	Document policy.Document

	// RevisionID identifies this state of the policy: as the RevisionId of
	// AddPermission and RemovePermission it makes the service refuse a change of any
	// other state. It is empty if there is no policy, or if the answer has no RevisionId.
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
	return readScope(ctx, api, aws.String(f.Unqualified().String()), qualifierText(f.Qualifier()), optFns)
}

// qualifierText returns the text of q, or nil if q is zero.
func qualifierText(q arn.Qualifier) *string {
	if q.IsZero() {
		return nil
	}
	return aws.String(q.String())
}

// readScope is ReadPolicy for the members of an input, which are sent as they are.
func readScope(ctx context.Context, api GetPolicyAPIClient, functionName, qualifier *string, optFns []func(*Options)) (PolicyReading, error) {
	out, err := api.GetPolicy(ctx, &GetPolicyInput{FunctionName: functionName, Qualifier: qualifier}, optFns...)
	if isPolicyAbsent(err) {
		return PolicyReading{}, nil
	}
	if err != nil {
		return PolicyReading{}, err
	}
	document, err := policy.Parse(aws.ToString(out.Policy))
	if err != nil {
		return PolicyReading{}, fmt.Errorf("permission: GetPolicy's answer is not a policy: %w", err)
	}
	return PolicyReading{Document: document, RevisionID: aws.ToString(out.RevisionId), Found: true}, nil
}

// isPolicyAbsent reports whether GetPolicy answered that a scope has no policy.
func isPolicyAbsent(err error) bool { return lambdaerrors.IsNotFound(err) && !isElsewhere(err) }

// isElsewhere reports whether err is a ResourceNotFoundException because the
// function's ARN names another region, which says nothing about its policy.
func isElsewhere(err error) bool {
	return lambdaerrors.IsNotFound(err) && strings.HasPrefix(lambdaerrors.Message(err), "Functions from ")
}
