package validate

import (
	"strings"
	"unicode"
)

// Mistakes of Principal.

func severalPrincipals(v string) string {
	if strings.HasPrefix(v, "arn:") || !strings.ContainsFunc(v, isSeparator) {
		return ""
	}
	return "a grant has one principal: add a grant for each"
}

func isSeparator(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) }

func urlAsPrincipal(v string) string {
	if !isURL(v) {
		return ""
	}
	_, host, _ := strings.Cut(v, "://")
	host, _, _ = strings.Cut(host, "/")
	if host == "" {
		return `a principal is no URL`
	}
	return "a principal is no URL: write " + quote(host)
}

func serviceMissing(v string) string {
	if !isNoService(v) {
		return ""
	}
	return "the service is missing: write " + quote("s3."+v) + " for Amazon S3"
}

func iamColonMissing(v string) string {
	if !isCutShortIAM(v) {
		return ""
	}
	return "an IAM ARN has no region, hence two colons: write " + quote(strings.Replace(v, ":iam:", ":iam::", 1))
}

func resourceAsPrincipal(v string) string {
	a, ok := splitSourceArn(v)
	if !ok || !isNoIdentity(v) {
		return ""
	}
	switch a.service {
	case "iam", "sts":
		return wrongAccount(a.account)
	case "lambda":
		return "a function is no principal: give the ARN of its execution role"
	case "s3", "sns", "sqs", "events":
		return "this is the source, not who calls: set Principal to " + quote(a.service+".amazonaws.com") +
			" and SourceArn to " + quote(v)
	}
	return "this is a resource, not who calls: set Principal to its service and SourceArn to " + quote(v)
}

func wrongAccountInPrincipal(v string) string { return wrongAccount(v) }
