package sdkparity_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestDisableHTTPS: both clients leave TLS out on the region's endpoint, on one of
// the program and on one of a deprecated resolver, but not where that resolver
// says that the host must stay as it is.
func TestDisableHTTPS(t *testing.T) {
	for name, test := range map[string]struct {
		change       func(*setting)
		host, scheme string
	}{
		"region":             {func(*setting) {}, "lambda.us-east-1.amazonaws.com", "http"},
		"FIPS":               {func(s *setting) { s.endpoint.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled }, "lambda-fips.us-east-1.amazonaws.com", "http"},
		"dual-stack":         {func(s *setting) { s.endpoint.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled }, "lambda.us-east-1.api.aws", "http"},
		"https endpoint":     {func(s *setting) { s.BaseEndpoint = aws.String("https://example.test:8443/p") }, "example.test:8443", "http"},
		"http endpoint":      {func(s *setting) { s.BaseEndpoint = aws.String("http://example.test") }, "example.test", "http"},
		"resolver":           {deprecatedResolver("https://legacy.test", false), "legacy.test", "http"},
		"immutable resolver": {deprecatedResolver("https://legacy.test", true), "legacy.test", "https"},
	} {
		for operation, input := range operations {
			set := setting{Config: plainConfig(nil), signer: clockAt(time.Unix(1427760000, 0))}
			set.APIOptions = append(set.APIOptions, fixInvocationID("0"))
			set.endpoint.DisableHTTPS = true
			test.change(&set)
			ours, ourErr := capture(set, input, setting.ourAPI, ourAgent)
			sdks, sdkErr := capture(set, input, setting.sdk, sdkAgent)
			if ourErr != nil || sdkErr != nil {
				t.Fatalf("%s, %s: ours: %v, SDK: %v", name, operation, ourErr, sdkErr)
			}
			if diff := cmp.Diff(sdks, ours, cmpopts.IgnoreUnexported(sent{})); diff != "" {
				t.Errorf("%s, %s (-SDK +ours):\n%s", name, operation, diff)
			}
			if ours.Scheme != test.scheme || ours.Host != test.host {
				t.Errorf("%s, %s: sent to %s://%s, want %s://%s", name, operation, ours.Scheme, ours.Host, test.scheme, test.host)
			}
		}
	}
}
