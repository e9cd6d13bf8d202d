//lint:file-ignore SA1019 programs with deprecated resolvers get the same from both clients

package sdkparity_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TestLegacyEndpointResolvers: the deprecated resolvers of an aws.Config decide
// about place and signature alike in both clients.
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

// TestLegacyEndpointPath: the SDK drops the path of the URL that such a resolver
// answers with. Ours keeps it: the request is that of the SDK for the same URL as
// BaseEndpoint.
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
		t.Errorf("%d combinations refused", total.refused)
	}
	t.Logf("%d combinations equal", total.equal)
}

// legacySettings crosses both kinds of resolver with the other settings that decide
// about an endpoint.
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

// deprecatedResolver sets an endpoint resolver of the deprecated kind. With an
// immutable host neither client may change the endpoint's URL.
func deprecatedResolver(url string, immutable bool) func(*setting) {
	return func(s *setting) {
		s.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) {
			return aws.Endpoint{URL: url, HostnameImmutable: immutable, SigningRegion: "eu-west-1"}, nil
		})
	}
}
