package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/services"
	"github.com/lambdaperm/lambdaperm/permission/grant"
)

// Rules on SourceArn and SourceAccount, by the service that sends them.
var sourceRows = []row{
	{Rule: Rule{
		ID: RulePolicyVariable, Severity: SeverityWarning,
		Title:         "SourceArn holds a policy variable",
		Why:           "The service fills in ${...} when the function is called, from values that the caller sends: the grant is not fixed, and AWS Config counts it as public.",
		Documentation: docVariables + "; " + docPublicAccess,
	}, grant: policyVariable},
	{Rule: Rule{
		ID: RuleServiceMismatch, Severity: SeverityWarning,
		Title:         "The service has no such source",
		Why:           "A service sends ARNs of its own resources: with the SourceArn of another service the grant never matches.",
		Documentation: docInvoking,
	}, grant: serviceMismatch},
	{Rule: Rule{
		ID: RuleSourceParts, Severity: SeverityWarning,
		Title:         "SourceArn lacks a region or an account, or has a superfluous one",
		Why:           "SourceArn is compared part by part, and an empty part matches only an empty part: the grant never matches.",
		Documentation: docARNOperators,
	}, grant: mistakeRow(services.MissingPart, services.ExtraPart)},
	{Rule: Rule{
		ID: RuleAPIGatewayArn, Severity: SeverityError,
		Title:         "SourceArn is not a route of API Gateway",
		Why:           "API Gateway sends the ARN of the route that was called, API/STAGE/METHOD/PATH or API/STAGE/ROUTE: an ARN of another form never matches.",
		Documentation: docAPIGateway,
	}, grant: apiGatewayArn},
	{Rule: Rule{
		ID: RuleAPIGatewayAnyMethod, Severity: SeverityWarning,
		Title:         "SourceArn has ANY for the method",
		Why:           "API Gateway puts the method of the call there, and no call has the method ANY: the grant never matches.",
		Documentation: docAPIGateway,
	}, grant: mistakeRow(services.AnyMethod)},
	{Rule: Rule{
		ID: RuleS3ObjectArn, Severity: SeverityWarning,
		Title:         "SourceArn names objects instead of their bucket",
		Why:           "Amazon S3 sends the ARN of the bucket, not of the object: the grant most likely never matches. (One published example of AddPermission has such an ARN; the statement in its answer does not.)",
		Documentation: docS3Notifications,
	}, grant: mistakeRow(services.ObjectOfBucket)},
	{Rule: Rule{
		ID: RuleSNSSubscription, Severity: SeverityWarning,
		Title:         "SourceArn names a subscription instead of its topic",
		Why:           "Amazon SNS sends the ARN of the topic, whose name has no colon: the grant never matches.",
		Documentation: docSNS,
	}, grant: mistakeRow(services.Subscription)},
	{Rule: Rule{
		ID: RuleDefaultBus, Severity: SeverityWarning,
		Title:         "SourceArn names the default event bus",
		Why:           "The ARN of a rule of the default bus is rule/NAME, without the bus, and no other bus can be called default: the grant never matches.",
		Documentation: docEventBridge,
	}, grant: mistakeRow(services.DefaultBus)},
	{Rule: Rule{
		ID: RuleLogGroupArn, Severity: SeverityWarning,
		Title:         "The ARN of a log group lacks its end",
		Why:           `The ARN that CloudWatch Logs sends ends with ":*": without it the grant never matches, and a subscription filter is refused.`,
		Documentation: docSubscriptions,
	}, grant: mistakeRow(services.LogGroupEnd)},
	{Rule: Rule{
		ID: RuleSecretSuffix, Severity: SeverityWarning,
		Title:         "The ARN of a secret lacks its suffix",
		Why:           "AWS Secrets Manager adds a hyphen and six characters to the name of every secret: without them the grant never matches.",
		Documentation: docSecrets,
	}, grant: mistakeRow(services.SecretSuffix)},
	{Rule: Rule{
		ID: RuleSourceShape, Severity: SeverityWarning,
		Title:         "SourceArn names a resource that the service does not call for",
		Why:           "The service sends ARNs of other kinds of its resources: the grant never matches.",
		Documentation: docInvoking,
	}, grant: sourceShape},
	{Rule: Rule{
		ID: RuleNestedArn, Severity: SeverityWarning,
		Title:         "SourceArn has another ARN in it",
		Why:           "The name of a resource has no ARN in it: the grant most likely never matches.",
		Documentation: docARNs,
	}, grant: mistakeRow(services.NestedARN)},
	{Rule: Rule{
		ID: RuleSourceAccountUnsent, Severity: SeverityWarning,
		Title:         "SourceAccount with a service that does not send it",
		Why:           "The service sends no aws:SourceAccount to Lambda: the condition is not met, and the grant never matches.",
		Documentation: docEventBridgeTrouble,
	}, grant: sourceAccountUnsent},
	{Rule: Rule{
		ID: RuleRegionMismatch, Severity: SeverityWarning,
		Title:         "The service does not call from the region of the source, or not by this name",
		Why:           "Some services call functions of their own region only, and some have the region in their name: the grant never matches.",
		Documentation: docSNS + "; " + docSES + "; " + docSubscriptions,
	}, grant: regionMismatch},
}

