package lint

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// Rules on the action of a grant.
var actionRows = []row{
	{Rule: Rule{
		ID: RuleActionWildcard, Severity: SeverityWarning,
		Title:         "Every action is granted to an account or identity",
		Why:           "The actions include changing the function's code, deleting the function, and adding permissions.",
		Documentation: docResourcePolicy,
	}, grant: actionWildcard},
	{Rule: Rule{
		ID: RuleActionWildcardOpen, Severity: SeverityError,
		Title:         "Every action is granted to everybody or to a service",
		Why:           "Services only invoke functions. The wildcard adds nothing but the right to change the function's code, to delete the function, and to add permissions.",
		Documentation: docResourcePolicy,
	}, grant: actionWildcardOpen},
	{Rule: Rule{
		ID: RuleInvokeAction, Severity: SeverityWarning,
		Title:         "The name of an operation that invokes, instead of its action",
		Why:           "All operations that invoke a function are allowed by lambda:InvokeFunction: a grant of another action does not let the caller invoke.",
		Documentation: docServiceActions,
	}, grant: invokeAction},
	{Rule: Rule{
		ID: RuleServiceAction, Severity: SeverityWarning,
		Title:         "An action that the service does not use",
		Why:           "Services only invoke functions, except for the replicator of Lambda@Edge, which reads them. The service does not use the grant.",
		Documentation: docResourcePolicy,
	}, grant: serviceAction},
	{Rule: Rule{
		ID: RuleManagementAction, Severity: SeverityWarning,
		Title:         "An action that changes or deletes the function",
		Why:           "A caller that may change the code can run any code with the rights of the function, and one that may add permissions can grant itself every action. A deployment role in another account may need such an action.",
		Documentation: docServiceActions,
	}, grant: managementAction},
	{Rule: Rule{
		ID: RuleUnknownAction, Severity: SeverityInfo,
		Title:         "No action of Lambda has this name, as far as is known",
		Why:           "A misspelt action is accepted and allows nothing. It may also be new.",
		Documentation: docServiceActions,
	}, grant: unknownAction},
	{Rule: Rule{
		ID: RuleOtherAction, Severity: SeverityInfo,
		Title:         "An action that is rarely meant in a function's policy",
		Why:           "Most grants are for invoking or reading. The policy of a function does not support every action of Lambda.",
		Documentation: docResourcePolicy + "; " + docServiceActions,
	}, grant: otherAction},
}

// operations are the actions of Lambda: the names of its API operations but for those
// that invoke, and the permission-only actions (Service Authorization Reference,
// "Actions, resources, and condition keys for AWS Lambda").
var operations = []string{
	invoke, "InvokeFunctionUrl", "EnableReplication", "DisableReplication",
	"AddLayerVersionPermission", "AddPermission", "CheckpointDurableExecution", "CreateAlias", "CreateCapacityProvider",
	"CreateCodeSigningConfig", "CreateEventSourceMapping", "CreateFunction", "CreateFunctionUrlConfig", "DeleteAlias",
	"DeleteCapacityProvider", "DeleteCodeSigningConfig", "DeleteEventSourceMapping", "DeleteFunction",
	"DeleteFunctionCodeSigningConfig", "DeleteFunctionConcurrency", "DeleteFunctionEventInvokeConfig",
	"DeleteFunctionUrlConfig", "DeleteLayerVersion", "DeleteProvisionedConcurrencyConfig", "DeleteResourcePolicy",
	"GetAccountSettings", "GetAlias", "GetCapacityProvider", "GetCodeSigningConfig", "GetDurableExecution",
	"GetDurableExecutionHistory", "GetDurableExecutionState", "GetEventSourceMapping", "GetFunction",
	"GetFunctionCodeSigningConfig", "GetFunctionConcurrency", "GetFunctionConfiguration", "GetFunctionEventInvokeConfig",
	"GetFunctionRecursionConfig", "GetFunctionScalingConfig", "GetFunctionUrlConfig", "GetLayerVersion",
	"GetLayerVersionPolicy", "GetPolicy", "GetProvisionedConcurrencyConfig", "GetResourcePolicy",
	"GetRuntimeManagementConfig", "ListAliases", "ListCapacityProviders", "ListCodeSigningConfigs",
	"ListDurableExecutionsByFunction", "ListEventSourceMappings", "ListFunctionEventInvokeConfigs",
	"ListFunctionUrlConfigs", "ListFunctionVersionsByCapacityProvider", "ListFunctions",
	"ListFunctionsByCodeSigningConfig", "ListLayerVersions", "ListLayers", "ListProvisionedConcurrencyConfigs",
	"ListTags", "ListVersionsByFunction", "PublishLayerVersion", "PublishVersion", "PutFunctionCodeSigningConfig",
	"PutFunctionConcurrency", "PutFunctionEventInvokeConfig", "PutFunctionRecursionConfig", "PutFunctionScalingConfig",
	"PutProvisionedConcurrencyConfig", "PutResourcePolicy", "PutRuntimeManagementConfig", "RemoveLayerVersionPermission",
	"RemovePermission", "SendDurableExecutionCallbackFailure", "SendDurableExecutionCallbackHeartbeat",
	"SendDurableExecutionCallbackSuccess", "StopDurableExecution", "TagResource", "UntagResource", "UpdateAlias",
	"UpdateCapacityProvider", "UpdateCodeSigningConfig", "UpdateEventSourceMapping", "UpdateFunctionCode",
	"UpdateFunctionConfiguration", "UpdateFunctionEventInvokeConfig", "UpdateFunctionUrlConfig",
}

