package sdkparity_test

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// fixedClock signs as if it were always the same time. With an invocation id it
// puts that in place of the random one, for calls that have no API options.
type fixedClock struct {
	signer       *v4.Signer
	now          time.Time
	invocationID string
}

// clockAt returns a signer that lives at one time.
func clockAt(now time.Time) fixedClock { return fixedClock{signer: v4.NewSigner(), now: now} }

func (f fixedClock) SignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, hash, service, region string, _ time.Time, optFns ...func(*v4.SignerOptions)) error {
	if f.invocationID != "" {
		r.Header.Set("Amz-Sdk-Invocation-Id", f.invocationID)
	}
	return f.signer.SignHTTP(ctx, c, r, hash, service, region, f.now, optFns...)
}
