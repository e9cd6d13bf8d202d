package sdkparity_test

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// steady replaces the random delays of the SDK's retryers.
func steady(o *retry.StandardOptions) {
	o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
		return time.Duration(attempt) * 700 * time.Millisecond, nil
	})
}

// patientAdaptive is the adaptive mode, waiting in steps of 50 ms for the rate
// limit. The SDK's own loop waits for 0 ns in the end, for which a bubble's clock
// never moves.
type patientAdaptive struct{ *retry.AdaptiveMode }

func newPatientAdaptive() aws.Retryer {
	return patientAdaptive{retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.FailOnNoAttemptTokens = true
		o.StandardOptions = append(o.StandardOptions, steady)
	})}
}

func (p patientAdaptive) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	for {
		release, err := p.AdaptiveMode.GetAttemptToken(ctx)
		if err == nil {
			return release, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// retryers are ways of configuring retries.
var retryers = map[string]func(*setting){
	"standard": func(s *setting) { s.Retryer = func() aws.Retryer { return retry.NewStandard(steady) } },
	"adaptive": func(s *setting) { s.Retryer = newPatientAdaptive },
	"5 attempts": func(s *setting) {
		s.Retryer = func() aws.Retryer { return retry.NewStandard(steady) }
		s.RetryMaxAttempts = 5
	},
	"1 attempt": func(s *setting) {
		s.Retryer = func() aws.Retryer { return retry.NewStandard(steady) }
		s.RetryMaxAttempts = 1
	},
	"none": func(s *setting) { s.Retryer = func() aws.Retryer { return aws.NopRetryer{} } },
}
