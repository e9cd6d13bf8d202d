package arn

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/charset"
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

// diagnoseARN returns the mistake in s, which has no part of a Lambda ARN at its
// start, if s seems to be meant as a Lambda ARN. The reason is "" otherwise.
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

// serviceReason returns why an ARN does not name a function; s is its text from the
// service on.
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

// headReason returns the mistake in the first part of r.rest, if that part stands
// in the place of a region or an account, or if it names another kind of resource
// than a function.
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
		if looksLikeAccount(first) {
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

// partialReason returns the mistake at the start of a text that is not a full ARN.
func partialReason(parts []string) string {
	first, second := parts[0], parts[1]
	switch {
	case first == "":
		return "" // a colon first is no ARN: the name is missing
	case looksLikeAccount(first):
		return accountReason(first)
	case IsAccountID(second) || len(parts) > 2 && parts[2] == "function":
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
	case IsRegion(region[:last]) && charset.Lower.Matches(region[last:]):
		return "an availability zone is not a region: expected one like us-east-1"
	default:
		return "region must be like us-east-1"
	}
}

func looksLikeAccount(s string) bool {
	return charset.DigitOrHyphen.Matches(s)
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

// diagnoseTail says why s is not a name with or without a qualifier, and from
// where on.
func diagnoseTail(s string) (reason, rest string) {
	n := charset.WordOrDot.Span(s)
	rest = s[n:]
	switch {
	case n == 0 && (rest == "" || rest[0] == ':'):
		return "function name is empty", rest
	case rest == "" || rest[0] == ':':
		return diagnoseTailQualifier(strings.TrimPrefix(rest, ":"))
	case rest[0] == '$' && n == 0:
		return "a qualifier needs a function name and a colon before it", rest
	case rest[0] == '$':
		return "a colon belongs between function name and qualifier", rest
	default:
		return character(rest) + " is not allowed in a function name, which has letters, digits, '-', '_' and '.'", rest
	}
}

// diagnoseTailQualifier says why s is not a qualifier that can follow a name.
func diagnoseTailQualifier(s string) (reason, rest string) {
	first, _, more := strings.Cut(s, ":")
	rest = s[charset.Word.Span(s):]
	switch {
	case first == "":
		return "qualifier is empty: leave the colon out too, or give " + qualifierKinds, s
	case more && (Qualifier{first}).fitsFunction():
		return "too many colons: a name is followed by one qualifier at most", s[len(first):]
	case first[0] == '$':
		return "a qualifier that starts with '$' must be $LATEST or $LATEST.PUBLISHED", s
	default:
		return character(rest) + " is not allowed in a qualifier after a function name, which has letters, digits, '-' and '_'", rest
	}
}

// indexUnprintable finds the first space, control character or invalid UTF-8
// in s, or -1: nothing that the API calls a name or an ARN has one.
func indexUnprintable(s string) int {
	for i, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || invalidAt(s[i:], r) {
			return i
		}
	}
	return -1
}

func invalidAt(s string, r rune) bool {
	if r != utf8.RuneError {
		return false
	}
	_, size := utf8.DecodeRuneInString(s)
	return size == 1
}

// character names the first character of s, valid UTF-8, in an error message.
func character(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	return "character " + strconv.QuoteRune(r)
}

// unprintableReason describes the space, control character or byte at s[i:] that
// [indexUnprintable] found.
func unprintableReason(s string, i int) string {
	r, _ := utf8.DecodeRuneInString(s[i:])
	switch {
	case invalidAt(s[i:], r):
		return fmt.Sprintf("byte 0x%02x is not valid UTF-8", s[i])
	case !unicode.IsSpace(r):
		return "control character " + strconv.QuoteRune(r) + " is not allowed"
	case i == 0:
		return "whitespace is not allowed: remove it from the start"
	case onlySpaces(s[i:]):
		return "whitespace is not allowed: remove it from the end"
	default:
		return "whitespace is not allowed"
	}
}

func onlySpaces(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}
