package sigv4

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/logging"
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
// the Signer. It removes a default port from the host of r, and brings its query into
// the form that is signed. payloadHash is the hexadecimal SHA-256 of the body. The
// error is always nil.
//
// The result is that of a new v4.Signer: r has the same headers, host and URL. There
// are two differences to v4.Signer. SignHTTP does not overwrite the header values that
// r had, so that requests may share them. And a new secret key with the same access key
// id is used from the next request on.
func (s *Signer) SignHTTP(ctx context.Context, credentials aws.Credentials, r *http.Request, payloadHash string, service string, region string, signingTime time.Time, optFns ...func(*v4.SignerOptions)) error {
	options := s.options
	if len(optFns) > 0 {
		options = apply(optFns, options)
	}
	date := signingTime.UTC().Format(dateFormat)
	values := &[...]string{date, "", credentials.SessionToken}
	r.Header[dateHeader] = values[0:1:1] // without spare capacity, so that an append to one does not change the others
	if credentials.SessionToken != "" && !options.DisableSessionToken {
		r.Header[tokenHeader] = values[2:3:3]
	}
	cutDefaultPort(r)
	r.URL.RawQuery = canonicalQuery(r.URL.RawQuery)

	var room [16]field // a call of package permission has 7 at most
	canonical := request{r, appendSigned(room[:0], r), payloadHash, !options.DisableURIPathEscaping}
	var log logging.Logger
	if options.LogSigning {
		log = logging.WithContext(ctx, options.Logger)
	}
	key := s.keyFor(scope{credentials.SecretAccessKey, region, service, dayOf(date)})
	values[1] = key.authorization(credentials.AccessKeyID, date, canonical, log)
	r.Header[authorizationHeader] = values[1:2:2]
	return nil
}

// apply is a function of its own because its options escape to the heap: SignHTTP
// without optFns allocates no options.
func apply(optFns []func(*v4.SignerOptions), options v4.SignerOptions) v4.SignerOptions {
	for _, fn := range optFns {
		fn(&options)
	}
	return options
}
