package permission

import "strings"

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
