package lint_test

import (
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

const distribution = "arn:aws:cloudfront::123456789012:distribution/E1PDK09ESKHJWT"

var urlCases = map[string][]grantCase{
	lint.RuleURLNoneNamed: {
		// Calls are not signed, so no principal can be recognized.
		{req: validate.Request{Principal: role, Action: invokeURL, FunctionUrlAuthType: "NONE"}, field: "FunctionUrlAuthType"},
		{req: validate.Request{Principal: "123456789012", Action: invokeURL, FunctionUrlAuthType: "NONE"}, field: "FunctionUrlAuthType"},
		{req: validate.Request{Principal: "sns.amazonaws.com", Action: invokeURL, FunctionUrlAuthType: "NONE", SourceAccount: "123456789012"}, field: "FunctionUrlAuthType"},
		// Everybody; a role that signs; CloudFront, which RuleCloudFrontAction judges.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"}},
		{req: validate.Request{Principal: role, Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"}},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", Action: invokeURL, FunctionUrlAuthType: "NONE", SourceArn: distribution}},
	},
	lint.RuleURLNoneCondition: {
		// An anonymous caller has no organization, account, source or token.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "PrincipalOrgID"},
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE", SourceArn: distribution}, field: "SourceArn"},
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE", EventSourceToken: "token"}, field: "EventSourceToken"},
		// No other condition; callers who sign can belong to an organization.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"}},
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM", PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: "*", InvokedViaFunctionUrl: yes(), PrincipalOrgID: "o-a1b2c3d4e5"}},
	},
	lint.RuleCloudFrontAction: {
		// Any distribution; a URL for which CloudFront's signature does not count.
		{req: validate.Request{Principal: "cloudfront.amazonaws.com"}, field: "SourceArn"},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", SourceAccount: "123456789012"}, field: "SourceArn"},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", Action: invokeURL, FunctionUrlAuthType: "NONE", SourceArn: distribution}, field: "FunctionUrlAuthType"},
		// The documented pair, in which the type may be left out.
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", Action: invokeURL, SourceArn: distribution}, legitimate: true},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", SourceArn: distribution}, legitimate: true},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM", SourceArn: distribution}},
		// Lambda@Edge is another service.
		{req: validate.Request{Principal: "edgelambda.amazonaws.com"}},
	},
}
