package sdkparity_test

import (
	"context"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// fixInvocationID replaces the random Amz-Sdk-Invocation-Id of a call.
func fixInvocationID(id string) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		return s.Build.Insert(middleware.BuildMiddlewareFunc("fixInvocationID", func(
			ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
		) (middleware.BuildOutput, middleware.Metadata, error) {
			in.Request.(*smithyhttp.Request).Header.Set("Amz-Sdk-Invocation-Id", id)
			return next.HandleBuild(ctx, in)
		}), "ClientRequestID", middleware.After)
	}
}
