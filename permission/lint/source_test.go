package lint_test

import (
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
		// Nothing is known of the service, or the caller told what it needs.
		{req: validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:old:us-east-1:123456789012:x"}},
		{
			req:   validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:old:us-east-1:123456789012:x"},
			opts:  []lint.Option{lint.WithService(lint.Service{Principal: "new.amazonaws.com", Sources: []lint.Source{{Service: "new"}}})},
			field: "SourceArn",
		},
		{
			req:  validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"},
			opts: []lint.Option{lint.WithService(lint.Service{Principal: "events.amazonaws.com", Sources: []lint.Source{{Service: "events"}, {Service: "cloudwatch"}}})},
		},
		// Nothing can come of a role's source; API Gateway has a rule of its own.
		{req: validate.Request{Principal: role, SourceArn: "arn:aws:s3:::bucket"}},
		{req: validate.Request{Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:apigateway:us-east-1::/restapis/api"}},
	},
	lint.RuleAPIGatewayArn: {
		// The API alone, and what manages it.
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
		// The name alone, or with half the end.
		{req: logs("log-group:/default"), field: "SourceArn"},
		{req: logs("log-group:TestLambda:"), field: "SourceArn"},
		// The whole ARN; names that begin so.
		{req: logs("log-group:/default:*")},
		{req: logs("log-group:/aws/lambda/*")},
		{req: logs("log-group:*")},
		{req: events("rule/r")},
	},
	lint.RuleSourceShape: {
		// A listener has a target group behind it, which is what calls.
		{req: validate.Request{Principal: "elasticloadbalancing.amazonaws.com", SourceArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2"}, field: "SourceArn"},
		// A bus does not call, its rules do.
		{req: events("event-bus/default"), field: "SourceArn"},
		// Rules on the default and on another bus, and patterns that may match one.
		{req: events("rule/r")},
		{req: events("rule/bus/r")},
		{req: events("r*")},
		{req: events("*/r")},
		// The kinds are not known; a service that is added has those it is given.
		{req: validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:provisioningtemplate/t"}},
		{
			req:   validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:provisioningtemplate/t"},
			opts:  []lint.Option{lint.WithService(lint.Service{Principal: "iot.amazonaws.com", Sources: []lint.Source{{Service: "iot", Resource: "rule/*"}}})},
			field: "SourceArn",
		},
		// Other rules' business.
		{req: apiGateway("api")},
		{req: logs("log-group:/default")},
		{req: events("${aws:x}")},
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
