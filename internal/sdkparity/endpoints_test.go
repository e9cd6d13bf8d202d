package sdkparity_test

import (
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/lambdaperm/lambdaperm/permission"
)

// For every combination of region, FIPS, dual-stack, plain HTTP and custom endpoint,
// both clients send the same request to the same host, signed for the same region, or
// both refuse.
func TestEndpointParity(t *testing.T) {
	var total tally
	stricter := 0
	for _, region := range slices.Concat(regions, noRegions) {
		for set := range endpointSettings(region) {
			if reason := refusedByDesign(set); reason != "" {
				wantRefusal(t, set, reason)
				stricter++
				continue
			}
			compareWire(t, set, endpointInput, &total)
		}
	}
	t.Logf("%d combinations equal, %d refused by both, %d refused only by ours", total.equal, total.refused, stricter)
}

// The SDK sends requests for us-east-1-fips to the FIPS endpoint of us-east-1 but signs
// them for the region us-east-1-fips, which no service accepts. Our client sends the
// request that the SDK sends for us-east-1 with FIPS enabled.
func TestFIPSRegionNames(t *testing.T) {
	var total tally
	for name, region := range fipsRegions {
		for set := range endpointSettings(name) {
			want := set
			want.Region = region
			want.endpoint.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
			compareWireOf(t, set, want, endpointInput, &total)
		}
	}
	t.Logf("%d combinations equal, %d refused by both", total.equal, total.refused)
}

var endpointInput = &permission.GetPolicyInput{
	FunctionName: aws.String("arn:aws:lambda:us-east-1:123456789012:function:f/g"),
	Qualifier:    aws.String("1"),
}

// refusedByDesign returns the reason why our client refuses a setting with which the
// SDK sends a request, or "".
func refusedByDesign(set setting) string {
	if set.BaseEndpoint == nil || set.endpoint.UseFIPSEndpoint != 0 || set.endpoint.UseDualStackEndpoint != 0 {
		return ""
	}
	switch {
	// The SDK signs for the region "", which no service accepts.
	case set.Region == "" && slices.Contains(endpoints, *set.BaseEndpoint):
		return "no region"
	// DisableHTTPS would turn these endpoints into URLs; our client refuses them before
	// that.
	case set.endpoint.DisableHTTPS && slices.Contains([]string{"//localhost", "ftp://localhost"}, *set.BaseEndpoint) &&
		(set.Region == "" || !slices.Contains(noRegions, set.Region)):
		return "is not a URL"
	}
	return ""
}

// wantRefusal checks that our client returns an error with this reason, and that the
// SDK sends the request.
func wantRefusal(t *testing.T, set setting, reason string) {
	t.Helper()
	if _, err := capture(set, endpointInput, setting.sdk, sdkAgent); err != nil {
		t.Errorf("%s\nthe SDK refuses it too: %v", show(set, endpointInput), err)
	}
	if _, err := capture(set, endpointInput, setting.ourAPI, ourAgent); err == nil || !strings.Contains(err.Error(), reason) {
		t.Errorf("%s\nours: err = %v, want %q in it", show(set, endpointInput), err, reason)
	}
}

// endpointSettings yields settings with the region and every combination of the other
// settings that determine an endpoint.
func endpointSettings(region string) iter.Seq[setting] {
	return func(yield func(setting) bool) {
		for variant := range 8 {
			set := endpointSetting(region, variant)
			if !yield(set) {
				return
			}
			for _, base := range slices.Concat(endpoints, noEndpoints) {
				set.BaseEndpoint = aws.String(base)
				if !yield(set) {
					return
				}
			}
		}
	}
}

// endpointSetting returns a setting in which the three lowest bits of variant set FIPS,
// dual-stack and plain HTTP.
func endpointSetting(region string, variant int) setting {
	set := setting{Config: plainConfig(nil), signer: clockAt(time.Unix(1427760000, 0))}
	set.Region = region
	set.APIOptions = []func(*middleware.Stack) error{fixInvocationID("0")}
	if variant&1 != 0 {
		set.endpoint.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
	if variant&2 != 0 {
		set.endpoint.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}
	set.endpoint.DisableHTTPS = variant&4 != 0
	return set
}

// With DisableHTTPS both clients send plain HTTP to the endpoint of the region, of the
// program and of a deprecated resolver, except to an immutable endpoint of such a
// resolver.
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
			if got, want := ours.Scheme+"://"+ours.Host, test.scheme+"://"+test.host; got != want {
				t.Errorf("%s, %s: sent to %s, want %s", name, operation, got, want)
			}
		}
	}
}

