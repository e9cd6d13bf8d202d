package ensure

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// readout is the policy of one scope as GetPolicy gave it. A scope without a
// policy has the zero document, and no revision.
type readout struct {
	document   policy.Document
	revisionID *string
	absent     error // the answer that there is none
}

// readPolicy reads the policy of a scope. That there is none is no error: for
// the statements of a scope it is the same as an empty policy.
func readPolicy(ctx context.Context, api permission.GetPolicyAPIClient, functionName, qualifier *string, optFns []func(*permission.Options)) (readout, error) {
	out, err := api.GetPolicy(ctx, &permission.GetPolicyInput{FunctionName: functionName, Qualifier: qualifier}, optFns...)
	if lambdaerrors.IsNotFound(err) && !isElsewhere(err) {
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

// isElsewhere reports whether a ResourceNotFoundException says nothing about the
// scope, because it was looked for in another region than its ARN's.
func isElsewhere(err error) bool {
	return lambdaerrors.IsNotFound(err) && strings.HasPrefix(lambdaerrors.Message(err), "Functions from ")
}
