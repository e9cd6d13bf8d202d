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

// step is one write on the way to the wanted policy. The next step depends only on
// the policy, not on earlier steps. So a call can go on where another one failed.
type step int

const (
	finished step = iota
	addGrant
	addTemporary
	removeOld
	removeTemporary
)

// String describes the step for an error.
func (s step) String() string {
	return [...]string{
		"nothing is left to do",
		"adding the statement",
		"adding the new statement under the temporary id",
		"removing the old statement",
		"removing the temporary statement",
	}[s]
}

// step takes one step and returns the policy after it. A step that was refused
// because others write too is not an error while tries are left. With an error the
// view is the latest known one.
func (e *ensuring) step(ctx context.Context, v view, s step) (view, error) {
	stored, err := e.write(ctx, v, s)
	if err != nil {
		return e.settle(ctx, v, s, err)
	}
	return e.after(ctx, v, s, stored)
}

// isOwnGuard reports whether the caller's own revision guards the next write.
func (e *ensuring) isOwnGuard() bool { return aws.ToString(e.guard) != "" }

// write makes the one call that is the step. Of an added statement it returns
// the text that the service stored.
func (e *ensuring) write(ctx context.Context, v view, s step) (stored string, err error) {
	guard := v.guard()
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

// guard returns the revision that guards a write into the policy that was read. It
// is nil if the scope had no policy: the service refuses every revision then.
func (v view) guard() *string {
	if v.revisionID == "" {
		return nil
	}
	return &v.revisionID
}

func (e *ensuring) add(ctx context.Context, in permission.AddPermissionInput, id string, guard *string) (string, error) {
	in.StatementId, in.RevisionId = &id, guard
	out, err := e.api.AddPermission(ctx, &in, e.options.CallOptions...)
	e.reader.written(guard, err)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Statement), nil
}

func (e *ensuring) remove(ctx context.Context, id string, guard *string) error {
	_, err := e.api.RemovePermission(ctx, &permission.RemovePermissionInput{
		FunctionName: e.in.FunctionName, Qualifier: e.in.Qualifier, StatementId: &id, RevisionId: guard,
	}, e.options.CallOptions...)
	e.reader.written(guard, err)
	return err
}

// after returns the policy after a step that was taken. The last step of all needs
// no reading: its answer is enough.
func (e *ensuring) after(ctx context.Context, v view, s step, stored string) (view, error) {
	next := v.after(s, stored)
	e.goOn(v, next, s)
	if next.isWanted() && !next.temporary.IsValid() {
		return next, nil
	}
	latest, err := e.look(ctx)
	if err != nil {
		return next, e.fail(next, s, err, certain)
	}
	return latest, nil
}

// after returns the view after a step whose answer says that it was taken.
func (v view) after(s step, stored string) view {
	switch s {
	case addGrant, addTemporary:
		statement, err := policy.ParseStatement(stored)
		switch {
		case err != nil:
		case s == addGrant:
			v.stored, v.wanted = statement, statement
		default:
			v.temporary, v.wantedTemporary = statement, statement
		}
	case removeOld:
		v.stored = policy.Statement{}
	case removeTemporary:
		v.temporary = policy.Statement{}
	}
	return v
}

// settle finds out whether a step that failed was taken all the same. Its answer
// may have been lost, or be the refusal of the API's own retry. If the policy shows
// the step, Grant goes on.
func (e *ensuring) settle(ctx context.Context, v view, s step, err error) (view, error) {
	if notSent(err) {
		return v, e.fail(v, s, err, certain)
	}
	own := e.isOwnGuard()
	if isOvertaken(s, err) && !own {
		gaveUp := e.tries.again(ctx, err)
		if gaveUp == nil {
			return e.lookAfter(ctx, v, s)
		}
		err = gaveUp
	}
	if !e.isAtStake(v) && !own && !mayHaveWritten(err) {
		return v, e.fail(v, s, err, certain) // claims nothing
	}
	if ctx.Err() != nil {
		return v, e.fail(v, s, err, uncertain)
	}
	next, lookErr := e.look(ctx)
	switch {
	case lookErr != nil:
		return v, e.fail(v, s, err, uncertain)
	case next.shows(s, v), mayHaveWritten(err) && !own && !next.sameAs(v):
		e.goOn(v, next, s)
		return next, nil
	}
	return next, e.fail(next, s, err, certainty(!mayHaveWritten(err)))
}

