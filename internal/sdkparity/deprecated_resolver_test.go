//lint:file-ignore SA1019 programs with deprecated resolvers get the same from both clients

package sdkparity_test

import "github.com/aws/aws-sdk-go-v2/aws"

// deprecatedResolver sets an endpoint resolver of the deprecated kind. With an
// immutable host neither client may change the endpoint's URL.
func deprecatedResolver(url string, immutable bool) func(*setting) {
	return func(s *setting) {
		s.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) {
			return aws.Endpoint{URL: url, HostnameImmutable: immutable, SigningRegion: "eu-west-1"}, nil
		})
	}
}
