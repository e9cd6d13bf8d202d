package lint_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

var callerCases = map[string][]grantCase{
	lint.RuleSourceOnIAM: {
		// Calls by a role have no source; this includes a function's own role.
		{req: validate.Request{Principal: role, SourceArn: "arn:aws:lambda:us-east-1:123456789012:function:caller"}, field: "SourceArn"},
		{req: validate.Request{Principal: role, Action: invokeURL, FunctionUrlAuthType: "AWS_IAM", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "123456789012", SourceAccount: "123456789012"}, field: "SourceAccount"},
		{req: validate.Request{Principal: "arn:aws:sts::123456789012:assumed-role/r/s", SourceArn: "arn:aws:s3:::b"}, field: "SourceArn"},
		// A role without a source; a service, whose calls have a source; everybody,
		// which includes services.
		{req: validate.Request{Principal: role}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}},
		{req: validate.Request{Principal: "*", SourceAccount: "123456789012"}},
	},
	lint.RuleOrgOnService: {
		// According to the documentation this does not match; users report that it does
		// for AWS Config.
		{req: validate.Request{Principal: "config.amazonaws.com", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "PrincipalOrgID", legitimate: true},
		{req: validate.Request{Principal: "sns.amazonaws.com", PrincipalOrgID: "o-a1b2c3d4e5", SourceAccount: "123456789012"}, field: "PrincipalOrgID"},
		// Principals that can belong to an organization; a service without
		// PrincipalOrgID.
		{req: validate.Request{Principal: "*", PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: role, PrincipalOrgID: "o-a1b2c3d4e5"}},
		{req: validate.Request{Principal: "sns.amazonaws.com", SourceAccount: "123456789012"}},
	},
	lint.RuleTokenNonAlexa: {
		// EventBridge and roles send no token. Everybody includes Alexa, which sends a
		// token but belongs to no organization and has no source.
		{req: validate.Request{Principal: "events.amazonaws.com", EventSourceToken: "token"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: role, EventSourceToken: "token"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: "*", EventSourceToken: "token"}},
		{req: validate.Request{Principal: "*", EventSourceToken: "token", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: "*", EventSourceToken: "token", SourceArn: "arn:aws:s3:::b"}, field: "EventSourceToken"},
		// Alexa sends a token, but no source.
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", EventSourceToken: "token", SourceAccount: "123456789012"}, field: "EventSourceToken"},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", EventSourceToken: "token"}},
		{req: validate.Request{Principal: "alexa-connectedhome.amazon.com", EventSourceToken: "token"}},
		// A service that is not in the table; one that an option adds as sending a
		// token; no token.
		{req: validate.Request{Principal: "alexa-new.amazon.com", EventSourceToken: "token"}, legitimate: true},
		{
			req:  validate.Request{Principal: "alexa-new.amazon.com", EventSourceToken: "token"},
			opts: []lint.Option{lint.WithService(grant.Service{Principal: "alexa-new.amazon.com", Token: true})},
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
		// An option replaces the entry of the table.
		{
			req:  validate.Request{Principal: "sqs.amazonaws.com", SourceArn: "arn:aws:sqs:us-east-1:123456789012:q"},
			opts: []lint.Option{lint.WithService(grant.Service{Principal: "sqs.amazonaws.com", Sources: []grant.Source{{Service: "sqs"}}})},
		},
	},
	lint.RuleUnknownService: {
		// A misspelt name; a region in a name that has no region; a new service, also
		// after an option has added it.
		{req: validate.Request{Principal: "s3.amazonaw.com", SourceAccount: "123456789012"}, field: "Principal"},
		{req: validate.Request{Principal: "events.us-east-1.amazonaws.com", SourceAccount: "123456789012"}, field: "Principal"},
		{req: validate.Request{Principal: "new.amazonaws.com", SourceAccount: "123456789012"}, field: "Principal", legitimate: true},
		{
			req:  validate.Request{Principal: "new.amazonaws.com", SourceAccount: "123456789012"},
			opts: []lint.Option{lint.WithService(grant.Service{Principal: "new.amazonaws.com"})},
		},
		// Known names: of a region, of China, of Alexa, of a service that needs no
		// grant.
		{req: validate.Request{Principal: "logs.us-east-1.amazonaws.com"}},
		{req: validate.Request{Principal: "logs.cn-north-1.amazonaws.com.cn"}},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com"}},
		{req: validate.Request{Principal: "sqs.amazonaws.com"}},
		// A user is not a service.
		{req: validate.Request{Principal: "arn:aws:iam::123456789012:user/first.last"}},
	},
}

const role = "arn:aws:iam::123456789012:role/r"

