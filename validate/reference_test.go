package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/validate"
)

// referenceRow is one statement of the original reference of AddPermission, with
// requests that it accepts and refuses. Those in accept break no rule; those in refuse
// break rule of member, and may break other rules.
type referenceRow struct {
	// name is the section, the member and the statement.
	name, member, rule string
	accept, refuse     []validate.Request
}

// set returns a request for each value of a member.
func set(assign func(*validate.Request, string), values ...string) []validate.Request {
	var all []validate.Request
	for _, v := range values {
		all = append(all, grant(func(r *validate.Request) { assign(r, v) }))
	}
	return all
}

func functionName(r *validate.Request, v string)     { r.FunctionName = v }
func qualifier(r *validate.Request, v string)        { r.Qualifier = v }
func statementId(r *validate.Request, v string)      { r.StatementId = v }
func action(r *validate.Request, v string)           { r.Action = v }
func principal(r *validate.Request, v string)        { r.Principal = v }
func sourceArn(r *validate.Request, v string)        { r.SourceArn = v }
func sourceAccount(r *validate.Request, v string)    { r.SourceAccount = v }
func eventSourceToken(r *validate.Request, v string) { r.EventSourceToken = v }

const functionPrefix = "arn:aws:lambda:us-west-2:123456789012:function:"

// name140 and name141 are ARNs of that many characters.
var (
	name140 = functionPrefix + strings.Repeat("n", 140-len(functionPrefix))
	name141 = name140 + "n"
)