// regions are the regions that the SDK's Lambda client knows by name in its eight
// partitions, the names of whole partitions, future regions, and names that no
// partition knows.
var regions = []string{
	// aws
	"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
	"ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
	"ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1",
	"eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
	"il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "sa-west-1",
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-northeast-1",
	"aws-global",
	// aws-cn
	"cn-north-1", "cn-northwest-1", "aws-cn-global",
	// aws-eusc
	"eusc-de-east-1", "aws-eusc-global",
	// aws-us-gov
	"us-gov-east-1", "us-gov-west-1", "aws-us-gov-global",
	// aws-iso, -b, -e, -f
	"us-iso-east-1", "us-iso-west-1", "aws-iso-global",
	"us-isob-east-1", "us-isob-west-1", "aws-iso-b-global",
	"eu-isoe-west-1", "aws-iso-e-global",
	"us-isof-east-1", "us-isof-south-1", "aws-iso-f-global",
	// Future regions: a known group with a new place or number.
	"us-moon-12", "cn-south-99", "eusc-de-west-2", "us-iso-mars-1",
	// Names that no partition knows.
	"local", "xx-east-1", "useast1", "us-east", "us-east-1a", "eusc-fr-east-1", "US-EAST-1", "us-east-1.example", "1", "fips",
}

// fipsRegions maps names that select the FIPS endpoint of a region to that region.
var fipsRegions = map[string]string{
	"fips-us-east-1":      "us-east-1",
	"us-east-1-fips":      "us-east-1",
	"us-fips-east-1":      "us-east-1",
	"fips-fips-us-west-2": "us-west-2",
	"us-gov-west-1-fips":  "us-gov-west-1",
	"us-iso-east-1-fips":  "us-iso-east-1",
	"fips-cn-north-1":     "cn-north-1",
	"fips-aws-global":     "aws-global",
	"fips-local":          "local",
	"xfips-us-east-1":     "xus-east-1",
	"fips-":               "",
}

// noRegions are texts that are not names of regions.
var noRegions = []string{
	"", " ", "us east 1", "us-east-1/", "us-east-1\n", "-us-east-1", "us-east-1-", "us_east_1", "a..b", ".", "us-east-1.",
	"us-east-1:8080", "us-east-1?x", "us-east-1#x", "user@us-east-1", "%75s-east-1", "\u00fcs-east-1", "us-east-", "eu-x_y-3",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
}

// endpoints are URLs of custom endpoints.
var endpoints = []string{
	"http://127.0.0.1:4566", "http://localhost", "http://localhost:8080/", "https://proxy.example/lambda",
	"https://proxy.example/lambda/", "https://proxy.example/a/b//c/", "http://[::1]:4566", "http://[::1]", "http://[::1]:4566/pre/",
	"https://proxy.example/a%2Fb", "https://proxy.example/a%2Fb/", "https://proxy.example/a%20b", "https://proxy.example/\u00e9",
	"https://proxy.example/a+b;c=d", "https://proxy.example/~user", "https://proxy.example:443", "http://proxy.example:80/x",
	"https://proxy.example?x=1", "https://proxy.example/pre?x=1&y", "https://proxy.example/#fragment", "https://user:pw@proxy.example/",
	"HTTPS://PROXY.example/Upper", "https://xn--bcher-kva.example", "https://vpce-1.lambda.us-east-1.vpce.amazonaws.com",
}

// noEndpoints are texts that are not URLs of endpoints.
var noEndpoints = []string{
	"", "localhost", "localhost:4566", "127.0.0.1:4566", "//localhost", "/path", "ftp://localhost", "http://", "http:///path",
	"http://[::1", "http://local host", "http://localhost:port", "http://%zz", "://localhost", "http://localhost/%zz", "\x00",
	"mailto:a@b", "http:localhost",
}
