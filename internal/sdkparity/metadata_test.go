package sdkparity_test

import (
	"context"

	"github.com/aws/smithy-go/middleware"
)

// keepMetadata stores the metadata of a call, that of a failed one too, which the
// clients do not return.
func keepMetadata(md *middleware.Metadata) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("keepMetadata", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
			out, metadata, err = next.HandleInitialize(ctx, in)
			*md = metadata
			return out, metadata, err
		}), middleware.Before)
	}
}
