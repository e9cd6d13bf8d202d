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

// wellFormed is what both sets ask of the parts behind partition and region:
// ([a-zA-Z0-9\-])+ for the service, (\d{12})? for the account, (.*) for the resource.
func (a sourceArn) wellFormed() bool {
	return isAll(a.service, alnumOrHyphen) &&
		(a.account == "" || isAccountID(a.account)) &&
		matchAnyOnOneLine(a.resource)
}

func matchOriginalSourceArn(s string) bool {
	a, ok := splitSourceArn(s)
	return ok && a.partition == "aws" && (a.region == "" || isOriginalRegion(a.region)) && a.wellFormed()
}

func matchCurrentSourceArn(s string) bool {
	a, ok := splitSourceArn(s)
	return ok && isSourcePartition(a.partition) &&
		(a.region == "" || a.region == "*" || isCurrentRegion(a.region)) && a.wellFormed()
}

// isSourcePartition is aws[a-zA-Z0-9-]*.
func isSourcePartition(s string) bool {
	suffix, ok := strings.CutPrefix(s, "aws")
	return ok && (suffix == "" || isAll(suffix, alnumOrHyphen))
}
