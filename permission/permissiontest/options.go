package permissiontest

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
)

// What a Service is without options. The credentials are the example of the AWS
// documentation (AWS General Reference, "Programmatic access"); they open
// nothing.
const (
	DefaultRegion          = "us-east-1"
	DefaultAccount         = "123456789012"
	DefaultAccessKeyID     = "AKIAIOSFODNN7EXAMPLE"
	DefaultSecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// Option changes what NewService or NewServer makes.
type Option func(*settings)

type settings struct {
	region, account string
	credentials     aws.Credentials // at the beginning
	anySignature    bool
	now             func() time.Time
	logger          *slog.Logger
}

func defaultSettings() settings {
	s := settings{region: DefaultRegion, account: DefaultAccount, now: time.Now}
	WithCredentials(DefaultAccessKeyID, DefaultSecretAccessKey, "")(&s)
	return s
}

// check reports settings that the service cannot have.
func (s *settings) check() error {
	probe := arn.MustParseFunction("f").Complete(partitionOf(s.region), s.region, s.account)
	if !probe.IsComplete() {
		return fmt.Errorf("permissiontest: region %q or account %q is none: "+
			"want a region such as us-east-1 and an account id of 12 digits", s.region, s.account)
	}
	if s.credentials.AccessKeyID == "" || s.credentials.SecretAccessKey == "" {
		return fmt.Errorf("permissiontest: WithCredentials needs a key id and a secret key")
	}
	if s.now == nil {
		return fmt.Errorf("permissiontest: WithClock needs a clock")
	}
	return nil
}

// WithRegion makes the service that of another region than DefaultRegion. The
// partition of its ARNs follows.
func WithRegion(region string) Option {
	return func(s *settings) { s.region = region }
}

// WithAccount makes the functions those of another account than DefaultAccount;
// an account id has 12 digits.
func WithAccount(accountID string) Option {
	return func(s *settings) { s.account = accountID }
}

// WithCredentials makes the service know these credentials, and only these,
// instead of DefaultAccessKeyID and DefaultSecretAccessKey. With a session
// token they are temporary ones, and the token must come with every request;
// "" is none.
func WithCredentials(accessKeyID, secretAccessKey, sessionToken string) Option {
	return func(s *settings) {
		s.credentials = credentials(accessKeyID, secretAccessKey, sessionToken)
	}
}

// WithAnySignature makes the service accept every well-formed signature, of any
// key, region and time, as a local endpoint for programs with keys of their own
// does. Requests without a signature are still refused.
func WithAnySignature() Option {
	return func(s *settings) { s.anySignature = true }
}

// WithClock makes the service read the time from now instead of time.Now. A
// signature must be within five minutes of it, and it is the Date of every
// answer. It must be safe for concurrent use.
func WithClock(now func() time.Time) Option {
	return func(s *settings) { s.now = now }
}

// WithLogger makes the service log one line per request, at level Info: method
// and path or operation, status, error code and request id. No header and no
// body is logged. Without it nothing is.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) { s.logger = logger }
}
