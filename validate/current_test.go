package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

func TestCurrentAccepts(t *testing.T) {
	tests := []validate.Request{
		// Partitions other than aws, in FunctionName and in SourceArn.
		grant(func(r *validate.Request) {
			r.FunctionName = "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f"
			r.SourceArn = "arn:aws-eusc:sns:eusc-de-east-1:123456789012:t"
		}),
		grant(func(r *validate.Request) {
			r.FunctionName = "arn:aws-iso-b:lambda:us-isob-east-1:123456789012:function:f"
			r.SourceArn = "arn:aws-iso-b:sns:us-isob-east-1:123456789012:t"
		}),
		grant(func(r *validate.Request) {
			r.FunctionName = "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f"
			r.SourceArn = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:t"
		}),
		// A wildcard region, as documented for scheduled events.
		grant(func(r *validate.Request) { r.SourceArn = "arn:aws:events:*:123456789012:rule/*" }),
		// FunctionName and Qualifier may both contain the qualifier, if it is the same.
		grant(func(r *validate.Request) { r.FunctionName, r.Qualifier = "f:1", "1" }),
		// GetPolicy and RemovePermission accept $LATEST; $LATEST.PUBLISHED is another
		// qualifier.
		{Operation: validate.GetPolicy, FunctionName: "f:$LATEST"},
		{Operation: validate.GetPolicy, FunctionName: "f", Qualifier: "$LATEST"},
		removal(func(r *validate.Request) { r.Qualifier = "$LATEST" }),
		grant(func(r *validate.Request) { r.Qualifier = "$LATEST.PUBLISHED" }),
		// A qualifier that is well-formed but cannot exist.
		grant(func(r *validate.Request) { r.Qualifier = "$latest" }),
		// RemovePermission takes a dot in StatementId, and any RevisionId.
		removal(func(r *validate.Request) { r.StatementId, r.RevisionId = "example.com", "any string" }),
		// Service principals outside of amazonaws.com, and unknown ones.
		grant(func(r *validate.Request) { r.Principal = "alexa-appkit.amazon.com" }),
		grant(func(r *validate.Request) { r.Principal = "s3.amazonaws.com.cn" }),
		grant(func(r *validate.Request) { r.Principal = "logs.us-east-1.amazonaws.com" }),
		grant(func(r *validate.Request) { r.Principal = "invalid.nonaws.com" }),
		// Identities, and ARNs for which there is no rule.
		grant(func(r *validate.Request) { r.Principal = "arn:aws:iam::123456789012:root" }),
		grant(func(r *validate.Request) { r.Principal = "arn:aws-cn:iam::123456789012:role/path/r" }),
		grant(func(r *validate.Request) { r.Principal = "arn:aws:sts::123456789012:assumed-role/r/s" }),
		grant(func(r *validate.Request) {
			r.Principal = "arn:aws:organizations::123456789012:organization/o-1234567890"
		}),
		grant(func(r *validate.Request) { r.Principal = "AIDAJQABLZS4A3QDU576Q" }),
		grant(func(r *validate.Request) { r.Principal = "AROAJQABLZS4A3QDU576Q" }),
		grant(func(r *validate.Request) { r.Principal = "AROAJQABLZS4A3QDU576Q:session" }),
		grant(func(r *validate.Request) { r.Principal = strings.Repeat("7", 64) }),
		grant(func(r *validate.Request) { r.Principal = strings.Repeat("7f", 32) }),
		grant(func(r *validate.Request) { r.Principal = "*" }),
		// A token together with a source, which the documentation shows.
		grant(func(r *validate.Request) {
			r.EventSourceToken, r.SourceArn, r.SourceAccount = "t", "arn:aws:s3:::b", "123456789012"
		}),
		// Members of function URLs: each with its action, in upper or lower case, and
		// with the wildcards.
		grant(func(r *validate.Request) { r.Action, r.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "AWS_IAM" }),
		grant(func(r *validate.Request) { r.Action, r.FunctionUrlAuthType = "lambda:invokefunctionurl", "NONE" }),
		grant(func(r *validate.Request) { r.Action, r.FunctionUrlAuthType = "lambda:*", "NONE" }),
		grant(func(r *validate.Request) { r.Action, r.InvokedViaFunctionUrl = "*", ptr(true) }),
		grant(func(r *validate.Request) { r.InvokedViaFunctionUrl = ptr(true) }),
		grant(func(r *validate.Request) { r.Action, r.InvokedViaFunctionUrl = "lambda:GetFunction", ptr(false) }),
		// The zero Operation means AddPermission.
		grant(func(r *validate.Request) { r.Operation = "" }),
	}
	for _, r := range tests {
		if err := validate.Current.Check(r); err != nil {
			t.Errorf("Check(%+v) = %v, want nil", r, err)
		}
	}
}

