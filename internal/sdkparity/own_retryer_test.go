package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

func newSteady() aws.Retryer { return retry.NewStandard(steady) }

// noisyRetryer is a program's own retryer. It writes down its calls, with the code
// of the error.
type noisyRetryer struct{ log *[]string }

func (n noisyRetryer) note(question string, err error) {
	var coded interface{ ErrorCode() string }
	code := "none"
	if errors.As(err, &coded) {
		code = coded.ErrorCode()
	}
	*n.log = append(*n.log, fmt.Sprintf("%s, code %s", question, code))
}

func (n noisyRetryer) IsErrorRetryable(err error) bool {
	n.note("IsErrorRetryable", err)
	return true
}

func (n noisyRetryer) MaxAttempts() int { n.note("MaxAttempts", nil); return 4 }

func (n noisyRetryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	n.note(fmt.Sprint("RetryDelay ", attempt), err)
	return time.Second, nil
}

func (n noisyRetryer) GetRetryToken(_ context.Context, err error) (func(error) error, error) {
	n.note("GetRetryToken", err)
	return func(err error) error { n.note("release", err); return nil }, nil
}

func (n noisyRetryer) GetInitialToken() func(error) error {
	n.note("GetInitialToken", nil)
	return func(err error) error { n.note("release initial", err); return nil }
}

// TestOwnRetryer: a retryer given by the program is used as it is, asked the same
// questions in the same order, from whichever place it comes.
func TestOwnRetryer(t *testing.T) {
	for place := range 3 {
		for name, failure := range failures {
			var ours, sdks []string
			one := func(log *[]string) story {
				s := story{replies: []reply{failure, failure, accept}, calls: 2}
				switch place {
				case 0:
					s.set = func(s *setting) { s.Retryer = func() aws.Retryer { return noisyRetryer{log} } }
				case 1:
					s.optFn = func(o *permission.Options) { o.Retryer = noisyRetryer{log} }
				case 2:
					s.set = func(s *setting) { s.Retryer = func() aws.Retryer { return noisyRetryer{log} } }
					s.optFn = func(o *permission.Options) { o.RetryMaxAttempts = 2 }
				}
				return s
			}
			oursTold, sdksTold := tell(t, setting.ourAPI, one(&ours)), tell(t, setting.sdk, one(&sdks))
			explain(&oursTold, &sdksTold)
			if diff := cmp.Diff(sdksTold, oursTold); diff != "" {
				t.Errorf("%s, place %d (-SDK +ours):\n%s", name, place, diff)
			}
			// Of an error whose body breaks off the SDK has no code to ask about.
			if diff := cmp.Diff(sdks, ours); diff != "" && name != "error body breaks" {
				t.Errorf("%s, place %d (-SDK +ours):\n%s", name, place, diff)
			}
		}
	}
}
