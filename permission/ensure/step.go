package ensure

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// step takes one step and returns what the policy shows after it. A step that was
// refused because others write too shows that as well, and is no error while
// tries are left.
func (e *ensuring) step(ctx context.Context, v view, s step) (view, error) {
	stored, err := e.write(ctx, v, s)
	switch {
	case err == nil:
		return e.after(ctx, v, s, stored)
	case isOvertaken(s, err) && e.isOwnGuard():
		return e.settleGuarded(ctx, v, s, err)
	case isOvertaken(s, err):
		if err := e.tries.again(ctx, err); err != nil {
			return v, e.fail(ctx, v, s, err, certain)
		}
		return e.lookAfter(ctx, v, s)
	}
	return e.settle(ctx, v, s, err)
}

// isOwnGuard reports whether the caller's own revision guarded the write.
func (e *ensuring) isOwnGuard() bool { return aws.ToString(e.guard) != "" }

// write makes the one call that is the step. Of an added statement it returns
// what the service stored.
func (e *ensuring) write(ctx context.Context, v view, s step) (stored string, err error) {
	guard := v.revisionID
	if e.isOwnGuard() {
		guard = e.guard
	}
	switch s {
	case addGrant:
		return e.add(ctx, *e.in, e.id(), guard)
	case addTemporary:
		return e.add(ctx, *e.in, e.temporaryID(), guard)
	case removeOld:
		return "", e.remove(ctx, e.id(), guard)
	}
	return "", e.remove(ctx, e.temporaryID(), guard)
}

func (e *ensuring) add(ctx context.Context, in permission.AddPermissionInput, id string, guard *string) (string, error) {
	in.StatementId, in.RevisionId = &id, guard
	out, err := e.api.AddPermission(ctx, &in, e.options.CallOptions...)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Statement), nil
}

func (e *ensuring) remove(ctx context.Context, id string, guard *string) error {
	_, err := e.api.RemovePermission(ctx, &permission.RemovePermissionInput{
		FunctionName: e.in.FunctionName, Qualifier: e.in.Qualifier, StatementId: &id, RevisionId: guard,
	}, e.options.CallOptions...)
	return err
}

// after returns what the policy shows after a step that was taken. The last step
// of all needs no reading: its answer says it.
func (e *ensuring) after(ctx context.Context, v view, s step, stored string) (view, error) {
	e.guard = nil
	e.noteRemoval(v, view{}, s)
	if s == addGrant && !v.temporary.IsValid() {
		if statement, err := policy.ParseStatement(stored); err == nil {
			v.stored, v.wanted = statement, statement
			return v, nil
		}
	}
	if s == removeTemporary && v.isWanted() {
		v.temporary = policy.Statement{}
		return v, nil
	}
	return e.lookAfter(ctx, v, s)
}

func (e *ensuring) lookAfter(ctx context.Context, v view, s step) (view, error) {
	next, err := e.look(ctx)
	if err != nil {
		return v, e.fail(ctx, v, s, err, uncertain)
	}
	return next, nil
}

// isOvertaken reports whether a step was refused because somebody else changed
// the policy first, or is changing the function.
func isOvertaken(s step, err error) bool {
	if lambdaerrors.IsPreconditionFailed(err) || lambdaerrors.ConflictKindOf(err).Passes() {
		return true
	}
	if s == addGrant || s == addTemporary {
		return lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement
	}
	return lambdaerrors.IsNotFound(err)
}

// settle finds out what became of a step that failed. A write may have been
// carried out although its answer says nothing of it, or did not come; then the
// policy shows it, and Grant goes on.
func (e *ensuring) settle(ctx context.Context, v view, s step, err error) (view, error) {
	if !mayHaveWritten(err) {
		return v, e.fail(ctx, v, s, err, certain)
	}
	if ctx.Err() != nil {
		return v, e.fail(ctx, v, s, err, uncertain)
	}
	next, lookErr := e.look(ctx)
	switch {
	case lookErr != nil:
		return v, e.fail(ctx, v, s, err, uncertain)
	case next.sameAs(v):
		return v, e.fail(ctx, v, s, err, certain)
	}
	return e.goOn(v, next, s), nil
}

// settleGuarded is settle for a write that the caller's own revision guarded: that
// it is refused is final, unless the write was made and refused as its own retry.
func (e *ensuring) settleGuarded(ctx context.Context, v view, s step, err error) (view, error) {
	next, lookErr := e.look(ctx)
	switch {
	case lookErr != nil:
		return v, e.fail(ctx, v, s, err, uncertain)
	case !next.shows(s, v):
		return next, e.fail(ctx, next, s, err, certain)
	}
	return e.goOn(v, next, s), nil
}

// goOn continues after a step that the policy shows to be taken, although its
// answer did not say so.
func (e *ensuring) goOn(before, next view, s step) view {
	e.guard = nil
	e.noteRemoval(before, next, s)
	return next
}

// noteRemoval keeps the old statement once it is removed in a gap: if the new one
// can't be added, it is put back.
func (e *ensuring) noteRemoval(before, next view, s step) {
	if s == removeOld && !before.temporary.IsValid() && !next.stored.IsValid() {
		e.removed = before.stored
	}
}

// shows reports whether v is what a step makes of before.
func (v view) shows(s step, before view) bool {
	switch s {
	case addGrant:
		return v.isWanted()
	case addTemporary:
		return v.isHalfDone() && !before.temporary.IsValid()
	case removeOld:
		return !v.stored.IsValid()
	}
	return !v.temporary.IsValid()
}

// mayHaveWritten reports whether a write may have been carried out although it
// failed with err, through whatever API. What the service refused was not, and
// what was never sent; of all else nothing is known.
func mayHaveWritten(err error) bool {
	if status := lambdaerrors.StatusCode(err); status != 0 {
		return status/100 == 2 || status/100 == 5
	}
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return refused.ErrorFault() != smithy.FaultClient
	}
	var rule *validate.Error
	var config *permission.ConfigError
	var params smithy.InvalidParamsError
	var serialization *smithy.SerializationError
	notSent := errors.As(err, &rule) || errors.As(err, &config) || errors.As(err, &params) || errors.As(err, &serialization)
	return !notSent && !lambdaerrors.NeverSent(err)
}

// tries counts the writes that were refused because others write too.
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
		return fmt.Errorf("permission: gave up after %d writes that were refused because others write at the same time: %w", t.refused, err)
	}
	return sleep(ctx, pause(t.refused))
}

// pause is a random time, so that writers who met once do not meet again; up to
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
