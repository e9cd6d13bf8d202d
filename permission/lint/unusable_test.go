package lint_test

import (
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

var unusableCases = map[string][]grantCase{
	lint.RuleAccountMismatch: {
		// SourceArn and SourceAccount name different accounts.
		{req: validate.Request{Principal: "logs.us-east-1.amazonaws.com", SourceArn: "arn:aws:logs:us-east-1:123456789123:log-group:TestLambda:*", SourceAccount: "123456789012"}, field: "SourceAccount"},
		// The same account twice.
		{req: validate.Request{Principal: "iot.amazonaws.com", SourceArn: "arn:aws:iot:us-east-1:123456789012:rule/r", SourceAccount: "123456789012"}},
		// A bucket's ARN has no account that could differ.
		{req: validate.Request{Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket", SourceAccount: "123456789012"}},
		// Only SourceArn.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}},
	},
	lint.RulePrincipalPattern: {
		// Wildcards have no effect in principals of any kind.
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:role/*"}, field: "Principal"},
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:role/deploy-?"}, field: "Principal"},
		{req: validate.Request{Principal: "*.amazonaws.com"}, field: "Principal"},
		// A group is not a principal.
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:group/admins"}, field: "Principal"},
		// An identity must belong to an account.
		{req: validate.Request{Principal: "arn:aws:iam:::role/deploy"}, field: "Principal"},
		{req: validate.Request{Principal: "arn:aws:iam::aws:role/deploy"}, field: "Principal"},
		{req: validate.Request{Principal: "arn:aws:iam::abcdefghijkl:role/deploy"}, field: "Principal"},
		// Everybody, an account, a user, a role in a path, a session, a service.
		{req: validate.Request{Principal: "*"}},
		{req: validate.Request{Principal: "123456789012"}},
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:user/group/u"}},
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:role/path/r"}},
		{req: validate.Request{Principal: "arn:aws:sts::123456789012:assumed-role/r/session"}},
		{req: validate.Request{Principal: "s3.amazonaws.com"}},
	},
	lint.RulePartitionMismatch: {
		// A region of another partition than the ARN's.
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-gov-east-1:123456789012:t"}, field: "SourceArn"},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:cn-north-1:123456789012:t"}, field: "SourceArn"},
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws-cn:events:us-east-1:123456789012:rule/r"}, field: "SourceArn"},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws-us-gov:sns:us-gov-east-1:123456789012:t"}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceArn: "arn:aws:sns:xx-new-1:123456789012:t"}},
		// The source is in China and the function is not.
		{req: validate.Request{FunctionName: functionARN, Principal: "events.amazonaws.com", SourceArn: "arn:aws-cn:events:cn-north-1:123456789012:rule/r"}, field: "SourceArn"},
		// The principal is in another partition than the function or the source.
		{req: validate.Request{FunctionName: functionARN, Principal: "arn:aws-us-gov:iam::123456789012:role/r"}, field: "Principal"},
		{req: validate.Request{Principal: "arn:aws-us-gov:iam::123456789012:role/r", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}, field: "Principal"},
		// The partition of the function is known from the target.
		{
			req:   validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws-cn:events:cn-north-1:123456789012:rule/r"},
			opts:  []lint.Option{lint.WithTarget(arn.MustParseFunction(functionARN))},
			field: "SourceArn",
		},
		// Everything is in China, where services have the same names; the function's
		// partition is not known.
		{req: validate.Request{FunctionName: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Principal: "events.amazonaws.com", SourceArn: "arn:aws-cn:events:cn-north-1:123456789012:rule/r"}},
		{req: validate.Request{Principal: "events.amazonaws.com", SourceArn: "arn:aws-cn:events:cn-north-1:123456789012:rule/r"}},
	},
	lint.RulePrincipalPartition: {
		// China's suffix in another partition; names that are refused in China and in
		// Europe.
		{req: validate.Request{FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:f", Principal: "s3.amazonaws.com.cn"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Principal: "s3.amazonaws.com.cn"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Principal: "apigateway.amazonaws.com.cn"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Principal: "logs.cn-north-1.amazonaws.com"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f", Principal: "sns.amazonaws.eu"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f", Principal: "logs.eusc-de-east-1.amazonaws.eu"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws:lambda:eu-central-1:123456789012:function:f", Principal: "sns.amazonaws.eu"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f", Principal: "sns.amazonaws.com"}},
		{req: validate.Request{FunctionName: "f", Principal: "sns.amazonaws.eu"}},
		// The partition is known from the source.
		{req: validate.Request{Principal: "s3.amazonaws.com.cn", SourceArn: "arn:aws-cn:s3:::b", SourceAccount: "123456789012"}, field: "Principal"},
		{req: validate.Request{FunctionName: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Principal: "s3.amazonaws.com"}},
		{req: validate.Request{FunctionName: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Principal: "logs.cn-north-1.amazonaws.com.cn"}},
		// It is not known whether this name is refused; the partition of a bare
		// function name is not known.
		{req: validate.Request{FunctionName: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Principal: "events.amazonaws.com.cn"}},
		{req: validate.Request{Principal: "s3.amazonaws.com.cn"}},
	},
	lint.RuleTokenAction: {
		// A token with an action that Alexa does not use.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: "lambda:GetFunction", EventSourceToken: "amzn1.ask.skill.1"}, field: "EventSourceToken"},
		// Frameworks grant an action that does not exist in order to switch a skill
		// off.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: "lambda:DisableInvokeFunction", EventSourceToken: "amzn1.ask.skill.1"}, field: "EventSourceToken", legitimate: true},
		// Invoking in any spelling; actions that include it.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: "lambda:invokefunction", EventSourceToken: "amzn1.ask.skill.1"}},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: invokeURL, EventSourceToken: "amzn1.ask.skill.1"}},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: "lambda:*", EventSourceToken: "amzn1.ask.skill.1"}},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: "*", EventSourceToken: "amzn1.ask.skill.1"}},
		// Another action without a token.
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:role/r", Action: "lambda:GetFunction"}},
	},
	lint.RuleTargetMismatch: {
		// The bucket calls alias dev, the grant is on the unqualified function.
		{req: s3Grant("my-function", ""), opts: target("my-function:dev"), field: "Qualifier"},
		// The other way round, and one alias for another.
		{req: s3Grant("my-function", "dev"), opts: target("my-function"), field: "Qualifier"},
		{req: s3Grant("my-function:prod", ""), opts: target(functionARN + ":dev"), field: "Qualifier"},
		// $LATEST is a qualifier too; no grant can name it.
		{req: s3Grant("my-function", ""), opts: target("my-function:$LATEST"), field: "Qualifier"},
		// The same qualifier, in the function's name or in Qualifier.
		{req: s3Grant("my-function", "dev"), opts: target("my-function:dev")},
		{req: s3Grant("my-function:dev", ""), opts: target(functionARN + ":dev")},
		// The rule does not apply to a function of another name or another account.
		{req: s3Grant("other", ""), opts: target("my-function:dev")},
		{req: s3Grant("210987654321:function:my-function", ""), opts: target(functionARN + ":dev")},
		// The called function is not known.
		{req: s3Grant("my-function", "dev")},
	},
}

func s3Grant(name, qualifier string) validate.Request {
	return validate.Request{
		FunctionName: name, Qualifier: qualifier,
		Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::bucket", SourceAccount: "123456789012",
	}
}

func target(name string) []lint.Option {
	return []lint.Option{lint.WithTarget(arn.MustParseFunction(name))}
}
