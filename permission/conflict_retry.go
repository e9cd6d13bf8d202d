package permission

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// retryConflicts makes the default retryer try the conflicts again that pass. The
// SDK tries none, since the service has one code for those and for a statement id
// that is taken, which will be taken the next time too. So a conflict with words
// that are not known is not tried again either.
//
// It adds to the options instead of wrapping the retryer, whose type says in the
// User-Agent header which retry mode this is.
func retryConflicts(o *retry.StandardOptions) {
	o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
		if lambdaerrors.ConflictKindOf(err).Passes() {
			return aws.TrueTernary
		}
		return aws.UnknownTernary
	}))
}
