package permission

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/auth"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm"
)

// operationInput only holds a place: middlewares written for the SDK's client are
// inserted next to its id.
type operationInput struct{}

func (*operationInput) ID() string { return "setOperationInput" }

func (*operationInput) HandleSerialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (
	middleware.SerializeOutput, middleware.Metadata, error,
) {
	return next.HandleSerialize(ctx, in)
}

// inputValidation refuses an input with a required member that is nil, as the SDK's
// clients do. It has an effect only if the pre-flight is off.
type inputValidation struct{ op *operation }

func (*inputValidation) ID() string { return "OperationInputValidation" }

func (m *inputValidation) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	if !m.op.accepts(in.Parameters) {
		return out, metadata, unknownInput(in.Parameters)
	}
	if missing := m.missing(in.Parameters); len(missing) > 0 {
		invalid := smithy.InvalidParamsError{Context: m.op.name + "Input"}
		for _, name := range missing {
			invalid.Add(smithy.NewErrParamRequired(name))
		}
		return out, metadata, invalid
	}
	return next.HandleInitialize(ctx, in)
}

// unknownInput reports that a middleware replaced the input by a value of the wrong
// type.
func unknownInput(input any) error { return fmt.Errorf("unknown input parameters type %T", input) }

func (m *inputValidation) missing(input any) (names []string) {
	for _, required := range m.op.required(input) {
		if required.name != "" && required.value == nil {
			names = append(names, required.name)
		}
	}
	return names
}

// userAgent returns the middleware that names the SDK, this library and the program
// in the User-Agent header. APIOptions may add to it; without them the header is
// the same in every call and is built once.
func (p *pipeline) userAgent() middleware.BuildMiddleware {
	ua := requestUserAgent(p.options)
	if len(p.options.APIOptions) > 0 {
		return ua
	}
	return newFixedUserAgent(ua)
}

func requestUserAgent(o *Options) *awsmiddleware.RequestUserAgent {
	ua := awsmiddleware.NewRequestUserAgent()
	ua.AddSDKAgentKeyValue(awsmiddleware.FrameworkMetadata, "lambdaperm", lambdaperm.Version)
	if o.AppID != "" {
		ua.AddSDKAgentKey(awsmiddleware.ApplicationIdentifier, o.AppID)
	}
	switch o.Retryer.(type) {
	case *retry.Standard:
		ua.AddUserAgentFeature(awsmiddleware.UserAgentFeatureRetryModeStandard)
	case *retry.AdaptiveMode:
		ua.AddUserAgentFeature(awsmiddleware.UserAgentFeatureRetryModeAdaptive)
	}
	if provider, ok := o.Credentials.(aws.CredentialProviderSource); ok {
		for _, source := range provider.ProviderSources() {
			ua.AddCredentialsSource(source)
		}
	}
	return ua
}

// fixedUserAgent sets the same header value in every call. The value is shared by
// all requests; nothing modifies it in place.
type fixedUserAgent struct{ value []string }

// newFixedUserAgent returns a fixedUserAgent with the header value that ua sets.
func newFixedUserAgent(ua *awsmiddleware.RequestUserAgent) *fixedUserAgent {
	req := newRequest()
	nothing := middleware.BuildHandlerFunc(func(context.Context, middleware.BuildInput) (out middleware.BuildOutput, m middleware.Metadata, err error) {
		return out, m, nil
	})
	_, _, _ = ua.HandleBuild(context.Background(), middleware.BuildInput{Request: req}, nothing)
	return &fixedUserAgent{req.Header["User-Agent"]}
}

func (*fixedUserAgent) ID() string { return (*awsmiddleware.RequestUserAgent)(nil).ID() }

func (ua *fixedUserAgent) HandleBuild(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (
	out middleware.BuildOutput, metadata middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, metadata, unknownTransport(in.Request)
	}
	if given := req.Header.Get("User-Agent"); given != "" {
		req.Header.Set("User-Agent", ua.value[0]+" "+given)
	} else {
		req.Header["User-Agent"] = ua.value
	}
	return next.HandleBuild(ctx, in)
}

