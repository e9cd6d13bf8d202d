package validate

import "strings"

// Mistakes of SourceArn.

// newerArn is an ARN that only the original reference refuses.
func newerArn(v string) string {
	if !matchCurrentSourceArn(v) {
		return ""
	}
	return "the original reference predates this form: check with validate.Current"
}

func notAnArn(v string) string {
	switch bucket, isS3 := strings.CutPrefix(v, "s3://"); {
	case strings.HasPrefix(v, "arn:"):
		return ""
	case isS3:
		bucket, _, _ = strings.Cut(bucket, "/")
		return "give the ARN of the bucket: " + quote("arn:aws:s3:::"+bucket)
	case strings.Contains(v, "://"):
		return "a URL is no ARN: give the ARN of the source"
	case isAccountID(v):
		return "this is an account ID: it belongs in SourceAccount"
	}
	return `an ARN begins with "arn:", as "arn:aws:s3:::my-bucket" does`
}

func arnCutShort(v string) string {
	if _, ok := splitSourceArn(v); ok {
		return ""
	}
	return "an ARN has five colons before the resource: arn:partition:service:region:account:resource"
}

// zoneAsRegion is us-east-1a for us-east-1.
func zoneAsRegion(v string) string {
	a, _ := splitSourceArn(v)
	n := len(a.region) - 1
	if n < 1 || !is(a.region[n], lower) || !isCurrentRegion(a.region[:n]) {
		return ""
	}
	return quote(a.region) + " is an availability zone: the region is " + quote(a.region[:n])
}

func wildcardInRegion(v string) string {
	a, _ := splitSourceArn(v)
	if a.region == "*" || !strings.ContainsAny(a.region, "*?") {
		return ""
	}
	return `a region is written out; wildcards belong in the resource`
}

// wildcardAccount is "*" for an account, alone or in an ARN.
func wildcardAccount(v string) string {
	account := v
	if a, ok := splitSourceArn(v); ok {
		account = a.account
	}
	if !strings.ContainsAny(account, "*?") {
		return ""
	}
	return "an account takes no wildcard: write its 12 digits"
}

func wrongAccountInArn(v string) string {
	a, _ := splitSourceArn(v)
	if a.account == "" || isAccountID(a.account) {
		return ""
	}
	if h := wrongAccount(a.account); h != "" {
		return h
	}
	return quote(a.account) + " stands in the place of the account ID, which has 12 digits"
}
