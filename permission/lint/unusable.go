package lint

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// Grants that can never be used, whoever calls.
var unusableRows = []row{
	{Rule: Rule{
		ID: RuleAccountMismatch, Severity: SeverityError,
		Title:         "SourceArn names another account than SourceAccount",
		Why:           "Both conditions must be met by one source, which belongs to one account: the grant never matches.",
		Documentation: docIoTDeputy,
	}, grant: accountMismatch},
	{Rule: Rule{
		ID: RulePrincipalPattern, Severity: SeverityError,
		Title:         "The principal does not name a possible caller",
		Why:           `A principal is compared as it is: a wildcard in it matches nothing, a group cannot be a principal, and an identity belongs to an account. The grant is refused or never matches.`,
		Documentation: docPrincipal,
	}, grant: principalPattern},
	{Rule: Rule{
		ID: RulePartitionMismatch, Severity: SeverityError,
		Title:         "Function, source and principal are not in one partition",
		Why:           "Partitions are separate: nothing in one partition can call a function in another.",
		Documentation: docARNs,
	}, grant: partitionMismatch},
	{Rule: Rule{
		ID: RulePrincipalPartition, Severity: SeverityError,
		Title:         "The service has another name in this partition",
		Why:           "No service of the partition calls by this name, and Lambda is reported to refuse such principals.",
		Documentation: docPrincipal,
	}, grant: principalPartition},
	{Rule: Rule{
		ID: RuleTokenAction, Severity: SeverityError,
		Title:         "EventSourceToken with an action whose calls have no token",
		Why:           "Only calls that invoke the function have lambda:EventSourceToken: with another action the condition is never met.",
		Documentation: docServiceActions,
	}, grant: tokenAction},
	{Rule: Rule{
		ID: RuleTargetMismatch, Severity: SeverityWarning,
		Title:         "The grant is on another qualifier than is called",
		Why:           "The unqualified function, each version and each alias have a policy of their own: a grant on one does not apply to the others.",
		Documentation: docAliases,
	}, grant: targetMismatch},
}

func accountMismatch(g *subject) problem {
	account := g.source.AccountID()
	if account == "" || g.SourceAccount == "" || account == g.SourceAccount {
		return problem{}
	}
	return problem{
		field:   "SourceAccount",
		message: abbrev.Quote(g.SourceAccount) + " is not the account of SourceArn, " + abbrev.Quote(account),
		fix:     "write the account that owns the source in both",
	}
}

func principalPattern(g *subject) problem {
	p := problem{field: "Principal", fix: "name one account, user, role, session or service"}
	identity := g.caller.identity
	switch {
	case g.Principal != "*" && glob.HasWildcard(g.Principal):
		p.message = abbrev.Quote(g.Principal) + ": a wildcard in a principal matches nothing"
	case identity.Service() == "iam" && strings.HasPrefix(identity.Resource(), "group/"):
		p.message = abbrev.Quote(g.Principal) + " is a group, which cannot be a principal"
	case identity.IsValid() && g.caller.account == "":
		p.message = abbrev.Quote(g.Principal) + " has no account"
	}
	return p
}

func partitionMismatch(g *subject) problem {
	function, source, identity := g.function.Partition(), g.source.Partition(), g.caller.identity.Partition()
	const fix = "take all ARNs from one partition"
	switch {
	case g.mistake.Kind == services.WrongRegion:
		return problem{field: "SourceArn", message: abbrev.Quote(g.SourceArn) + " " + g.mistake.Reason, fix: "write " + abbrev.Quote(g.mistake.Right)}
	case !agree(source, function):
		return problem{field: "SourceArn", message: "the source is in partition " + abbrev.Quote(source) + ", the function in " + abbrev.Quote(function), fix: fix}
	case !agree(identity, function):
		return problem{field: "Principal", message: "the principal is in partition " + abbrev.Quote(identity) + ", the function in " + abbrev.Quote(function), fix: fix}
	case !agree(identity, source):
		return problem{field: "Principal", message: "the principal is in partition " + abbrev.Quote(identity) + ", the source in " + abbrev.Quote(source), fix: fix}
	}
	return problem{}
}

// principalPartition takes the partition from the function, else from the source.
func principalPartition(g *subject) problem {
	partition := g.function.Partition()
	if partition == "" {
		partition = g.source.Partition()
	}
	right, refused := services.Refused(g.Principal, partition)
	if !refused {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: abbrev.Quote(g.Principal) + " is not a principal in partition " + abbrev.Quote(partition),
		fix:     "write " + abbrev.Quote(right),
	}
}

func tokenAction(g *subject) problem {
	if g.EventSourceToken == "" || g.Action == "" || g.allows(invokeFunction) || g.allows(invokeFunctionURL) {
		return problem{}
	}
	return problem{
		field:   "EventSourceToken",
		message: "calls of " + abbrev.Quote(g.Action) + " have no token",
		fix:     "leave the token out, or grant " + invokeFunction,
	}
}

// hasResource reports whether the statement of the grant is also for the given
// function.
func (g *subject) hasResource(function arn.Function) bool {
	name := function.Complete(g.function.Partition(), g.function.Region(), g.function.AccountID()).String()
	return slices.ContainsFunc(g.resources, func(pattern string) bool { return glob.Match(pattern, name) })
}

func targetMismatch(g *subject) problem {
	target := g.options.target
	if !isSameFunction(g.function, target) || g.function.Qualifier() == target.Qualifier() || g.hasResource(target) {
		return problem{}
	}
	p := problem{field: "Qualifier", message: "the grant is on " + abbrev.Quote(g.function.String()) + ", but " + abbrev.Quote(target.String()) + " is called"}
	switch q := target.Qualifier(); {
	case q.IsZero():
		p.fix = "leave the qualifier out"
	case q.IsLatest():
		p.fix = "let the unqualified function be called: $LATEST can have no grant"
	default:
		p.fix = "set Qualifier to " + abbrev.Quote(q.String())
	}
	return p
}