// authScheme decides whether a request is signed, and the scope of its signature.
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

// schemeProperty is the property of spans and metrics that names the
// authentication scheme.
const schemeProperty = "auth.scheme_id"

// schemeID returns the authentication scheme of a call by its name in service
// models. It returns any, the type of a property, because converting a string would
// allocate.
func (c *call) schemeID() any {
	if c.anonymous {
		return auth.SchemeIDAnonymous
	}
	return auth.SchemeIDSigV4
}

// identity retrieves the credentials for each attempt, since they may have expired
// while the call waited for it.
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

// retrieve returns zero credentials for a request that is sent unsigned. Its span
// is the parent of those that the provider begins.
func (m *identity) retrieve(ctx context.Context, c *call) (aws.Credentials, error) {
	ctx, span := tracing.StartSpan(ctx, "GetIdentity")
	defer span.End()
	defer startTimer(ctx, resolveIdentityDuration)()
	if c.anonymous {
		return aws.Credentials{}, nil
	}
	return m.options.Credentials.Retrieve(ctx)
}

// endpointResolution sends the request to the endpoint that the options name. The
// endpoint is resolved once; each call returns the error of a mistake in the
// options.
type endpointResolution struct {
	endpoint *url.URL
	text     any // the endpoint, for the span
	err      error
}

func newEndpointResolution(o *Options) endpointResolution {
	endpoint, err := resolveEndpoint(o)
	if err != nil {
		return endpointResolution{err: err}
	}
	return endpointResolution{endpoint: endpoint, text: endpoint.String()}
}

func (*endpointResolution) ID() string { return "ResolveEndpointV2" }

func (m *endpointResolution) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if err := m.resolve(ctx, in.Request); err != nil {
		return out, metadata, err
	}
	return next.HandleFinalize(ctx, in)
}

func (m *endpointResolution) resolve(ctx context.Context, request any) error {
	_, span := tracing.StartSpan(ctx, "ResolveEndpoint")
	defer span.End()
	if awsmiddleware.GetRequiresLegacyEndpoints(ctx) {
		return nil
	}
	req, ok := request.(*smithyhttp.Request)
	if !ok {
		return unknownTransport(request)
	}
	defer startTimer(ctx, resolveEndpointDuration)()
	if m.err != nil {
		return fmt.Errorf("failed to resolve service endpoint, %w", m.err)
	}
	span.SetProperty("client.call.resolved_endpoint", m.text)
	req.URL.Scheme, req.URL.Host = m.endpoint.Scheme, m.endpoint.Host
	joinPath(m.endpoint.Path, m.endpoint.RawPath, req.URL)
	return nil
}

// disableHTTPS sends the request over plain HTTP when the options ask for it.
type disableHTTPS struct{ options *Options }

func (*disableHTTPS) ID() string { return "disableHTTPS" }

func (m *disableHTTPS) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, metadata, unknownTransport(in.Request)
	}
	if m.options.EndpointOptions.DisableHTTPS && !smithyhttp.GetHostnameImmutable(ctx) {
		req.URL.Scheme = "http"
	}
	return next.HandleFinalize(ctx, in)
}

// payloadHash hashes the body for the signature. In a stack it stores the hash in
// the context, where middlewares of APIOptions look for it and may have stored
// another one. A chain has no such middlewares, and the hash stays in the call.
type payloadHash struct{ inContext bool }

func (*payloadHash) ID() string { return (*v4.ComputePayloadSHA256)(nil).ID() }

func (m *payloadHash) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if v4.GetPayloadHash(ctx) != "" {
		return next.HandleFinalize(ctx, in)
	}
	hash, err := m.compute(ctx, in.Request)
	if err != nil {
		return out, metadata, &v4.HashComputationError{Err: err}
	}
	if m.inContext {
		ctx = v4.SetPayloadHash(ctx, hash)
	}
	callFrom(ctx).payloadHash = hash
	return next.HandleFinalize(ctx, in)
}

