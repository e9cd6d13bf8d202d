package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/internal/services"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A subject is a grant with the parts that the rules look at. A part that cannot be
// read is zero, and the rules that need it find nothing: package validate refuses it.
type subject struct {
	validate.Request
	options   *options
	function  arn.Function // with its qualifier, wherever that was given
	operation string       // Action without the service, in lower case
	source    arn.ARN      // SourceArn
	caller    caller

	kind        grant.Source     // the kind of source that SourceArn claims to be
	isKindKnown bool             // there is such a kind
	mistake     services.Mistake // of SourceArn, if it is of a known kind

	isLimited bool     // a condition that is not in the request limits who may call
	resources []string // of the statement that the grant is part of; nil for a grant by itself
}

func (o *options) subject(req validate.Request) subject {
	g := subject{Request: req, options: o, function: functionOf(req), caller: o.caller(req.Principal)}
	g.operation = strings.TrimPrefix(strings.ToLower(req.Action), lambdaPrefix)
	if req.SourceArn != "" {
		g.source, _ = arn.Parse(req.SourceArn)
	}
	if isSameFunction(g.function, o.target) {
		g.function = g.function.Complete(o.target.Partition(), o.target.Region(), o.target.AccountID())
	}
	if g.source.IsValid() && !isVariable(g.SourceArn) {
		g.kind, g.isKindKnown = o.kindOf(g.caller, g.source)
	}
	if g.isKindKnown {
		g.mistake, _ = services.MistakeOf(g.source, services.Source(g.kind))
	}
	return g
}

// kindOf returns the kind of source of a grant to a service, or to everybody: then of
// the service that calls for such sources.
func (o *options) kindOf(c caller, source arn.ARN) (grant.Source, bool) {
	if c.kind != anyone {
		return sourceOf(c.service, source)
	}
	service, _ := o.service(o.callerFor(source))
	return sourceOf(service, source)
}

// functionOf returns the function that FunctionName and Qualifier name together, or
// the one of FunctionName if they do not fit.
func functionOf(req validate.Request) arn.Function {
	f, err := req.Function()
	if err != nil {
		f, _ = arn.ParseFunction(req.FunctionName)
	}
	return f
}

// isSameFunction reports whether f and g may name the same function, with any
// qualifiers: whether all parts that both have are equal.
func isSameFunction(f, g arn.Function) bool {
	return f.IsValid() && f.Name() == g.Name() && agree(f.Partition(), g.Partition()) &&
		agree(f.Region(), g.Region()) && agree(f.AccountID(), g.AccountID())
}

// agree reports whether a and b are equal, as far as they are known.
func agree(a, b string) bool { return a == "" || b == "" || a == b }

// hasSource reports whether the grant is limited to sources or an account.
func (g *subject) hasSource() bool { return g.SourceArn != "" || g.SourceAccount != "" }

func (g *subject) isViaURL() bool { return g.InvokedViaFunctionUrl != nil && *g.InvokedViaFunctionUrl }

// limitsCallers reports whether a member other than the principal limits who may call.
// The type of a function URL does not count.
func (g *subject) limitsCallers() bool {
	return g.isLimited || g.hasSource() || g.PrincipalOrgID != "" || g.EventSourceToken != ""
}

const (
	lambdaPrefix      = "lambda:"
	invokeFunction    = "lambda:InvokeFunction"
	invokeFunctionURL = "lambda:InvokeFunctionUrl"
)

// allows reports whether the grant's action is, or includes, the given one.
// Actions are compared without regard to case (IAM User Guide, "IAM JSON policy
// elements: Action").
func (g *subject) allows(action string) bool {
	if !glob.HasWildcard(g.Action) {
		return strings.EqualFold(g.Action, action)
	}
	return glob.Overlaps(strings.ToLower(g.Action), strings.ToLower(action))
}

// isVariable reports whether a policy variable is in s.
func isVariable(s string) bool { return strings.Contains(s, "${") }

// A caller is the Principal of a grant, with its kind and its row of the table.
type caller struct {
	kind     callerKind
	service  grant.Service // of a service that is known; else zero
	isKnown  bool          // the service is in the table
	identity arn.ARN       // of an account's root user or of an identity, if given so
	account  string        // of an account or identity, 12 digits; else empty
}

type callerKind int

const (
	noCaller       callerKind = iota // nothing that is known here; package validate may refuse it
	anyone                           // "*"
	serviceCaller                    // a name like s3.amazonaws.com
	accountCaller                    // a whole account
	identityCaller                   // an ARN of IAM or STS: user, role, session
)

// caller looks up principal p (IAM User Guide, "AWS JSON policy elements:
// Principal").
func (o *options) caller(p string) caller {
	var identity arn.ARN
	if strings.HasPrefix(p, "arn:") {
		identity, _ = arn.Parse(p)
	}
	switch {
	case p == "*":
		return caller{kind: anyone}
	case policy.Principal{Type: policy.PrincipalAWS, Value: p}.IsAccount():
		return caller{kind: accountCaller, identity: identity, account: accountOf(p, identity)}
	case identity.Service() == "iam" || identity.Service() == "sts":
		return caller{kind: identityCaller, identity: identity, account: accountOf("", identity)}
	case isServiceName(p):
		service, known := o.service(p)
		return caller{kind: serviceCaller, service: service, isKnown: known}
	}
	return caller{}
}

func accountOf(id string, identity arn.ARN) string {
	if identity.IsValid() {
		id = identity.AccountID()
	}
	if !arn.IsAccountID(id) {
		return ""
	}
	return id
}

// isServiceName reports whether p looks like a domain name, with wildcards too.
func isServiceName(p string) bool {
	return strings.Contains(p, ".") && !strings.ContainsAny(p, ":/ ")
}

func (c caller) isService() bool { return c.kind == serviceCaller }

// isAlexa reports whether c identifies itself by an EventSourceToken.
func (c caller) isAlexa() bool { return c.service.Token }

// isIAM reports whether c is an account or an identity of one.
func (c caller) isIAM() bool { return c.kind == accountCaller || c.kind == identityCaller }
