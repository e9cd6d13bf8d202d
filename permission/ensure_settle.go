package permission

import (
	"context"
	"errors"

	"github.com/aws/smithy-go"
	"github.com/lambdaperm/lambdaperm/validate"
)

// settle finds out what became of a step that failed. A write may have been
// carried out although its answer says nothing of it, or did not come; then the
// policy shows it, and Ensure goes on.
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
	if status := statusOf(err); status != 0 {
		return status/100 == 2 || status/100 == 5
	}
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return refused.ErrorFault() != smithy.FaultClient
	}
	var rule *validate.Error
	var config *ConfigError
	var params smithy.InvalidParamsError
	var serialization *smithy.SerializationError
	notSent := errors.As(err, &rule) || errors.As(err, &config) || errors.As(err, &params) || errors.As(err, &serialization)
	return !notSent && !neverSent(err)
}
