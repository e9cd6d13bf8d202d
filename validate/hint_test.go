package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/validate"
)

// hintOf returns the first hint about a member, or "".
func hintOf(t *testing.T, rules *validate.Rules, r validate.Request, member string) string {
	t.Helper()
	for _, v := range violations(t, rules, r) {
		if v.Field == member && v.Hint != "" {
			return v.Hint
		}
	}
	return ""
}

// The hint about a known mistake contains the right value or names the kind of the
// value that was given.
func TestHints(t *testing.T) {
	tests := []struct{ member, value, want string }{
		// Whitespace, visible or not, and quotation marks around a value.
		{"FunctionName", " my-function", `"my-function"`},
		{"Principal", "s3.amazonaws.com\n", `"s3.amazonaws.com"`},
		{"StatementId", "\ufeffs3", `"s3"`},
		{"SourceAccount", "   ", "only whitespace"},
		{"Action", `"lambda:InvokeFunction"`, `"lambda:InvokeFunction"`},
		{"SourceArn", "“arn:aws:s3:::b”", `"arn:aws:s3:::b"`},
		// A variable that was not replaced.
		{"FunctionName", "${var.name}", `"${var.name}"`},
		{"SourceArn", "arn:aws:events:us-west-2:${aws:PrincipalAccount}:rule/r", `"${aws:PrincipalAccount}"`},

		{"FunctionName", letters(65), "longer limit"},
		{"FunctionName", "https://abc.lambda-url.us-east-1.on.aws/", "URL"},
		{"FunctionName", "f:$latest", "$LATEST"},
		{"FunctionName", "$latest", "$LATEST"},
		{"FunctionName", "arn:aws:s3:::my-bucket", `"s3"`},
		{"FunctionName", "arn:aws:lambda:us-east-1:1234-5678-9012:function:f", `"123456789012"`},
		{"FunctionName", "arn:aws:lambda:us-east-1:12345678901:function:f", `"012345678901"`},
		{"FunctionName", "arn:aws:lambda:us-east-1:ACCOUNT:function:f", `"ACCOUNT"`},
		{"FunctionName", "arn:aws:lambda:us-east-1::function:f", "account ID is missing"},
		{"FunctionName", "arn:aws::us-east-1:123456789012:f", "service is missing"},
		{"FunctionName", "12345678901:function:f", `"012345678901"`},
		{"FunctionName", "function/f", `"function:"`},
		{"FunctionName", "my-*", "wildcard"},

		{"ResourceArn", "f", "full ARN"},
		{"ResourceArn", " " + functionPrefix + "f", `"` + functionPrefix + `f"`},
		{"ResourceArn", functionPrefix + "f:*", "wildcard"},

		{"Qualifier", "arn:aws:lambda:us-east-1:123456789012:function:f:PROD", `only the version or alias, "PROD"`},
		{"Qualifier", "f:PROD", `only the version or alias, "PROD"`},
		{"Qualifier", "arn:aws:lambda:us-east-1:123456789012:function:f", "name of a function: Qualifier takes only a version or an alias"},
		{"Qualifier", "https://abc.lambda-url.us-east-1.on.aws/", "this is a URL"},
		{"Qualifier", "a b", "whitespace"},

		{"StatementId", "example.com", `"example-com"`},
		{"StatementId", "allow s3", `"allow-s3"`},
		{"StatementId", ".s3", `"-s3"`},
		{"StatementId", "größe", `'ö'`},
		{"StatementId", "a\xffb", `"a-b"`},

		{"Action", "lambda.InvokeFunction", `"lambda:InvokeFunction"`},
		{"Action", "Lambda:InvokeFunction", `"lambda:InvokeFunction"`},
		{"Action", "lambda: InvokeFunction", `"lambda:InvokeFunction"`},
		{"Action", "InvokeFunction", `"lambda:InvokeFunction"`},
		{"Action", "lambda:Invoke*", `"lambda:*"`},
		{"Action", "lambda:InvokeFunction,lambda:GetFunction", "one action"},
		{"Action", "s3:GetObject", `"s3"`},

		{"StatementId", strings.Repeat("s", 101), "StatementID of package grant"},
		{"Principal", "amazonaws.com", `"s3.amazonaws.com"`},
		{"Principal", "https://s3.amazonaws.com/", `"s3.amazonaws.com"`},
		{"Principal", "arn:aws:iam:123456789012:role/r", `"arn:aws:iam::123456789012:role/r"`},
		{"Principal", "arn:aws:s3:::my-bucket", `SourceArn to "arn:aws:s3:::my-bucket"`},
		{"Principal", "arn:aws:lambda:us-east-1:123456789012:function:f", "execution role"},
		{"Principal", "arn:aws:dynamodb:us-east-1:123456789012:table/t", "event source mapping"},
		{"Principal", "arn:aws:sqs:us-east-1:123456789012:q", "event source mapping"},
		{"Principal", "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/1", `"elasticloadbalancing.amazonaws.com"`},
		{"Principal", "arn:aws-cn:logs:cn-north-1:123456789012:log-group:g:*", `"logs.cn-north-1.amazonaws.com.cn"`},
		{"Principal", "arn:aws:ec2:us-east-1:123456789012:instance/i", "its service"},
		{"Principal", "S3", `"s3.amazonaws.com"`},
		{"Principal", "alexa-appkit", `"alexa-appkit.amazon.com"`},
		{"Principal", "event", `"events.amazonaws.com"`},
		{"Principal", "lambda", `"s3.amazonaws.com"`},
		{"Principal", "Everyone", `"*"`},
		{"Principal", "o-a1b2c3d4e5", "PrincipalOrgID"},
		{"Principal", "ou-ab12-11111111", "part of an organization"},
		{"Principal", "r-ab12", "part of an organization"},
		{"Principal", `{"Service":"sns.amazonaws.com"}`, `"sns.amazonaws.com"`},
		{"Principal", `["sns.amazonaws.com"]`, `"sns.amazonaws.com"`},
		{"Principal", `{}`, "only the principal"},
		{"Principal", "arn:aws:iam::1111-2222-3333:root", `"111122223333"`},
		{"Principal", "arn:aws:sts::1111-2222-3333:assumed-role/r/s", `"111122223333"`},
		{"Principal", "1111-2222-3333", `"111122223333"`},
		{"Principal", "1402433619", `"012345670123"`},
		{"Principal", "s3.amazonaws.com, sns.amazonaws.com", "one principal"},
		{"Principal", "111111111111,222222222222", "one principal"},
		{"Principal", "111111111111;222222222222", "one principal"},

		{"SourceArn", "my-bucket", `"arn:"`},
		{"SourceArn", "s3://photos/key", `"arn:aws:s3:::photos"`},
		{"SourceArn", "https://my-bucket.s3.amazonaws.com", "URL"},
		{"SourceArn", "123456789012", "SourceAccount"},
		{"SourceArn", "arn:aws:s3::my-bucket", "five colons"},
		{"SourceArn", "arn:s3:::my-bucket", "five colons"},
		{"SourceArn", "arn:aws:sns:us-east-1a:123456789012:t", `"us-east-1"`},
		{"SourceArn", "arn:aws:sns:us-*:123456789012:t", "wildcard"},
		{"SourceArn", "arn:aws:sns:us-east-1:*:t", "12 digits"},
		{"SourceArn", "arn:aws:sns:us-east-1:1234-5678-9012:t", `"123456789012"`},
		{"SourceArn", "arn:aws:sns:us-east-1:1234-5678-9012:t*", `"123456789012"`},
		{"SourceArn", "arn:aws:sns:us-east-1:123456789012 ID:t", `"123456789012 ID"`},

		{"SourceAccount", "1234-5678-9012", `"123456789012"`},
		{"SourceAccount", "12345678901", `"012345678901"`},
		{"SourceAccount", "123456789", `"000123456789"`},
		{"SourceAccount", "1234567890123", "this has 13"},
		{"SourceAccount", "arn:aws:iam::123456789012:root", `"123456789012"`},
		{"SourceAccount", "arn:aws:s3:::b", "SourceArn"},
		{"SourceAccount", "*", "12 digits"},

		{"EventSourceToken", "a b", "whitespace"},
		{"EventSourceToken", " ab", "whitespace"},

		{"PrincipalOrgID", "o-1234567890/r-ab12/ou-ab12-11111111", `"o-1234567890"`},
		{"PrincipalOrgID", "ou-ab12-11111111", "organizational unit"},
		{"PrincipalOrgID", "r-ab12", "organizational unit or root"},
		{"PrincipalOrgID", "arn:aws:organizations::123456789012:organization/o-1234567890", `"o-1234567890"`},
		{"PrincipalOrgID", "arn:aws:organizations::123456789012:account/o-x/123456789012", "the organization's ID"},
		{"PrincipalOrgID", "O-ABCDEFGHIJ", `"o-abcdefghij"`},
		{"PrincipalOrgID", "a1b2c3d4e5", `"o-a1b2c3d4e5"`},
		{"PrincipalOrgID", "123456789012", "Principal"},

		{"FunctionUrlAuthType", "none", `"NONE"`},
		{"FunctionUrlAuthType", "aws_iam", `"AWS_IAM"`},
		{"FunctionUrlAuthType", "AWS-IAM", `"AWS_IAM"`},
		{"FunctionUrlAuthType", "IAM", `"AWS_IAM"`},
	}
	for _, tt := range tests {
		operation := validate.AddPermission
		if tt.member == "ResourceArn" {
			operation = validate.GetResourcePolicy
		}
		got := hintOf(t, validate.Current, with(operation, tt.member, tt.value), tt.member)
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s %q: hint %q, want %q in it", tt.member, tt.value, got, tt.want)
		}
	}
}

