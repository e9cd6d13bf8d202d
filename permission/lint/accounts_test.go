package lint_test

import (
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

var accountCases = map[string][]grantCase{
	lint.RuleForeignSource: {
		// A topic of another account, which is often meant.
		{req: validate.Request{FunctionName: functionARN, Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:210987654321:t"}, field: "SourceArn", legitimate: true},
		{req: validate.Request{FunctionName: "123456789012:my-function", Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket", SourceAccount: "210987654321"}, field: "SourceAccount", legitimate: true},
		// The function's own account, or a function of an account not known.
		{req: validate.Request{FunctionName: functionARN, Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:210987654321:t"}},
		// The target tells the account.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:210987654321:t"}, opts: target(functionARN), field: "SourceArn"},
		// A bucket alone has no account; a role has no source.
		{req: validate.Request{FunctionName: functionARN, Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket"}},
		{req: validate.Request{FunctionName: functionARN, Principal: "arn:aws:iam::210987654321:role/r", SourceAccount: "210987654321"}},
	},
	lint.RuleAccountPrincipal: {
		// An account by its id or its root user.
		{req: validate.Request{Principal: "210987654321"}, field: "Principal", legitimate: true},
		{req: validate.Request{FunctionName: functionARN, Principal: "arn:aws:iam::210987654321:root"}, field: "Principal", legitimate: true},
		// One role of it; the function's own account is another rule's.
		{req: validate.Request{Principal: "arn:aws:iam::210987654321:role/root"}},
		{req: validate.Request{FunctionName: functionARN, Principal: "123456789012"}},
	},
	lint.RuleOwnAccount: {
		// The account of the function, by its id or its root user.
		{req: validate.Request{FunctionName: functionARN, Principal: "123456789012"}, field: "Principal"},
		{req: validate.Request{FunctionName: "123456789012:my-function", Principal: "arn:aws:iam::123456789012:root"}, field: "Principal"},
		{req: validate.Request{Principal: "123456789012"}, opts: target(functionARN), field: "Principal"},
		// Another account, an account that may be another, a role of the own.
		{req: validate.Request{FunctionName: functionARN, Principal: "210987654321"}},
		{req: validate.Request{Principal: "123456789012"}},
		{req: validate.Request{FunctionName: functionARN, Principal: "arn:aws:iam::123456789012:role/r"}},
	},
	lint.RuleOrgWide: {
		// All accounts of the organization, as documented.
		{req: validate.Request{Principal: "*", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "PrincipalOrgID", legitimate: true},
		// An account, if it is in the organization.
		{req: validate.Request{Principal: "210987654321", PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: "*"}},
		// Nobody in the organization can use it.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE", PrincipalOrgID: "o-a1b2c3d4e5"}},
	},
}