var reference = []referenceRow{
	{
		name: "URI Request Parameters/FunctionName: a function name, or an ARN, or a partial ARN", member: "FunctionName", rule: validate.RulePattern,
		accept: set(functionName, "Thumbnail", "arn:aws:lambda:us-west-2:123456789012:function:ThumbNail", "123456789012:Thumbnail",
			"us-west-2:123456789012:Thumbnail", "function:Thumbnail"),
		refuse: set(functionName, "arn:aws:s3:::bucket", "Thumb nail", "arn:aws:lambda:us-west-2:account-id:function:ThumbNail"),
	},
	{
		name: "URI Request Parameters/FunctionName: a name that is not in an ARN is limited to 64 characters", member: "FunctionName", rule: validate.RuleNameLength,
		accept: set(functionName, strings.Repeat("n", 64), strings.Repeat("n", 64)+":PROD", "123456789012:"+strings.Repeat("n", 65)),
		refuse: set(functionName, strings.Repeat("n", 65), strings.Repeat("n", 65)+":PROD", "function:"+strings.Repeat("n", 65)),
	},
	{
		name: "URI Request Parameters/FunctionName: Minimum length of 1, required", member: "FunctionName", rule: validate.RuleRequired,
		accept: set(functionName, "f"),
		refuse: set(functionName, ""),
	},
	{
		name: "URI Request Parameters/FunctionName: Maximum length of 140", member: "FunctionName", rule: validate.RuleMaxLength,
		accept: set(functionName, name140),
		refuse: set(functionName, name141),
	},
	{
		name: "URI Request Parameters/FunctionName: Pattern", member: "FunctionName", rule: validate.RulePattern,
		// $LATEST is legal in the pattern, and this reference has no other rule.
		accept: set(functionName, "f:$LATEST", "f:1", "f:PROD", "function:$LATEST", "us-east-1:f", "arn:aws:lambda:f", "A-b_9"),
		// The only partition is "aws", and a name has no dot.
		refuse: set(functionName, "f:", ":f", "f:$latest", "f:$LATEST.PUBLISHED", "f.g", "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", "f:1:2", "f\n"),
	},
	{
		name: "URI Request Parameters/Qualifier: Maximum length of 128", member: "Qualifier", rule: validate.RuleMaxLength,
		accept: set(qualifier, strings.Repeat("q", 128)),
		refuse: set(qualifier, strings.Repeat("q", 129)),
	},
	{
		name: "URI Request Parameters/Qualifier: Pattern", member: "Qualifier", rule: validate.RulePattern,
		// The first request leaves the optional member out.
		accept: set(qualifier, "", "2", "PROD", "$LATEST", "$", "a_b-c"),
		refuse: set(qualifier, "a.b", "f:PROD", "$LATEST.PUBLISHED", "PROD "),
	},
	{
		name: "Request Body/Action: Pattern", member: "Action", rule: validate.RulePattern,
		accept: set(action, "lambda:CreateFunction", "lambda:*", "*", "lambda:invokefunction"),
		refuse: set(action, "lambda.InvokeFunction", "InvokeFunction", "lambda:", "lambda:Invoke*", "lambda:Invoke1", "Lambda:InvokeFunction", "**"),
	},
	{
		name: "Request Body/Action: Required: Yes", member: "Action", rule: validate.RuleRequired,
		refuse: set(action, ""),
	},
	{
		name: "Request Body/EventSourceToken: Maximum length of 256", member: "EventSourceToken", rule: validate.RuleMaxLength,
		accept: set(eventSourceToken, strings.Repeat("t", 256)),
		refuse: set(eventSourceToken, strings.Repeat("t", 257)),
	},
	{
		name: "Request Body/EventSourceToken: Minimum length of 0, Required: No, Pattern", member: "EventSourceToken", rule: validate.RulePattern,
		accept: set(eventSourceToken, "", "amzn1.ask.skill.1-2_3"),
		refuse: set(eventSourceToken, "a b", "a/b", "é"),
	},
	{
		name: "Request Body/Principal: Pattern", member: "Principal", rule: validate.RulePattern,
		accept: set(principal, "s3.amazonaws.com", "123456789012", "*", "a b", "é"),
		refuse: set(principal, "a\nb", "s3.amazonaws.com\n"),
	},
	{
		name: "Request Body/Principal: Required: Yes", member: "Principal", rule: validate.RuleRequired,
		refuse: set(principal, ""),
	},
	{
		name: "Request Body/SourceAccount: without a hyphen, Pattern", member: "SourceAccount", rule: validate.RulePattern,
		accept: set(sourceAccount, "123456789012", "000000000000"),
		refuse: set(sourceAccount, "1234-5678-9012", "12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"),
	},
	{
		name: "Request Body/SourceAccount: Required: No", member: "SourceAccount",
		accept: set(sourceAccount, ""),
	},
	{
		name: "Request Body/SourceArn: Pattern", member: "SourceArn", rule: validate.RulePattern,
		accept: set(sourceArn, "arn:aws:s3:::bucket", "arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:s3:::", "arn:aws:a-9:::x:y:z"),
		refuse: set(sourceArn, "bucket", "arn:aws:s3::bucket", "arn:aws::::x", "arn:aws-cn:s3:::bucket",
			"arn:aws:events:*:123456789012:rule/*", "arn:aws:sns:us-gov-west-1:123456789012:t", "arn:aws:sns:us-east-1:*:t", "arn:aws:s3:::a\nb"),
	},
	{
		name: "Request Body/SourceArn: Required: No", member: "SourceArn",
		accept: set(sourceArn, ""),
	},
	{
		name: "Request Body/StatementId: Minimum length of 1, Required: Yes", member: "StatementId", rule: validate.RuleRequired,
		accept: set(statementId, "s"),
		refuse: set(statementId, ""),
	},
	{
		name: "Request Body/StatementId: Maximum length of 100", member: "StatementId", rule: validate.RuleMaxLength,
		accept: set(statementId, strings.Repeat("s", 100)),
		refuse: set(statementId, strings.Repeat("s", 101)),
	},
	{
		name: "Request Body/StatementId: Pattern", member: "StatementId", rule: validate.RulePattern,
		accept: set(statementId, "aZ09-_"),
		refuse: set(statementId, "example.com", "a b", "a/b"),
	},
}

