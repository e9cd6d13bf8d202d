package lint_test

import (
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

var callerCases = map[string][]grantCase{
	lint.RuleSourceOnIAM: {
		// A role's calls have no source, those of a function's own role neither.
		{req: validate.Request{Principal: role, SourceArn: "arn:aws:lambda:us-east-1:123456789012:function:caller"}, field: "SourceArn"},
		{req: validate.Request{Principal: role, Action: invokeURL, FunctionUrlAuthType: "AWS_IAM", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "123456789012", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "arn:aws:sts::123456789012:assumed-role/r/s", SourceArn: "arn:aws:s3:::b"}, field: "SourceArn"},
		// The role alone; a service, which has a source; everybody, which includes services.
		{req: validate.Request{Principal: role}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}},
		{req: validate.Request{Principal: "*", SourceAccount: "123456789012"}},
	},
	lint.RuleOrgOnService: {
		// Not expected to match by the documentation; some report that it does for
		// AWS Config.
		{req: validate.Request{Principal: "config.amazonaws.com", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "PrincipalOrgID", legitimate: true},
		{req: validate.Request{Principal: "sns.amazonaws.com", PrincipalOrgID: "o-a1b2c3d4e5", SourceAccount: "123456789012"}, field: "PrincipalOrgID"},
		// Those who are in an organization.
		{req: validate.Request{Principal: "*", PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: role, PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}},
	},
	lint.RuleTokenNonAlexa: {
		// EventBridge, a role and everybody send none.
		{req: validate.Request{Principal: "events.amazonaws.com", EventSourceToken: "token"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: role, EventSourceToken: "token"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: "*", EventSourceToken: "token"}, field: "EventSourceToken"},
		// Alexa sends one, and no source.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", EventSourceToken: "token", SourceAccount: "123456789012"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", EventSourceToken: "token"}},
		{req: validate.Request{Principal: "alexa-connectedhome.amazon.com", EventSourceToken: "token"}},
		// A service that is not known, or known to send a token.
		{req: validate.Request{Principal: "alexa-new.amazon.com", EventSourceToken: "token"}, legitimate: true},
		{
			req:  validate.Request{Principal: "alexa-new.amazon.com", EventSourceToken: "token"},
			opts: []lint.Option{lint.WithService(lint.Service{Principal: "alexa-new.amazon.com", Token: true})},
		},
		{req: validate.Request{Principal: "events.amazonaws.com"}},
	},
	lint.RuleNoPermissionNeeded: {
		// Lambda polls a queue; a schedule assumes a role.
		{req: validate.Request{Principal: "sqs.amazonaws.com", SourceArn: "arn:aws:sqs:us-east-1:123456789012:q"}, field: "Principal"},
		{req: validate.Request{Principal: "scheduler.amazonaws.com", SourceAccount: "123456789012"}, field: "Principal"},
		{req: validate.Request{Principal: "batchoperations.s3.amazonaws.com", SourceAccount: "123456789012"}, field: "Principal"},
		// EventBridge's rules and S3's notifications need a grant.
		{req: validate.Request{Principal: "events.amazonaws.com"}},
		{req: validate.Request{Principal: "s3.amazonaws.com"}},
		// Somebody knows better.
		{
			req:  validate.Request{Principal: "sqs.amazonaws.com", SourceArn: "arn:aws:sqs:us-east-1:123456789012:q"},
			opts: []lint.Option{lint.WithService(lint.Service{Principal: "sqs.amazonaws.com", Sources: []lint.Source{{Service: "sqs"}}})},
		},
	},
	lint.RuleUnknownService: {
		// Misspelt, with a region where there is none, new.
		{req: validate.Request{Principal: "s3.amazonaw.com", SourceAccount: "123456789012"}, field: "Principal"},
		{req: validate.Request{Principal: "events.us-east-1.amazonaws.com", SourceAccount: "123456789012"}, field: "Principal"},
		{req: validate.Request{Principal: "new.amazonaws.com", SourceAccount: "123456789012"}, field: "Principal", legitimate: true},
		{
			req:  validate.Request{Principal: "new.amazonaws.com", SourceAccount: "123456789012"},
			opts: []lint.Option{lint.WithService(lint.Service{Principal: "new.amazonaws.com"})},
		},
		// Known: by region, in China, Alexa, one that needs no grant.
		{req: validate.Request{Principal: "logs.us-east-1.amazonaws.com"}},
		{req: validate.Request{Principal: "logs.cn-north-1.amazonaws.com.cn"}},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com"}},
		{req: validate.Request{Principal: "sqs.amazonaws.com"}},
		// No service.
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:user/first.last"}},
	},
}
