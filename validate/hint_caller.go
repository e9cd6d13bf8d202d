package validate

import (
	"slices"
	"strings"
	"unicode"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/charset"
	"github.com/lambdaperm/lambdaperm/internal/services"
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
		return `a principal is not a URL`
	}
	return "a principal is not a URL: write " + abbrev.Quote(host)
}

func serviceMissing(v string) string {
	if !isNoService(v) {
		return ""
	}
	return "the service is missing: write " + abbrev.Quote("s3."+v) + " for Amazon S3"
}

func iamColonMissing(v string) string {
	if !isCutShortIAM(v) {
		return ""
	}
	return "an IAM ARN has no region, hence two colons: write " + abbrev.Quote(strings.Replace(v, ":iam:", ":iam::", 1))
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
		return "a function is not a principal: give the ARN of its execution role"
	}
	resource, _ := arn.Parse(v)
	switch service, known := services.CallerOf(resource); {
	case !known:
		return "this is a resource, not who calls: set Principal to its service and SourceArn to " + abbrev.Quote(v)
	case service.Instead != "":
		return "this is a resource, not who calls, and " + service.Title + " needs no grant: use " + service.Instead
	default:
		principal := services.NameIn(service.Principal, resource.Partition(), resource.Region())
		return "this is the source, not who calls: set Principal to " + abbrev.Quote(principal) + " and SourceArn to " + abbrev.Quote(v)
	}
}

// elementAsPrincipal judges the Principal element of a policy.
func elementAsPrincipal(v string) string {
	if !isJSON(v) {
		return ""
	}
	const advice = "this is the Principal element of a policy: write only the principal"
	// A list has the value between its first quotation marks, an object has its type there.
	inQuotes := strings.Split(v, `"`)
	switch {
	case v[0] == '[' && len(inQuotes) == 3:
		return advice + ", " + abbrev.Quote(inQuotes[1])
	case v[0] == '{' && len(inQuotes) == 5:
		return advice + ", " + abbrev.Quote(inQuotes[3])
	}
	return advice
}

func orgAsPrincipal(v string) string {
	switch {
	case orgIDShape.matches(v):
		return `this is an organization: set Principal to "*" and PrincipalOrgID to ` + abbrev.Quote(v)
	case strings.HasPrefix(v, "ou-"), strings.HasPrefix(v, "r-"):
		return "this is a part of an organization, which cannot be a principal: name its accounts one by one, or the organization in PrincipalOrgID"
	}
	return ""
}

// everybody are words that are written for "*".
var everybody = []string{"all", "anonymous", "any", "anybody", "anyone", "everybody", "everyone", "public"}

// bareWord judges a word that may be meant as a service's name, or as everybody.
func bareWord(v string) string {
	if !isBareWord(v) {
		return ""
	}
	word := strings.ToLower(v)
	if slices.Contains(everybody, word) {
		return `everybody is "*"`
	}
	for _, name := range []string{word + ".amazonaws.com", word + ".amazon.com"} {
		if _, known := services.Lookup(name); known {
			return "a service is named by its whole principal: write " + abbrev.Quote(name)
		}
	}
	if known, ok := services.NearestPrincipal(word + ".amazonaws.com"); ok {
		return "check the spelling: " + abbrev.Quote(known) + " is a service"
	}
	return `a principal is "*", an account ID, the ARN of a user or role, or the name of a service with its domain, as "s3.amazonaws.com" is`
}

func wrongAccountInPrincipal(v string) string { return wrongAccount(v) }

// Mistakes of SourceArn.

// newerArn judges an ARN that only the original reference refuses.
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
		return "give the ARN of the bucket: " + abbrev.Quote("arn:aws:s3:::"+bucket)
	case strings.Contains(v, "://"):
		return "a URL is not an ARN: give the ARN of the source"
	case arn.IsAccountID(v):
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

// zoneAsRegion judges an availability zone in the place of the region: us-east-1a.
func zoneAsRegion(v string) string {
	a, _ := splitSourceArn(v)
	n := len(a.region) - 1
	if n < 1 || !charset.Lower.Has(a.region[n]) || !arn.IsRegion(a.region[:n]) {
		return ""
	}
	return abbrev.Quote(a.region) + " is an availability zone: the region is " + abbrev.Quote(a.region[:n])
}

func wildcardInRegion(v string) string {
	a, _ := splitSourceArn(v)
	if a.region == "*" || !strings.ContainsAny(a.region, "*?") {
		return ""
	}
	return `write the region out; only the resource takes wildcards`
}

// wildcardAccount judges a wildcard for an account, by itself or in an ARN.
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
	if a.account == "" || arn.IsAccountID(a.account) {
		return ""
	}
	if h := wrongAccount(a.account); h != "" {
		return h
	}
	return abbrev.Quote(a.account) + " stands in the place of the account ID, which has 12 digits"
}

// Mistakes of PrincipalOrgID and FunctionUrlAuthType.

// orgPath judges o-ORG/r-ROOT/ou-UNIT, a value of the condition key
// aws:PrincipalOrgPaths.
func orgPath(v string) string {
	id, _, ok := strings.Cut(v, "/")
	if !ok || !orgIDShape.matches(id) {
		return ""
	}
	return "this is a path in an organization: PrincipalOrgID takes only the organization, " + abbrev.Quote(id)
}

func orgUnit(v string) string {
	if !strings.HasPrefix(v, "ou-") && !strings.HasPrefix(v, "r-") {
		return ""
	}
	return `this is an organizational unit or root: PrincipalOrgID takes the organization, "o-" and 10 to 32 characters`
}

func orgArn(v string) string {
	a, ok := splitSourceArn(v)
	if !ok || a.service != "organizations" {
		return ""
	}
	if id := v[strings.LastIndex(v, "/")+1:]; orgIDShape.matches(id) {
		return "this is an ARN: write the organization's ID, " + abbrev.Quote(id)
	}
	return "this is an ARN: write the organization's ID"
}

func upperCaseOrg(v string) string {
	if !orgIDShape.matches(strings.ToLower(v)) {
		return ""
	}
	return "an organization's ID is in lower case: " + abbrev.Quote(strings.ToLower(v))
}

func orgPrefixMissing(v string) string {
	if !orgIDShape.matches("o-" + v) {
		return ""
	}
	return `an organization's ID begins with "o-": ` + abbrev.Quote("o-"+v)
}

func accountAsOrg(v string) string {
	if !arn.IsAccountID(v) {
		return ""
	}
	return "this is an account ID: to grant to an account, make it the Principal"
}

// misspelledAuthType finds values such as none, aws_iam, AWS-IAM and IAM.
func misspelledAuthType(v string) string {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(v)) {
	case "none":
		return `write "NONE"`
	case "awsiam", "iam":
		return `write "AWS_IAM"`
	}
	return ""
}
