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

// matchOriginalSourceArn is arn:aws:([a-zA-Z0-9\-])+:(REGION)?:(\d{12})?:(.*).
func matchOriginalSourceArn(s string) bool {
	a, ok := splitSourceArn(s)
	return ok && a.partition == "aws" && isAll(a.service, alnumOrHyphen) && (a.region == "" || isOriginalRegion(a.region)) &&
		(a.account == "" || isAccountID(a.account)) && matchAnyOnOneLine(a.resource)
}

// matchCurrentSourceArn is arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:(REGION|\*)?:(\d{12})?:(.*).
// It takes the parts one by one: to hand them around together takes longer.
func matchCurrentSourceArn(s string) bool {
	rest, ok := strings.CutPrefix(s, "arn:aws")
	partition, rest, _ := cutAtColon(rest)
	service, rest, _ := cutAtColon(rest)
	region, rest, _ := cutAtColon(rest)
	account, resource, colons := cutAtColon(rest) // a colon that is missing has left nothing to cut
	return ok && colons && (partition == "" || isAll(partition, alnumOrHyphen)) && isAll(service, alnumOrHyphen) &&
		(region == "" || region == "*" || isCurrentRegion(region)) &&
		(account == "" || isAccountID(account)) && matchAnyOnOneLine(resource)
}