var actionCases = map[string][]grantCase{
	lint.RuleActionWildcard: {
		// All actions for a role or an account.
		{req: validate.Request{Principal: role, Action: "lambda:*"}, field: "Action"},
		{req: validate.Request{Principal: "123456789012", Action: "*"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: invoke}},
		// Services are left to RuleActionWildcardOpen.
		{req: validate.Request{Principal: "sns.amazonaws.com", Action: "lambda:*"}},
	},
	lint.RuleActionWildcardOpen: {
		// All actions for a service or for everybody, with or without conditions.
		{req: validate.Request{Principal: "events.amazonaws.com", Action: "lambda:*", SourceArn: "arn:aws:events:us-east-1:123456789012:rule/r"}, field: "Action"},
		{req: validate.Request{Principal: "*", Action: "*", PrincipalOrgID: "o-a1b2c3d4e5"}, field: "Action"},
		{req: validate.Request{Principal: "events.amazonaws.com"}},
		{req: validate.Request{Principal: role, Action: "lambda:*"}},
	},
	lint.RuleManagementAction: {
		// Actions that take over or destroy the function, in any spelling.
		{req: validate.Request{Principal: role, Action: "lambda:AddPermission"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:removepermission"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionConfiguration"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:DeleteFunction"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:PutFunctionConcurrency"}, field: "Action"},
		// A deployment role in another account.
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionCode"}, field: "Action", legitimate: true},
		// Other updates, reading and invoking.
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionUrlConfig"}},
		{req: validate.Request{Principal: role, Action: "lambda:GetFunction"}},
		{req: validate.Request{Principal: role}},
	},
	lint.RuleInvokeAction: {
		// Operations of the API that are not actions, and a retired action, in any
		// spelling.
		{req: validate.Request{Principal: role, Action: "lambda:Invoke"}, field: "Action"},
		{req: validate.Request{Principal: "events.amazonaws.com", Action: "lambda:invoke"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeAsync"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeWithResponseStream"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:invokefunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeFunctionUrl"}},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeFunctions"}},
	},
	lint.RuleServiceAction: {
		// Services only invoke functions.
		{req: validate.Request{Principal: "sns.amazonaws.com", Action: "lambda:DeleteAlias"}, field: "Action"},
		{req: validate.Request{Principal: "events.amazonaws.com", Action: "lambda:GetFunction"}, field: "Action"},
		{req: validate.Request{Principal: "logs.us-east-1.amazonaws.com", Action: "lambda:InvokeFunctions"}, field: "Action"},
		{req: validate.Request{Principal: "alexa-appkit.amazon.com", Action: "lambda:DisableInvokeFunction"}, field: "Action", legitimate: true},
		// Lambda@Edge reads functions to replicate them, and does nothing else.
		{req: validate.Request{Principal: "replicator.lambda.amazonaws.com", Action: "lambda:GetFunction"}},
		{req: validate.Request{Principal: "replicator.lambda.amazonaws.com", Action: "lambda:UpdateFunctionCode"}, field: "Action"},
		{req: validate.Request{Principal: "cloudfront.amazonaws.com", Action: invokeURL}},
		// A role may do more; the actions of a new service are not known.
		{req: validate.Request{Principal: role, Action: "lambda:GetFunction"}},
		{req: validate.Request{Principal: "new.amazonaws.com", Action: "lambda:GetFunction"}},
	},
	lint.RuleUnknownAction: {
		{req: validate.Request{Principal: role, Action: "lambda:InvokeFunctions"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeModel"}, field: "Action"},
		{req: validate.Request{Principal: "123456789012", Action: "lambda:GetFunktion"}, field: "Action"},
		{req: validate.Request{Principal: "new.amazonaws.com", Action: "lambda:ListFunction"}, field: "Action"},
		// Known actions in any spelling, with and without an operation of the API.
		{req: validate.Request{Principal: role, Action: "lambda:getFUNCTION"}},
		{req: validate.Request{Principal: role, Action: "lambda:EnableReplication"}},
	},
	lint.RuleOtherAction: {
		// Known actions that are not in the guide's list.
		{req: validate.Request{Principal: role, Action: "lambda:UpdateFunctionUrlConfig"}, field: "Action", legitimate: true},
		{req: validate.Request{Principal: role, Action: "lambda:GetFunctionUrlConfig"}, field: "Action"},
		{req: validate.Request{Principal: role, Action: "lambda:ListFunctions"}, field: "Action"},
		// In the list, but rarely intended.
		{req: validate.Request{Principal: role, Action: "lambda:CreateAlias"}, field: "Action", legitimate: true},
		// Invoking and reading in any spelling; actions that other rules find.
		{req: validate.Request{Principal: role, Action: "lambda:invokefunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeAsync"}},
		{req: validate.Request{Principal: role, Action: "lambda:GetFunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:ListVersionsByFunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:DeleteFunction"}},
		{req: validate.Request{Principal: role, Action: "lambda:InvokeFunctions"}},
		{req: validate.Request{Principal: role, Action: "lambda:*"}},
	},
}

// The advice for a misspelt name contains the nearest known name, if there is one.
func TestSpelling(t *testing.T) {
	for _, c := range []struct {
		req        validate.Request
		rule, want string
	}{
		{validate.Request{Principal: role, Action: "lambda:InvokeFunctions"}, lint.RuleUnknownAction, `"lambda:InvokeFunction"`},
		{validate.Request{Principal: role, Action: "lambda:GetFunktion"}, lint.RuleUnknownAction, `"lambda:GetFunction"`},
		{validate.Request{Principal: role, Action: "lambda:InvokeModel"}, lint.RuleUnknownAction, "check the spelling; grant lambda:InvokeFunction"},
		{validate.Request{Principal: "event.amazonaws.com", SourceAccount: "123456789012"}, lint.RuleUnknownService, `"events.amazonaws.com"`},
		{validate.Request{Principal: "S3.amazonaws.com", SourceAccount: "123456789012"}, lint.RuleUnknownService, `"s3.amazonaws.com"`},
		{validate.Request{Principal: "lambda.datasource.cloudwach.amazonaws.com", SourceAccount: "123456789012"}, lint.RuleUnknownService, `"lambda.datasource.cloudwatch.amazonaws.com"`},
		{validate.Request{Principal: "greenhouse.amazonaws.com", SourceAccount: "123456789012"}, lint.RuleUnknownService, "check the spelling"},
	} {
		found := ofRule(lint.CheckGrant(filled(c.req)), c.rule)
		if len(found) != 1 || !strings.Contains(found[0].Fix, c.want) {
			t.Errorf("%+v: found %v, want one finding whose fix contains %s", c.req, found, c.want)
		}
	}
}

// The message about another action says whether the action is in the guide's list.
func TestMessagesAboutOtherActions(t *testing.T) {
	for action, want := range map[string]string{
		"lambda:UpdateFunctionUrlConfig": "is not among the actions that the policy of a function supports",
		"lambda:CreateAlias":             "neither invokes nor reads",
	} {
		found := ofRule(lint.CheckGrant(filled(validate.Request{Principal: role, Action: action})), lint.RuleOtherAction)
		if len(found) != 1 || !strings.Contains(found[0].Message, want) {
			t.Errorf("%s: found %v, want one finding whose message contains %q", action, found, want)
		}
	}
}

// The advice about a token depends on the principal that does not send it.
func TestAdviceAboutTokens(t *testing.T) {
	for _, c := range []struct {
		req  validate.Request
		want string
	}{
		{validate.Request{Principal: "alexa-appkit.amazon.com", SourceAccount: "123456789012"}, "leave SourceArn and SourceAccount out"},
		{validate.Request{Principal: "*", SourceAccount: "123456789012"}, "leave the token out, or the other conditions"},
		{validate.Request{Principal: "sns.amazonaws.com"}, "for a service use SourceArn"},
	} {
		c.req.EventSourceToken = "token"
		found := ofRule(lint.CheckGrant(filled(c.req)), lint.RuleTokenNonAlexa)
		if len(found) != 1 || !strings.Contains(found[0].Fix, c.want) {
			t.Errorf("%s: found %v, want one finding whose fix contains %q", c.req.Principal, found, c.want)
		}
	}
}

// A principal that does not have the form of a domain name is not taken for a
// service: package validate refuses it.
func TestOtherNamesAreNoServices(t *testing.T) {
	for _, principal := range []string{"deploy", "https://s3.amazonaws.com/", "arn:aws:s3:::photos.example.com", "s3.amazonaws.com sns.amazonaws.com"} {
		found := lint.CheckGrant(filled(validate.Request{Principal: principal}))
		for _, rule := range []string{lint.RuleUnknownService, lint.RuleServiceNoSource} {
			if got := ofRule(found, rule); len(got) > 0 {
				t.Errorf("%s: found %v, want no finding of %s", principal, got, rule)
			}
		}
	}
}

// The table contains the services that guides document as callers.
func TestDocumentedCallersAreKnown(t *testing.T) {
	for _, principal := range []string{
		"transfer.amazonaws.com", "messaging.chime.amazonaws.com", "voiceconnector.chime.amazonaws.com", "lambda.datasource.cloudwatch.amazonaws.com",
		"cloudformation.amazonaws.com", "replicator.lambda.amazonaws.com", "sns.me-central-1.amazonaws.com", "workmail.us-east-1.amazonaws.com",
	} {
		found := lint.CheckGrant(filled(validate.Request{Principal: principal, SourceAccount: "123456789012"}))
		if unknown := ofRule(found, lint.RuleUnknownService); len(unknown) > 0 {
			t.Errorf("%s: found %v, want a known service", principal, unknown)
		}
	}
}

// A grant to a service that needs no grant has one finding, with or without a source.
func TestOneAdvice(t *testing.T) {
	count := 0
	for _, s := range grant.Services() {
		if s.Instead == "" {
			continue
		}
		count++
		for _, req := range []validate.Request{
			{Principal: s.Principal},
			{Principal: s.Principal, SourceAccount: "123456789012"},
			{Principal: s.Principal, SourceArn: "arn:aws:sns:us-east-1:123456789012:*"},
			{Principal: s.Principal, SourceArn: "arn:aws:iam::123456789012:role/r"},
		} {
			found := lint.CheckGrant(filled(req))
			if len(found) != 1 || found[0].Rule != lint.RuleNoPermissionNeeded {
				t.Errorf("%+v: found %v, want one finding, of no-permission-needed", req, found)
			}
		}
	}
	if count < 10 {
		t.Errorf("%d services need no grant, want at least 10", count)
	}
}
