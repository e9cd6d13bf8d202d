package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// Grants that are open to more callers than is usual.
var openRows = []row{
	{Rule: Rule{
		ID: RulePublic, Severity: SeverityError,
		Title:         "Everybody may call",
		Why:           `Principal "*" without a condition is every AWS account and every service.`,
		Documentation: docPublicAccess,
	}, grant: public},
	{Rule: Rule{
		ID: RulePublicURL, Severity: SeverityWarning,
		Title:         "Everybody may call through the function URL",
		Why:           "Anybody who has the URL can call it without signing in, at your cost. If the site is meant to be public, turn the rule off.",
		Documentation: docFunctionURLs,
	}, grant: publicURL},
	{Rule: Rule{
		ID: RuleURLIAMAny, Severity: SeverityWarning,
		Title:         "Every AWS account may let its users call the function URL",
		Why:           "A URL of type AWS_IAM accepts the signature of any account: a caller in another account needs only a permission from its own account.",
		Documentation: docFunctionURLs,
	}, grant: urlIAMAny},
	{Rule: Rule{
		ID: RuleServiceNoSource, Severity: SeverityWarning,
		Title:         "A service may call for anybody",
		Why:           "The service is the same for all its customers. Somebody else's resource can make it call your function: the confused deputy.",
		Documentation: docConfusedDeputy,
	}, grant: serviceNoSource},
	{Rule: Rule{
		ID: RuleNoSourceAccount, Severity: SeverityWarning,
		Title:         "The source is named by an ARN without account",
		Why:           "Such an ARN does not have the owner. After a bucket is deleted, anybody can create one of that name in another account, and it can call your function.",
		Documentation: docConfusedDeputy,
	}, grant: noSourceAccount},
	{Rule: Rule{
		ID: RuleBroadSourceArn, Severity: SeverityWarning,
		Title:         "SourceArn matches everything of its kind",
		Why:           "Anybody who may create such a resource can have your function called.",
		Documentation: docResourcePolicy,
	}, grant: broadSourceArn},
	{Rule: Rule{
		ID: RuleOnlySourceAccount, Severity: SeverityInfo,
		Title:         "Every source of the account may call",
		Why:           "SourceAccount without SourceArn lets every resource of the service in that account call. That can be necessary, for example if the source is created after the grant.",
		Documentation: docConfusedDeputy,
	}, grant: onlySourceAccount},
	{Rule: Rule{
		ID: RuleAlexaNoToken, Severity: SeverityWarning,
		Title:         "Every Alexa skill of any developer may call",
		Why:           "Alexa sends no SourceArn: only the skill's id in EventSourceToken limits the grant to one skill.",
		Documentation: docAddPermission + `, EventSourceToken`,
	}, grant: alexaNoToken},
	{Rule: Rule{
		ID: RuleAnyoneSource, Severity: SeverityInfo,
		Title:         "Everybody who calls for a source, or with a token",
		Why:           "Only one service calls for a source, and only Alexa sends a token. A grant that names the service is narrower, and other tools do not report it as public.",
		Documentation: docPublicAccess,
	}, grant: anyoneSource},
	{Rule: Rule{
		ID: RuleForeignSource, Severity: SeverityInfo,
		Title:         "The source belongs to another account than the function",
		Why:           "That is a grant across accounts, which is legitimate if you meant it.",
		Documentation: docResourcePolicy,
	}, grant: foreignSource},
	{Rule: Rule{
		ID: RuleAccountPrincipal, Severity: SeverityInfo,
		Title:         "A whole account may call",
		Why:           "The administrators of that account decide which of its users and roles may call.",
		Documentation: docPrincipal,
	}, grant: accountPrincipal},
	{Rule: Rule{
		ID: RuleOwnAccount, Severity: SeverityWarning,
		Title:         "The principal is the function's own account",
		Why:           "Within one account such a grant allows nothing by itself: each user or role still needs a policy of its own, and that policy would be enough.",
		Documentation: docEvaluation,
	}, grant: ownAccount},
	{Rule: Rule{
		ID: RuleOrgWide, Severity: SeverityInfo,
		Title:         "A whole organization may call",
		Why:           "Every account of the organization may let its users and roles call, including accounts that join later.",
		Documentation: docConditionKeys,
	}, grant: orgWide},
}

