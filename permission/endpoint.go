package permission

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/internal/services"
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
	host, suffix := "lambda.", p.DNSSuffix
	if fips {
		host = "lambda-fips."
	}
	if dualStack {
		suffix = p.DualStackSuffix
	}
	return &url.URL{Scheme: "https", Host: host + region + "." + suffix}
}

// fipsRegion resolves names such as us-east-1-fips, which stand for the FIPS
// endpoint of the region us-east-1.
func fipsRegion(o *Options) {
	if region := withoutFIPS(o.Region); region != o.Region {
		o.EndpointOptions.resolvedRegion = region
		o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
}

func withoutFIPS(region string) string {
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

// partitionOf returns the partition of a region; a region that no partition
// knows belongs to the first, as in the SDK. All partitions have FIPS and
// dual-stack endpoints (the AWS SDK's partition metadata).
func partitionOf(region string) services.Partition {
	if p, known := services.PartitionOf(region); known {
		return p
	}
	return services.Partitions()[0]
}
