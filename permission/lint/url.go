package lint

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Grants for a function URL.
var urlRows = []row{
	{Rule: Rule{
		ID: RuleURLNoneNamed, Severity: SeverityWarning,
		Title:         "A named principal for a function URL without authentication",
		Why:           `With the type NONE callers do not sign in and are anonymous: only the principal "*" matches them.`,
		Documentation: docFunctionURLs,
	}, grant: urlNoneNamed},
	{Rule: Rule{
		ID: RuleURLNoneCondition, Severity: SeverityWarning,
		Title:         "A condition that anonymous callers cannot meet",
		Why:           "With the type NONE callers are anonymous: they have no organization, source or token. The grant never matches, instead of limiting who may call.",
		Documentation: docFunctionURLs,
	}, grant: urlNoneCondition},
	{Rule: Rule{
		ID: RuleCloudFrontAction, Severity: SeverityWarning,
		Title:         "A grant that CloudFront's origin access control cannot use",
		Why:           "CloudFront signs its calls of a function URL. The URL needs the type AWS_IAM, and the distribution needs grants of both InvokeFunctionUrl and InvokeFunction. A grant without the ARN of the distribution lets in every distribution of any account.",
		Documentation: docCloudFront,
	}, grant: cloudFrontAction},
}

// urlNoneNamed leaves CloudFront to cloudFrontAction.
func urlNoneNamed(g *subject) problem {
	if g.FunctionUrlAuthType != "NONE" || g.caller.kind == anyone || g.caller.kind == noCaller || g.isCloudFront() {
		return problem{}
	}
	return problem{
		field:   "FunctionUrlAuthType",
		message: "a URL of type NONE is called anonymously, not by " + abbrev.Quote(g.Principal),
		fix:     `use AWS_IAM, or the principal "*"`,
	}
}

func urlNoneCondition(g *subject) problem {
	if g.FunctionUrlAuthType != "NONE" || g.caller.kind != anyone || !g.limitsCallers() {
		return problem{}
	}
	field := g.firstLimit()
	return problem{
		field:   field,
		message: "anonymous callers of the URL cannot meet the condition",
		fix:     "use AWS_IAM, or leave " + field + " out to open the URL to everybody",
	}
}

// firstLimit returns the first member that limits who may call.
func (g *subject) firstLimit() string {
	switch {
	case g.SourceArn != "":
		return "SourceArn"
	case g.SourceAccount != "":
		return "SourceAccount"
	case g.EventSourceToken != "":
		return "EventSourceToken"
	}
	return "PrincipalOrgID"
}

func cloudFrontAction(g *subject) problem {
	switch {
	case !g.isCloudFront():
		return problem{}
	case g.FunctionUrlAuthType == "NONE":
		return problem{
			field:   "FunctionUrlAuthType",
			message: "CloudFront signs its calls, and a URL of type NONE does not check signatures",
			fix:     "use AWS_IAM for the URL and the grant",
		}
	case g.SourceArn == "" && g.allows(invokeFunction):
		return problem{
			field:   "SourceArn",
			message: "no distribution is named",
			fix:     `add SourceArn, like "arn:aws:cloudfront::ACCOUNT:distribution/ID"`,
		}
	}
	return problem{}
}

func (g *subject) isCloudFront() bool {
	return g.caller.service.Principal == "cloudfront.amazonaws.com"
}

// urlPair looks for the other half of each grant that is half of a function
// URL's pair: a statement that covers the other half.
func urlPair(d *document) []problem {
	if !d.compared {
		return nil
	}
	var found []problem
	for i := range d.statements {
		s := &d.statements[i]
		if len(s.grants) > maxHalves {
			continue
		}
		for j := range s.grants {
			if halves := s.grants[j].otherHalves(); len(halves) > 0 && !d.hasOneOf(halves) {
				found = append(found, missingHalf(&s.grants[j], i+1))
				break
			}
		}
	}
	return found
}

// maxHalves is the greatest number of grants of a statement for which urlPair looks for
// the other halves, each among all statements.
const maxHalves = 32

func missingHalf(g *subject, position int) problem {
	if g.isViaURL() {
		return problem{
			field:     "InvokedViaFunctionUrl",
			message:   "no statement grants " + invokeFunctionURL + " to the same callers",
			fix:       "add " + invokeFunctionURL + " with the FunctionUrlAuthType of the URL",
			statement: position,
		}
	}
	return problem{
		field:     "Action",
		message:   "no statement grants " + invokeFunction + " through the URL to the same callers",
		fix:       "add " + invokeFunction + " with InvokedViaFunctionUrl true",
		statement: position,
	}
}

// otherHalves returns the narrowest statements that would complete the pair, one of
// which is enough. It returns nil if g is not half of a pair, or not on a single
// function.
func (g *subject) otherHalves() []policy.Statement {
	isURL := strings.EqualFold(g.Action, invokeFunctionURL)
	isInvoke := strings.EqualFold(g.Action, invokeFunction) && g.isViaURL()
	req := g.Request
	req.InvokedViaFunctionUrl, req.FunctionUrlAuthType = nil, ""
	switch {
	case !slices.Contains(g.resources, g.FunctionName):
		return nil
	case isURL:
		via := true
		req.Action, req.InvokedViaFunctionUrl = invokeFunction, &via
		return g.built(req)
	case isInvoke:
		// The grant does not say which type the URL has.
		signed, open := req, req
		signed.Action, signed.FunctionUrlAuthType = invokeFunctionURL, "AWS_IAM"
		open.Action, open.FunctionUrlAuthType = invokeFunctionURL, "NONE"
		return append(g.built(signed), g.built(open)...)
	}
	return nil
}

// built returns the statement for req on the function of g.
func (g *subject) built(req validate.Request) []policy.Statement {
	req.StatementId = "half" // must not be empty; no comparison looks at it
	half, err := policy.NewStatement(req, g.function)
	if err != nil {
		return nil
	}
	return []policy.Statement{half}
}

func (d *document) hasOneOf(halves []policy.Statement) bool {
	for i := range d.statements {
		for j := range halves {
			if policy.Covers(d.statements[i].Statement, halves[j]) {
				return true
			}
		}
	}
	return false
}