// A value that is refused but shows none of the known mistakes has no hint.
func TestNoHints(t *testing.T) {
	tests := []struct{ member, value string }{
		// A name with a digit, and a service with a low line, are no action of any service.
		{"Action", "lambda:Invoke1"},
		{"Action", "s_3:GetObject"},
		// An ARN of Organizations may be a principal.
		{"Principal", "arn:aws:organizations::123456789012:organization/o 1"},
		// A colon is missing, and there is a space: another colon does not make it right.
		{"Principal", "arn:aws:iam:123456789012:role/a b"},
		// An ARN needs no account.
		{"SourceArn", "arn:aws:s3:EAST::b"},
		// Only an ARN of Organizations has the id of an organization.
		{"PrincipalOrgID", "arn:aws:s3:::b"},
	}
	for _, tt := range tests {
		r := with(validate.AddPermission, tt.member, tt.value)
		if err := validate.Current.Check(r); err == nil {
			t.Errorf("%s %q: Check = nil, want an error", tt.member, tt.value)
		}
		if got := hintOf(t, validate.Current, r, tt.member); got != "" {
			t.Errorf("%s %q: hint %q, want no hint", tt.member, tt.value, got)
		}
	}
}

// The hint for a value that only the original reference refuses names Current.
func TestHintsOfOriginal(t *testing.T) {
	tests := []struct{ member, value string }{
		{"FunctionName", "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"},
		{"SourceArn", "arn:aws-cn:s3:::b"},
		{"PrincipalOrgID", "o-1234567890"},
		{"RevisionId", "r"},
	}
	for _, tt := range tests {
		got := hintOf(t, validate.Original, with(validate.AddPermission, tt.member, tt.value), tt.member)
		if !strings.Contains(got, "validate.Current") {
			t.Errorf("%s %q: hint %q, want \"validate.Current\" in it", tt.member, tt.value, got)
		}
	}
}