func public(g *subject) problem {
	if g.caller.kind != anyone || g.limitsCallers() || g.FunctionUrlAuthType != "" || g.isViaURL() {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: `"*" and nothing else limits who may call`,
		fix:     "name the caller, or add PrincipalOrgID; for a function URL set FunctionUrlAuthType or InvokedViaFunctionUrl",
	}
}

func publicURL(g *subject) problem {
	if g.caller.kind != anyone || g.limitsCallers() || g.FunctionUrlAuthType != "NONE" && !g.isViaURL() {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: "the function URL is open to everybody",
		fix:     "for a private URL use FunctionUrlAuthType AWS_IAM and name the caller",
	}
}

func urlIAMAny(g *subject) problem {
	if g.caller.kind != anyone || g.limitsCallers() || g.FunctionUrlAuthType != "AWS_IAM" {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: `"*" is every AWS account`,
		fix:     "name the caller, or add PrincipalOrgID",
	}
}

// serviceNoSource also judges services that are not in the table: every service calls
// for all of its customers. It leaves grants with a PrincipalOrgID to orgOnService, and
// services that need no grant to noPermissionNeeded. It passes the replicator of
// Lambda@Edge, which adds its own grant, without a source.
func serviceNoSource(g *subject) problem {
	if !g.caller.isService() || g.caller.isAlexa() || g.Principal == replicator || g.caller.service.Instead != "" || g.isLimited || g.hasSource() || g.PrincipalOrgID != "" {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: abbrev.Quote(g.Principal) + " may call on behalf of any account's resources",
		fix:     g.sourceAdvice(),
	}
}

func (g *subject) sourceAdvice() string {
	switch sources := g.caller.service.Sources; {
	case len(sources) == 0:
		return "add SourceArn or SourceAccount"
	case sendsNoAccount(g.caller.service):
		return "add SourceArn, like " + g.form(sources[0])
	default:
		return "add SourceArn, like " + g.form(sources[0]) + ", or at least SourceAccount"
	}
}

// noSourceAccount leaves a source whose ARNs have an account to RuleSourceParts.
func noSourceAccount(g *subject) problem {
	isWrong := g.isKindKnown && !g.kind.NoAccount
	if g.caller.isIAM() || isWrong || g.isLimited || !g.source.IsValid() || g.source.AccountID() != "" || g.SourceAccount != "" {
		return problem{}
	}
	return problem{
		field:   "SourceAccount",
		message: abbrev.Quote(g.SourceArn) + " names no account, and there is no SourceAccount",
		fix:     "add SourceAccount, the account that owns the source",
	}
}

func onlySourceAccount(g *subject) problem {
	isOther := g.isLimited || g.caller.isAlexa() || g.caller.service.Instead != "" || sendsNoAccount(g.caller.service)
	if !g.caller.isService() || isOther || g.SourceAccount == "" || g.SourceArn != "" {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: "every resource of " + abbrev.Quote(g.Principal) + " in account " + abbrev.Quote(g.SourceAccount) + " may call",
		fix:     "add SourceArn where the source is known",
	}
}

func alexaNoToken(g *subject) problem {
	if !g.caller.isAlexa() || g.isLimited || g.EventSourceToken != "" {
		return problem{}
	}
	return problem{
		field:   "EventSourceToken",
		message: "no token limits " + abbrev.Quote(g.Principal) + " to one skill",
		fix:     "set EventSourceToken to the id of the skill",
	}
}

