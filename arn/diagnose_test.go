package arn_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
)

func TestParseErrorText(t *testing.T) {
	long := strings.Repeat("a", 255)
	tests := []struct {
		err  arn.ParseError
		want string
	}{
		// The text has the function, the quoted input, the reason and the quoted rest.
		{
			arn.ParseError{Func: "ParseFunction", Input: "a/b", Rest: "/b", Reason: "no good"},
			`arn.ParseFunction("a/b"): no good (at "/b")`,
		},
		// There is no rest if the text ends too early.
		{
			arn.ParseError{Func: "Parse", Input: "arn:", Reason: "no good"},
			`arn.Parse("arn:"): no good`,
		},
		// Characters that affect a terminal or a log line are escaped.
		{
			arn.ParseError{Func: "ParseQualifier", Input: "\x1b[2J\n\u202e\xff", Rest: "\u202e\xff", Reason: "no good"},
			`arn.ParseQualifier("\x1b[2J\n\u202e\xff"): no good (at "\u202e\xff")`,
		},
		// 256 characters are shown, which is the longest FunctionName.
		{
			arn.ParseError{Func: "Parse", Input: long + "a", Reason: "no good"},
			`arn.Parse("` + long + `a"): no good`,
		},
		// Of a longer text, in the input and in the rest, 255 characters and an
		// ellipsis are shown.
		{
			arn.ParseError{Func: "Parse", Input: long + "abc", Rest: long + "xyz", Reason: "no good"},
			`arn.Parse("` + long + `"…): no good (at "` + long + `"…)`,
		},
		// Characters of several bytes are not split.
		{
			arn.ParseError{Func: "Parse", Input: long[1:] + "€aa", Reason: "no good"},
			`arn.Parse("` + long[1:] + `€"…): no good`,
		},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, test.err.Error()); diff != "" {
			t.Errorf("Error (-want +got):\n%s", diff)
		}
	}
}

// The fields keep the whole text that the message shortens.
func TestParseErrorKeepsInput(t *testing.T) {
	input := strings.Repeat("a", 1<<16) + "/"
	_, err := arn.ParseFunction(input)
	checkParseError(t, err, "ParseFunction", input)
}

// refusal is a text that a parser refuses, with the rest at which it stops and the
// reason.
type refusal struct {
	input, rest, reason string
}

func checkRefusals[T any](t *testing.T, function string, parse func(string) (T, error), rows []refusal) {
	t.Helper()
	for _, want := range rows {
		_, err := parse(want.input)
		var e *arn.ParseError
		if !errors.As(err, &e) {
			t.Errorf("%s(%q): error %v, want *ParseError", function, want.input, err)
			continue
		}
		checkParseError(t, err, function, want.input)
		if diff := cmp.Diff(want, refusal{e.Input, e.Rest, e.Reason}, cmp.AllowUnexported(refusal{})); diff != "" {
			t.Errorf("%s(%q) (-want +got):\n%s", function, want.input, diff)
		}
	}
}

