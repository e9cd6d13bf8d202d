package lint

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// Conditions that the caller cannot meet, and callers that need no grant.
var callerRows = []row{
	{Rule: Rule{
		ID: RuleSourceOnIAM, Severity: SeverityWarning,
		Title:         "A source for callers that have none",
		Why:           "When a user or role calls there is no aws:SourceArn or aws:SourceAccount, not even from within another function: the condition is not met, and the grant never matches.",
		Documentation: docConditionKeys,
	}, grant: sourceOnIAM},
	{Rule: Rule{
		ID: RuleOrgOnService, Severity: SeverityWarning,
		Title:         "An organization for a service, which is in none",
		Why:           "When a service calls by its own name there is no aws:PrincipalOrgID: the condition is not met, and the grant is not expected to match.",
		Documentation: docConditionKeys,
	}, grant: orgOnService},
	{Rule: Rule{
		ID: RuleTokenNonAlexa, Severity: SeverityWarning,
		Title:         "EventSourceToken for callers that send none",
		Why:           "Alexa alone sends a token, and it sends no source: a grant that asks for both, or asks somebody else for a token, does not match.",
		Documentation: docAddPermission + `, EventSourceToken`,
	}, grant: tokenNonAlexa},
	{Rule: Rule{
		ID: RuleNoPermissionNeeded, Severity: SeverityWarning,
		Title:         "The service gets in by other means",
		Why:           "The service does not call by its own name: the grant is of no use to it.",
		Documentation: docInvoking,
	}, grant: noPermissionNeeded},
	{Rule: Rule{
		ID: RuleUnknownService, Severity: SeverityInfo,
		Title:         "The service is not in the table",
		Why:           "Nothing is known of its sources here. It may be new, of another partition, or misspelt.",
		Documentation: docInvoking,
	}, grant: unknownService},
}

func sourceOnIAM(g *subject) problem {
	if !g.caller.isIAM() || !g.hasSource() {
		return problem{}
	}
	field := "SourceArn"
	if g.SourceArn == "" {
		field = "SourceAccount"
	}
	return problem{
		field:   field,
		message: "calls of " + quote(g.Principal) + " have no source",
		fix:     "leave SourceArn and SourceAccount out: the principal says who calls",
	}
}

func orgOnService(g *subject) problem {
	if !g.caller.isService() || g.PrincipalOrgID == "" {
		return problem{}
	}
	return problem{
		field:   "PrincipalOrgID",
		message: "calls of " + quote(g.Principal) + " are of no organization",
		fix:     "use SourceArn and SourceAccount",
	}
}

// tokenNonAlexa says nothing about a service that is not known: it may be Alexa's.
func tokenNonAlexa(g *subject) problem {
	isUnknown := g.caller.kind == noCaller || g.caller.isService() && !g.caller.isKnown
	if g.EventSourceToken == "" || isUnknown || g.caller.isAlexa() && !g.hasSource() {
		return problem{}
	}
	p := problem{field: "EventSourceToken"}
	if g.caller.isAlexa() {
		p.message = quote(g.Principal) + " sends a token, but neither SourceArn nor SourceAccount"
		p.fix = "leave SourceArn and SourceAccount out"
		return p
	}
	p.message = quote(g.Principal) + " is not Alexa, which alone sends a token"
	p.fix = "leave the token out; for a service use SourceArn and SourceAccount"
	return p
}

func noPermissionNeeded(g *subject) problem {
	instead := g.caller.service.Instead
	if instead == "" {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: quote(g.Principal) + " does not invoke functions by its own name",
		fix:     "use " + instead,
	}
}

// unknownService leaves a name with wildcards to principalPattern.
func unknownService(g *subject) problem {
	if !g.caller.isService() || g.caller.isKnown || glob.HasWildcard(g.Principal) {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: quote(g.Principal) + " is not in the table of services",
		fix:     spelling(g.Principal),
	}
}

// spelling names the known service that a name is nearest to.
func spelling(principal string) string {
	if known, ok := services.NearestPrincipal(principal); ok && known != principal {
		return "check the spelling: " + quote(known) + " is a service"
	}
	return "check the spelling"
}

// What a grant allows to do.
var actionRows = []row{
	{Rule: Rule{
		ID: RuleActionWildcard, Severity: SeverityWarning,
		Title:         "Every action for an account or identity",
		Why:           "Among the actions are those that change the function's code, delete it, and hand out further grants.",
		Documentation: docResourcePolicy,
	}, grant: actionWildcard},
	{Rule: Rule{
		ID: RuleActionWildcardOpen, Severity: SeverityError,
		Title:         "Every action for everybody or for a service",
		Why:           "Services only invoke. All that the wildcard adds is the right to change the function's code, to delete it, and to hand out further grants.",
		Documentation: docResourcePolicy,
	}, grant: actionWildcardOpen},
	{Rule: Rule{
		ID: RuleManagementAction, Severity: SeverityWarning,
		Title:         "An action that changes or deletes the function",
		Why:           "Who may change the code runs it with the rights of the function; who may add permissions can grant himself all of them. A deployment role in another account may need it.",
		Documentation: docServiceActions,
	}, grant: managementAction},
	{Rule: Rule{
		ID: RuleOtherAction, Severity: SeverityInfo,
		Title:         "An action that neither invokes nor reads",
		Why:           "Grants are mostly there to invoke; a misspelt action is accepted and allows nothing.",
		Documentation: docServiceActions,
	}, grant: otherAction},
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
	return problem{field: "Action", message: quote(g.Action) + " is more than invoking", fix: "grant " + invokeFunction}
}

func managementAction(g *subject) problem {
	if !isManagement(g.operation) {
		return problem{}
	}
	return problem{
		field:   "Action",
		message: quote(g.Action) + " lets the caller take over or destroy the function",
		fix:     "grant " + invokeFunction + ", or make sure that this is meant",
	}
}

func otherAction(g *subject) problem {
	if g.Action == "" || glob.HasWildcard(g.Action) || isManagement(g.operation) || hasPrefix(g.operation, "invoke", "get", "list") {
		return problem{}
	}
	return problem{
		field:   "Action",
		message: quote(g.Action) + " neither invokes nor reads",
		fix:     "grant " + invokeFunction + " to have the function invoked",
	}
}

var managementOperations = []string{"addpermission", "removepermission", "updatefunctioncode", "updatefunctionconfiguration"}

// isManagement reports whether an operation, in lower case and without
// wildcards, takes the function over or destroys it.
func isManagement(operation string) bool {
	return !glob.HasWildcard(operation) &&
		(slices.Contains(managementOperations, operation) || hasPrefix(operation, "delete", "put"))
}

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}