// broadSourceArn leaves grants that no source can match to sourceOnIAM.
func broadSourceArn(g *subject) problem {
	if g.caller.isIAM() || g.isLimited || g.caller.service.Instead != "" || !g.source.IsValid() || isVariable(g.SourceArn) || !glob.HasWildcard(g.SourceArn) {
		return problem{}
	}
	p := problem{field: "SourceArn", fix: "name the source, or at least how its name begins"}
	switch {
	case isWholeKind(g):
		p.message = abbrev.Quote(g.SourceArn) + " matches every source of its kind"
	case isUnownedPrefix(g):
		p.message = abbrev.Quote(g.SourceArn) + " matches sources of other accounts"
		p.fix = "add SourceAccount, the account that owns the source"
	}
	return p
}

// isWholeKind reports whether SourceArn matches every source of its kind that the
// service can send. If the kind is not known, it reports whether SourceArn is only a
// type and a wildcard.
func isWholeKind(g *subject) bool {
	resource := g.source.Resource()
	if g.kind.Resource != "" {
		return glob.Includes(resource, g.kind.Resource)
	}
	return resource == "*" || isType(strings.TrimSuffix(resource, "*")) && strings.HasSuffix(resource, "*")
}

// isType reports whether s is a word with the separator that follows it.
func isType(s string) bool {
	word := strings.TrimRight(s, "/:")
	return len(s) == len(word)+1 && word != "" && !strings.ContainsAny(word, "/:.?*")
}

// isUnownedPrefix reports whether a wildcard stands in the name of a bucket, or
// of another source whose ARN has no account, and nothing names the account.
func isUnownedPrefix(g *subject) bool {
	name, _, _ := strings.Cut(g.source.Resource(), "/")
	return g.source.AccountID() == "" && g.SourceAccount == "" && glob.HasWildcard(name)
}

func anyoneSource(g *subject) problem {
	if g.caller.kind != anyone || !g.hasSource() && g.EventSourceToken == "" {
		return problem{}
	}
	if !g.hasSource() {
		return problem{field: "Principal", message: `"*" is wider than Alexa, the only caller that sends a token`, fix: `write "alexa-appkit.amazon.com", or the principal of Smart Home skills`}
	}
	p := problem{field: "Principal", message: `"*" is wider than the service that calls for the source`, fix: "name the service"}
	if principal := g.options.callerFor(g.source); principal != "" {
		p.fix = "write " + abbrev.Quote(principal)
	}
	return p
}

// foreignSource leaves callers without a source to sourceOnIAM.
func foreignSource(g *subject) problem {
	owner := g.SourceAccount
	field := "SourceAccount"
	if owner == "" {
		owner, field = g.source.AccountID(), "SourceArn"
	}
	if g.caller.isIAM() || !arn.IsAccountID(owner) || agree(owner, g.function.AccountID()) {
		return problem{}
	}
	return problem{
		field:   field,
		message: "the source belongs to account " + abbrev.Quote(owner) + ", the function to " + abbrev.Quote(g.function.AccountID()),
		fix:     "make sure that this is meant",
	}
}

func accountPrincipal(g *subject) problem {
	if g.caller.kind != accountCaller || g.isOwnAccount() {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: "every user and role of account " + abbrev.Quote(g.caller.account) + " that its administrators choose may call",
		fix:     "name a role to narrow it",
	}
}

func ownAccount(g *subject) problem {
	if !g.isOwnAccount() {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: abbrev.Quote(g.caller.account) + " is the account of the function",
		fix:     "name a role of the account, or use policies of the account's users and roles",
	}
}

func (g *subject) isOwnAccount() bool {
	return g.caller.kind == accountCaller && g.caller.account == g.function.AccountID()
}

// orgWide leaves grants that nobody in the organization can use to
// urlNoneCondition.
func orgWide(g *subject) problem {
	if g.caller.kind != anyone || g.PrincipalOrgID == "" || g.FunctionUrlAuthType == "NONE" {
		return problem{}
	}
	return problem{
		field:   "PrincipalOrgID",
		message: "every account of organization " + abbrev.Quote(g.PrincipalOrgID) + " may call",
		fix:     "name an account or a role to narrow it",
	}
}