// mistakeRow is a rule that finds mistakes of SourceArn by their kinds.
func mistakeRow(kinds ...services.MistakeKind) func(*subject) problem {
	return func(g *subject) problem {
		if !slices.Contains(kinds, g.mistake.Kind) {
			return problem{}
		}
		return problem{
			field:   "SourceArn",
			message: abbrev.Quote(g.SourceArn) + " " + g.mistake.Reason,
			fix:     "write " + abbrev.Quote(g.mistake.Right),
		}
	}
}

func policyVariable(g *subject) problem {
	if !isVariable(g.SourceArn) {
		return problem{}
	}
	return problem{field: "SourceArn", message: abbrev.Quote(g.SourceArn) + " holds a policy variable", fix: "write the value itself"}
}

// serviceMismatch leaves a service that needs no grant to noPermissionNeeded.
func serviceMismatch(g *subject) problem {
	service := g.caller.service
	if len(service.Sources) == 0 || service.Instead != "" || !g.source.IsValid() || isControlPlane(g) {
		return problem{}
	}
	if _, found := sourceOf(service, g.source); found {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: abbrev.Quote(g.Principal) + " never sends an ARN of " + abbrev.Quote(g.source.Service()),
		fix:     "use an ARN like " + g.form(service.Sources[0]) + ", or the principal of the source" + principalOf(g),
	}
}

// form is an ARN of a kind of source, to be shown to people.
func (g *subject) form(k grant.Source) string {
	partition := cmp.Or(g.source.Partition(), g.function.Partition(), "aws")
	return abbrev.Quote(services.Source(k).Form(partition))
}

// principalOf names the principal that calls for the source, if one is known.
func principalOf(g *subject) string {
	if principal := g.options.callerFor(g.source); principal != "" {
		return ", " + abbrev.Quote(principal)
	}
	return ""
}

const apiGatewaySource = "execute-api"

func apiGatewayArn(g *subject) problem {
	if isControlPlane(g) {
		return problem{
			field:   "SourceArn",
			message: abbrev.Quote(g.SourceArn) + " is for managing an API",
			fix:     "use an ARN like " + g.form(g.caller.service.Sources[0]) + `, where "*" may stand for each but the API`,
		}
	}
	return mistakeRow(services.NoRoute, services.EmptySegment, services.MethodCase)(g)
}

