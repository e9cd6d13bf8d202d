package lint_test

import (
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

const role = "arn:aws:iam::123456789012:role/r"

var actionCases = map[string][]grantCase{
	lint.RuleActionWildcard: {
		// All actions for a role or an account.
		{req: validate.Request{Principal: role, Action: "lambda:*"}, field: "Action"},
		{req: validate.Request{Principal: "123456789012", Action: "*"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: invoke}},
		// A service is the other rule's.
		{req: validate.Request{Principal: "sns.amazonaws.com", Action: "lambda:*"}},
	},
	lint.RuleActionWildcardOpen: {
		// All actions for a service or everybody, conditions or not.
		{req: validate.Request{Principal: "events.amazonaws.com", Action: "lambda:*", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/r"}, field: "Action"},
		{req: validate.Request{Principal: "*", Action: "*", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "Action"},
		{req: validate.Request{Principal: "events.amazonaws.com"}},
		{req: validate.Request{Principal: role, Action: "lambda:*"}},
	},
	lint.RuleManagementAction: {
		// Taking the function over, or destroying it, in any spelling.
		{req: validate.Request{Principal: role, Action: "lambda:AddPermission"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:removepermission"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionConfiguration"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:DeleteFunction"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:PutFunctionConcurrency"}, field: "Action"},
		// A deployment role in another account.
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionCode"}, field: "Action", legitimate: true},
		// Other updates, reading, invoking.
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionUrlConfig"}},
		{req: validate.Request{Principal: role, Action: "lambda:GetFunction"}},
		{req: validate.Request{Principal: role}},
	},
	lint.RuleOtherAction: {
		// Documented as a statement, rarely meant in a grant.
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionUrlConfig"}, field: "Action", legitimate: true},
		// No action at all.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: "lambda:DisableInvokeFunction"}, field: "Action", legitimate: true},
		// Invoking and reading in any spelling; what other rules find.
		{req: validate.Request{Principal: role, Action: "lambda:invokefunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeAsync"}},
		{req: validate.Request{Principal: role, Action: "lambda:GetFunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:ListVersionsByFunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:DeleteFunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:*"}},
	},
}
