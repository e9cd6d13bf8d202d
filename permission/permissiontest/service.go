package permissiontest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// Service is Lambda's AddPermission, GetPolicy and RemovePermission in memory, and
// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy: the functions,
// versions and aliases of one account in one region, with a policy for each. It is an
// http.Handler that speaks the service's wire format and verifies signatures; API gives
// the same state without HTTP.
//
// A Service starts without functions. It is safe for concurrent use. The zero
// Service is not usable: NewService makes one.
type Service struct {
	settings
	keys     *keyring
	verifier *verifier

	mu        sync.Mutex
	functions map[string]*function
	published map[string]int    // versions of a name so far, deleted ones included
	gone      map[string]string // ARN of a deleted IAM principal to its unique id
	unknown   []string
	revisions int
	requests  int
}

// NewService returns a Service without functions.
//
// It panics if an option is invalid, such as a malformed region: that is a mistake in
// the test, not in the code under test.
func NewService(options ...Option) *Service {
	s := &Service{
		settings:  defaultSettings(),
		functions: make(map[string]*function),
		published: make(map[string]int),
		gone:      make(map[string]string),
	}
	for _, option := range options {
		option(&s.settings)
	}
	if err := s.settings.check(); err != nil {
		panic(err)
	}
	s.keys = &keyring{current: s.credentials}
	s.verifier = newVerifier(&s.settings, s.keys)
	return s
}

// Config returns the configuration for a client of this service at endpoint, the URL
// at which the Service is served: its region, its credentials, and endpoint as the
// BaseEndpoint. Retries are not configured: a client makes three attempts by default,
// and waits between them.
func (s *Service) Config(endpoint string) aws.Config {
	return aws.Config{
		Region: s.region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return s.keys.get(), nil
		}),
		BaseEndpoint: aws.String(endpoint),
	}
}

// Unknown lists, in order of arrival, the parts of HTTP requests that are not of the
// API: requests with another method or path ("PUT /2015-03-31/..."), which are
// answered 403 AccessDeniedException; queries that cannot be parsed; and members of a
// body or query that the operation does not have, which are ignored, as a service
// ignores the members of a newer API. A Server fails its test for each of them.
// Requests that go to the handler of WithFallback are not listed.
func (s *Service) Unknown() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.unknown...)
}

func (s *Service) noteUnknown(what ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown = append(s.unknown, what...)
}

// nextRequestID returns ids in a fixed order, in the form of the service's.
func (s *Service) nextRequestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	return fmt.Sprintf("10000000-0000-4000-8000-%012x", s.requests)
}

// nextRevisionID returns an id that no policy and no alias has had. The caller holds
// s.mu.
func (s *Service) nextRevisionID() string {
	s.revisions++
	return fmt.Sprintf("20000000-0000-4000-8000-%012x", s.revisions)
}

// complete adds partition, region and account to a function name that lacks them.
func (s *Service) complete(f arn.Function) arn.Function {
	return f.Complete(partitionOf(s.region), s.region, s.account)
}

func partitionOf(region string) string {
	if p, ok := services.PartitionOf(region); ok {
		return p.ID
	}
	return "aws" // a region of no known group
}

// The settings of a Service without options. The credentials are the example of the
// AWS documentation (AWS General Reference, "Programmatic access") and are not valid
// anywhere else.
const (
	DefaultRegion          = "us-east-1"
	DefaultAccount         = "123456789012"
	DefaultAccessKeyID     = "AKIAIOSFODNN7EXAMPLE"
	DefaultSecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// Option is a setting for NewService or NewServer.
type Option func(*settings)

type settings struct {
	region, account string
	credentials     aws.Credentials // at the beginning
	anySignature    bool
	now             func() time.Time
	logger          *slog.Logger
	fallback        http.Handler // nil without one
}

func defaultSettings() settings {
	s := settings{region: DefaultRegion, account: DefaultAccount, now: time.Now}
	WithCredentials(DefaultAccessKeyID, DefaultSecretAccessKey, "")(&s)
	return s
}

// check reports invalid settings.
func (s *settings) check() error {
	probe := arn.MustParseFunction("f").Complete(partitionOf(s.region), s.region, s.account)
	if !probe.IsComplete() {
		return fmt.Errorf("permissiontest: region %q or account %q is invalid: "+
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

// WithRegion sets the region, instead of DefaultRegion. The partition of ARNs follows
// from it.
func WithRegion(region string) Option {
	return func(s *settings) { s.region = region }
}

// WithAccount sets the account id of the functions, 12 digits, instead of
// DefaultAccount.
func WithAccount(accountID string) Option {
	return func(s *settings) { s.account = accountID }
}

// WithCredentials sets the only credentials that the service accepts, instead of
// DefaultAccessKeyID and DefaultSecretAccessKey. With a session token they are
// temporary credentials, and every request must carry the token. Without one pass "".
func WithCredentials(accessKeyID, secretAccessKey, sessionToken string) Option {
	return func(s *settings) {
		s.credentials = credentials(accessKeyID, secretAccessKey, sessionToken)
	}
}

// WithAnySignature makes the service accept every well-formed signature, of any key,
// region and time. It suits a local endpoint for programs that have other keys.
// Requests without a signature are still refused.
func WithAnySignature() Option {
	return func(s *settings) { s.anySignature = true }
}

// WithClock sets the clock of the service, instead of time.Now. The time of a
// signature must be within five minutes of it, and every answer carries it as Date.
// The function must be safe for concurrent use.
func WithClock(now func() time.Time) Option {
	return func(s *settings) { s.now = now }
}

// WithLogger makes the service log one line per request, at level Info: method
// and path or operation, status, error code and request id. Headers and bodies are not
// logged.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) { s.logger = logger }
}

// WithFallback sets a handler for requests of other operations, for example a
// ServeMux, for programs that also call CreateAlias, or another service at the same
// endpoint. The handler gets every request whose method and path are not those of an
// operation of the Service. The service does not check its
// signature, which may be for another service, does not log it, and does not list it
// in Unknown. Without a handler, or with nil, such a request is answered 403 and fails
// the test of a Server.
//
// Faults apply to these requests too: a Rule without Of counts them.
func WithFallback(handler http.Handler) Option {
	return func(s *settings) { s.fallback = handler }
}
