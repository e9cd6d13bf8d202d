package ensure

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// reader reads the policy of one scope, and reads again if the answer is known to be
// outdated. Every change gives the policy another revision. So a revision is outdated if
// it guarded a write that was carried out, and if the service refused it as not the
// latest.
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

// isOvertaken reports whether a write was refused because somebody else changed the
// policy first: it has another revision, the id to be added is taken, or the statement
// to be removed is gone.
func isOvertaken(isRemoval bool, err error) bool {
	switch {
	case lambdaerrors.IsPreconditionFailed(err):
		return true
	case isRemoval:
		return lambdaerrors.IsNotFound(err)
	}
	return lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement
}

// isBusy reports whether a write was refused because somebody else is changing the
// function at the same time.
func isBusy(err error) bool { return lambdaerrors.ConflictKindOf(err).Passes() }

// isRefusedForOthers reports whether a write was refused because others write too.
func isRefusedForOthers(isRemoval bool, err error) bool {
	return isOvertaken(isRemoval, err) || isBusy(err)
}

// mayHaveWritten reports whether a write may have been carried out, now or later,
// although it failed with err, through any API. A refusal says that it was not, as
// far as that attempt goes; without an answer nothing is known.
func mayHaveWritten(err error) bool {
	if status := lambdaerrors.StatusCode(err); status != 0 {
		return status/100 == 2 || status/100 == 5
	}
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return refused.ErrorFault() != smithy.FaultClient
	}
	return !notSent(err) && !lambdaerrors.NeverSent(err)
}

// notSent reports whether err says that a request was refused before it was sent.
func notSent(err error) bool {
	var rule *validate.Error
	var config *permission.ConfigError
	var params smithy.InvalidParamsError
	var serialization *smithy.SerializationError
	return errors.As(err, &rule) || errors.As(err, &config) || errors.As(err, &params) || errors.As(err, &serialization)
}

// tries counts the writes that were refused because others write too, and the
// readings that were outdated.
type tries struct{ most, refused int }

func newTries(most int) *tries {
	if most <= 0 {
		most = DefaultMaxTries
	}
	return &tries{most: most}
}

// again returns nil when there is another try, after a pause in which the others
// may finish; else it returns err, or that the context has ended.
func (t *tries) again(ctx context.Context, err error) error {
	t.refused++
	if t.refused >= t.most {
		return fmt.Errorf("ensure: gave up after %d tries, since others write at the same time: %w", t.refused, err)
	}
	return sleep(ctx, pause(t.refused))
}

// pause returns a random time, so that writers that met once do not meet again: up to
// 50 ms at first, up to a second later.
func pause(refused int) time.Duration {
	const first, longest = 50 * time.Millisecond, time.Second
	return rand.N(min(first<<min(refused-1, 10), longest))
}

// sleep waits, or returns an *aws.RequestCanceledError when ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
}
