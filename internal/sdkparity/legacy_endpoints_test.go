//lint:file-ignore SA1019 the tests compare the clients with deprecated resolvers

package sdkparity_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// The deprecated resolvers of an aws.Config have the same effect on URL and signature
// in both clients.
func TestLegacyEndpointResolvers(t *testing.T) {
	var total tally
	for name, answer := range map[string]func() (aws.Endpoint, error){
		"URL only":         answer(aws.Endpoint{URL: "http://local.test:4566"}, nil),
		"signing region":   answer(aws.Endpoint{URL: "https://local.test", SigningRegion: "eu-north-1"}, nil),
		"signing name":     answer(aws.Endpoint{URL: "https://local.test", SigningRegion: "eu-north-1", SigningName: "other"}, nil),
		"immutable host":   answer(aws.Endpoint{URL: "https://local.test", SigningRegion: "x", HostnameImmutable: true}, nil),
		"source, method":   answer(aws.Endpoint{URL: "https://local.test", SigningMethod: "v4", Source: aws.EndpointSourceCustom, PartitionID: "aws"}, nil),
		"query":            answer(aws.Endpoint{URL: "https://local.test?x=1"}, nil),
		"not a URL":        answer(aws.Endpoint{URL: "http://[::1"}, nil),
		"no endpoint here": answer(aws.Endpoint{}, &aws.EndpointNotFoundError{Err: errors.New("none")}),
		"failure":          answer(aws.Endpoint{}, errors.New("no directory")),
	} {
		t.Run(name, func(t *testing.T) {
			for set := range legacySettings(answer) {
				compareWire(t, set, endpointInput, &total)
			}
		})
	}
	t.Logf("%d combinations equal, %d refused by both", total.equal, total.refused)
}

// The SDK drops the path of a URL that such a resolver returns. Our client keeps it:
// its request is that of the SDK with the same URL as BaseEndpoint.
func TestLegacyEndpointPath(t *testing.T) {
	var total tally
	for _, url := range []string{"http://local.test:4566/pre/", "https://local.test/", "https://local.test/a%2Fb?x=1", "http://127.0.0.1:80/a/b"} {
		for set := range legacySettings(answer(aws.Endpoint{URL: url}, nil)) {
			want := set
			want.EndpointResolver, want.EndpointResolverWithOptions = nil, nil
			want.BaseEndpoint = aws.String(url)
			want.endpoint.UseFIPSEndpoint, want.endpoint.UseDualStackEndpoint = 0, 0
			compareWireOf(t, set, want, endpointInput, &total)
		}
	}
	if total.refused > 0 {
		t.Errorf("%d combinations refused, want 0", total.refused)
	}
	t.Logf("%d combinations equal", total.equal)
}

// legacySettings yields settings with both kinds of resolver and every combination of
// the other settings that determine an endpoint.
func legacySettings(answer func() (aws.Endpoint, error)) iter.Seq[setting] {
	return func(yield func(setting) bool) {
		for _, base := range []*string{nil, aws.String("http://base.test")} {
			for variant := range 8 {
				for _, kind := range []string{"EndpointResolverWithOptions", "EndpointResolver"} {
					set := legacySetting(kind, variant, answer)
					set.BaseEndpoint = base
					if !yield(set) {
						return
					}
				}
			}
		}
	}
}

func answer(e aws.Endpoint, err error) func() (aws.Endpoint, error) {
	return func() (aws.Endpoint, error) { return e, err }
}

func legacySetting(kind string, variant int, answer func() (aws.Endpoint, error)) setting {
	set := endpointSetting("us-west-2", variant)
	if kind == "EndpointResolver" {
		set.EndpointResolver = aws.EndpointResolverFunc(func(string, string) (aws.Endpoint, error) { return answer() })
		return set
	}
	set.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) { return answer() })
	return set
}

// deprecatedResolver returns a change that sets a deprecated endpoint resolver. If the
// host is immutable, the clients must not change the URL.
func deprecatedResolver(url string, immutable bool) func(*setting) {
	return func(s *setting) {
		s.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) {
			return aws.Endpoint{URL: url, HostnameImmutable: immutable, SigningRegion: "eu-west-1"}, nil
		})
	}
}
