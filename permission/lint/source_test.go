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

// rules returns the ARN of a receipt rule of Amazon SES in a region.
func rules(region string) string {
	return "arn:aws:ses:" + region + ":123456789012:receipt-rule-set/s:receipt-rule/r"
}

// in returns a grant on a function in a region.
func in(region, principal, source string) validate.Request {
	return validate.Request{FunctionName: "arn:aws:lambda:" + region + ":123456789012:function:f", Principal: principal, SourceArn: source}
}

var sourceCases = map[string][]grantCase{
	lint.RulePolicyVariable: {
		// The variable is replaced when the function is called.
		{req: s3("${aws:PrincipalTag/bucket}"), field: "SourceArn"},
		// A $ in routes of WebSocket and HTTP APIs; braces that were left from a
		// template.
		{req: apiGateway("api/default/$disconnect")},
		{req: apiGateway("api/*/$default")},
		{req: apiGateway("api/*/*/{proxy++}")},
	},
	lint.RuleServiceMismatch: {
		// EventBridge does not call on behalf of a CloudWatch alarm.
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"}, field: "SourceArn"},
		// S3 does not call on behalf of a topic. CloudWatch Logs, by its regional name,
		// does not call on behalf of a bucket.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}, field: "SourceArn"},
		{req: validate.Request{Principal: "logs.eu-west-1.amazonaws.com", SourceArn: "arn:aws:s3:::bucket"}, field: "SourceArn"},
		// Services whose principal has another name than the service in their ARNs.
		{req: validate.Request{Principal: "lambda.alarms.cloudwatch.amazonaws.com", SourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"}, legitimate: true},
		{req: apiGateway("api/*/GET/pets"), legitimate: true},
		{req: validate.Request{Principal: "edgelambda.amazonaws.com", SourceArn: "arn:aws:cloudfront::123456789012:distribution/E1"}, legitimate: true},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}, legitimate: true},
		{req: validate.Request{Principal: "pinpoint.us-east-1.amazonaws.com", SourceArn: "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a"}, legitimate: true},
		// A regional name; a name in China.
		{req: validate.Request{Principal: "logs.eu-west-1.amazonaws.com", SourceArn: "arn:aws:logs:eu-west-1:123456789012:log-group:g:*"}, legitimate: true},
		{req: validate.Request{Principal: "events.amazonaws.com.cn", SourceArn: "arn:aws-cn:events:cn-north-1:123456789012:rule/r"}, legitimate: true},
		// The service is not in the table; an option has added its sources.
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
		// Left to other rules: a role with a source, and API Gateway.
		{req: validate.Request{Principal: role, SourceArn: "arn:aws:s3:::bucket"}},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:apigateway:us-east-1::/restapis/api"}},
	},
	lint.RuleAPIGatewayArn: {
		// An empty segment; a method in lower case; a stage without a route; a route of
		// a WebSocket API without its stage.
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
		// Only the API; the ARN by which the API is managed.
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
		// Any method; a path that begins with "any"; a route of a WebSocket API named
		// ANY; another service.
		{req: apiGateway("api/*/*/{proxy+}")},
		{req: apiGateway("api/*/*/any/iam"), legitimate: true},
		{req: apiGateway("api/default/ANY"), legitimate: true},
		{req: s3("a/b/ANY/c")},
	},
	lint.RuleS3ObjectArn: {
		// Objects; a published example of AddPermission has such an ARN.
		{req: s3("my-bucket-1xpuxmplzrlbh/*"), field: "SourceArn", legitimate: true},
		{req: s3("bucket/folder/file"), field: "SourceArn"},
		// A bucket; a pattern of buckets; another service.
		{req: s3("my-bucket-1xpuxmplzrlbh")},
		{req: s3("my-bucket*")},
		{req: events("rule/r")},
	},
	lint.RuleLogGroupArn: {
		// The ARN ends in the name, or in : instead of :*.
		{req: logs("log-group:/default"), field: "SourceArn"},
		{req: logs("log-group:TestLambda:"), field: "SourceArn"},
		// The whole ARN; patterns of names; another service.
		{req: logs("log-group:/default:*")},
		{req: logs("log-group:/aws/lambda/*")},
		{req: logs("log-group:*")},
		{req: events("rule/r")},
	},
	lint.RuleSourceShape: {
		// A listener does not call; the target group behind it does.
		{req: validate.Request{Principal: "elasticloadbalancing.amazonaws.com", SourceArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2"}, field: "SourceArn"},
		// A bus does not call; its rules do.
		{req: events("event-bus/default"), field: "SourceArn"},
		// A rule without a name, which an unset variable of a template leaves.
		{req: events("rule/"), field: "SourceArn"},
		// Rules of the default bus and of another bus; patterns that may match a rule.
		{req: events("rule/r")},
		{req: events("rule/bus/r")},
		{req: events("r*")},
		{req: events("*/r")},
		// Lex V1 does not call for bot aliases, and Lex V2 does not call for intents
		// and bots.
		{req: validate.Request{Principal: "lex.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}, field: "SourceArn"},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:intent:OrderFlowers:*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot/B"}, field: "SourceArn"},
		{req: validate.Request{Principal: "lexv2.amazonaws.com", SourceArn: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}},
		// AWS IoT has more kinds of sources than the table; an added service has only
		// the kinds that it is added with.
		{req: validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:provisioningtemplate/t"}},
		{
			req:   validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:provisioningtemplate/t"},
			opts:  []lint.Option{lint.WithService(grant.Service{Principal: "iot.amazonaws.com", Sources: []grant.Source{{Service: "iot", Resource: "rule/*"}}})},
			field: "SourceArn",
		},
		// Other rules find these.
		{req: apiGateway("api")},
		{req: logs("log-group:/default")},
		{req: events("${aws:x}")},
	},
	lint.RuleSourceParts: {
		// The ARN of a topic or an API has an account and a region.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1::topic"}, field: "SourceArn"},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1::topic", SourceAccount: "123456789012"}, field: "SourceArn"},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:ap-southeast-1::*"}, field: "SourceArn"},
		{req: validate.Request{Principal: "*", SourceArn: "arn:aws:sns::123456789012:topic"}, field: "SourceArn"},
		// The sources of a service that is not in the table are not known.
		{req: validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1::topic"}},
		// The ARN of a bucket has neither, that of a distribution has no region.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:us-east-1:123456789012:my-bucket"}, field: "SourceArn"},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3::123456789012:my-bucket"}, field: "SourceArn"},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", SourceArn: "arn:aws:cloudfront:us-east-1:123456789012:distribution/E1"}, field: "SourceArn"},
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::my-bucket"}},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", SourceArn: "arn:aws:cloudfront::123456789012:distribution/E1"}},
		// For a resource that is not in the table the rule does not know the parts; an
		// option can add them.
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
		// Another bus; a rule named default.
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
		// The end of this name has the form of a suffix.
		{req: secret("my-secret")},
	},
	lint.RuleSourceAccountUnsent: {
		// EventBridge with and without a source, and in China.
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/r", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "events.amazonaws.com", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "events.amazonaws.com.cn", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: events("rule/r")},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}},
		{req: validate.Request{Principal: "new.amazonaws.com", SourceAccount: "123456789012"}},
	},
	lint.RuleRegionMismatch: {
		// The region in a principal must be the region of the source.
		{req: in("us-east-1", "logs.us-east-1.amazonaws.com", "arn:aws:logs:ca-central-1:123456789012:log-group:g:*"), field: "Principal"},
		{req: in("us-east-1", "sns.af-south-1.amazonaws.com", "arn:aws:sns:me-central-1:123456789012:t"), field: "Principal"},
		{req: validate.Request{Principal: "logs.us-east-1.amazonaws.com", SourceArn: "arn:aws:logs:us-east-2:123456789012:log-group:g:*"}, field: "Principal"},
		{req: in("ca-central-1", "logs.ca-central-1.amazonaws.com", "arn:aws:logs:ca-central-1:123456789012:log-group:g:*")},
		// SES and Chime call functions of their own region.
		{req: in("eu-central-1", "ses.amazonaws.com", rules("us-east-1")), field: "SourceArn"},
		{req: in("us-west-2", "ses.amazonaws.com", rules("us-east-1")), field: "SourceArn"},
		{req: in("us-west-2", "messaging.chime.amazonaws.com", "arn:aws:chime:us-east-1:123456789012:app-instance/i"), field: "SourceArn"},
		{req: in("us-east-1", "ses.amazonaws.com", rules("us-east-1"))},
		{req: validate.Request{Principal: "ses.amazonaws.com", SourceArn: rules("us-east-1")}}, // the region of the function is not known
		// For other services the regions of source and function are not compared.
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
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:me-central-1:123456789012:t"}}, // the region of the function is not known
		// The documentation lists ap-northeast-3 both as a default and as an opt-in
		// region; it does not list the new region.
		{req: in("us-east-1", "sns.amazonaws.com", "arn:aws:sns:ap-northeast-3:123456789012:t")},
		{req: in("eu-south-9", "sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:t")},
	},
	lint.RuleNestedArn: {
		// An ARN in the place of a name.
		{req: events("rule/arn:aws:events:us-east-1:123456789012:event-bus/bus/r"), field: "SourceArn"},
		{req: logs("log-group:arn:aws:logs:us-east-1:123456789012:log-group:g:*"), field: "SourceArn"},
		{req: events("rule/bus/r")},
		// A name that ends in the letters arn.
		{req: logs("log-group:/barn:*")},
		{req: logs("log-group:/barn:aws")},
	},
}
