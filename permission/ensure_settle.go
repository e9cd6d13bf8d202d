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
	e.guard = nil
	return next, nil
}

// settleGuarded is settle for a write that the caller's own revision guarded: that
// it is refused is final, unless the write was made and refused as its own retry.
func (e *ensuring) settleGuarded(ctx context.Context, v view, s step, err error) (view, error) {
	if next, lookErr := e.look(ctx); lookErr == nil && next.isWanted() {
		return next, nil
	}
	return v, e.fail(ctx, v, s, err, certain)
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