func (*payloadHash) compute(ctx context.Context, request any) (string, error) {
	_, span := tracing.StartSpan(ctx, "ComputePayloadSHA256")
	defer span.End()
	req, ok := request.(*smithyhttp.Request)
	if !ok {
		return "", unknownTransport(request)
	}
	// As in the SDK, a body that cannot be read again is refused.
	if err := req.RewindStream(); err != nil {
		return "", err
	}
	body, err := bodyOf(req)
	if err != nil {
		return "", err
	}
	return hashOf(&body), nil
}

// hashOf returns the SHA-256 of the rest of body in hexadecimal.
func hashOf(body *bytes.Reader) string {
	var room [1024]byte // enough for most requests, without an allocation
	content := room[:]
	if size := body.Len(); size > len(room) {
		content = make([]byte, size)
	}
	n, _ := body.Read(content) // io.EOF is its only error
	sum := sha256.Sum256(content[:n])
	return string(hex.AppendEncode(room[:0], sum[:]))
}

// signing signs the request with Signature Version 4. It keeps the clock skew that
// the answer shows for the next attempt.
type signing struct {
	signer HTTPSignerV4
	optFns []func(*v4.SignerOptions)
}

func newSigning(o *Options) signing {
	return signing{o.HTTPSignerV4, []func(*v4.SignerOptions){func(so *v4.SignerOptions) {
		so.Logger = o.Logger
		so.LogSigning = o.ClientLogMode.IsSigning()
	}}}
}

func (*signing) ID() string { return "Signing" }

func (m *signing) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, metadata, unknownTransport(in.Request)
	}
	c := callFrom(ctx)
	if err := m.sign(ctx, c, req); err != nil {
		return out, metadata, err
	}
	out, metadata, err = next.HandleFinalize(ctx, in)
	signedWith := c.skew
	c.skew, _ = awsmiddleware.GetAttemptSkew(metadata)
	if !c.expired && expiredOnTheWay(metadata, err, signedWith) {
		c.expired, c.skew = true, signedWith
		err = &expiredSignatureError{err}
	}
	return out, metadata, err
}

// expiredOnTheWay reports whether a signature expired although the clock that it
// was made by agrees with the service's: the process was suspended for minutes
// between signing and sending, so that another attempt is likely to succeed. A
// larger difference is left to the retry middleware, which corrects the clock.
func expiredOnTheWay(metadata middleware.Metadata, err error, skew time.Duration) bool {
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "InvalidSignatureException" || !strings.HasPrefix(refused.ErrorMessage(), "Signature expired") {
		return false
	}
	serverTime, hasDate := awsmiddleware.GetServerTime(metadata)
	responseAt, _ := awsmiddleware.GetResponseAt(metadata)
	const mostSkew = 4 * time.Minute // aws/retry's threshold
	return hasDate && (serverTime.Sub(responseAt)-skew).Abs() <= mostSkew
}

// expiredSignatureError makes a retryer retry by its method RetryableError.
type expiredSignatureError struct{ err error }

func (e *expiredSignatureError) Error() string {
	return fmt.Sprintf("the signature expired before the request arrived: %v", e.err)
}

func (e *expiredSignatureError) Unwrap() error { return e.err }

func (*expiredSignatureError) RetryableError() bool { return true }

func (m *signing) sign(ctx context.Context, c *call, req *smithyhttp.Request) error {
	_, span := tracing.StartSpan(ctx, "SignRequest")
	defer span.End()
	defer startTimer(ctx, signingDuration)()
	switch {
	case c.anonymous:
		return nil
	case c.signingRegion == "":
		return missingRegion()
	}
	hash := v4.GetPayloadHash(ctx)
	if hash == "" {
		hash = c.payloadHash
	}
	err := m.signer.SignHTTP(ctx, c.credentials, req.Request, hash,
		c.signingName, c.signingRegion, time.Now().Add(c.skew), m.optFns...)
	if err != nil {
		return fmt.Errorf("sign request: sign http: %w", err)
	}
	return nil
}
