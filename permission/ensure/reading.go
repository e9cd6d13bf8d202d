package ensure

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
)

// reader reads the policy of one scope, and does not take an answer that is known to
// be outdated. Every change gives the policy another revision. So a revision that
// guarded a write is outdated once the write was carried out, and so is one that the
// service refused as not the latest.
type reader struct {
	api      permission.GetPolicyAPIClient
	scope    arn.Function
	options  []func(*permission.Options)
	tries    *tries
	outdated []string
}

// read returns the policy. It reads again while the answer is outdated and tries are
// left.
func (r *reader) read(ctx context.Context) (permission.PolicyReading, error) {
	for {
		p, err := permission.ReadPolicy(ctx, r.api, r.scope.String(), r.options...)
		if err != nil || !slices.Contains(r.outdated, p.RevisionID) {
			return p, err
		}
		stale := fmt.Errorf("ensure: GetPolicy answers with revision %q, which is not the latest one any more", p.RevisionID)
		if err := r.tries.again(ctx, stale); err != nil {
			return permission.PolicyReading{}, err
		}
	}
}

// written notes the answer to a write that was guarded by a revision.
func (r *reader) written(guard *string, err error) {
	revision := aws.ToString(guard)
	if revision != "" && (err == nil || lambdaerrors.IsPreconditionFailed(err)) && !slices.Contains(r.outdated, revision) {
		r.outdated = append(r.outdated, revision)
	}
}
