package lint_test

import (
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

func apiGateway(resource string) validate.Request {
	return validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:us-east-1:123456789012:" + resource}
}

func logs(resource string) validate.Request {
	return validate.Request{Principal: "logs.amazonaws.com", SourceArn: "arn:aws:logs:us-east-1:123456789012:" + resource}
}

func s3(resource string) validate.Request {
	return validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::" + resource, SourceAccount: "123456789012"}
}

func events(resource string) validate.Request {
	return validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:" + resource}
}

func sns(resource string) validate.Request {
	return validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:" + resource}
}

func secret(name string) validate.Request {
	return validate.Request{Principal: "secretsmanager.amazonaws.com", SourceArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:" + name}
}

// rules is a receipt rule in a region.
func rules(region string) string {
	return "arn:aws:ses:" + region + ":123456789012:receipt-rule-set/s:receipt-rule/r"
}

// in is a grant on a function in a region.
func in(region, principal, source string) validate.Request {
	return validate.Request{FunctionName: "arn:aws:lambda:" + region + ":123456789012:function:f", Principal: principal, SourceArn: source}
}

var sourceCases = map[string][]grantCase{
	lint.RulePolicyVariable: {
		// Filled in when the function is called.
		{req: s3("${aws:PrincipalTag/bucket}"), field: "SourceArn"},
		// A $ of WebSocket and HTTP APIs, and braces left from a template.
		{req: apiGateway("api/default/$disconnect")},
		{req: apiGateway("api/*/$default")},
		{req: apiGateway("api/*/*/{proxy++}")},
	},
	lint.RuleServiceMismatch: {
		// An alarm does not call by the name of EventBridge.
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"}, field: "SourceArn"},
		// A bucket is no topic; the regional name is no other service.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}, field: "SourceArn"},
		{req: validate.Request{Principal: "logs.eu-west-1.amazonaws.com", SourceArn: "arn:aws:s3:::bucket"}, field: "SourceArn"},
		// The five whose name is not that of their ARNs.
		{req: validate.Request{Principal: "lambda.alarms.cloudwatch.amazonaws.com", SourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"}, legitimate: true},
		{req: apiGateway("api/*/GET/pets"), legitimate: true},
		{req: validate.Request{Principal: "edgelambda.amazonaws.com", SourceArn: "arn:aws:cloudfront::123456789012:distribution/E1"}, legitimate: true},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}, legitimate: true},
		{req: validate.Request{Principal: "pinpoint.us-east-1.amazonaws.com", SourceArn: "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a"}, legitimate: true},
		// Regional names, in China too.
		{req: validate.Request{Principal: "logs.eu-west-1.amazonaws.com", SourceArn: "arn:aws:logs:eu-west-1:123456789012:log-group:g:*"}, legitimate: true},
		{req: validate.Request{Principal: "events.amazonaws.com.cn", SourceArn: "arn:aws-cn:events:cn-north-1:123456789012:rule/r"}, legitimate: true},
		// The service is not in the table, or an option has its sources.
		{req: validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:old:us-east-1:123456789012:x"}},
		{
			req:   validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:old:us-east-1:123456789012:x"},
			opts:  []lint.Option{lint.WithService(grant.Service{Principal: "new.amazonaws.com", Sources: []grant.Source{{Service: "new"}}})},
			field: "SourceArn",
		},
		{
			req:  validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"},
			opts: []lint.Option{lint.WithService(grant.Service{Principal: "events.amazonaws.com", Sources: []grant.Source{{Service: "events"}, {Service: "cloudwatch"}}})},
		},
		// A source of a role never matches; API Gateway has a rule of its own.
		{req: validate.Request{Principal: role, SourceArn: "arn:aws:s3:::bucket"}},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:apigateway:us-east-1::/restapis/api"}},
	},
	lint.RuleAPIGatewayArn: {
		// An empty segment, a method in small letters, a stage and no route, a route of a
		// WebSocket API without its stage.
		{req: apiGateway("api/*/GET//pets"), field: "SourceArn"},
		{req: apiGateway("api//GET/pets"), field: "SourceArn"},
		{req: apiGateway("api/*/get/pets"), field: "SourceArn"},
		{req: apiGateway("api/prod/Delete/pets"), field: "SourceArn"},
		{req: apiGateway("api/prod"), field: "SourceArn"},
		{req: apiGateway("api/$connect"), field: "SourceArn"},
		{req: apiGateway("api/prod/GET/")},
		{req: apiGateway("api/prod*")},
		{req: apiGateway("api/prod/$connect")},
		{req: apiGateway("api/prod/get")}, // a route of a WebSocket API
		// Only the API, and the resource that manages it.
		{req: apiGateway("api"), field: "SourceArn"},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:apigateway:us-east-1::/restapis/api"}, field: "SourceArn"},
		// A route, any route, an authorizer, a WebSocket route, the root of a path.
		{req: apiGateway("api/prod/GET/pets")},
		{req: apiGateway("api/*")},
		{req: apiGateway("api*")},
		{req: apiGateway("api/authorizers/a1")},
		{req: apiGateway("api/default/$connect")},
		{req: apiGateway("api/prod/GET/")},
		// Another service.
		{req: events("rule/r")},
	},
	lint.RuleAPIGatewayAnyMethod: {
		// ANY is a setting of API Gateway, not the method of a call.
		{req: apiGateway("api/*/ANY/{proxy+}"), field: "SourceArn"},
		{req: apiGateway("api/prod/ANY/"), field: "SourceArn"},
		// Any method; a path that begins with any; a WebSocket route of that name.
		{req: apiGateway("api/*/*/{proxy+}")},
		{req: apiGateway("api/*/*/any/iam"), legitimate: true},
		{req: apiGateway("api/default/ANY"), legitimate: true},
		{req: s3("a/b/ANY/c")},
	},
	lint.RuleS3ObjectArn: {
		// Objects, as one published example of AddPermission has it.
		{req: s3("my-bucket-1xpuxmplzrlbh/*"), field: "SourceArn", legitimate: true},
		{req: s3("bucket/folder/file"), field: "SourceArn"},
		// The bucket.
		{req: s3("my-bucket-1xpuxmplzrlbh")},
		{req: s3("my-bucket*")},
		{req: events("rule/r")},
	},
	lint.RuleLogGroupArn: {
		// Only the name, or with half the end.
		{req: logs("log-group:/default"), field: "SourceArn"},
		{req: logs("log-group:TestLambda:"), field: "SourceArn"},
		// The whole ARN; names that begin so.
		{req: logs("log-group:/default:*")},
		{req: logs("log-group:/aws/lambda/*")},
		{req: logs("log-group:*")},
		{req: events("rule/r")},
	},
	lint.RuleSourceShape: {
		// A listener does not call; the target group behind it does.
		{req: validate.Request{Principal: "elasticloadbalancing.amazonaws.com", SourceArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2"}, field: "SourceArn"},
		// A bus does not call, its rules do.
		{req: events("event-bus/default"), field: "SourceArn"},
		// A rule without a name, as a variable that is not set leaves it.
		{req: events("rule/"), field: "SourceArn"},
		// Rules on the default and on another bus, and patterns that may match one.
		{req: events("rule/r")},
		{req: events("rule/bus/r")},
		{req: events("r*")},
		{req: events("*/r")},
		// Lex V1 does not call for the aliases of V2, nor V2 for intents.
		{req: validate.Request{Principal: "lex.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}, field: "SourceArn"},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:intent:OrderFlowers:*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot/B"}, field: "SourceArn"},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}},
		// AWS IoT has kinds that are not known; a service that is added has those it is
		// given.
		{req: validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:provisioningtemplate/t"}},
		{
			req:   validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:provisioningtemplate/t"},
			opts:  []lint.Option{lint.WithService(grant.Service{Principal: "iot.amazonaws.com", Sources: []grant.Source{{Service: "iot", Resource: "rule/*"}}})},
			field: "SourceArn",
		},
		// Found by other rules.
		{req: apiGateway("api")},
		{req: logs("log-group:/default")},
		{req: events("${aws:x}")},
	},
	lint.RuleSourceParts: {
		// A topic, an API and a distribution have an account, a topic a region too.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1::topic"}, field: "SourceArn"},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1::topic", SourceAccount: "123456789012"}, field: "SourceArn"},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:ap-southeast-1::*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "*", SourceArn: "arn:aws:sns::123456789012:topic"}, field: "SourceArn"},
		// A bucket has neither, a distribution no region.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:us-east-1:123456789012:my-bucket"}, field: "SourceArn"},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3::123456789012:my-bucket"}, field: "SourceArn"},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", SourceArn: "arn:aws:cloudfront:us-east-1:123456789012:distribution/E1"}, field: "SourceArn"},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::my-bucket"}},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", SourceArn: "arn:aws:cloudfront::123456789012:distribution/E1"}},
		// The parts of a resource that is not in the table are not known; an option
		// can add them.
		{req: validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:::thing"}},
		{
			req:  validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:::thing"},
			opts: []lint.Option{lint.WithService(grant.Service{Principal: "new.amazonaws.com", Sources: []grant.Source{{Service: "new", NoRegion: true, NoAccount: true}}})},
		},
	},
	lint.RuleSNSSubscription: {
		{req: sns("topic:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"), field: "SourceArn"},
		{req: sns("topic.fifo:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"), field: "SourceArn"},
		{req: sns("topic:*"), field: "SourceArn"},
		{req: sns("topic.fifo")},
		{req: sns("topic-2bcfbf39-05c3-41de-beaa-fcfcc21c8f55")},
	},
	lint.RuleDefaultBus: {
		{req: events("rule/default/my-rule"), field: "SourceArn"},
		{req: events("rule/default/*"), field: "SourceArn"},
		{req: validate.Request{Principal: "*", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/default/r"}, field: "SourceArn"},
		// Another bus; a rule that is called default.
		{req: events("rule/default-bus/my-rule")},
		{req: events("rule/default")},
		{req: events("rule/my-bus/default")},
	},
	lint.RuleSecretSuffix: {
		{req: secret("MySecret"), field: "SourceArn"},
		{req: secret("prod/db"), field: "SourceArn"},
		{req: secret("MySecret-w935b"), field: "SourceArn"},
		{req: secret("MySecret-w935bc")},
		{req: secret("MySecret-??????")},
		{req: secret("MySecret*")},
		// A name that ends like a suffix cannot be told from one.
		{req: secret("my-secret")},
	},
	lint.RuleSourceAccountUnsent: {
		// With and without a source.
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/r", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "events.amazonaws.com", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "events.amazonaws.com.cn", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: events("rule/r")},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}},
		{req: validate.Request{Principal: "new.amazonaws.com", SourceAccount: "123456789012"}},
	},
	lint.RuleRegionMismatch: {
		// The region in the name is that of the source.
		{req: in("us-east-1", "logs.us-east-1.amazonaws.com", "arn:aws:logs:ca-central-1:123456789012:log-group:g:*"), field: "Principal"},
		{req: in("us-east-1", "sns.af-south-1.amazonaws.com", "arn:aws:sns:me-central-1:123456789012:t"), field: "Principal"},
		{req: validate.Request{Principal: "logs.us-east-1.amazonaws.com", SourceArn: "arn:aws:logs:us-east-2:123456789012:log-group:g:*"}, field: "Principal"},
		{req: in("ca-central-1", "logs.ca-central-1.amazonaws.com", "arn:aws:logs:ca-central-1:123456789012:log-group:g:*")},
		// SES and Chime call functions of their own region.
		{req: in("eu-central-1", "ses.amazonaws.com", rules("us-east-1")), field: "SourceArn"},
		{req: in("us-west-2", "ses.amazonaws.com", rules("us-east-1")), field: "SourceArn"},
		{req: in("us-west-2", "messaging.chime.amazonaws.com", "arn:aws:chime:us-east-1:123456789012:app-instance/i"), field: "SourceArn"},
		{req: in("us-east-1", "ses.amazonaws.com", rules("us-east-1"))},
		{req: validate.Request{Principal: "ses.amazonaws.com", SourceArn: rules("us-east-1")}}, // a bare name
		// Only services that differ between opt-in regions are judged by them.
		{req: in("us-east-1", "events.amazonaws.com", "arn:aws:events:me-central-1:123456789012:rule/r")},
		{req: in("us-west-2", "apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:api/*/GET/pets")},
		// SNS from an opt-in region to a default region, to another opt-in region, and
		// from a default region to an opt-in region.
		{req: in("us-east-1", "sns.amazonaws.com", "arn:aws:sns:me-central-1:123456789012:t"), field: "Principal"},
		{req: in("af-south-1", "sns.amazonaws.com", "arn:aws:sns:me-central-1:123456789012:t"), field: "SourceArn"},
		{req: in("me-central-1", "sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:t"), field: "SourceArn"},
		{req: in("us-east-1", "sns.me-central-1.amazonaws.com", "arn:aws:sns:me-central-1:123456789012:t")},
		{req: in("me-central-1", "sns.amazonaws.com", "arn:aws:sns:me-central-1:123456789012:t")},
		{req: in("us-east-1", "sns.amazonaws.com", "arn:aws:sns:eu-west-1:123456789012:t")},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:me-central-1:123456789012:t"}}, // a bare name
		// ap-northeast-3 is in both lists; a new region is in neither.
		{req: in("us-east-1", "sns.amazonaws.com", "arn:aws:sns:ap-northeast-3:123456789012:t")},
		{req: in("eu-south-9", "sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:t")},
	},
	lint.RuleNestedArn: {
		// The ARN of the bus where its name belongs.
		{req: events("rule/arn:aws:events:us-east-1:123456789012:event-bus/bus/r"), field: "SourceArn"},
		{req: logs("log-group:arn:aws:logs:us-east-1:123456789012:log-group:g:*"), field: "SourceArn"},
		{req: events("rule/bus/r")},
		// A name that only ends like the beginning of an ARN.
		{req: logs("log-group:/barn:*")},
		{req: logs("log-group:/barn:aws")},
	},
}