// lookAfter returns the policy after a step that others overtook.
func (e *ensuring) lookAfter(ctx context.Context, v view, s step) (view, error) {
	next, err := e.look(ctx)
	if err != nil {
		return v, e.fail(v, s, err, uncertain)
	}
	e.goOn(v, next, s)
	return next, nil
}

// goOn notes a step that was taken. The old statement is kept when it was removed
// in a gap: if the new one cannot be added, it is put back. Who removed it is not
// known if the answer to the removal was lost or is the refusal of a retry.
func (e *ensuring) goOn(before, next view, s step) {
	e.guard = nil
	if s == removeOld && !before.temporary.IsValid() && !next.stored.IsValid() {
		e.removed = before.stored
	}
}

// isAtStake reports whether the policy has statements under the ids of the grant, or
// had some when this call began.
func (e *ensuring) isAtStake(v view) bool {
	return v.stored.IsValid() || v.temporary.IsValid() || e.first.stored.IsValid() || e.first.temporary.IsValid()
}

// certainty tells whether a view is known to show the policy after a failed step.
type certainty bool

const (
	certain   certainty = true
	uncertain certainty = false
)

// fail returns the error of a step that failed; v is the latest known view. If
// nothing of the grant is in the policy, it is the error of the call only.
func (e *ensuring) fail(v view, s step, err error, known certainty) error {
	err = diagnosePrincipal(e.in, v.document, err)
	switch {
	case !e.isAtStake(v):
		return err
	case e.isThird(v):
		return e.changed(v, err)
	}
	r := &ReplaceError{
		StatementID: e.id(), TemporaryID: e.temporaryID(), Old: v.stored,
		Left: leftBy(v), Uncertain: known == uncertain, Step: s.String(), Err: err,
	}
	if !v.stored.IsValid() {
		r.Old = e.first.stored
	}
	return r
}

// closeGap puts the old statement back after it was removed in a gap and a later
// step failed with err, unless something is in force by now. It returns no error if
// the new statement is.
func (e *ensuring) closeGap(ctx context.Context, v view, err error) (view, error) {
	var broken *ReplaceError
	in, ok := e.rebuild(e.removed)
	if !e.removed.IsValid() || !errors.As(err, &broken) || !ok || ctx.Err() != nil {
		return v, err
	}
	for {
		v, lookErr := e.look(ctx)
		if lookErr != nil {
			broken.Uncertain, broken.RestoreErr = true, lookErr
			return v, broken
		}
		if v.stored.IsValid() || v.temporary.IsValid() {
			return e.inForce(v, broken)
		}
		_, addErr := e.add(ctx, *in, e.id(), v.guard())
		switch {
		case addErr == nil:
			broken.Left, broken.Uncertain = LeftOld, false
			return v, broken
		case !isOvertaken(addGrant, addErr):
			return e.settleRestore(ctx, v, broken, addErr)
		}
		if gaveUp := e.tries.again(ctx, addErr); gaveUp != nil {
			return e.settleRestore(ctx, v, broken, gaveUp)
		}
	}
}

// inForce returns the error of a broken replacement when the gap turns out to be
// closed, or nil if the new statement closes it.
func (e *ensuring) inForce(v view, broken *ReplaceError) (view, error) {
	switch {
	case v.isWanted() && !v.temporary.IsValid():
		return v, nil
	case e.isThird(v):
		return v, e.changed(v, broken.Err)
	}
	broken.Left, broken.Uncertain = leftBy(v), false
	return v, broken
}

// settleRestore finds out whether the old statement was put back although the call
// failed with err.
func (e *ensuring) settleRestore(ctx context.Context, v view, broken *ReplaceError, err error) (view, error) {
	next, lookErr := v, ctx.Err()
	if lookErr == nil {
		next, lookErr = e.look(ctx)
	}
	if lookErr == nil && (next.stored.IsValid() || next.temporary.IsValid()) {
		return e.inForce(next, broken)
	}
	broken.Left, broken.RestoreErr = LeftNothing, err
	broken.Uncertain = broken.Uncertain || lookErr != nil || mayHaveWritten(err)
	return next, broken
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
