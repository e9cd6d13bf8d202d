package permissiontest

import (
	"context"
	"fmt"
	"strings"
	"sync"

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
// each of them.
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
