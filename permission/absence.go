package permission

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// absence says why the policy that was read last does not have the statement.
func (r *removing) absence(ctx context.Context, p readout) Absence {
	switch {
	case len(r.out.Removed) > 0:
		return Removed
	case p.absent == nil:
		return NoStatement
	case isFunctionGone(p.absent), isFunctionGone(r.probe(ctx)):
		return NoFunction
	}
	return NoPolicy
}

// noRevision is the revision of no policy: a change that it guards is refused.
const noRevision = "00000000-0000-0000-0000-000000000000"

// probe asks why there is no policy. GetPolicy has one answer for a function
// without a policy and for no function; RemovePermission has two. The revision
// keeps it from removing what somebody may add in this moment.
func (r *removing) probe(ctx context.Context) error {
	_, err := r.api.RemovePermission(ctx, &RemovePermissionInput{
		FunctionName: r.in.FunctionName,
		Qualifier:    r.in.Qualifier,
		StatementId:  aws.String(cmp.Or(aws.ToString(r.in.StatementId), "none")),
		RevisionId:   aws.String(noRevision),
	}, r.options.CallOptions...)
	return err
}

// isFunctionGone reports whether a ResourceNotFoundException is about the
// function, version or alias itself.
func isFunctionGone(err error) bool {
	if !lambdaerrors.IsNotFound(err) {
		return false
	}
	for _, prefix := range []string{"No policy found for: ", "Function not found: ", "Cannot find alias arn: "} {
		if strings.HasPrefix(messageOf(err), prefix) {
			return true
		}
	}
	return false
}
