package services

import (
	"slices"
	"strings"
)

// A Partition is a group of regions with accounts, ARNs and DNS names of its own.
type Partition struct {
	// ID is the second part of its ARNs: "aws-cn".
	ID string
	// DNSSuffix and DualStackSuffix end the names of its endpoints.
	DNSSuffix, DualStackSuffix string
	// Global is the name of the pseudo-region that stands for the whole partition;
	// empty if the partition has no such region.
	Global string
	// Groups are the parts of its regions' names before the place and the number: "us"
	// of us-east-1, "us-gov" of us-gov-west-1.
	Groups []string
	// Regions are the known regions.
	Regions []string
}

// Partitions returns the table of partitions, the commercial one first (the AWS
// SDKs' metadata of partitions). It is shared: callers must not write to it.
func Partitions() []Partition { return partitions }

var partitions = []Partition{
	{
		ID: "aws", DNSSuffix: "amazonaws.com", DualStackSuffix: "api.aws", Global: "aws-global",
		Groups: []string{"us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"},
		Regions: []string{
			"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
			"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1",
			"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
			"af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
			"ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1",
			"me-central-1", "me-south-1", "me-west-1", "mx-central-1", "sa-west-1",
		},
	},
	{
		ID: "aws-cn", DNSSuffix: "amazonaws.com.cn", DualStackSuffix: "api.amazonwebservices.com.cn", Global: "aws-cn-global",
		Groups: []string{"cn"}, Regions: []string{"cn-north-1", "cn-northwest-1"},
	},
	{
		ID: "aws-eusc", DNSSuffix: "amazonaws.eu", DualStackSuffix: "api.amazonwebservices.eu",
		Groups: []string{"eusc-de"}, Regions: []string{"eusc-de-east-1"},
	},
	{
		ID: "aws-us-gov", DNSSuffix: "amazonaws.com", DualStackSuffix: "api.aws", Global: "aws-us-gov-global",
		Groups: []string{"us-gov"}, Regions: []string{"us-gov-east-1", "us-gov-west-1"},
	},
	{
		ID: "aws-iso", DNSSuffix: "c2s.ic.gov", DualStackSuffix: "api.aws.ic.gov", Global: "aws-iso-global",
		Groups: []string{"us-iso"}, Regions: []string{"us-iso-east-1", "us-iso-west-1"},
	},
	{
		ID: "aws-iso-b", DNSSuffix: "sc2s.sgov.gov", DualStackSuffix: "api.aws.scloud", Global: "aws-iso-b-global",
		Groups: []string{"us-isob"}, Regions: []string{"us-isob-east-1", "us-isob-west-1"},
	},
	{
		ID: "aws-iso-e", DNSSuffix: "cloud.adc-e.uk", DualStackSuffix: "api.cloud-aws.adc-e.uk", Global: "aws-iso-e-global",
		Groups: []string{"eu-isoe"}, Regions: []string{"eu-isoe-west-1"},
	},
	{
		ID: "aws-iso-f", DNSSuffix: "csp.hci.ic.gov", DualStackSuffix: "api.aws.hci.ic.gov", Global: "aws-iso-f-global",
		Groups: []string{"us-isof"}, Regions: []string{"us-isof-east-1", "us-isof-south-1"},
	},
}

// PartitionOf returns the partition of a region, which need not be in the table, by the
// beginning of its name. The second result is false if no partition has such regions.
func PartitionOf(region string) (Partition, bool) {
	for _, p := range partitions {
		if region != "" && region == p.Global || slices.ContainsFunc(p.Groups, func(group string) bool { return isOfGroup(region, group) }) {
			return p, true
		}
	}
	return Partition{}, false
}

// defaultRegions are those of the commercial partition that need no opt-in: all
// that opened before 20 March 2019 (AWS Account Management Reference Guide,
// "Enable or disable AWS Regions in your account").
var defaultRegions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
	"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1",
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
}

// disputedRegion is a default region that Amazon SNS lists as an opt-in region
// (Amazon SNS Developer Guide, "Sending Amazon SNS messages to an Amazon SQS queue
// or AWS Lambda function in a different Region").
const disputedRegion = "ap-northeast-3"

// OptIn says whether accounts must enable a region before they can use it.
type OptIn int

const (
	// OptInUnknown: the region is not in the table or not in the commercial partition,
	// or two pages disagree about it.
	OptInUnknown OptIn = iota
	// OptInNotRequired: the region is a default region, which every account has.
	OptInNotRequired
	// OptInRequired: the region is an opt-in region, which an account must enable.
	OptInRequired
)

// OptInOf returns whether accounts must enable a region, as far as this is known.
func OptInOf(region string) OptIn {
	switch {
	case region == disputedRegion || !slices.Contains(partitions[0].Regions, region):
		return OptInUnknown
	case slices.Contains(defaultRegions, region):
		return OptInNotRequired
	}
	return OptInRequired
}

// isOfGroup reports whether a region's name is the group, a place and a number. It
// follows the region patterns of the AWS SDKs' metadata, such as
// ^(us|eu|ap)\-\w+\-\d+$, because a client must find the same endpoint as the SDK's.
// They allow names that arn.IsRegion, which follows the pattern of FunctionName, does
// not: us-east-10.
func isOfGroup(region, group string) bool {
	rest, ok := strings.CutPrefix(region, group+"-")
	place, number, _ := strings.Cut(rest, "-")
	return ok && consistsOf(place, isWord) && consistsOf(number, isDigit)
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
