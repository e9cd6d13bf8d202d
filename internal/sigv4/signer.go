package sigv4

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Signer signs requests as v4.Signer does. It is safe for concurrent use; the zero
// Signer has no options.
type Signer struct {
	options v4.SignerOptions
	key     atomic.Pointer[signingKey]
}

// NewSigner returns a Signer with options for all its requests.
func NewSigner(optFns ...func(*v4.SignerOptions)) *Signer {
	return &Signer{options: apply(optFns, v4.SignerOptions{})}
}

// SignHTTP sets the headers X-Amz-Date, Authorization and, for credentials with a
// session token, X-Amz-Security-Token of r, with optFns applied to the options of
// the Signer. payloadHash is the hexadecimal SHA-256 of the body.
//
// The result is that of a new v4.Signer: r has the same headers, host and URL.
// Unlike with v4.Signer, the values of headers that r had are left as they are in
// memory, so that requests may share them; and a secret key that changes under
// its access key id counts from the next request on.
func (s *Signer) SignHTTP(ctx context.Context, credentials aws.Credentials, r *http.Request, payloadHash string, service string, region string, signingTime time.Time, optFns ...func(*v4.SignerOptions)) error {
	options := s.options
	if len(optFns) > 0 {
		options = apply(optFns, options)
	}
	var signed fields
	if !isPlain(r, &options) || !signed.collect(r, credentials.SessionToken) {
		return delegate(ctx, credentials, r, payloadHash, service, region, signingTime, options)
	}
	date := signingTime.UTC().Format(dateFormat)
	signed.add(dateHeader, date)
	values := &[...]string{date, "", credentials.SessionToken}
	key := s.keyFor(scope{credentials.SecretAccessKey, region, service, dayOf(date)})
	values[1] = key.authorization(credentials.AccessKeyID, date, request{r, &signed, payloadHash})

	r.Header[dateHeader] = values[0:1:1] // full, so that to append to one leaves the others alone
	r.Header[authorizationHeader] = values[1:2:2]
	if credentials.SessionToken != "" {
		r.Header[tokenHeader] = values[2:3:3]
	}
	return nil
}

// delegate has the SDK sign, which writes into the values of the headers that it
// sets: they get values of their own first, since requests may share them. Its
// signer is a new one, for an old one may have kept the key of a secret that has
// changed. The options are complete: optFns are not called twice.
func delegate(ctx context.Context, credentials aws.Credentials, r *http.Request, payloadHash, service, region string, signingTime time.Time, options v4.SignerOptions) error {
	for _, name := range []string{dateHeader, tokenHeader, authorizationHeader} {
		if values, ok := r.Header[name]; ok {
			r.Header[name] = slices.Clone(values)
		}
	}
	return v4.NewSigner().SignHTTP(ctx, credentials, r, payloadHash, service, region, signingTime, func(o *v4.SignerOptions) { *o = options })
}

// apply is apart from SignHTTP since what optFns are given is allocated.
func apply(optFns []func(*v4.SignerOptions), options v4.SignerOptions) v4.SignerOptions {
	for _, fn := range optFns {
		fn(&options)
	}
	return options
}
