package lint

import "slices"

// A Rule is one row of the table of rules.
type Rule struct {
	ID            string   // one of the Rule constants; stable
	Severity      Severity // of every finding of the rule
	Title         string   // the mistake that the rule finds
	Why           string   // why that matters
	Documentation string   // the pages that support it, by name
}

// Rules returns the table of rules, in the order of findings. The caller owns the
// slice.
func Rules() []Rule {
	list := make([]Rule, len(table))
	for i, row := range table {
		list[i] = row.Rule
	}
	return list
}

// A row is a rule with the function that applies it: to a grant, or to a policy.
type row struct {
	Rule
	grant  func(*subject) problem
	policy func(*document) []problem
}

// A problem is found by a rule. The zero problem means that the rule found nothing.
type problem struct {
	field     string
	message   string
	fix       string
	statement int // index in the policy plus 1; set only by rules of policies
}

func (p problem) isNone() bool { return p.message == "" }

// table is every rule. It is never written to.
var table = slices.Concat(unusableRows, openRows, actionRows, sourceRows, callerRows, urlRows, policyRows)

func (r row) finding(p problem, sid string) Finding {
	return Finding{
		Rule: r.ID, Severity: r.Severity, Field: p.field, StatementId: sid, Statement: p.statement,
		Message: p.message, Why: r.Why, Fix: p.fix, Documentation: r.Documentation,
	}
}

// The ids of the rules. They are stable: programs and tests may compare them.
// [Rules] has the severity of each, and says why it matters.
const (
	// RuleAccountMismatch: SourceArn names another account than SourceAccount.
	RuleAccountMismatch = "account-mismatch"
	// RulePrincipalPattern: the principal does not name a possible caller.
	RulePrincipalPattern = "principal-pattern"
	// RulePartitionMismatch: function, source and principal are not in one partition.
	RulePartitionMismatch = "partition-mismatch"
	// RulePrincipalPartition: the service has another name in this partition.
	RulePrincipalPartition = "principal-partition"
	// RuleTokenAction: EventSourceToken with an action whose calls have no token.
	RuleTokenAction = "token-action"
	// RuleTargetMismatch: the grant is on another qualifier than is called; see WithTarget.
	RuleTargetMismatch = "target-mismatch"

	// RulePublic: everybody may call.
	RulePublic = "public"
	// RulePublicURL: everybody may call through the function URL.
	RulePublicURL = "public-url"
	// RuleURLIAMAny: every AWS account may let its users call the function URL.
	RuleURLIAMAny = "url-iam-any"
	// RuleServiceNoSource: a service may call for anybody.
	RuleServiceNoSource = "service-no-source"
	// RuleNoSourceAccount: the source is named by an ARN without account.
	RuleNoSourceAccount = "no-source-account"
	// RuleBroadSourceArn: SourceArn matches everything of its kind.
	RuleBroadSourceArn = "broad-source-arn"
	// RuleOnlySourceAccount: every source of the account may call.
	RuleOnlySourceAccount = "only-source-account"
	// RuleAlexaNoToken: every Alexa skill of any developer may call.
	RuleAlexaNoToken = "alexa-no-token"
	// RulePolicyVariable: SourceArn holds a policy variable.
	RulePolicyVariable = "policy-variable"
	// RuleForeignSource: the source belongs to another account than the function.
	RuleForeignSource = "foreign-source"
	// RuleAccountPrincipal: a whole account may call.
	RuleAccountPrincipal = "account-principal"
	// RuleOwnAccount: the principal is the function's own account.
	RuleOwnAccount = "own-account"
	// RuleAnyoneSource: everybody who calls for a source, or with a token.
	RuleAnyoneSource = "anyone-source"
	// RuleOrgWide: a whole organization may call.
	RuleOrgWide = "org-wide"

	// RuleActionWildcard: every action is granted to an account or identity.
	RuleActionWildcard = "action-wildcard"
	// RuleActionWildcardOpen: every action is granted to everybody or to a service.
	RuleActionWildcardOpen = "action-wildcard-open"
	// RuleInvokeAction: the name of an operation that invokes, instead of its action.
	RuleInvokeAction = "invoke-action"
	// RuleServiceAction: an action that the service does not use.
	RuleServiceAction = "service-action"
	// RuleManagementAction: an action that changes or deletes the function.
	RuleManagementAction = "management-action"
	// RuleUnknownAction: no action of Lambda has this name, as far as is known.
	RuleUnknownAction = "unknown-action"
	// RuleOtherAction: an action that is rarely meant in a function's policy.
	RuleOtherAction = "other-action"

	// RuleServiceMismatch: the service has no such source.
	RuleServiceMismatch = "service-mismatch"
	// RuleSourceParts: SourceArn lacks a region or an account, or has a superfluous one.
	RuleSourceParts = "source-parts"
	// RuleAPIGatewayArn: SourceArn is not a route of API Gateway.
	RuleAPIGatewayArn = "apigw-arn"
	// RuleAPIGatewayAnyMethod: SourceArn has ANY for the method.
	RuleAPIGatewayAnyMethod = "apigw-any-method"
	// RuleS3ObjectArn: SourceArn names objects instead of their bucket.
	RuleS3ObjectArn = "s3-object-arn"
	// RuleSNSSubscription: SourceArn names a subscription instead of its topic.
	RuleSNSSubscription = "sns-subscription"
	// RuleDefaultBus: SourceArn names the default event bus.
	RuleDefaultBus = "default-bus"
	// RuleLogGroupArn: the ARN of a log group lacks its end.
	RuleLogGroupArn = "log-group-arn"
	// RuleSecretSuffix: the ARN of a secret lacks its suffix.
	RuleSecretSuffix = "secret-suffix"
	// RuleSourceShape: SourceArn names a resource that the service does not call for.
	RuleSourceShape = "source-shape"
	// RuleNestedArn: SourceArn has another ARN in it.
	RuleNestedArn = "nested-arn"
	// RuleSourceAccountUnsent: SourceAccount with a service that does not send it.
	RuleSourceAccountUnsent = "source-account-unsent"
	// RuleRegionMismatch: the service does not call from the region of the source, or not by this name.
	RuleRegionMismatch = "region-mismatch"

	// RuleSourceOnIAM: a source for a user, role or account.
	RuleSourceOnIAM = "source-on-iam"
	// RuleOrgOnService: an organization for a service.
	RuleOrgOnService = "org-on-service"
	// RuleTokenNonAlexa: EventSourceToken for a caller that sends no token.
	RuleTokenNonAlexa = "token-non-alexa"
	// RuleNoPermissionNeeded: the service does not need a grant.
	RuleNoPermissionNeeded = "no-permission-needed"
	// RuleUnknownService: the service is not in the table.
	RuleUnknownService = "unknown-service"

	// RuleURLNoneNamed: a named principal for a function URL without authentication.
	RuleURLNoneNamed = "url-none-named"
	// RuleURLNoneCondition: a condition that anonymous callers cannot meet.
	RuleURLNoneCondition = "url-none-condition"
	// RuleCloudFrontAction: a grant that CloudFront's origin access control cannot use.
	RuleCloudFrontAction = "cloudfront-action"

	// RuleURLPair: one half of the pair of grants that a function URL needs.
	RuleURLPair = "url-pair"
	// RuleDeadPrincipal: a statement names a deleted user or role.
	RuleDeadPrincipal = "dead-principal"
	// RuleDuplicate: a statement repeats another one.
	RuleDuplicate = "duplicate"
	// RuleCovered: a statement allows nothing that another one does not.
	RuleCovered = "covered"
	// RulePolicySize: the policy is near the limit of its size.
	RulePolicySize = "policy-size"
	// RuleOtherCondition: a condition that AddPermission does not write.
	RuleOtherCondition = "other-condition"
	// RuleNotJudged: a part of a statement that the rules do not know.
	RuleNotJudged = "not-judged"
)