// A value that a hint suggests is valid.
func TestHintedValuesAreValid(t *testing.T) {
	tests := []struct{ member, wrong, right string }{
		{"StatementId", "example.com", "example-com"},
		{"Action", "lambda.InvokeFunction", "lambda:InvokeFunction"},
		{"Principal", "arn:aws:iam:123456789012:role/r", "arn:aws:iam::123456789012:role/r"},
		{"SourceArn", "s3://my-bucket/key", "arn:aws:s3:::my-bucket"},
		{"SourceAccount", "1402433619", "012345670123"},
		{"PrincipalOrgID", "O-ABCDEFGHIJ", "o-abcdefghij"},
	}
	for _, tt := range tests {
		if got := hintOf(t, validate.Current, with(validate.AddPermission, tt.member, tt.wrong), tt.member); !strings.Contains(got, tt.right) {
			t.Errorf("%s %q: hint %q, want %q in it", tt.member, tt.wrong, got, tt.right)
		}
		if err := validate.Current.Check(with(validate.AddPermission, tt.member, tt.right)); err != nil {
			t.Errorf("%s %q: %v", tt.member, tt.right, err)
		}
	}
}

// No text contains any part of a token, for any mistake in the token or the request.
func TestNoSecretInText(t *testing.T) {
	const marker = "SECRET"
	for _, token := range []string{
		marker + " with space", " " + marker, `"` + marker + `"`, "${" + marker + "}", marker + "/", marker + strings.Repeat("s", 300), marker + "\xff",
		"arn:aws:s3:::" + marker, "https://" + marker,
	} {
		for _, rules := range sets {
			for _, o := range operations {
				err := rules.Check(validate.Request{Operation: o, EventSourceToken: token})
				if err == nil {
					t.Fatalf("Check with token %q = nil, want an error", token)
				}
				if strings.Contains(err.Error(), marker) {
					t.Errorf("%v: the error contains the token: %v", o, err)
				}
				for _, v := range violations(t, rules, validate.Request{Operation: o, EventSourceToken: token}) {
					if strings.Contains(v.Value+v.Message+v.Hint+v.Error(), marker) {
						t.Errorf("%v: %#v contains the token", o, v)
					}
					if slices.Contains(secrets, v.Field) && v.Value != "" {
						t.Errorf("%v: %s has value %q, want none", o, v.Field, v.Value)
					}
				}
			}
		}
	}
}

