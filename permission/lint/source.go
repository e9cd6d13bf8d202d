package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// SourceArn beside the service that is to send it.
var sourceRows = []row{
	{Rule: Rule{
		ID: RulePolicyVariable, Severity: SeverityWarning,
		Title:         "SourceArn holds a policy variable",
		Why:           "The service fills in ${...} when the function is called, from what the caller sends: the grant is not fixed, and AWS Config counts it as public.",
		Documentation: docVariables + "; " + docPublicAccess,
	}, grant: policyVariable},
	{Rule: Rule{
		ID: RuleServiceMismatch, Severity: SeverityWarning,
		Title:         "The service has no such source",
		Why:           "A service calls for resources of its own: with a SourceArn of another one the grant never matches.",
		Documentation: docInvoking,
	}, grant: serviceMismatch},
	{Rule: Rule{
		ID: RuleAPIGatewayArn, Severity: SeverityError,
		Title:         "SourceArn is none that API Gateway calls for",
		Why:           "API Gateway names the route that was called, not the API: without it the grant never matches.",
		Documentation: docAPIGateway,
	}, grant: apiGatewayArn},
	{Rule: Rule{
		ID: RuleAPIGatewayAnyMethod, Severity: SeverityWarning,
		Title:         "SourceArn has ANY for the method",
		Why:           "API Gateway puts the method of the call there, and no call has the method ANY: the grant never matches.",
		Documentation: docAPIGateway,
	}, grant: apiGatewayAnyMethod},
	{Rule: Rule{
		ID: RuleS3ObjectArn, Severity: SeverityWarning,
		Title:         "SourceArn names objects instead of their bucket",
		Why:           "Amazon S3 names the bucket alone: with more than that the grant most likely never matches. (One published example of AddPermission is written so; the statement in its answer is not.)",
		Documentation: docS3Notifications,
	}, grant: s3ObjectArn},
	{Rule: Rule{
		ID: RuleLogGroupArn, Severity: SeverityWarning,
		Title:         "The ARN of a log group lacks its end",
		Why:           `The ARN that CloudWatch Logs sends ends with ":*": without it the grant never matches, and a subscription filter is refused.`,
		Documentation: docSubscriptions,
	}, grant: logGroupArn},
	{Rule: Rule{
		ID: RuleSourceShape, Severity: SeverityWarning,
		Title:         "SourceArn is none that the service calls for",
		Why:           "The service has such resources, but calls for those of another kind: the grant never matches.",
		Documentation: docInvoking,
	}, grant: sourceShape},
	{Rule: Rule{
		ID: RuleNestedArn, Severity: SeverityWarning,
		Title:         "SourceArn has another ARN in it",
		Why:           "Names of resources have no ARN in them: the grant most likely never matches.",
		Documentation: docARNs,
	}, grant: nestedArn},
}

func policyVariable(g *subject) problem {
	if !isVariable(g.SourceArn) {
		return problem{}
	}
	return problem{field: "SourceArn", message: quote(g.SourceArn) + " holds a policy variable", fix: "write the value itself"}
}

func serviceMismatch(g *subject) problem {
	service := g.caller.service
	if len(service.Sources) == 0 || !g.source.IsValid() || isControlPlane(g) {
		return problem{}
	}
	if _, found := service.source(g.source.Service()); found {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: quote(g.Principal) + " never sends an ARN of " + quote(g.source.Service()),
		fix:     "use an ARN like " + service.Sources[0].advice() + ", or the principal of the source",
	}
}

const apiGatewaySource = "execute-api"

func apiGatewayArn(g *subject) problem {
	if !isControlPlane(g) && (g.source.Service() != apiGatewaySource || !missesShape(g)) {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: quote(g.SourceArn) + " names no route",
		fix:     `use an ARN like "arn:…:execute-api:…:API/STAGE/METHOD/PATH", where "*" may stand for each but the API`,
	}
}

// isControlPlane reports whether the source of API Gateway's grant is one for
// managing an API, which is another service than calling it.
func isControlPlane(g *subject) bool {
	_, isAPIGateway := g.caller.service.source(apiGatewaySource)
	return isAPIGateway && g.source.Service() == "apigateway"
}

// missesShape reports whether SourceArn is of the right service but can match
// none of the sources that it has.
func missesShape(g *subject) bool {
	source, ok := g.sourceOf()
	return ok && source.Resource != "" && !glob.Overlaps(g.source.Resource(), source.Resource)
}

func apiGatewayAnyMethod(g *subject) problem {
	if g.source.Service() != apiGatewaySource {
		return problem{}
	}
	parts := strings.SplitN(g.source.Resource(), "/", 4)
	if len(parts) < 4 || parts[2] != "ANY" {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: quote(g.SourceArn) + " asks for a method called ANY",
		fix:     `write "*" for any method`,
	}
}

func s3ObjectArn(g *subject) problem {
	bucket, _, found := strings.Cut(g.source.Resource(), "/")
	if !found || g.source.Service() != "s3" {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: quote(g.SourceArn) + " is more than a bucket",
		fix:     "write the ARN of bucket " + quote(bucket) + " alone; limit the keys in the bucket's notification",
	}
}

const logsSource = "logs"

func logGroupArn(g *subject) problem {
	hasNoEnd := strings.HasSuffix(g.SourceArn, ":") || missesShape(g)
	if g.source.Service() != logsSource || g.caller.isIAM() || !hasNoEnd {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: quote(g.SourceArn) + ` does not end with ":*"`,
		fix:     "write " + quote(strings.TrimSuffix(g.SourceArn, ":")+":*"),
	}
}

// sourceShape leaves to apiGatewayArn and logGroupArn what they judge.
func sourceShape(g *subject) problem {
	service := g.source.Service()
	if service == apiGatewaySource || service == logsSource || !missesShape(g) {
		return problem{}
	}
	want, _ := g.sourceOf()
	return problem{
		field:   "SourceArn",
		message: quote(g.SourceArn) + " is no source of " + quote(g.Principal),
		fix:     "use an ARN like " + want.advice(),
	}
}

func nestedArn(g *subject) problem {
	resource := g.source.Resource()
	if !strings.HasPrefix(resource, "arn:aws") && !strings.Contains(resource, "/arn:aws") && !strings.Contains(resource, ":arn:aws") {
		return problem{}
	}
	return problem{
		field:   "SourceArn",
		message: quote(g.SourceArn) + " has an ARN within",
		fix:     "write names there: the rule of an event bus is rule/BUS/RULE",
	}
}
