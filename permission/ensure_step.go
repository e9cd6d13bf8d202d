package permission

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
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

func (e *ensuring) add(ctx context.Context, in AddPermissionInput, id string, guard *string) (string, error) {
	in.StatementId, in.RevisionId = &id, guard
	out, err := e.api.AddPermission(ctx, &in, e.options.CallOptions...)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Statement), nil
}

func (e *ensuring) remove(ctx context.Context, id string, guard *string) error {
	_, err := e.api.RemovePermission(ctx, &RemovePermissionInput{
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
	if lambdaerrors.IsPreconditionFailed(err) || isPassingConflict(err) {
		return true
	}
	if s == addGrant || s == addTemporary {
		return lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement
	}
	return lambdaerrors.IsNotFound(err)
}
