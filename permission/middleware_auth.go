package permission

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
)

// authScheme decides whether and for what scope a request is signed.
type authScheme struct {
	options   *Options
	anonymous bool
}

func (*authScheme) ID() string { return "ResolveAuthScheme" }

func (m *authScheme) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if m.options.Credentials == nil {
		return out, metadata, &ConfigError{
			Field:  "Credentials",
			Reason: "no credentials: set them here or in the aws.Config, or aws.AnonymousCredentials{} to send unsigned",
		}
	}
	c := callFrom(ctx)
	c.anonymous = m.anonymous
	c.signingName, c.signingRegion = signingName, withoutFIPS(m.options.Region)
	return next.HandleFinalize(ctx, in)
}

// identity retrieves the credentials, for each attempt anew: they may have
// expired while waiting for it.
type identity struct{ options *Options }

func (*identity) ID() string { return "GetIdentity" }

func (m *identity) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if c := callFrom(ctx); !c.anonymous {
		if c.credentials, err = m.retrieve(ctx); err != nil {
			return out, metadata, fmt.Errorf("get identity: get credentials: %w", err)
		}
	}
	return next.HandleFinalize(ctx, in)
}

func (m *identity) retrieve(ctx context.Context) (aws.Credentials, error) {
	ctx, span := tracing.StartSpan(ctx, "GetIdentity")
	defer span.End()
	defer startTimer(ctx, resolveIdentityDuration)()
	return m.options.Credentials.Retrieve(ctx)
}
