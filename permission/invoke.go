package permission

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// invoke sends one call through its middleware: check, serialize, sign, send,
// decode, and again where the Retryer says so. An error is always a
// *smithy.OperationError.
func (c *Client) invoke(ctx context.Context, op *operation, input any, optFns []func(*Options)) (any, middleware.Metadata, error) {
	result, metadata, err := c.send(ctx, op, input, optFns)
	if err != nil {
		err = &smithy.OperationError{ServiceID: serviceID, OperationName: op.name, Err: canceled(ctx, err)}
	}
	return result, metadata, err
}

func (c *Client) send(ctx context.Context, op *operation, input any, optFns []func(*Options)) (any, middleware.Metadata, error) {
	if c == nil || c.options == nil {
		return nil, middleware.Metadata{}, &ConfigError{Reason: "the Client is nil or zero; make one with NewFromConfig or New"}
	}
	p, err := c.pipeline(op, optFns)
	if err != nil {
		return nil, middleware.Metadata{}, err
	}
	return p.run(ctx, input)
}

// unknownResult is what became of a result that a middleware has replaced.
func unknownResult(op *operation, result any) error {
	return &smithy.OperationError{ServiceID: serviceID, OperationName: op.name, Err: fmt.Errorf("unknown result type %T", result)}
}

// canceled makes an error that the end of ctx caused an *aws.RequestCanceledError,
// wherever the call was waiting. An answer that arrived before stays what it is.
func canceled(ctx context.Context, err error) error {
	var already *aws.RequestCanceledError
	if ctx.Err() == nil || errors.As(err, &already) {
		return err
	}
	var c interface{ CanceledError() bool }
	if errors.As(err, &c) && c.CanceledError() || errors.Is(err, ctx.Err()) {
		return &aws.RequestCanceledError{Err: err}
	}
	return err
}
