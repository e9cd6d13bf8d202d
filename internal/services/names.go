package services

import (
	"slices"
	"strings"
)

// A Name has the parts of a service principal.
type Name struct {
	// Principal is the name as the table has it: "logs.amazonaws.com" for
	// logs.us-east-1.amazonaws.com.
	Principal string
	// Region is the region within the name; empty if the name has no region.
	Region string
	// Suffix is the end of the name: "amazonaws.com", "amazonaws.com.cn".
	Suffix string
}

const (
	commonSuffix = "amazonaws.com"
	chinaSuffix  = "amazonaws.com.cn"
	alexaSuffix  = "amazon.com"
)

// suffixes are the domains in which service principals have been seen, the longer
// ones first. amazonaws.eu is the domain of its partition's endpoints: no principal
// has it, but users write it.
var suffixes = []string{chinaSuffix, commonSuffix, "amazonaws.eu", alexaSuffix}

// ParseName reads a service principal, which need not be in the table. The second
// result is false for a text that does not have the form of one.
func ParseName(principal string) (Name, bool) {
	for _, suffix := range suffixes {
		service, ok := strings.CutSuffix(principal, "."+suffix)
		if !ok || service == "" {
			continue
		}
		return withoutRegion(principal, service, suffix), true
	}
	return Name{}, false
}

// withoutRegion returns the parts of a name. The region is the last label before the
// suffix, if that is the name of a region.
func withoutRegion(principal, service, suffix string) Name {
	base := commonSuffix
	if suffix == alexaSuffix {
		base = alexaSuffix
	}
	if dot := strings.LastIndexByte(service, '.'); dot > 0 {
		if _, isRegion := PartitionOf(service[dot+1:]); isRegion {
			return Name{Principal: service[:dot] + "." + base, Region: service[dot+1:], Suffix: suffix}
		}
	}
	if suffix != base {
		principal = service + "." + base
	}
	return Name{Principal: principal, Suffix: suffix}
}

// A refusal is a name that AddPermission is reported to refuse in a partition,
// and the one that it accepts there. REGION stands for the name of the region.
type refusal struct {
	partition, principal, right string
	report                      string // where it was reported
}

var refusals = []refusal{
	{"aws-cn", "s3.amazonaws.com.cn", "s3.amazonaws.com", "DataDog/datadog-serverless-functions#346"},
	{"aws-cn", "apigateway.amazonaws.com.cn", "apigateway.amazonaws.com", "serverless/serverless#4665, #5365"},
	{"aws-cn", "logs.REGION.amazonaws.com", "logs.REGION.amazonaws.com.cn", "serverless/serverless#7589, #10906, #12087"},
	{"aws-eusc", "sns.amazonaws.eu", "sns.amazonaws.com", "pulumi/pulumi-eks#2341"},
}

// Refused reports whether a name is known to be refused as a principal in a partition,
// and returns the name of the same service that is right there.
//
// Outside of China every name with the suffix of the China regions is refused, and
// everywhere every name with the suffix of the European Sovereign Cloud's endpoints.
func Refused(principal, partition string) (right string, refused bool) {
	name, ok := ParseName(principal)
	if !ok || partition == "" {
		return "", false
	}
	for _, r := range refusals {
		if r.partition == partition && fillRegion(r.principal, name.Region) == principal {
			return fillRegion(r.right, name.Region), true
		}
	}
	isForeign := name.Suffix == chinaSuffix && partition != "aws-cn" || name.Suffix == "amazonaws.eu"
	if !isForeign {
		return "", false
	}
	return nameIn(name, partition), true
}

// fillRegion replaces REGION in a pattern by a region. If region is "", a pattern with
// REGION becomes a text that is not a name.
func fillRegion(pattern, region string) string { return strings.ReplaceAll(pattern, "REGION", region) }

// nameIn returns the name with the suffix of the partition.
func nameIn(name Name, partition string) string {
	if name.Region == "" {
		return name.Principal
	}
	service, _ := strings.CutSuffix(name.Principal, "."+commonSuffix)
	return WithRegion(service+"."+commonSuffix, name.Region, partition)
}

// WithRegion puts a region into the name of a service.
func WithRegion(principal, region, partition string) string {
	suffix := commonSuffix
	if partition == "aws-cn" {
		suffix = chinaSuffix
	}
	return strings.TrimSuffix(principal, commonSuffix) + region + "." + suffix
}

// NameIn returns the name by which a service calls from a region of a partition:
// with the region in it where the table says so (Service.RegionIn), otherwise
// unchanged. It is unchanged too if region is not the name of a region: empty, or a
// wildcard.
func NameIn(principal, partition, region string) string {
	s, _ := byPrincipal(principal)
	if _, isRegion := PartitionOf(region); !isRegion || !slices.Contains(s.RegionIn, partition) {
		return principal
	}
	return WithRegion(principal, region, partition)
}
