package validate

import "strings"

// sourceArn is a SourceArn cut at its first five colons, not yet judged.
type sourceArn struct {
	partition, service, region, account, resource string
}

// splitSourceArn fails when s does not begin with "arn:" or has fewer than five colons.
func splitSourceArn(s string) (a sourceArn, ok bool) {
	rest, ok := strings.CutPrefix(s, "arn:")
	if !ok {
		return sourceArn{}, false
	}
	a.partition, rest, _ = cutAtColon(rest)
	a.service, rest, _ = cutAtColon(rest)
	a.region, rest, _ = cutAtColon(rest)
	if a.account, a.resource, ok = cutAtColon(rest); !ok {
		return sourceArn{}, false // a missing colon has left nothing to cut
	}
	return a, true
}

// cutAtColon is strings.Cut for the short parts of an ARN.
func cutAtColon(s string) (before, after string, found bool) {
	for i := range len(s) {
		if s[i] == ':' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// matchSourceArn is what both sets ask of a SourceArn, with what they differ in:
//
//	arn:PARTITION:([a-zA-Z0-9\-])+:(REGION)?:(\d{12})?:(.*)
//
// It judges part by part, since to hand all of them on takes longer.
func matchSourceArn(s string, isPartition, isRegion func(string) bool) bool {
	rest, ok := strings.CutPrefix(s, "arn:")
	partition, rest, _ := cutAtColon(rest)
	if !ok || !isPartition(partition) {
		return false
	}
	service, rest, _ := cutAtColon(rest)
	region, rest, _ := cutAtColon(rest)
	if !isAll(service, alnumOrHyphen) || region != "" && !isRegion(region) {
		return false
	}
	account, resource, ok := cutAtColon(rest)
	return ok && (account == "" || isAccountID(account)) && matchAnyOnOneLine(resource)
}

func matchOriginalSourceArn(s string) bool {
	return matchSourceArn(s, func(partition string) bool { return partition == "aws" }, isOriginalRegion)
}

func matchCurrentSourceArn(s string) bool {
	return matchSourceArn(s, isSourcePartition, func(region string) bool { return region == "*" || isCurrentRegion(region) })
}

// isSourcePartition is aws[a-zA-Z0-9-]*.
func isSourcePartition(s string) bool {
	suffix, ok := strings.CutPrefix(s, "aws")
	return ok && (suffix == "" || isAll(suffix, alnumOrHyphen))
}
