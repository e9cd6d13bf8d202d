package permissiontest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
)

// Service is Lambda's AddPermission, GetPolicy and RemovePermission in memory:
// the functions, versions and aliases of one account in one region, with a
// policy for each. It is an http.Handler that speaks the service's wire format
// and verifies signatures; API gives the same state without HTTP.
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
// It panics when an option makes no sense, such as a region that is none: that
// is a mistake in the test, not in what is being tested.
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

// Config returns the configuration of a client of this service at endpoint, the
// URL under which the Service is being served: its region, its credentials, and
// endpoint as the BaseEndpoint. Retries are those of every client: three
// attempts, waiting between them.
func (s *Service) Config(endpoint string) aws.Config {
	return aws.Config{
		Region: s.region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return s.keys.get(), nil
		}),
		BaseEndpoint: aws.String(endpoint),
	}
}

// Unknown returns what reached the service over HTTP and is not of the API, in
// order of arrival: requests with another method or path ("PUT /2015-03-31/..."),
// and members of a body or query that the operation does not have. Such a
// request is answered with 403 AccessDeniedException; such a member is ignored,
// as a service ignores what a newer client knows. A Server fails its test for
// each of them. Requests that WithFallback hands on are not kept.
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

// nextRequestID returns ids in a fixed order, shaped as the service's.
func (s *Service) nextRequestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	return fmt.Sprintf("10000000-0000-4000-8000-%012x", s.requests)
}

// nextRevisionID returns an id that no policy and no alias had before. The
// caller holds s.mu.
func (s *Service) nextRevisionID() string {
	s.revisions++
	return fmt.Sprintf("20000000-0000-4000-8000-%012x", s.revisions)
}

// complete fills what a function name leaves to the request.
func (s *Service) complete(f arn.Function) arn.Function {
	return f.Complete(partitionOf(s.region), s.region, s.account)
}

// partitions are the prefixes of regions outside of the partition aws (AWS
// General Reference, "AWS Lambda endpoints and quotas", and the SDK's partitions).
var partitions = []struct{ prefix, partition string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-iso-", "aws-iso"},
	{"us-isob-", "aws-iso-b"},
	{"eu-isoe-", "aws-iso-e"},
	{"us-isof-", "aws-iso-f"},
	{"eusc-", "aws-eusc"},
}

func partitionOf(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

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
	fallback        http.Handler // nil without one
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

// WithFallback makes the service hand requests of other operations to a handler
// of the test's, a ServeMux for example, for programs that call CreateAlias or
// another service at the same endpoint. A request that has not the method and path
// of AddPermission, GetPolicy or RemovePermission goes to it as it came: its
// signature is not judged, since it may be one for another service, and it is
// neither logged nor kept in Unknown. Without a handler, or with nil, such a
// request is answered 403 and fails the test of a Server.
//
// Faults stand in front of both, so a Rule without Of counts these requests too.
func WithFallback(handler http.Handler) Option {
	return func(s *settings) { s.fallback = handler }
}
