package lint_test

import (
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

var openCases = map[string][]grantCase{
	lint.RulePublic: {
		// Everybody, with any action; InvokedViaFunctionUrl false does not limit who
		// may call.
		{req: validate.Request{Principal: "*"}, field: "Principal"},
		{req: validate.Request{Principal: "*", Action: invokeURL}, field: "Principal"},
		{req: validate.Request{Principal: "*", InvokedViaFunctionUrl: no()}, field: "Principal"},
		// Each of these conditions limits who may call; other rules judge them.
		{req: validate.Request{Principal: "*", PrincipalOrgID: "o-a1b2c3d4e5"}, legitimate: true},
		{req: validate.Request{Principal: "*", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}, legitimate: true},
		{req: validate.Request{Principal: "*", SourceAccount: "123456789012"}, legitimate: true},
		{req: validate.Request{Principal: "*", EventSourceToken: "amzn1.ask.skill.1"}},
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"}},
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"}, legitimate: true},
		{req: validate.Request{Principal: "*", InvokedViaFunctionUrl: yes()}, legitimate: true},
		// One account.
		{req: validate.Request{Principal: "123456789012"}},
	},
	lint.RulePublicURL: {
		// Each half of the grant of a public URL, which the owner of a public site
		// intends.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"}, field: "Principal", legitimate: true},
		{req: validate.Request{Principal: "*", InvokedViaFunctionUrl: yes()}, field: "Principal", legitimate: true},
		// Callers must sign or belong to an organization; without a condition
		// RulePublic applies.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"}},
		{req: validate.Request{Principal: "*", InvokedViaFunctionUrl: yes(), PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: "*", InvokedViaFunctionUrl: no()}},
	},
	lint.RuleURLIAMAny: {
		// Callers of any account may sign.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"}, field: "Principal"},
		// One organization, one account, one distribution.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM", PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: "123456789012", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM"}},
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "AWS_IAM", SourceArn: "arn:aws:cloudfront::123456789012:distribution/E1"}},
		// RulePublicURL finds a URL without signatures.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE"}},
	},
	lint.RuleServiceNoSource: {
		// The confused deputy: a global name, a regional name, a service that is not in
		// the table.
		{req: validate.Request{Principal: "sns.amazonaws.com"}, field: "SourceArn"},
		{req: validate.Request{Principal: "logs.us-east-1.amazonaws.com"}, field: "SourceArn"},
		{req: validate.Request{Principal: "new.amazonaws.com"}, field: "SourceArn"},
		// A load balancer may need the grant before there is a target group, whose ARN
		// would be the source.
		{req: validate.Request{Principal: "elasticloadbalancing.amazonaws.com"}, field: "SourceArn", legitimate: true},
		// Some services call only functions of their own account, but a grant does not
		// tell which services do.
		{req: validate.Request{Principal: "secretsmanager.amazonaws.com"}, field: "SourceArn", legitimate: true},
		// SourceArn or SourceAccount is enough for this rule.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}},
		// Alexa has no source; another rule judges an organization.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com"}},
		{req: validate.Request{Principal: "sns.amazonaws.com", PrincipalOrgID: "o-a1b2c3d4e5"}},
		// Lambda@Edge adds the grant itself.
		{req: validate.Request{Principal: "replicator.lambda.amazonaws.com", Action: "lambda:GetFunction"}},
		// Not a service.
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:role/my.role"}},
	},
	lint.RuleNoSourceAccount: {
		// Anybody can create a bucket of the name of one that was deleted.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "*", SourceArn: "arn:aws:s3:::bucket"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket", SourceAccount: "123456789012"}},
		// The ARN contains the account; CloudFront's ARN lacks only the region.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", SourceArn: "arn:aws:cloudfront::123456789012:distribution/E1"}, legitimate: true},
	},
	lint.RuleAnyoneSource: {
		// Only Alexa sends a token.
		{req: validate.Request{Principal: "*", EventSourceToken: "amzn1.ask.skill.1"}, field: "Principal"},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", EventSourceToken: "amzn1.ask.skill.1"}},
		{req: validate.Request{Principal: "*", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}, field: "Principal"},
		{req: validate.Request{Principal: "*", SourceAccount: "123456789012"}, field: "Principal"},
		{req: validate.Request{Principal: "*", SourceArn: "arn:aws:new:us-east-1:123456789012:t"}, field: "Principal"},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}},
		{req: validate.Request{Principal: "*", PrincipalOrgID: "o-a1b2c3d4e5"}},
	},
	lint.RuleBroadSourceArn: {
		// All sources of a kind that is in the table.
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "logs.amazonaws.com", SourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "logs.amazonaws.com", SourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:*:*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:us-east-1:123456789012:*/*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot-alias/*/*"}, field: "SourceArn"},
		// All sources of a kind that is not in the table.
		{req: validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:rule/*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:us-east-1:123456789012:thing:*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:us-east-1:123456789012:*"}, field: "SourceArn"},
		{
			req:   validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:us-east-1:123456789012:thing/*"},
			opts:  []lint.Option{lint.WithService(grant.Service{Principal: "new.amazonaws.com", Sources: []grant.Source{{Service: "new"}}})},
			field: "SourceArn",
		},
		// The beginning of a name, where the kind is not in the table.
		{req: validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:us-east-1:123456789012:name*"}},
		// Buckets by the beginning of their name, in any account and in one account.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::b*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::b*", SourceAccount: "123456789012"}},
		// Every room of one account, as documented for IVS chat.
		{req: validate.Request{Principal: "ivschat.amazonaws.com", SourceArn: "arn:aws:ivschat:us-east-1:123456789012:room/*", SourceAccount: "123456789012"}, field: "SourceArn", legitimate: true},
		// One log group: its ARN ends in :*.
		{req: validate.Request{Principal: "logs.amazonaws.com", SourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:NAME:*"}, legitimate: true},
		// One API: any stage of a route, any route, any authorizer.
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:us-east-1:123456789012:api/*/GET/pets"}, legitimate: true},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:us-east-1:123456789012:api/*/*/*"}, legitimate: true},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:us-east-1:123456789012:api/authorizers/*"}, legitimate: true},
		// The beginning of a name; one event bus; one target group.
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/a*"}},
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/bus/*"}},
		{req: validate.Request{Principal: "elasticloadbalancing.amazonaws.com", SourceArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg/*"}, legitimate: true},
		{req: validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:rule/a*"}},
		// The only resource of its kind, in a service that an option added.
		{
			req:  validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:us-east-1:123456789012:thing"},
			opts: []lint.Option{lint.WithService(grant.Service{Principal: "new.amazonaws.com", Sources: []grant.Source{{Service: "new", Resource: "thing"}}})},
		},
		// The value of a variable is not known; another rule finds it.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::${aws:PrincipalTag/b}*"}},
		// No wildcard; objects of one bucket, which another rule finds; an account,
		// which has no source.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket/*"}},
		{req: validate.Request{Principal: "123456789012", SourceArn: "arn:aws:sns:us-east-1:123456789012:*"}},
	},
	lint.RuleOnlySourceAccount: {
		// Every topic of the account.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}, field: "SourceArn"},
		// AWS Config and the buckets of SAM: the source is created after the grant.
		{req: validate.Request{Principal: "config.amazonaws.com", SourceAccount: "123456789012"}, field: "SourceArn", legitimate: true},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceAccount: "123456789012"}, field: "SourceArn", legitimate: true},
		// Both members; neither; a role; Alexa.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceAccount: "123456789012", SourceArn: "arn:aws:s3:::bucket"}},
		{req: validate.Request{Principal: "sns.amazonaws.com"}},
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:role/r", SourceAccount: "123456789012"}},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", SourceAccount: "123456789012"}},
	},
	lint.RuleAlexaNoToken: {
		// Any skill of any developer, by either name.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: "alexa-connectedhome.amazon.com", SourceAccount: "123456789012"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", EventSourceToken: "amzn1.ask.skill.1"}},
		{req: validate.Request{Principal: "sns.amazonaws.com"}},
	},
}

var accountCases = map[string][]grantCase{
	lint.RuleForeignSource: {
		// A source of another account, which is often intended.
		{req: validate.Request{FunctionName: functionARN, Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:210987654321:t"}, field: "SourceArn", legitimate: true},
		{req: validate.Request{FunctionName: "123456789012:my-function", Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket", SourceAccount: "210987654321"}, field: "SourceAccount", legitimate: true},
		// The function's own account; a function whose account is not known.
		{req: validate.Request{FunctionName: functionARN, Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:210987654321:t"}},
		// The account is known from the target.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:210987654321:t"}, opts: target(functionARN), field: "SourceArn"},
		// The ARN of a bucket has no account; a role has no source.
		{req: validate.Request{FunctionName: functionARN, Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket"}},
		{req: validate.Request{FunctionName: functionARN, Principal: "arn:aws:iam::210987654321:role/r", SourceAccount: "210987654321"}},
	},
	lint.RuleAccountPrincipal: {
		// An account by its id or its root user.
		{req: validate.Request{Principal: "210987654321"}, field: "Principal", legitimate: true},
		{req: validate.Request{FunctionName: functionARN, Principal: "arn:aws:iam::210987654321:root"}, field: "Principal", legitimate: true},
		// One role of an account; the function's own account, which RuleOwnAccount
		// finds.
		{req: validate.Request{Principal: "arn:aws:iam::210987654321:role/root"}},
		{req: validate.Request{FunctionName: functionARN, Principal: "123456789012"}},
	},
	lint.RuleOwnAccount: {
		// The account of the function, by its id or its root user.
		{req: validate.Request{FunctionName: functionARN, Principal: "123456789012"}, field: "Principal"},
		{req: validate.Request{FunctionName: "123456789012:my-function", Principal: "arn:aws:iam::123456789012:root"}, field: "Principal"},
		{req: validate.Request{Principal: "123456789012"}, opts: target(functionARN), field: "Principal"},
		// Another account; an account that may be another; a role of the function's
		// account.
		{req: validate.Request{FunctionName: functionARN, Principal: "210987654321"}},
		{req: validate.Request{Principal: "123456789012"}},
		{req: validate.Request{FunctionName: functionARN, Principal: "arn:aws:iam::123456789012:role/r"}},
	},
	lint.RuleOrgWide: {
		// All accounts of the organization, as documented.
		{req: validate.Request{Principal: "*", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "PrincipalOrgID", legitimate: true},
		// One account, if it belongs to the organization; no organization.
		{req: validate.Request{Principal: "210987654321", PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: "*"}},
		// Unsigned calls have no organization, so that this grant matches no call.
		{req: validate.Request{Principal: "*", Action: invokeURL, FunctionUrlAuthType: "NONE", PrincipalOrgID: "o-a1b2c3d4e5"}},
	},
}
