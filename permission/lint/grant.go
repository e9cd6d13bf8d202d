package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A grant is a request taken apart, which is what rules look at. What cannot be
// read is zero, and rules that need it pass: package validate has refused it.
type grant struct {
	validate.Request
	options   *options
	function  arn.Function // with its qualifier, wherever that was given
	operation string       // Action without the service, in lower case
	source    arn.ARN      // SourceArn
	caller    caller
}

func (o *options) grant(req validate.Request) grant {
	g := grant{Request: req, options: o, function: functionOf(req), caller: o.caller(req.Principal)}
	g.operation = strings.TrimPrefix(strings.ToLower(req.Action), lambdaPrefix)
	if req.SourceArn != "" {
		g.source, _ = arn.Parse(req.SourceArn)
	}
	if isSameFunction(g.function, o.target) {
		g.function = g.function.Complete(o.target.Partition(), o.target.Region(), o.target.AccountID())
	}
	return g
}

// functionOf returns what FunctionName and Qualifier name together.
func functionOf(req validate.Request) arn.Function {
	f, err := arn.ParseFunction(req.FunctionName)
	if err != nil || req.Qualifier == "" {
		return f
	}
	q, err := arn.ParseQualifier(req.Qualifier)
	if err != nil {
		return f
	}
	if qualified := f.WithQualifier(q); qualified.IsValid() {
		return qualified
	}
	return f
}

// isSameFunction reports whether f and g may name the same function, whatever
// their qualifiers: whether all that both have is equal.
func isSameFunction(f, g arn.Function) bool {
	return f.IsValid() && f.Name() == g.Name() && agree(f.Partition(), g.Partition()) &&
		agree(f.Region(), g.Region()) && agree(f.AccountID(), g.AccountID())
}

// agree reports whether a and b are equal, as far as they are known.
func agree(a, b string) bool { return a == "" || b == "" || a == b }

// hasSource reports whether the grant is limited to sources or an account.
func (g *grant) hasSource() bool { return g.SourceArn != "" || g.SourceAccount != "" }

func (g *grant) isViaURL() bool { return g.InvokedViaFunctionUrl != nil && *g.InvokedViaFunctionUrl }

// limitsCallers reports whether anything but the principal limits who may call;
// the type of a function URL is no such thing.
func (g *grant) limitsCallers() bool {
	return g.hasSource() || g.PrincipalOrgID != "" || g.EventSourceToken != ""
}

const (
	lambdaPrefix      = "lambda:"
	invokeFunction    = "lambda:InvokeFunction"
	invokeFunctionURL = "lambda:InvokeFunctionUrl"
)

// allows reports whether the grant's action is, or includes, the given one.
// Actions are compared without regard to case (IAM User Guide, "IAM JSON policy
// elements: Action").
func (g *grant) allows(action string) bool {
	if !hasWildcard(g.Action) {
		return strings.EqualFold(g.Action, action)
	}
	return overlaps(strings.ToLower(g.Action), strings.ToLower(action))
}

// sourceOf returns the table's kind of source that the SourceArn claims to be.
func (g *grant) sourceOf() (Source, bool) {
	if !g.source.IsValid() || isVariable(g.SourceArn) {
		return Source{}, false
	}
	return g.caller.service.source(g.source.Service())
}

// isVariable reports whether a policy variable is in s.
func isVariable(s string) bool { return strings.Contains(s, "${") }
