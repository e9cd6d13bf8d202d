package lint

import (
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// Conditions that the caller cannot meet, and callers that need no grant.
var callerRows = []row{
	{Rule: Rule{
		ID: RuleSourceOnIAM, Severity: SeverityWarning,
		Title:         "A source for a user, role or account",
		Why:           "Calls of a user or role have no aws:SourceArn or aws:SourceAccount, even if they come from another function: the condition is not met, and the grant never matches.",
		Documentation: docConditionKeys,
	}, grant: sourceOnIAM},
	{Rule: Rule{
		ID: RuleOrgOnService, Severity: SeverityWarning,
		Title:         "An organization for a service",
		Why:           "Calls of a service by its own name have no aws:PrincipalOrgID: the condition is not met, and the grant is not expected to match.",
		Documentation: docConditionKeys,
	}, grant: orgOnService},
	{Rule: Rule{
		ID: RuleTokenNonAlexa, Severity: SeverityWarning,
		Title:         "EventSourceToken for a caller that sends no token",
		Why:           "Only Alexa sends a token, and it sends no source: a grant that asks for both, or asks another caller for a token, does not match.",
		Documentation: docAddPermission + `, EventSourceToken`,
	}, grant: tokenNonAlexa},
	{Rule: Rule{
		ID: RuleNoPermissionNeeded, Severity: SeverityWarning,
		Title:         "The service does not need a grant",
		Why:           "The service does not call by its own name and does not use the grant.",
		Documentation: docInvoking,
	}, grant: noPermissionNeeded},
	{Rule: Rule{
		ID: RuleUnknownService, Severity: SeverityInfo,
		Title:         "The service is not in the table",
		Why:           "Its sources are not known here. It may be new, of another partition, or misspelt.",
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
		message: "calls of " + abbrev.Quote(g.Principal) + " have no source",
		fix:     "leave SourceArn and SourceAccount out: the principal says who calls",
	}
}

func orgOnService(g *subject) problem {
	if !g.caller.isService() || g.PrincipalOrgID == "" {
		return problem{}
	}
	return problem{
		field:   "PrincipalOrgID",
		message: "calls of " + abbrev.Quote(g.Principal) + " have no organization",
		fix:     "use SourceArn and SourceAccount",
	}
}

// tokenNonAlexa passes a service that is not known, which may be one of Alexa's, and a
// grant to everybody whose conditions Alexa can meet.
func tokenNonAlexa(g *subject) problem {
	isUnknown := g.caller.kind == noCaller || g.caller.isService() && !g.caller.isKnown
	isForAlexa := g.caller.isAlexa() && !g.hasSource() || g.caller.kind == anyone && !g.hasSource() && g.PrincipalOrgID == ""
	if g.EventSourceToken == "" || isUnknown || isForAlexa {
		return problem{}
	}
	p := problem{field: "EventSourceToken"}
	if g.caller.isAlexa() {
		p.message = abbrev.Quote(g.Principal) + " sends a token, but neither SourceArn nor SourceAccount"
		p.fix = "leave SourceArn and SourceAccount out"
		return p
	}
	if g.caller.kind == anyone {
		p.message = "only Alexa sends a token, and it has neither a source nor an organization"
		p.fix = "leave the token out, or the other conditions"
		return p
	}
	p.message = abbrev.Quote(g.Principal) + " is not Alexa, and only Alexa sends a token"
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
		message: abbrev.Quote(g.Principal) + " does not invoke functions by its own name",
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
		message: abbrev.Quote(g.Principal) + " is not in the table of services",
		fix:     spelling(g.Principal),
	}
}

// spelling names the known service that a name is nearest to.
func spelling(principal string) string {
	if known, ok := services.NearestPrincipal(principal); ok && known != principal {
		return "check the spelling: " + abbrev.Quote(known) + " is a service"
	}
	return "check the spelling"
}