// isControlPlane reports whether the source of API Gateway's grant is one for
// managing an API, which is another service than calling it.
func isControlPlane(g *subject) bool {
	isAPIGateway := slices.ContainsFunc(g.caller.service.Sources, func(k grant.Source) bool { return k.Service == apiGatewaySource })
	return isAPIGateway && g.source.Service() == "apigateway"
}

// sourceShape leaves the mistakes of other rules to them, and passes a service that
// may have other sources than those in the table.
func sourceShape(g *subject) problem {
	service, kind := g.caller.service, g.kind
	if g.mistake.Kind == services.EmptyName {
		return mistakeRow(services.EmptyName)(g)
	}
	isOpen := service.MoreSources || service.Instead != ""
	if !g.isKindKnown || isOpen || g.mistake.Kind != 0 || services.Source(kind).Has(g.source) {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: abbrev.Quote(g.SourceArn) + " is not a source of " + abbrev.Quote(g.Principal),
		fix:     "use an ARN like " + g.form(kind) + g.otherCaller(),
	}
}

// otherCaller names another service that calls for the source.
func (g *subject) otherCaller() string {
	if principal := g.options.callerFor(g.source); principal != "" && principal != g.Principal {
		return ", or the principal " + abbrev.Quote(principal) + ", which calls for such sources"
	}
	return ""
}

func sourceAccountUnsent(g *subject) problem {
	if g.SourceAccount == "" || !sendsNoAccount(g.caller.service) {
		return problem{}
	}
	return problem{
		field:   "SourceAccount",
		message: abbrev.Quote(g.Principal) + " sends no account",
		fix:     "leave SourceAccount out; SourceArn has the account in it",
	}
}

// sendsNoAccount reports whether no source of a service comes with its account.
func sendsNoAccount(s grant.Service) bool {
	return len(s.Sources) > 0 && !slices.ContainsFunc(s.Sources, func(k grant.Source) bool { return k.SourceAccount != grant.AccountForbidden })
}

// regionMismatch compares the regions of source, function and principal, as far as
// they are known. It passes a principal that has its own region in its name.
func regionMismatch(g *subject) problem {
	from, to := g.source.Region(), g.function.Region()
	name, isName := services.ParseName(g.Principal)
	if from == "" || strings.ContainsAny(from, "*?") || !isName || !g.caller.isKnown {
		return problem{}
	}
	service := g.caller.service
	switch {
	case name.Region != "" && name.Region != from:
		return problem{
			field:   "Principal",
			message: abbrev.Quote(g.Principal) + " has another region than the source, " + abbrev.Quote(from),
			fix:     "write the region of the source in the principal, or " + abbrev.Quote(name.Principal),
		}
	case service.SameRegion && to != "" && to != from:
		return problem{
			field:   "SourceArn",
			message: "the source is in " + abbrev.Quote(from) + ", the function in " + abbrev.Quote(to) + ", and " + abbrev.Quote(g.Principal) + " calls functions of its own region only",
			fix:     "move the source or the function, so that both are in one region",
		}
	case service.OptIn && to != "":
		return deliveryProblem(g, name, from, to)
	}
	return problem{}
}

// deliveryProblem is about a service that calls from an opt-in region.
func deliveryProblem(g *subject, name services.Name, from, to string) problem {
	switch delivery := services.DeliveryOf(from, to); {
	case delivery == services.DeliveryUnsupported:
		return problem{
			field:   "SourceArn",
			message: "the source is in " + abbrev.Quote(from) + ", and functions in " + abbrev.Quote(to) + ", an opt-in region, are called only within that region",
			fix:     "move the source or the function, so that both are in one region",
		}
	case delivery == services.DeliveryRegional && name.Region == "":
		return problem{
			field:   "Principal",
			message: abbrev.Quote(g.Principal) + " has another name where it calls from " + abbrev.Quote(from) + ", an opt-in region",
			fix:     "use " + abbrev.Quote(services.WithRegion(name.Principal, from, g.source.Partition())),
		}
	}
	return problem{}
}
