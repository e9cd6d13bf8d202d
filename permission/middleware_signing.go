package permission

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// payloadHash hashes the body for the signature. In a stack the hash stands in
// the context, where middlewares of APIOptions look for it, or have put one of
// their own; a chain has none of them, and the hash stays in the call.
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
	body, err := bodyOf(req)
	if err == nil {
		err = req.RewindStream() // a body of another kind has been read
	}
	if err != nil {
		return "", err
	}
	return hashOf(&body), nil
}

// hashOf returns the hexadecimal SHA-256 of what body reads from its beginning.
func hashOf(body *bytes.Reader) string {
	var room [1024]byte // most requests need no more
	content := room[:]
	if size := int(body.Size()); size > len(room) {
		content = make([]byte, size)
	}
	n, _ := body.ReadAt(content, 0) // io.EOF is its only error here
	sum := sha256.Sum256(content[:n])
	return string(hex.AppendEncode(room[:0], sum[:]))
}

// signing signs the request with Signature Version 4 and keeps what the answer
// tells about the service's clock for the next attempt.
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
	c.skew, _ = awsmiddleware.GetAttemptSkew(metadata)
	return out, metadata, err
}

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
