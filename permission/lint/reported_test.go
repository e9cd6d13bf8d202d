package lint_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A reportedCase is a grant of a kind that users reported to fail or to be judged
// wrongly, with the rules of all its findings.
type reportedCase struct {
	function, principal, action, source, account string // "" stands for the default of filled, or for an absent member
	want                                         string // the rules of all findings, in order
}

func (c reportedCase) request() validate.Request {
	return filled(validate.Request{FunctionName: c.function, Principal: c.principal, Action: c.action, SourceArn: c.source, SourceAccount: c.account})
}

const (
	ours   = "123456789012"
	inUS   = "arn:aws:lambda:us-east-1:123456789012:function:f"
	inCN   = "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"
	inEU   = "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f"
	bucket = "arn:aws:s3:::b"
)

// reported has the kinds of grants that users reported. Each kind includes at least one
// similar grant that has no finding above info.
var reported = map[string][]reportedCase{
	"a rule of the default event bus": {
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/default/r", want: lint.RuleDefaultBus},
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/default/r*", want: lint.RuleDefaultBus},
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/bus/r"},
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/r"},
	},
	"an ARN without its account or region": {
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:us-east-1::topic", want: lint.RuleSourceParts},
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:us-east-1::topic", account: ours, want: lint.RuleSourceParts},
		{principal: "apigateway.amazonaws.com", source: "arn:aws:execute-api:ap-southeast-1:123456789012:api/*"},
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:us-east-1:123456789012:topic"},
	},
	"an ARN with an account or region too many": {
		{principal: "s3.amazonaws.com", source: "arn:aws:s3:us-east-1:123456789012:b", want: lint.RuleSourceParts},
		{principal: "cloudfront.amazonaws.com", source: "arn:aws:cloudfront:us-east-1:123456789012:distribution/E1", want: lint.RuleSourceParts},
		{principal: "s3.amazonaws.com", source: bucket, account: ours},
	},
	"a subscription of a topic": {
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:us-east-1:123456789012:t:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55", want: lint.RuleSNSSubscription},
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:us-east-1:123456789012:t.fifo:*", want: lint.RuleSNSSubscription},
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:us-east-1:123456789012:t.fifo"},
	},
	"routes of API Gateway": {
		{principal: "apigateway.amazonaws.com", source: "arn:aws:execute-api:us-east-1:123456789012:api/*/GET//pets", want: lint.RuleAPIGatewayArn},
		{principal: "apigateway.amazonaws.com", source: "arn:aws:execute-api:us-east-1:123456789012:api/*/get/pets", want: lint.RuleAPIGatewayArn},
		{principal: "apigateway.amazonaws.com", source: "arn:aws:execute-api:us-east-1:123456789012:api/prod", want: lint.RuleAPIGatewayArn},
		{principal: "apigateway.amazonaws.com", source: "arn:aws:execute-api:us-east-1:123456789012:api/$connect", want: lint.RuleAPIGatewayArn},
		{principal: "apigateway.amazonaws.com", source: "arn:aws:execute-api:us-east-1:123456789012:api/*/GET/pets"},
		{principal: "apigateway.amazonaws.com", source: "arn:aws:execute-api:us-east-1:123456789012:api/prod/$connect"},
	},
	"a secret without its suffix": {
		{principal: "secretsmanager.amazonaws.com", source: "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret", want: lint.RuleSecretSuffix},
		{principal: "secretsmanager.amazonaws.com", source: "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/MySecret", want: lint.RuleSecretSuffix},
		{principal: "secretsmanager.amazonaws.com", source: "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-??????"},
		{principal: "secretsmanager.amazonaws.com", source: "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-a1B2c3"},
	},
	"the two versions of Lex": {
		{principal: "lex.amazonaws.com", source: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A", want: lint.RuleSourceShape},
		{principal: "lexv2.amazonaws.com", source: "arn:aws:lex:us-east-1:123456789012:intent:OrderFlowers:*", want: lint.RuleSourceShape},
		{principal: "lex.amazonaws.com", source: "arn:aws:lex:us-east-1:123456789012:intent:OrderFlowers:*"},
		{principal: "lexv2.amazonaws.com", source: "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"},
	},
	"misspelt and retired actions": {
		{principal: role, action: "lambda:Invoke", want: lint.RuleInvokeAction},
		{principal: role, action: "lambda:InvokeAsync", want: lint.RuleInvokeAction},
		{principal: role, action: "lambda:InvokeFunctions", want: lint.RuleUnknownAction},
		{principal: role, action: "lambda:InvokeModel", want: lint.RuleUnknownAction},
		{principal: role, action: "lambda:GetFunktion", want: lint.RuleUnknownAction},
		{principal: "s3.amazonaws.com", action: "lambda:InvokeFunctions", source: bucket, account: ours, want: lint.RuleServiceAction},
		{principal: role, action: "lambda:GetFunction"},
		{principal: role, action: "lambda:InvokeFunctionUrl"},
	},
	"near misses of service names": {
		{principal: "event.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/r", want: lint.RuleUnknownService},
		{principal: "apigatway.amazonaws.com", source: "arn:aws:execute-api:us-east-1:123456789012:api/*/GET/", want: lint.RuleUnknownService},
		{principal: "alexa-appkit.amazonaws.com", account: ours, want: lint.RuleOnlySourceAccount + " " + lint.RuleUnknownService},
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/r"},
	},
	"the partition of a principal, and names in China and Europe": {
		{function: inUS, principal: "s3.amazonaws.com.cn", source: bucket, account: ours, want: lint.RulePrincipalPartition},
		{function: inCN, principal: "s3.amazonaws.com.cn", source: "arn:aws-cn:s3:::b", account: ours, want: lint.RulePrincipalPartition},
		{function: inCN, principal: "apigateway.amazonaws.com.cn", source: "arn:aws-cn:execute-api:cn-north-1:123456789012:api/*/GET/", want: lint.RulePrincipalPartition},
		{function: inCN, principal: "logs.cn-north-1.amazonaws.com", source: "arn:aws-cn:logs:cn-north-1:123456789012:log-group:g:*", want: lint.RulePrincipalPartition},
		{function: inEU, principal: "sns.amazonaws.eu", source: "arn:aws-eusc:sns:eusc-de-east-1:123456789012:t", want: lint.RulePrincipalPartition},
		{function: inCN, principal: "s3.amazonaws.com", source: "arn:aws-cn:s3:::b", account: ours},
		{function: inCN, principal: "logs.cn-north-1.amazonaws.com.cn", source: "arn:aws-cn:logs:cn-north-1:123456789012:log-group:g:*"},
		{function: inEU, principal: "sns.amazonaws.com", source: "arn:aws-eusc:sns:eusc-de-east-1:123456789012:t"},
	},
	"a region of another partition than the ARN's": {
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:us-gov-east-1:123456789012:t", want: lint.RulePartitionMismatch},
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:cn-north-1:123456789012:t", want: lint.RulePartitionMismatch},
		{principal: "sns.amazonaws.com", source: "arn:aws-us-gov:sns:us-gov-east-1:123456789012:t"},
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:xx-new-1:123456789012:t"},
	},
	"source and function in one region": {
		{function: inUS, principal: "ses.amazonaws.com", source: "arn:aws:ses:eu-central-1:123456789012:receipt-rule-set/s:receipt-rule/r", want: lint.RuleRegionMismatch},
		{function: inUS, principal: "messaging.chime.amazonaws.com", source: "arn:aws:chime:eu-central-1:123456789012:app-instance/i", want: lint.RuleRegionMismatch},
		{function: inUS, principal: "ses.amazonaws.com", source: "arn:aws:ses:us-east-1:123456789012:receipt-rule-set/s:receipt-rule/r"},
		{principal: "ses.amazonaws.com", source: "arn:aws:ses:eu-central-1:123456789012:receipt-rule-set/s:receipt-rule/r"},
	},
	"the region in a principal": {
		{principal: "logs.us-east-1.amazonaws.com", source: "arn:aws:logs:ca-central-1:123456789012:log-group:g:*", want: lint.RuleRegionMismatch},
		{principal: "logs.eu-west-1.amazonaws.com", source: "arn:aws:logs:us-east-1:123456789012:log-group:g:*", want: lint.RuleRegionMismatch},
		{principal: "logs.ca-central-1.amazonaws.com", source: "arn:aws:logs:ca-central-1:123456789012:log-group:g:*"},
		{principal: "logs.amazonaws.com", source: "arn:aws:logs:ca-central-1:123456789012:log-group:g:*"},
	},
	"Amazon SNS of an opt-in region": {
		{function: inUS, principal: "sns.amazonaws.com", source: "arn:aws:sns:me-central-1:123456789012:t", want: lint.RuleRegionMismatch},
		{function: strings.Replace(inUS, "us-east-1", "me-central-1", 1), principal: "sns.amazonaws.com", source: "arn:aws:sns:us-east-1:123456789012:t", want: lint.RuleRegionMismatch},
		{function: strings.Replace(inUS, "us-east-1", "af-south-1", 1), principal: "sns.me-central-1.amazonaws.com", source: "arn:aws:sns:me-central-1:123456789012:t", want: lint.RuleRegionMismatch},
		{function: inUS, principal: "sns.me-central-1.amazonaws.com", source: "arn:aws:sns:me-central-1:123456789012:t"},
		{function: strings.Replace(inUS, "us-east-1", "me-central-1", 1), principal: "sns.amazonaws.com", source: "arn:aws:sns:me-central-1:123456789012:t"},
		{principal: "sns.amazonaws.com", source: "arn:aws:sns:me-central-1:123456789012:t"},
		{function: inUS, principal: "sns.amazonaws.com", source: "arn:aws:sns:ap-northeast-3:123456789012:t"},
	},
	"EventBridge and SourceAccount": {
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/r", account: ours, want: lint.RuleSourceAccountUnsent},
		{principal: "events.amazonaws.com", account: ours, want: lint.RuleSourceAccountUnsent},
		{principal: "events.amazonaws.com", want: lint.RuleServiceNoSource},
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/r"},
	},
	"services that need no grant have one finding": {
		{principal: "rds.amazonaws.com", want: lint.RuleNoPermissionNeeded},
		{principal: "codepipeline.amazonaws.com", want: lint.RuleNoPermissionNeeded},
		{principal: "scheduler.amazonaws.com", source: "arn:aws:iam::123456789012:role/r", want: lint.RuleNoPermissionNeeded},
		{principal: "bedrock.amazonaws.com", source: "arn:aws:bedrock:us-east-1:123456789012:agent/a"},
	},
	"documented callers": {
		{principal: "transfer.amazonaws.com", source: "arn:aws:transfer:us-east-1:123456789012:server/s"},
		{principal: "messaging.chime.amazonaws.com", source: "arn:aws:chime:us-east-1:123456789012:app-instance/i"},
		{principal: "voiceconnector.chime.amazonaws.com", account: ours, want: lint.RuleOnlySourceAccount},
		{principal: "lambda.datasource.cloudwatch.amazonaws.com", account: ours, want: lint.RuleOnlySourceAccount},
		{principal: "cloudformation.amazonaws.com", account: ours, want: lint.RuleOnlySourceAccount},
		{principal: "replicator.lambda.amazonaws.com", action: "lambda:GetFunction"},
		{principal: "replicators.lambda.amazonaws.com", account: ours, want: lint.RuleOnlySourceAccount + " " + lint.RuleUnknownService},
	},
	// The service ended in October 2026 and is no longer in the table.
	"the slash of Pinpoint's older guide": {
		{principal: "pinpoint.us-east-1.amazonaws.com", source: "arn:aws:mobiletargeting:us-east-1:123456789012:/apps/a", want: lint.RuleUnknownService},
		{principal: "pinpoint.us-east-1.amazonaws.com", source: "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a", want: lint.RuleUnknownService},
		{principal: "pinpoint.us-east-1.amazonaws.com", source: "arn:aws:sns:us-east-1:123456789012:t", want: lint.RuleUnknownService},
	},
	"everybody, with a source": {
		{principal: "*", source: bucket, account: ours, want: lint.RuleAnyoneSource},
		{principal: "*", account: ours, want: lint.RuleAnyoneSource},
		{principal: "*", source: "arn:aws:events:us-east-1:123456789012:rule/r", want: lint.RuleAnyoneSource},
		{principal: "events.amazonaws.com", source: "arn:aws:events:us-east-1:123456789012:rule/r"},
	},
}

func TestReportedGrants(t *testing.T) {
	for kind, cases := range reported {
		passes := false
		for _, c := range cases {
			req := c.request()
			if got := strings.Join(rulesOf(lint.CheckGrant(req)), " "); got != c.want {
				t.Errorf("%s: %s %s %s: found %q, want %q", kind, req.Principal, req.Action, req.SourceArn, got, c.want)
			}
			passes = passes || len(above(lint.CheckGrant(req), lint.SeverityInfo)) == 0
			if err := validate.Current.Check(req); err != nil {
				t.Errorf("%s: the service refuses it: %v", kind, err)
			}
		}
		if !passes {
			t.Errorf("%s: every case has a finding above info", kind)
		}
		if len(cases) < 3 {
			t.Errorf("%s: %d cases, want at least 3", kind, len(cases))
		}
	}
}