func TestParseFunctionReasons(t *testing.T) {
	const (
		nameChars      = " is not allowed in a function name, which has letters, digits, '-', '_' and '.'"
		qualifierChars = " is not allowed in a qualifier after a function name, which has letters, digits, '-' and '_'"
		emptyName      = "function name is empty"
		emptyQualifier = "qualifier is empty: leave the colon out too, or give a version number, the name of an alias or $LATEST"
		badRegion      = "region must be like us-east-1"
		badAccount     = "account ID must be 12 digits"
		dollar         = "a qualifier that starts with '$' must be $LATEST or $LATEST.PUBLISHED"
		tooMany        = "too many colons: a name is followed by one qualifier at most"
		cutShort       = "ARN is cut short: expected arn:aws:lambda:REGION:ACCOUNT:function:NAME"
		partition      = "partition must be aws, or aws with more letters and hyphens like aws-us-gov"
		otherService   = "an ARN of another service names no function: expected lambda"
	)
	checkRefusals(t, "ParseFunction", arn.ParseFunction, []refusal{
		// A name is required, at the end of each form.
		{"", "", emptyName},
		{":", ":", emptyName},
		{":PROD", ":PROD", emptyName},
		{"function:", "", emptyName},
		{"123456789012:", "", emptyName},
		{"123456789012::f", ":f", emptyName},
		{"arn:aws:lambda:us-east-1:123456789012:function:", "", emptyName},
		{"arn:aws:lambda:", "", emptyName},
		{"$LATEST", "$LATEST", "a qualifier needs a function name and a colon before it"},

		// Names have a small alphabet; the reason shows the character that is not
		// allowed.
		{"my/function", "/function", "character '/'" + nameChars},
		{"arn:aws:lambda:us-east-1:123456789012:function/f", "/f", "character '/'" + nameChars},
		{"<account-id>:Thumbnail", "<account-id>:Thumbnail", "character '<'" + nameChars},
		{"Größe", "öße", "character 'ö'" + nameChars},
		{"f\u200b", "\u200b", `character '\u200b'` + nameChars},
		{"f*", "*", "character '*'" + nameChars},

		// Whitespace and control characters are refused first, because pasted texts
		// often have them where they cannot be seen.
		{" f", " f", "whitespace is not allowed: remove it from the start"},
		{"f\r\n", "\r\n", "whitespace is not allowed: remove it from the end"},
		{"my function", " function", "whitespace is not allowed"},
		{"arn:aws:lambda:us-east-1:\u00a0123456789012:function:f", "\u00a0123456789012:function:f", "whitespace is not allowed"},
		{"f\x00", "\x00", `control character '\x00' is not allowed`},
		{"f\xff", "\xff", "byte 0xff is not valid UTF-8"},

		// A qualifier after a colon is not empty, is the only qualifier, and has '$'
		// only in two known words.
		{"Thumbnail:", "", emptyQualifier},
		{"Thumbnail::PROD", ":PROD", emptyQualifier},
		{"Thumbnail:1:2", ":2", tooMany},
		{"Thumbnail:$LATEST:PROD", ":PROD", tooMany},
		{"arn:aws:lambda:us-east-1:123456789012:function:f:1:2", ":2", tooMany},
		{"arn:aws:lambda:us-east-1:123456789012:us-east-1:function:f", ":f", tooMany},
		{"Thumbnail:$latest", "$latest", dollar},
		{"Thumbnail:$LATEST.1", "$LATEST.1", dollar},
		{"Thumbnail$LATEST", "$LATEST", "a colon belongs between function name and qualifier"},
		{"Thumbnail:v1.2", ".2", "character '.'" + qualifierChars},
		{"Thumbnail:v1.2:3", ".2:3", "character '.'" + qualifierChars},
		{"Thumbnail:a$b", "$b", "character '$'" + qualifierChars},

		// A region has a place in an ARN and a form.
		{"arn:aws:lambda::123456789012:function:f", ":123456789012:function:f", "region is missing: expected one like us-east-1"},
		{"arn:aws:lambda:::function:f", "::function:f", "region is missing: expected one like us-east-1"},
		{"arn:aws:lambda::f", ":f", "region is missing: expected one like us-east-1"},
		{"arn:aws:lambda:virginia:123456789012:function:f", "virginia:123456789012:function:f", badRegion},
		{"arn:aws:lambda:*:*:function:f", "*:*:function:f", badRegion},
		{"us-east-11:123456789012:f", "us-east-11:123456789012:f", badRegion},
		{"us-east:1234:function:f", "us-east:1234:function:f", badRegion},
		{"virginia:account:function", "virginia:account:function", badRegion},
		{"arn:aws:lambda:us-east-1a:123456789012:function:f", "us-east-1a:123456789012:function:f", "an availability zone is not a region: expected one like us-east-1"},

		// An account is 12 digits.
		{"arn:aws:lambda:us-east-1::function:f", ":function:f", "account ID is missing: expected 12 digits"},
		{"arn:aws:lambda:us-east-1::f", ":f", "account ID is missing: expected 12 digits"},
		{"arn:aws:lambda:us-east-1:REDACTED:function:f", "REDACTED:function:f", badAccount},
		{"arn:aws:lambda:us-east-1:${AWS::AccountId}:function:f", "${AWS::AccountId}:function:f", badAccount},
		{"account-id:function:Thumbnail", "account-id:function:Thumbnail", badAccount},
		{"1234-5678-9012:function:f", "1234-5678-9012:function:f", badAccount + " without hyphens"},
		{"arn:aws:lambda:us-east-1:1234-5678-9012:function:f", "1234-5678-9012:function:f", badAccount + " without hyphens"},
		{"arn:aws:lambda:1234-5678-9012:function:f", "1234-5678-9012:function:f", badAccount + " without hyphens"},
		{"12345678901:function:f", "12345678901:function:f", badAccount + ", not 11: leading zeros count"},
		{"arn:aws:lambda:us-east-1:1234567890123:function:f", "1234567890123:function:f", badAccount + ", not 13"},

		// Other resources of Lambda are refused.
		{"arn:aws:lambda:us-east-1:123456789012:layer:l:3", "layer:l:3", "a layer is not a function: expected function:NAME"},

		// ARNs of other services are refused, for example that of a source or an
		// integration.
		{"arn:aws:s3:::bucket", "s3:::bucket", "an S3 ARN names a bucket or an object, not a function"},
		{"arn:aws:sns:us-east-1:123456789012:topic", "sns:us-east-1:123456789012:topic", otherService},
		{"arn:aws:apigateway:us-east-1::/restapis/a1", "apigateway:us-east-1::/restapis/a1", otherService},
		{
			"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations",
			"apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations",
			"an integration URI is not a function name: the function's ARN stands in it, before /invocations",
		},
		{"arn:aws:Lambda:us-east-1:123456789012:function:f", "Lambda:us-east-1:123456789012:function:f", `"lambda" must be in lower case`},
		{"arn:aws::us-east-1:123456789012:function:f", ":us-east-1:123456789012:function:f", "service is missing: expected lambda"},

		// The start of an ARN is arn:PARTITION:lambda:.
		{"arn:", "", cutShort},
		{"arn:aws:lambda/", "lambda/", otherService},
		{"arn:aws/", "aws/", cutShort},
		{"arn:lambda:us-east-1:123456789012:function:f", "lambda:us-east-1:123456789012:function:f", "partition is missing: expected arn:aws:lambda:REGION:ACCOUNT:function:NAME"},
		{"arn:azure:lambda:us-east-1:123456789012:function:f", "azure:lambda:us-east-1:123456789012:function:f", partition},
		{"arn:aws1:lambda:f", "aws1:lambda:f", partition},
		{"ARN:aws:lambda:us-east-1:123456789012:function:f", "ARN:aws:lambda:us-east-1:123456789012:function:f", `"arn:" must be in lower case`},
		{"aws:lambda:us-east-1:123456789012:function:f", "aws:lambda:us-east-1:123456789012:function:f", `an ARN starts with "arn:": expected arn:aws:lambda:REGION:ACCOUNT:function:NAME`},
		{"lambda:us-east-1:123456789012:function:f", "lambda:us-east-1:123456789012:function:f", `an ARN starts with "arn:": expected arn:aws:lambda:REGION:ACCOUNT:function:NAME`},

		// URLs do not name a function, not even a function URL.
		{"https://example.com/f", "https://example.com/f", "a URL is not a function name: expected a name like Thumbnail or an ARN"},
		{"https://abc.lambda-url.us-east-1.on.aws/", "https://abc.lambda-url.us-east-1.on.aws/", "a function URL does not name its function: expected the name or the ARN"},
	})
}