func TestReference(t *testing.T) {
	for _, row := range reference {
		t.Run(row.name, func(t *testing.T) {
			for _, r := range row.accept {
				if err := validate.Original.Check(r); err != nil {
					t.Errorf("Check = %v, want nil", err)
				}
			}
			for _, r := range row.refuse {
				if !slices.Contains(brief(violations(t, validate.Original, r)), broken{row.member, row.rule}) {
					t.Errorf("%+v does not break %s of %s", r, row.rule, row.member)
				}
			}
		})
	}
}

// The table has the constraints of the original reference: eight members with a pattern
// each, four of them limited in length and four required.
func TestReferenceTable(t *testing.T) {
	all := []validate.Operation{validate.AddPermission, validate.GetPolicy, validate.RemovePermission}
	add := all[:1]
	want := []validate.Constraint{
		{Field: "FunctionName", Operations: all, Required: true, MinLength: 1, MaxLength: 140,
			Pattern: `(arn:aws:lambda:)?([a-z]{2}-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`},
		{Field: "Qualifier", Operations: all, MinLength: 1, MaxLength: 128, Pattern: `(|[a-zA-Z0-9$_-]+)`},
		{Field: "StatementId", Operations: []validate.Operation{validate.AddPermission, validate.RemovePermission},
			Required: true, MinLength: 1, MaxLength: 100, Pattern: `([a-zA-Z0-9-_]+)`},
		{Field: "Action", Operations: add, Required: true, Pattern: `(lambda:[*]|lambda:[a-zA-Z]+|[*])`},
		{Field: "Principal", Operations: add, Required: true, Pattern: `.*`},
		{Field: "SourceArn", Operations: add, Pattern: `arn:aws:([a-zA-Z0-9\-])+:([a-z]{2}-[a-z]+-\d{1})?:(\d{12})?:(.*)`},
		{Field: "SourceAccount", Operations: add, Pattern: `\d{12}`},
		{Field: "EventSourceToken", Operations: add, MaxLength: 256, Pattern: `[a-zA-Z0-9._\-]+`},
	}
	if diff := cmp.Diff(want, validate.Original.Constraints()); diff != "" {
		t.Errorf("Original.Constraints() (-want +got):\n%s", diff)
	}
}

// Members that the original reference does not have are unknown, not ignored.
func TestReferenceUnknownMembers(t *testing.T) {
	r := grant(func(r *validate.Request) {
		r.RevisionId, r.PrincipalOrgID, r.FunctionUrlAuthType, r.InvokedViaFunctionUrl = "r", "o-1234567890", "NONE", ptr(false)
	})
	want := []broken{
		{"PrincipalOrgID", validate.RuleUnknownMember},
		{"FunctionUrlAuthType", validate.RuleUnknownMember},
		{"InvokedViaFunctionUrl", validate.RuleUnknownMember},
		{"RevisionId", validate.RuleUnknownMember},
	}
	if diff := cmp.Diff(want, brief(violations(t, validate.Original, r))); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

// The operations on whole policies are also newer: they are unknown, and the violation
// names the known operations.
func TestReferenceUnknownOperations(t *testing.T) {
	for _, o := range operations[4:] {
		want := []validate.Violation{{
			Field: "Operation", Rule: validate.RuleEnum, Value: o.String(),
			Message: "Member must satisfy enum value set: [AddPermission, GetPolicy, RemovePermission]",
		}}
		got := violations(t, validate.Original, with(o, "ResourceArn", functionPrefix+"f"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: violations (-want +got):\n%s", o, diff)
		}
	}
}

// The original reference has no rule about several members and no rule about the
// meaning of a principal.
func TestReferenceHasNoOtherRules(t *testing.T) {
	r := grant(func(r *validate.Request) {
		r.FunctionName, r.Qualifier, r.Principal = "f:1", "$LATEST", "amazonaws.com"
	})
	if err := validate.Original.Check(r); err != nil {
		t.Error(err)
	}
}