const invoke = "InvokeFunction"

// supported are the actions that resource-based policies support (AWS Lambda Developer
// Guide, "Working with resource-based policies in Lambda", "Supported API
// actions"). The list may be longer today, so an action that is not in it is only a
// finding of severity info.
var supported = []string{
	invoke, "InvokeFunctionUrl", "CreateAlias", "DeleteAlias", "DeleteFunction", "DeleteFunctionConcurrency",
	"DeleteFunctionEventInvokeConfig", "DeleteProvisionedConcurrencyConfig", "GetAlias", "GetFunction",
	"GetFunctionConcurrency", "GetFunctionConfiguration", "GetFunctionEventInvokeConfig", "GetPolicy",
	"GetProvisionedConcurrencyConfig", "ListAliases", "ListFunctionEventInvokeConfigs",
	"ListProvisionedConcurrencyConfigs", "ListTags", "ListVersionsByFunction", "PublishVersion",
	"PutFunctionConcurrency", "PutFunctionEventInvokeConfig", "PutProvisionedConcurrencyConfig", "TagResource",
	"UntagResource", "UpdateAlias", "UpdateFunctionCode", "UpdateFunctionEventInvokeConfig",
}

// invoking are the operations that invoke a function and whose names are not, or no
// longer, those of actions.
var invoking = []string{"Invoke", "InvokeAsync", "InvokeWithResponseStream"}

// isAmong reports whether an operation, in lower case, is in a list.
func isAmong(operation string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, operation) })
}

// isSingleAction reports whether the grant names one action of Lambda.
func (g *subject) isSingleAction() bool {
	return len(g.operation) < len(g.Action) && !glob.HasWildcard(g.Action)
}

func actionWildcard(g *subject) problem {
	if !g.caller.isIAM() {
		return problem{}
	}
	return wildcardProblem(g)
}

func actionWildcardOpen(g *subject) problem {
	if g.caller.isIAM() {
		return problem{}
	}
	return wildcardProblem(g)
}

func wildcardProblem(g *subject) problem {
	if !glob.HasWildcard(g.Action) {
		return problem{}
	}
	return problem{field: "Action", message: abbrev.Quote(g.Action) + " allows more than to invoke the function", fix: "grant " + invokeFunction}
}

func invokeAction(g *subject) problem {
	if !g.isSingleAction() || !isAmong(g.operation, invoking) {
		return problem{}
	}
	return problem{
		field:   "Action",
		message: abbrev.Quote(g.Action) + " does not let the caller invoke the function",
		fix:     "grant " + invokeFunction,
	}
}

// replicator is the principal of Lambda@Edge that reads functions.
const replicator = "replicator.lambda.amazonaws.com"

// serviceAction does not judge a service that is not known, and leaves to invokeAction
// the actions that were meant to invoke.
func serviceAction(g *subject) problem {
	isInvoking := isAmong(g.operation, invoking) || g.allows(invokeFunction) || g.allows(invokeFunctionURL)
	isReplicator := g.Principal == replicator && g.allows("lambda:GetFunction")
	if !g.caller.isService() || !g.caller.isKnown || !g.isSingleAction() || isInvoking || isReplicator {
		return problem{}
	}
	return problem{
		field:   "Action",
		message: abbrev.Quote(g.Principal) + " does not use " + abbrev.Quote(g.Action),
		fix:     "grant " + invokeFunction,
	}
}

func managementAction(g *subject) problem {
	if !isManagement(g.operation) {
		return problem{}
	}
	return problem{
		field:   "Action",
		message: abbrev.Quote(g.Action) + " lets the caller take over or destroy the function",
		fix:     "grant " + invokeFunction + ", or make sure that this is meant",
	}
}

var managementOperations = []string{"addpermission", "removepermission", "updatefunctioncode", "updatefunctionconfiguration"}

// isManagement reports whether an operation, in lower case and without
// wildcards, takes the function over or destroys it.
func isManagement(operation string) bool {
	return isAmong(operation, operations) &&
		(slices.Contains(managementOperations, operation) || strings.HasPrefix(operation, "delete") || strings.HasPrefix(operation, "put"))
}

// unknownAction leaves the action of a known service to serviceAction.
func unknownAction(g *subject) problem {
	if g.caller.isKnown || !g.isSingleAction() || isAmong(g.operation, operations) || isAmong(g.operation, invoking) {
		return problem{}
	}
	p := problem{field: "Action", message: abbrev.Quote(g.Action) + " is not known", fix: "check the spelling; grant " + invokeFunction + " to let the caller invoke the function"}
	if known, ok := services.Nearest(g.operation, operations); ok {
		p.fix = "check the spelling: " + abbrev.Quote(lambdaPrefix+known) + " is an action"
	}
	return p
}

// otherAction is about known actions that no other rule finds.
func otherAction(g *subject) problem {
	reads := strings.HasPrefix(g.operation, "get") || strings.HasPrefix(g.operation, "list")
	isSupported := isAmong(g.operation, supported)
	isUsual := isSupported && (reads || strings.HasPrefix(g.operation, "invoke"))
	if !g.isSingleAction() || !isAmong(g.operation, operations) || isUsual || isManagement(g.operation) {
		return problem{}
	}
	p := problem{field: "Action", message: abbrev.Quote(g.Action) + " neither invokes nor reads", fix: "grant " + invokeFunction + " to let the caller invoke the function"}
	if !isSupported {
		p.message = abbrev.Quote(g.Action) + " is not among the actions that the policy of a function supports, as far as they are documented"
	}
	return p
}
