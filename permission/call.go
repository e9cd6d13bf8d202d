package permission

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// call is one call of an operation on its way through the middlewares: the
// context that they see, and what they share. So no middleware holds anything of
// a call, and all of them serve any number of calls at once. The attempts of a
// call follow one another: there is no lock.
//
// It answers for the values of the client before those of the caller's context,
// so that a call made within a middleware of another call begins with its own.
type call struct {
	context.Context
	values context.Context

	// skew is added to the clock when the next attempt is signed.
	skew time.Duration
	// signingName and signingRegion are the scope of the signature.
	signingName, signingRegion string
	// credentials are those of the present attempt.
	credentials aws.Credentials
	// payloadHash is that of the body, where the context has none.
	payloadHash string
	// anonymous means that the request is sent unsigned.
	anonymous bool
}

type callKey struct{}

// Value returns the value of the call, of its client or of its caller, in this
// order.
func (c *call) Value(key any) any {
	if key == (callKey{}) {
		return c
	}
	if v := c.values.Value(key); v != nil {
		return v
	}
	return c.Context.Value(key)
}

// callFrom returns the call that a context belongs to. The context of a middleware
// that made one anew belongs to none; authScheme refuses it.
func callFrom(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{Context: ctx, values: context.Background()}
}

func isOfCall(ctx context.Context) bool {
	_, ok := ctx.Value(callKey{}).(*call)
	return ok
}
