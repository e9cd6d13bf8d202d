package lint

import (
	"slices"
	"strings"
)

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

func actionWildcard(g *grant) problem {
	if !g.caller.isIAM() {
		return problem{}
	}
	return wildcardProblem(g)
}

func actionWildcardOpen(g *grant) problem {
	if g.caller.isIAM() {
		return problem{}
	}
	return wildcardProblem(g)
}

func wildcardProblem(g *grant) problem {
	if !hasWildcard(g.Action) {
		return problem{}
	}
	return problem{field: "Action", message: quote(g.Action) + " is more than invoking", fix: "grant " + invokeFunction}
}

func managementAction(g *grant) problem {
	if !isManagement(g.operation) {
		return problem{}
	}
	return problem{
		field:   "Action",
		message: quote(g.Action) + " lets the caller take over or destroy the function",
		fix:     "grant " + invokeFunction + ", or make sure that this is meant",
	}
}

func otherAction(g *grant) problem {
	if g.Action == "" || hasWildcard(g.Action) || isManagement(g.operation) || hasPrefix(g.operation, "invoke", "get", "list") {
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
	return !hasWildcard(operation) &&
		(slices.Contains(managementOperations, operation) || hasPrefix(operation, "delete", "put"))
}

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}
