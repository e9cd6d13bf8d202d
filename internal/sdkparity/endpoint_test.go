package sdkparity_test

import (
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// TestEndpointParity crosses every region, FIPS, dual-stack, plain HTTP and every
// custom endpoint: both clients send the same request to the same place, signed
// for the same region, or both refuse.
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
	t.Logf("%d combinations equal, %d refused by both, %d refused by ours alone", total.equal, total.refused, stricter)
}

// TestFIPSRegionNames: the SDK sends us-east-1-fips to the FIPS endpoint of
// us-east-1 but signs for a region us-east-1-fips, which no service accepts. Ours
// sends the request of the SDK for us-east-1 with FIPS switched on.
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

// refusedByDesign says why ours refuses a setting that the SDK sends with, or "".
func refusedByDesign(set setting) string {
	if set.BaseEndpoint == nil || set.endpoint.UseFIPSEndpoint != 0 || set.endpoint.UseDualStackEndpoint != 0 {
		return ""
	}
	switch {
	// The SDK signs for the region "", which no service accepts.
	case set.Region == "" && slices.Contains(endpoints, *set.BaseEndpoint):
		return "no region"
	// DisableHTTPS would make these endpoints URLs; ours refuses them before.
	case set.endpoint.DisableHTTPS && slices.Contains([]string{"//localhost", "ftp://localhost"}, *set.BaseEndpoint) &&
		(set.Region == "" || !slices.Contains(noRegions, set.Region)):
		return "is not a URL"
	}
	return ""
}

// wantRefusal wants an error of ours with this reason, and that the SDK sends.
func wantRefusal(t *testing.T, set setting, reason string) {
	t.Helper()
	if _, err := capture(set, endpointInput, setting.sdk, sdkAgent); err != nil {
		t.Errorf("%s\nthe SDK refuses it as well: %v", show(set, endpointInput), err)
	}
	if _, err := capture(set, endpointInput, setting.ourAPI, ourAgent); err == nil || !strings.Contains(err.Error(), reason) {
		t.Errorf("%s\nours: %v, want an error that says %q", show(set, endpointInput), err, reason)
	}
}

// endpointSettings crosses a region with everything else that decides about an
// endpoint.
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

// endpointSetting turns the three lowest bits of variant into FIPS, dual-stack and
// plain HTTP.
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
