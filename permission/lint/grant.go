package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
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

// A caller is what a Principal stands for.
type caller struct {
	kind     callerKind
	service  Service // what is known of a service; else zero
	isKnown  bool    // the service is in the table
	identity arn.ARN // of an account's root user or of an identity, if given so
	account  string  // of an account or identity, 12 digits; else empty
}

type callerKind int

const (
	noCaller       callerKind = iota // nothing that is known here; package validate may refuse it
	anyone                           // "*"
	serviceCaller                    // a name like s3.amazonaws.com
	accountCaller                    // a whole account
	identityCaller                   // an ARN of IAM or STS: user, role, session
)

// caller says what kind of principal p is (IAM User Guide, "AWS JSON policy
// elements: Principal").
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
	if !isAccountID(id) {
		return ""
	}
	return id
}

func isAccountID(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// isServiceName reports whether p looks like a domain name, with wildcards too.
func isServiceName(p string) bool {
	return strings.Contains(p, ".") && !strings.ContainsAny(p, ":/ ")
}

func (c caller) isService() bool { return c.kind == serviceCaller }

// isAlexa reports whether c identifies itself by an EventSourceToken.
func (c caller) isAlexa() bool { return c.service.Token }

// isIAM reports whether c is an account or an identity of one.
func (c caller) isIAM() bool { return c.kind == accountCaller || c.kind == identityCaller }

func (o *options) statement(s policy.Statement) statement {
	result := statement{Statement: s, terms: termsOf(s)}
	req, resource, ok := requestOf(s)
	if ok {
		result.grant, result.resource, result.isGrant = o.grant(req), resource, true
	}
	return result
}

// requestOf returns the request that would add a statement that means the same,
// but for its Sid where that is missing. It fails for what AddPermission cannot
// say: anything but one principal, one action and one function, Deny, Not
// elements, unknown members, and conditions that have no parameter.
func requestOf(s policy.Statement) (req validate.Request, resource arn.Function, ok bool) {
	isPlain := s.Effect() == "Allow" && len(s.UnknownMembers()) == 0 &&
		s.NotPrincipals() == nil && s.NotActions() == nil && s.NotResources() == nil
	principals, actions, resources := s.Principals(), s.Actions(), s.Resources()
	if !isPlain || len(principals) != 1 || len(actions) != 1 || len(resources) != 1 {
		return req, resource, false
	}
	resource, err := arn.ParseFunction(resources[0])
	if err != nil || !resource.IsComplete() || resource.String() != resources[0] {
		return req, resource, false
	}
	req = validate.Request{FunctionName: resources[0], StatementId: s.Sid(), Action: actions[0], Principal: principals[0].Value}
	return req, resource, isAddable(principals[0]) && setConditions(&req, s.Conditions())
}

// isAddable reports whether AddPermission writes such a principal for its value.
func isAddable(p policy.Principal) bool {
	switch p.Type {
	case policy.PrincipalAWS:
		return p.IsAnyone() || p.IsAccount() || p.IsUniqueID() || strings.HasPrefix(p.Value, "arn:")
	case policy.PrincipalService:
		return isServiceName(p.Value)
	}
	return p.IsAnyone()
}

// setConditions writes conditions to the members of req they come from.
func setConditions(req *validate.Request, conditions []policy.Condition) bool {
	for _, c := range conditions {
		if len(c.Values) != 1 || c.Values[0] == "" || !setCondition(req, c, c.Values[0]) {
			return false
		}
	}
	return true
}

// setCondition fails for an operator that AddPermission does not write, and for
// a member that is set already. SourceArn is documented as compared by
// StringLike and is written as ArnLike.
func setCondition(req *validate.Request, c policy.Condition, value string) bool {
	switch c.Operator {
	case "ArnLike", "ArnEquals", "StringLike":
		return c.HasKey("aws:SourceArn") && setOnce(&req.SourceArn, value)
	case "Bool":
		return c.HasKey("lambda:InvokedViaFunctionUrl") && setFlag(req, value)
	case "StringEquals":
		return setText(req, c, value)
	}
	return false
}

func setText(req *validate.Request, c policy.Condition, value string) bool {
	switch {
	case c.HasKey("aws:SourceAccount"):
		return setOnce(&req.SourceAccount, value)
	case c.HasKey("aws:PrincipalOrgID"):
		return setOnce(&req.PrincipalOrgID, value)
	case c.HasKey("lambda:EventSourceToken"):
		return setOnce(&req.EventSourceToken, value)
	case c.HasKey("lambda:FunctionUrlAuthType"):
		return setOnce(&req.FunctionUrlAuthType, value)
	}
	return false
}

func setOnce(field *string, value string) bool {
	if *field != "" {
		return false
	}
	*field = value
	return true
}

func setFlag(req *validate.Request, value string) bool {
	isTrue := value == "true"
	if req.InvokedViaFunctionUrl != nil || !isTrue && value != "false" {
		return false
	}
	req.InvokedViaFunctionUrl = &isTrue
	return true
}