func TestParseQualifierReasons(t *testing.T) {
	const kinds = "expected a version number, the name of an alias or $LATEST"
	checkRefusals(t, "ParseQualifier", arn.ParseQualifier, []refusal{
		// A qualifier is not empty.
		{"", "", "qualifier is empty: " + kinds},
		// Only the qualifier is allowed, not the name before it.
		{"Thumbnail:PROD", ":PROD", "a qualifier has no colon: give only the part after the function name"},
		{"arn:aws:lambda:us-east-1:123456789012:function:f:1", "arn:aws:lambda:us-east-1:123456789012:function:f:1", "an ARN is not a qualifier: " + kinds},
		{"https://example.com/", "https://example.com/", "a URL is not a qualifier: " + kinds},
		// A dot is allowed only in $LATEST.PUBLISHED.
		{"$LATEST.published", ".published", "only .PUBLISHED can follow $LATEST"},
		{"v1.2", ".2", "character '.' is not allowed in a qualifier, which has letters, digits, '-', '_' and '$'"},
		// Invisible characters are refused.
		{"PROD\n", "\n", "whitespace is not allowed: remove it from the end"},
		{"PR\x1bOD", "\x1bOD", `control character '\x1b' is not allowed`},
		{"\x80", "\x80", "byte 0x80 is not valid UTF-8"},
	})
}

func TestParseReasons(t *testing.T) {
	const form = " of 5 colons: expected arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"
	checkRefusals(t, "Parse", arn.Parse, []refusal{
		// Every ARN starts with "arn:".
		{"", "", "ARN is empty"},
		{"my-bucket", "my-bucket", `an ARN starts with "arn:"`},
		{"ARN:aws:s3:::b", "ARN:aws:s3:::b", `an ARN starts with "arn:"`},
		{"https://example.com/", "https://example.com/", "a URL is not an ARN"},
		{" arn:aws:s3:::b", " arn:aws:s3:::b", "whitespace is not allowed: remove it from the start"},
		// An ARN has at least five colons.
		{"arn:", "", "1" + form},
		{"arn:aws", "aws", "1" + form},
		{"arn:aws:s3", "s3", "2" + form},
		{"arn:aws:s3::", "", "4" + form},
		{"arn:aws:iam:000000000000:role/x", "role/x", "4" + form},
		// Partition, service and resource are not empty; the SDK's package aws/arn
		// accepts all of these.
		{"arn:::::", "::::", "partition is empty: expected one like aws"},
		{"arn::s3:::b", ":s3:::b", "partition is empty: expected one like aws"},
		{"arn:aws::::b", ":::b", "service is empty: expected one like lambda"},
		{"arn:aws:s3:::", "", "resource is empty"},
		// Invisible characters are refused.
		{"arn:aws:lex:us-east-1:123456789012 ID:intent:x", " ID:intent:x", "whitespace is not allowed"},
		{"arn:aws:s3:::b\n", "\n", "whitespace is not allowed: remove it from the end"},
		{"arn:aws:s3:::b\u2028", "\u2028", "whitespace is not allowed: remove it from the end"},
		{"arn:aws:s3:::\x7fb", "\x7fb", `control character '\x7f' is not allowed`},
		{"arn:aws:s3:::b\xc3", "\xc3", "byte 0xc3 is not valid UTF-8"},
	})
}
