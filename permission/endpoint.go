package permission

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// resolveEndpoint returns the URL to send requests to: BaseEndpoint, or the
// endpoint of the region in the variant that EndpointOptions choose.
func resolveEndpoint(o *Options) (*url.URL, error) {
	region := withoutFIPS(o.Region)
	if region != "" && !validRegion(o.Region) {
		return nil, &ConfigError{Field: "Region", Reason: fmt.Sprintf("%q is not the name of a region, such as us-east-1", o.Region)}
	}
	fips := o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled
	dualStack := o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled
	if o.BaseEndpoint != nil {
		return customEndpoint(*o.BaseEndpoint, fips, dualStack)
	}
	if region == "" {
		return nil, missingRegion()
	}
	return regionalEndpoint(region, fips, dualStack), nil
}

func customEndpoint(base string, fips, dualStack bool) (*url.URL, error) {
	fail := func(reason string, err error) (*url.URL, error) {
		return nil, &ConfigError{Field: "BaseEndpoint", Reason: reason, Err: err}
	}
	switch {
	case fips:
		return fail("a custom endpoint excludes UseFIPSEndpoint; unset one of them", nil)
	case dualStack:
		return fail("a custom endpoint excludes UseDualStackEndpoint; unset one of them", nil)
	}
	u, err := url.Parse(base)
	if err != nil {
		return fail("not a URL such as http://127.0.0.1:4566", err)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fail(fmt.Sprintf("%q is not a URL such as http://127.0.0.1:4566", u.Redacted()), nil)
	}
	return u, nil
}

func regionalEndpoint(region string, fips, dualStack bool) *url.URL {
	p := partitionOf(region)
	host, suffix := "lambda.", p.suffix
	if fips {
		host = "lambda-fips."
	}
	if dualStack {
		suffix = p.dualStackSuffix
	}
	return &url.URL{Scheme: "https", Host: host + region + "." + suffix}
}

// fipsRegion resolves names such as us-east-1-fips, which ask for the FIPS
// endpoint of the region within.
func fipsRegion(o *Options) {
	if region := withoutFIPS(o.Region); region != o.Region {
		o.EndpointOptions.resolvedRegion = region
		o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
}

func withoutFIPS(region string) string {
	region = strings.ReplaceAll(region, "-fips-", "-")
	region = strings.ReplaceAll(region, "fips-", "")
	return strings.ReplaceAll(region, "-fips", "")
}

// validRegion reports whether a region can stand in a host name.
func validRegion(region string) bool {
	for _, label := range strings.Split(region, ".") {
		if !smithyhttp.ValidHostLabel(label) || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	return true
}

func missingRegion() error {
	return &ConfigError{
		Field:  "Region",
		Reason: "no region: set it here, in the aws.Config or by AWS_REGION",
		Err:    &aws.MissingRegionError{},
	}
}

// joinPath puts the path of an endpoint before that of u.
func joinPath(path, rawPath string, u *url.URL) {
	if path == "" {
		return
	}
	if rawPath == "" {
		rawPath = path
	}
	u.Path = smithyhttp.JoinPath(path, u.Path)
	u.RawPath = smithyhttp.JoinPath(rawPath, u.RawPath)
}

// partition is a group of regions with DNS names of its own. All partitions have
// FIPS and dual-stack endpoints (the AWS SDK's partition metadata).
type partition struct {
	// groups are the region names' parts before the place and the number: "us" of
	// us-east-1, "us-gov" of us-gov-west-1.
	groups []string
	// global is the name that stands for the partition as a whole, if it has one.
	global string

	suffix, dualStackSuffix string
}

var partitions = []partition{
	{[]string{"us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"}, "aws-global", "amazonaws.com", "api.aws"},
	{[]string{"cn"}, "aws-cn-global", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{[]string{"eusc-de"}, "", "amazonaws.eu", "api.amazonwebservices.eu"},
	{[]string{"us-gov"}, "aws-us-gov-global", "amazonaws.com", "api.aws"},
	{[]string{"us-iso"}, "aws-iso-global", "c2s.ic.gov", "api.aws.ic.gov"},
	{[]string{"us-isob"}, "aws-iso-b-global", "sc2s.sgov.gov", "api.aws.scloud"},
	{[]string{"eu-isoe"}, "aws-iso-e-global", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{[]string{"us-isof"}, "aws-iso-f-global", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
}

// partitionOf returns the partition of a region; a region that no partition
// knows belongs to the first, as in the SDK.
func partitionOf(region string) partition {
	group, known := regionGroup(region)
	for _, p := range partitions {
		if region == p.global && region != "" {
			return p
		}
		for _, g := range p.groups {
			if known && g == group {
				return p
			}
		}
	}
	return partitions[0]
}

// regionGroup cuts the place and the number off a region's name.
func regionGroup(region string) (string, bool) {
	rest, number, ok := cutLast(region)
	if !ok || !consistsOf(number, isDigit) {
		return "", false
	}
	group, place, ok := cutLast(rest)
	return group, ok && consistsOf(place, isWord)
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

func consistsOf(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool {
	return isDigit(c) || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
