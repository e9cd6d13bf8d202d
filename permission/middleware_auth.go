package permission

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/auth"
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
	if !isOfCall(ctx) {
		return out, metadata, errors.New("a middleware has replaced the context of the call; derive one from it instead")
	}
	if err := m.resolve(ctx, callFrom(ctx)); err != nil {
		return out, metadata, err
	}
	return next.HandleFinalize(ctx, in)
}

func (m *authScheme) resolve(ctx context.Context, c *call) error {
	_, span := tracing.StartSpan(ctx, "ResolveAuthScheme")
	defer span.End()
	if m.options.Credentials == nil {
		return &ConfigError{
			Field:  "Credentials",
			Reason: "no credentials: set them here or in the aws.Config, or aws.AnonymousCredentials{} to send unsigned",
		}
	}
	c.anonymous = m.anonymous
	c.signingName, c.signingRegion = signingName, withoutFIPS(m.options.Region)
	span.SetProperty(schemeProperty, c.schemeID())
	return nil
}

// schemeProperty is the property of spans and metrics that tells how requests are
// signed.
const schemeProperty = "auth.scheme_id"

// schemeID returns the authentication scheme of a call by its name in service
// models. It has the type of a property, for which a string would be copied.
func (c *call) schemeID() any {
	if c.anonymous {
		return auth.SchemeIDAnonymous
	}
	return auth.SchemeIDSigV4
}

// identity retrieves the credentials, for each attempt anew: they may have
// expired while waiting for it.
type identity struct{ options *Options }

func (*identity) ID() string { return "GetIdentity" }

func (m *identity) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	c := callFrom(ctx)
	if c.credentials, err = m.retrieve(ctx, c); err != nil {
		return out, metadata, fmt.Errorf("get identity: get credentials: %w", err)
	}
	return next.HandleFinalize(ctx, in)
}

// retrieve returns no credentials for a request that is sent unsigned. Spans that
// the provider begins are within its own.
func (m *identity) retrieve(ctx context.Context, c *call) (aws.Credentials, error) {
	ctx, span := tracing.StartSpan(ctx, "GetIdentity")
	defer span.End()
	defer startTimer(ctx, resolveIdentityDuration)()
	if c.anonymous {
		return aws.Credentials{}, nil
	}
	return m.options.Credentials.Retrieve(ctx)
}
