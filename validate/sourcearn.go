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
	rest, ok := strings.CutPrefix(s, "arn:aws:")
	service, rest, _ := cutAtColon(rest)
	region, rest, _ := cutAtColon(rest)
	return ok && isAll(service, alnumOrHyphen) && (region == "" || isOriginalRegion(region)) && isAccountAndResource(rest)
}

// matchCurrentSourceArn is arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:(REGION|\*)?:(\d{12})?:(.*).
func matchCurrentSourceArn(s string) bool {
	rest, ok := strings.CutPrefix(s, "arn:aws")
	partition, rest, _ := cutAtColon(rest)
	service, rest, _ := cutAtColon(rest)
	region, rest, _ := cutAtColon(rest)
	return ok && (partition == "" || isAll(partition, alnumOrHyphen)) && isAll(service, alnumOrHyphen) &&
		(region == "" || region == "*" || isCurrentRegion(region)) && isAccountAndResource(rest)
}

// isAccountAndResource is (\d{12})?:(.*). A colon that is missing before it has left
// nothing.
func isAccountAndResource(s string) bool {
	account, resource, ok := cutAtColon(s)
	return ok && (account == "" || isAccountID(account)) && matchAnyOnOneLine(resource)
}