// The hint about a missing required member says which value it takes.
func TestHintsOfMissingMembers(t *testing.T) {
	for _, c := range []struct {
		operation validate.Operation
		member    string
		want      string
	}{
		{validate.AddPermission, "FunctionName", "its name or its ARN"},
		{validate.GetPolicy, "FunctionName", "its name or its ARN"},
		{validate.AddPermission, "StatementId", "function StatementID of package grant"},
		// RemovePermission takes the id of an existing statement.
		{validate.RemovePermission, "StatementId", "as GetPolicy returns it"},
		{validate.AddPermission, "Action", `"lambda:InvokeFunction"`},
		{validate.AddPermission, "Principal", "an account ID"},
		{validate.GetResourcePolicy, "ResourceArn", "full ARN"},
		{validate.PutResourcePolicy, "Policy", "whole document"},
	} {
		if got := hintOf(t, validate.Current, validate.Request{Operation: c.operation}, c.member); !strings.Contains(got, c.want) {
			t.Errorf("%s without %s: hint %q, want %q in it", c.operation, c.member, got, c.want)
		}
	}
}

// An unknown member has a hint only if AddPermission has it in the other set.
func TestHintsOfUnknownMembers(t *testing.T) {
	for _, c := range []struct {
		rules   *validate.Rules
		request validate.Request
		member  string
		want    bool
	}{
		{validate.Original, validate.Request{PrincipalOrgID: "o-a1b2c3d4e5"}, "PrincipalOrgID", true},
		{validate.Original, validate.Request{Policy: "{}"}, "Policy", false},
		{validate.Original, validate.Request{ResourceArn: functionPrefix + "f"}, "ResourceArn", false},
		{validate.Current, validate.Request{Operation: validate.GetPolicy, SourceArn: "arn:aws:s3:::b"}, "SourceArn", false},
		{validate.Current, validate.Request{Operation: validate.GetPolicy, Policy: "{}"}, "Policy", false},
	} {
		if got := hintOf(t, c.rules, c.request, c.member); (got != "") != c.want {
			t.Errorf("%s of %q: hint %q, want one: %v", c.member, c.request.Operation, got, c.want)
		}
	}
}

// Every missing required member has a hint, in both sets of rules.
func TestEveryMissingMemberHasAdvice(t *testing.T) {
	for _, rules := range sets {
		for _, o := range operations {
			for _, v := range violations(t, rules, validate.Request{Operation: o}) {
				if v.Rule == validate.RuleRequired && v.Hint == "" {
					t.Errorf("%s without %s: no hint", o, v.Field)
				}
			}
		}
	}
}

// The hint about a missing principal names the service that calls for the source.
func TestHintOfMissingPrincipal(t *testing.T) {
	for source, want := range map[string]string{
		"arn:aws:sns:us-east-1:123456789012:t":                  `"sns.amazonaws.com"`,
		"arn:aws-cn:logs:cn-north-1:123456789012:log-group:g:*": `"logs.cn-north-1.amazonaws.com.cn"`,
		// Lambda polls a queue: Amazon SQS does not call.
		"arn:aws:sqs:us-east-1:123456789012:q": "say who may call",
		"arn:aws:new:us-east-1:123456789012:x": "say who may call",
		"my-topic":                             "say who may call",
	} {
		got := hintOf(t, validate.Current, validate.Request{SourceArn: source}, "Principal")
		if !strings.Contains(got, want) {
			t.Errorf("%s: hint %q, want %q in it", source, got, want)
		}
	}
}

// A number of 9 to 11 digits may be an account id that was read as an octal number, if
// its octal form has at most eleven digits.
func TestHintOfLostZeros(t *testing.T) {
	const octal = "read as an octal number"
	for value, want := range map[string]string{
		"123456789":   `"000726746425", if it was ` + octal,
		"8589934591":  `"077777777777", if it was ` + octal,
		"8589934592":  "",
		"10000000000": "",
		"99999999999": "",
	} {
		got := hintOf(t, validate.Current, with(validate.AddPermission, "SourceAccount", value), "SourceAccount")
		if !strings.Contains(got, want) {
			t.Errorf("%s: hint %q, want %q in it", value, got, want)
		}
		if want == "" && strings.Contains(got, octal) {
			t.Errorf("%s: hint %q, want no mention of an octal number", value, got)
		}
	}
}