func TestCurrentRefuses(t *testing.T) {
	tests := []struct {
		why     string
		request validate.Request
		want    []broken
	}{
		{"an empty grant lacks the four required members", validate.Request{}, []broken{
			{"FunctionName", validate.RuleRequired}, {"StatementId", validate.RuleRequired},
			{"Action", validate.RuleRequired}, {"Principal", validate.RuleRequired},
		}},
		{"GetPolicy requires the name", validate.Request{Operation: validate.GetPolicy}, []broken{{"FunctionName", validate.RuleRequired}}},
		{"RemovePermission requires name and statement", validate.Request{Operation: validate.RemovePermission}, []broken{
			{"FunctionName", validate.RuleRequired}, {"StatementId", validate.RuleRequired},
		}},
		{"GetPolicy has no revision", validate.Request{Operation: validate.GetPolicy, FunctionName: "f", RevisionId: "r"},
			[]broken{{"RevisionId", validate.RuleUnknownMember}}},
		{"RemovePermission has no action", removal(func(r *validate.Request) { r.Action = "lambda:InvokeFunction" }),
			[]broken{{"Action", validate.RuleUnknownMember}}},
		{"a StatementId of AddPermission has no dot", grant(func(r *validate.Request) { r.StatementId = "example.com" }),
			[]broken{{"StatementId", validate.RulePattern}}},
		{"the account of a source may not be a wildcard", grant(func(r *validate.Request) { r.SourceArn = "arn:aws:execute-api:us-east-1:*:a/*" }),
			[]broken{{"SourceArn", validate.RulePattern}}},
		{"only the whole region may be a wildcard", grant(func(r *validate.Request) { r.SourceArn = "arn:aws:events:us-*:123456789012:rule/*" }),
			[]broken{{"SourceArn", validate.RulePattern}}},
		{"the id of an organization has 10 to 32 characters after o-", grant(func(r *validate.Request) { r.PrincipalOrgID = "o-123456789" }),
			[]broken{{"PrincipalOrgID", validate.RuleMinLength}, {"PrincipalOrgID", validate.RulePattern}}},
		{"lengths count characters, not bytes", grant(func(r *validate.Request) { r.PrincipalOrgID = strings.Repeat("é", 11) }),
			[]broken{{"PrincipalOrgID", validate.RuleMinLength}, {"PrincipalOrgID", validate.RulePattern}}},
		{"the auth type is NONE or AWS_IAM", grant(func(r *validate.Request) { r.Action, r.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "none" }),
			[]broken{{"FunctionUrlAuthType", validate.RuleEnum}}},
		{"GetResourcePolicy requires the resource", validate.Request{Operation: validate.GetResourcePolicy}, []broken{{"ResourceArn", validate.RuleRequired}}},
		{"PutResourcePolicy also requires the document", validate.Request{Operation: validate.PutResourcePolicy}, []broken{
			{"ResourceArn", validate.RuleRequired}, {"Policy", validate.RuleRequired},
		}},
		{"ResourceArn may not be a name", validate.Request{Operation: validate.DeleteResourcePolicy, ResourceArn: "f"},
			[]broken{{"ResourceArn", validate.RulePattern}}},
		{"GetResourcePolicy has no revision", validate.Request{
			Operation: validate.GetResourcePolicy, ResourceArn: functionPrefix + "f", RevisionId: "3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e",
		}, []broken{{"RevisionId", validate.RuleUnknownMember}}},
		{"the revision of a whole policy is a UUID in lower case, unlike that of AddPermission", validate.Request{
			Operation: validate.DeleteResourcePolicy, ResourceArn: functionPrefix + "f", RevisionId: "3F1A8F0E-1BB1-4C3A-9A53-0F2F2F5D0F5E",
		}, []broken{{"RevisionId", validate.RulePattern}}},
		{"AddPermission has no Policy", grant(func(r *validate.Request) { r.Policy = "{}" }), []broken{{"Policy", validate.RuleUnknownMember}}},
		{"GetResourcePolicy has no FunctionName and no Qualifier", validate.Request{
			Operation: validate.GetResourcePolicy, ResourceArn: functionPrefix + "f", FunctionName: "f:1", Qualifier: "2",
		}, []broken{{"FunctionName", validate.RuleUnknownMember}, {"Qualifier", validate.RuleUnknownMember}}},
		{"an unknown operation", validate.Request{Operation: "ListPolicies"}, []broken{{"Operation", validate.RuleEnum}}},
		{"violations are in the API's order of members", validate.Request{
			FunctionName: strings.Repeat("n", 257), Qualifier: "a b", StatementId: "a.b", Action: "x", Principal: " ", SourceArn: "x", SourceAccount: "x",
			EventSourceToken: "/", PrincipalOrgID: "x", FunctionUrlAuthType: "x",
		}, []broken{
			{"FunctionName", validate.RuleMaxLength}, {"FunctionName", validate.RuleNameLength}, {"Qualifier", validate.RulePattern},
			{"StatementId", validate.RulePattern}, {"Action", validate.RulePattern}, {"Principal", validate.RulePattern},
			{"SourceArn", validate.RulePattern}, {"SourceAccount", validate.RulePattern}, {"EventSourceToken", validate.RulePattern},
			{"PrincipalOrgID", validate.RuleMinLength}, {"PrincipalOrgID", validate.RulePattern}, {"FunctionUrlAuthType", validate.RuleEnum},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, brief(violations(t, validate.Current, tt.request))); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// The whole table of constraints, each of which is documented or was observed, so that
// no row changes unnoticed.
func TestCurrentTable(t *testing.T) {
	all := []validate.Operation{validate.AddPermission, validate.GetPolicy, validate.RemovePermission}
	add, remove := all[:1], all[2:]
	documents := []validate.Operation{validate.PutResourcePolicy, validate.GetResourcePolicy, validate.DeleteResourcePolicy}
	want := []validate.Constraint{
		{Field: "FunctionName", Operations: all, Required: true, MinLength: 1, MaxLength: 256,
			Pattern: `(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`},
		{Field: "Qualifier", Operations: all, MinLength: 1, MaxLength: 128, Pattern: `\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`},
		{Field: "StatementId", Operations: add, Required: true, MinLength: 1, MaxLength: 100, Pattern: `([a-zA-Z0-9-_]+)`},
		{Field: "StatementId", Operations: remove, Required: true, MinLength: 1, MaxLength: 100, Pattern: `([a-zA-Z0-9-_.]+)`},
		{Field: "Action", Operations: add, Required: true, Pattern: `(lambda:[*]|lambda:[a-zA-Z]+|[*])`},
		{Field: "Principal", Operations: add, Required: true, Pattern: `[^\s]+`},
		{Field: "SourceArn", Operations: add,
			Pattern: `arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}|\*)?:(\d{12})?:(.*)`},
		{Field: "SourceAccount", Operations: add, MaxLength: 12, Pattern: `\d{12}`},
		{Field: "EventSourceToken", Operations: add, MaxLength: 256, Pattern: `[a-zA-Z0-9._\-]+`},
		{Field: "PrincipalOrgID", Operations: add, MinLength: 12, MaxLength: 34, Pattern: `o-[a-z0-9]{10,32}`},
		{Field: "FunctionUrlAuthType", Operations: add, Enum: []string{"NONE", "AWS_IAM"}},
		{Field: "InvokedViaFunctionUrl", Operations: add},
		{Field: "ResourceArn", Operations: documents, Required: true, MaxLength: 256,
			Pattern: `arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9-_]+(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_])+)?`},
		{Field: "Policy", Operations: documents[:1], Required: true, MinLength: 1, MaxLength: 20480, Pattern: `[\s\S]+`},
		{Field: "RevisionId", Operations: []validate.Operation{validate.AddPermission, validate.RemovePermission}},
		{Field: "RevisionId", Operations: []validate.Operation{validate.PutResourcePolicy, validate.DeleteResourcePolicy}, MinLength: 36, MaxLength: 36,
			Pattern: `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`},
	}
	if diff := cmp.Diff(want, validate.Current.Constraints()); diff != "" {
		t.Errorf("Current.Constraints() (-want +got):\n%s", diff)
	}
}

// Every documented grant passes.
func TestGrantsPass(t *testing.T) {
	for _, g := range corpus.Grants() {
		if err := validate.Current.Check(g.Request); err != nil {
			t.Errorf("%s (%s): %v", g.ID, g.Source, err)
		}
	}
}

// Reasons why no rule finds a mistake.
const (
	accepted = "the service accepts it, although it never matches, is too open or looks wrong: package lint finds it"
	state    = "the request is valid: the service refuses it because of the state of the policy"
	unlisted = "only the service knows which service principals exist"
)

// caught has the mistakes that rules find, with the rules that each breaks.
var caught = map[string][]broken{
	"m-account-octal":          {{"Principal", validate.RulePrincipal}},
	"m-apigw-account-wild":     {{"SourceArn", validate.RulePattern}},
	"m-authtype-with-invoke":   {{"FunctionUrlAuthType", validate.RuleAuthTypeAction}},
	"m-doc-iot-dashed-account": {{"SourceArn", validate.RulePattern}, {"SourceAccount", validate.RuleMaxLength}, {"SourceAccount", validate.RulePattern}},
	"m-doc-lex-space-id":       {{"SourceArn", validate.RulePattern}},
	"m-events-iam-variable":    {{"SourceArn", validate.RulePattern}},
	"m-function-arn-redacted":  {{"FunctionName", validate.RulePattern}},
	"m-latest-events":          {{"Qualifier", validate.RuleLatest}},
	"m-latest-qualifier":       {{"Qualifier", validate.RuleLatest}},
	"m-principal-bare-suffix":  {{"Principal", validate.RulePrincipal}},
	"m-principal-function-arn": {{"Principal", validate.RulePrincipal}},
	"m-role-missing-colon":     {{"Principal", validate.RulePrincipal}},
	"m-sid-localstack":         {{"StatementId", validate.RulePattern}},
}

// missed has the other mistakes, with the reason why no rule finds them.
var missed = map[string]string{
	"m-alarm-events-principal":     accepted,
	"m-alarm-sns-lowercase":        accepted,
	"m-alexa-aws-domain":           unlisted,
	"m-alexa-wrong-kind":           accepted,
	"m-apigw-any-method":           accepted,
	"m-apigw-no-wild":              accepted,
	"m-apigw-triple-star":          accepted,
	"m-doc-config-yaml-lambda-arn": accepted,
	"m-doc-iot-events-mixup":       accepted,
	"m-doc-logs-nostar-mismatch":   accepted,
	"m-dup-cargo":                  state,
	"m-dup-sns":                    state,
	"m-dup-sst":                    state,
	"m-dup-two-rules":              state,
	"m-elb-listener-arn":           accepted,
	"m-events-bus-arn-nested":      accepted,
	"m-logs-no-star":               accepted,
	"m-s3-alias-unqualified":       accepted,
	"m-size-datadog":               state,
	"m-sns-no-source":              accepted,
	"m-stale-principal":            state,
	"m-url-iam-sourceaccount":      accepted,
	"m-url-no-authtype":            accepted,
	"m-url-none-single":            accepted,
}

// Every mistake is found and has a hint, or is listed in missed.
func TestMistakes(t *testing.T) {
	for _, m := range corpus.Mistakes() {
		t.Run(m.ID, func(t *testing.T) {
			vs := violations(t, validate.Current, m.Request)
			if diff := cmp.Diff(caught[m.ID], brief(vs)); diff != "" {
				t.Errorf("%s\nviolations (-want +got):\n%s", m.Symptom, diff)
			}
			if (caught[m.ID] == nil) == (missed[m.ID] == "") {
				t.Errorf("in caught: %v, in missed: %q; want one of them", caught[m.ID], missed[m.ID])
			}
			for _, v := range vs {
				if v.Hint == "" && v.Rule != validate.RuleMaxLength {
					t.Errorf("no hint: %v", v)
				}
			}
		})
	}
}

// If the service's answer to a mistake was reported, it contains the violation's
// message.
func TestMistakesInTheServicesWords(t *testing.T) {
	compared := 0
	for _, m := range corpus.Mistakes() {
		vs := violations(t, validate.Current, m.Request)
		if len(vs) != 1 || m.SymptomKind != "reported" || !strings.HasPrefix(m.Symptom, "InvalidParameterValueException: ") {
			continue
		}
		compared++
		// The report of the malformed ARN ends before the service's last sentence.
		if message := strings.TrimSuffix(vs[0].Message, " Please check your input and try again."); !strings.Contains(m.Symptom, message) {
			t.Errorf("%s: message %q is not in %q", m.ID, message, m.Symptom)
		}
	}
	if compared < 4 {
		t.Errorf("%d answers were compared, want at least 4", compared)
	}
}