// Pages that support rules, by name.
const (
	docAddPermission      = `AWS Lambda API Reference, "AddPermission"`
	docResourcePolicy     = `AWS Lambda Developer Guide, "Working with resource-based policies in Lambda"`
	docAliases            = `AWS Lambda Developer Guide, "Lambda function aliases"`
	docFunctionURLs       = `AWS Lambda Developer Guide, "Control access to Lambda function URLs"`
	docInvoking           = `AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services"`
	docAPIGateway         = `AWS Lambda Developer Guide, "Invoking a Lambda function using an Amazon API Gateway endpoint"`
	docQuotas             = `AWS Lambda Developer Guide, "Lambda quotas"`
	docConfusedDeputy     = `IAM User Guide, "The confused deputy problem"`
	docPrincipal          = `IAM User Guide, "AWS JSON policy elements: Principal"`
	docConditionKeys      = `IAM User Guide, "AWS global condition context keys"`
	docVariables          = `IAM User Guide, "IAM policy elements: Variables and tags"`
	docEvaluation         = `IAM User Guide, "Policy evaluation logic"`
	docARNs               = `IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)"`
	docServiceActions     = `Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda"`
	docIoTDeputy          = `AWS IoT Core Developer Guide, "Cross-service confused deputy prevention"`
	docS3Notifications    = `Amazon S3 User Guide, "Granting permissions to publish event notification messages to a destination"`
	docARNOperators       = `IAM User Guide, "IAM JSON policy elements: Condition operators", ARN operators`
	docSNS                = `Amazon SNS Developer Guide, "Prerequisites for integrating Amazon SNS with Lambda functions across regions"`
	docSES                = `Amazon SES Developer Guide, "Giving permissions to Amazon SES for email receiving"`
	docEventBridge        = `Amazon EventBridge User Guide, "Event bus concepts in Amazon EventBridge"`
	docEventBridgeTrouble = `Amazon EventBridge User Guide, "Troubleshooting Amazon EventBridge"`
	docSecrets            = `AWS Secrets Manager User Guide, "What's in a Secrets Manager secret?"`
	docSubscriptions      = `Amazon CloudWatch Logs User Guide, "Using CloudWatch Logs subscription filters"`
	docCloudFront         = `Amazon CloudFront Developer Guide, "Restrict access to an AWS Lambda function URL origin"`
	docPublicAccess       = `AWS Config Developer Guide, "lambda-function-public-access-prohibited"`
)
