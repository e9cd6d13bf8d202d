package arn

import (
	"fmt"
	"strings"
)

// diagnoseFunction says why ParseFunction refuses s, and from where on. It
// looks for the usual mistakes first, then for the place where the longest
// reading of s ends.
func diagnoseFunction(s string) (reason, rest string) {
	if s == "" {
		return "function name is empty", ""
	}
	if i := indexUnprintable(s); i >= 0 {
		return unprintableReason(s, i), s[i:]
	}
	if strings.Contains(s, "://") {
		return urlReason(s), s
	}
	r := reading{rest: s}
	r.head()
	if r.last == noGroup {
		if reason, rest := diagnoseARN(s); reason != "" {
			return reason, rest
		}
	}
	if reason := headReason(r); reason != "" {
		return reason, r.rest
	}
	return diagnoseTail(r.rest)
}

func urlReason(s string) string {
	if strings.Contains(s, ".lambda-url.") {
		return "a function URL does not name its function: expected the name or the ARN"
	}
	return "a URL is not a function name: expected a name like Thumbnail or an ARN"
}

const fullARN = "arn:aws:lambda:REGION:ACCOUNT:function:NAME"

// diagnoseARN says why s, which has no part of a Lambda ARN at its start, is
// none, if it seems to be meant as one.
func diagnoseARN(s string) (reason, rest string) {
	rest, ok := strings.CutPrefix(s, "arn:")
	if !ok {
		return noPrefixReason(s), s
	}
	partition, service, ok := strings.Cut(rest, ":")
	switch {
	case partition == "lambda":
		return "partition is missing: expected " + fullARN, rest
	case ok && partition != "" && !isPartition(partition):
		return "partition must be aws, or aws with more letters and hyphens like aws-us-gov", rest
	case !ok || service == "lambda":
		return "ARN is cut short: expected " + fullARN, rest
	}
	return serviceReason(service), service
}

func noPrefixReason(s string) string {
	first, after, _ := strings.Cut(s, ":")
	switch {
	case strings.EqualFold(first, "arn"):
		return `"arn:" must be in lower case`
	case first == "lambda" || strings.HasPrefix(after, "lambda:"):
		return `an ARN starts with "arn:": expected ` + fullARN
	}
	return ""
}

// serviceReason says what an ARN names whose text from the service on is s.
func serviceReason(s string) string {
	service, resource, _ := strings.Cut(s, ":")
	switch {
	case service == "":
		return "service is missing: expected lambda"
	case strings.EqualFold(service, "lambda"):
		return `"lambda" must be in lower case`
	case service == "s3":
		return "an S3 ARN names a bucket or an object, not a function"
	case service == "apigateway" && strings.HasSuffix(resource, "/invocations"):
		return "an integration URI is not a function name: the function's ARN stands in it, before /invocations"
	default:
		return "an ARN of another service names no function: expected lambda"
	}
}

// headReason says what is wrong with the first part of r.rest, if it stands
// where a region or an account belongs, or another resource than a function.
func headReason(r reading) string {
	parts := strings.SplitN(r.rest, ":", 4)
	first := parts[0]
	if len(parts) < 3 && (len(parts) < 2 || first != "") {
		return "" // a name and perhaps a qualifier
	}
	switch r.last {
	case noGroup:
		return partialReason(parts)
	case arnGroup:
		if first != "" && looksLikeAccount(first) {
			return accountReason(first)
		}
		return regionReason(first)
	case regionGroup:
		return accountReason(first)
	}
	if r.last == accountGroup && first == "layer" {
		return "a layer is not a function: expected function:NAME"
	}
	return ""
}

// partialReason says what is wrong at the start of a text that is no full ARN.
func partialReason(parts []string) string {
	first, second := parts[0], parts[1]
	switch {
	case first == "":
		return "" // a colon first is no ARN: the name is missing
	case looksLikeAccount(first):
		return accountReason(first)
	case isAccountID(second) || len(parts) > 2 && parts[2] == "function":
		return regionReason(first)
	case second == "function":
		return accountReason(first)
	default:
		return ""
	}
}

func regionReason(region string) string {
	last := len(region) - 1
	switch {
	case region == "":
		return "region is missing: expected one like us-east-1"
	case isRegion(region[:last]) && all(region[last:], lower):
		return "an availability zone is not a region: expected one like us-east-1"
	default:
		return "region must be like us-east-1"
	}
}

func looksLikeAccount(s string) bool {
	return all(s, digitOrHyphen)
}

func accountReason(account string) string {
	digits := len(account) - strings.Count(account, "-")
	switch {
	case account == "":
		return "account ID is missing: expected 12 digits"
	case !looksLikeAccount(account):
		return "account ID must be 12 digits"
	case digits < len(account):
		return "account ID must be 12 digits without hyphens"
	case digits < accountIDLength:
		return fmt.Sprintf("account ID must be 12 digits, not %d: leading zeros count", digits)
	default:
		return fmt.Sprintf("account ID must be 12 digits, not %d", digits)
	}
}
