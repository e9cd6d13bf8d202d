package policy

import (
	"fmt"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

// A request is what IAM sees of a call for one action: what the elements of a
// statement are compared with.
type request struct {
	action    string
	function  arn.Function
	resource  string // function as text
	variables bool   // the policy that is compared has policy variables

	kind           callerKind
	service        Service // of a service
	identity       identity
	identityPolicy IdentityPolicy
	orgID          string // PrincipalOrgID, "" if absent
	token          string // EventSourceToken, "" if absent
	authType       string // FunctionUrlAuthType, "" if absent
	throughURL     bool
}

type callerKind int8

const (
	callerAnonymous callerKind = iota
	callerService
	callerIdentity
)

// A settlement is an answer that does not depend on the policy.
type settlement struct {
	verdict Verdict
	reason  string
}

func unsupported(format string, args ...any) *settlement {
	return &settlement{Unsupported, fmt.Sprintf(format, args...)}
}

func denied(format string, args ...any) *settlement {
	return &settlement{Denied, fmt.Sprintf(format, args...)}
}

// newRequest builds what IAM sees, unless the answer is settled without it.
func newRequest(v Invocation, action string) (r request, settled *settlement) {
	r = request{action: action, function: v.Function}
	switch {
	case !v.Function.IsComplete():
		return r, unsupported("the Function %s is not a full ARN; use its Complete method", word(v.Function.String()))
	case !isAction(action):
		return r, unsupported("the Action %s is not one of Lambda's, such as %s", word(action), actionInvokeFunction)
	}
	r.resource = v.Function.String()
	if url, ok := v.Caller.(FunctionUrl); ok {
		settled = r.setURL(url)
	} else {
		settled = r.setDirect(v.Caller)
	}
	return r, settled
}

// setDirect takes a caller who calls the API.
func (r *request) setDirect(c Caller) *settlement {
	if _, ok := c.(Anonymous); ok {
		return denied("a caller who does not sign gets in through a function URL with AuthType NONE alone")
	}
	if equalFoldASCII(r.action, actionInvokeFunctionUrl) {
		return unsupported("%s is only asked for through a function URL; use the caller FunctionUrl", actionInvokeFunctionUrl)
	}
	return r.setCaller(c)
}

func (r *request) setCaller(c Caller) *settlement {
	switch c := c.(type) {
	case Service:
		r.kind, r.service = callerService, c
		return checkService(c.Name)
	case AlexaSkill:
		return r.setSkill(c)
	case IAMPrincipal:
		return r.setIdentity(c)
	case nil:
		return unsupported("the Invocation has no Caller")
	}
	return unsupported("a %T cannot be the Caller here", c)
}

func checkService(name string) *settlement {
	if !strings.Contains(name, ".") || strings.ContainsAny(name, "*?: ") {
		return unsupported("the service's Name %s is not that of a service principal, such as s3.amazonaws.com", word(name))
	}
	return nil
}

func (r *request) setSkill(a AlexaSkill) *settlement {
	if !equalFoldASCII(r.action, actionInvokeFunction) {
		return unsupported("an Alexa skill invokes a function and does nothing else")
	}
	r.kind, r.service, r.token = callerService, Service{Name: a.service()}, a.EventSourceToken
	return checkService(r.service.Name)
}

func (r *request) setIdentity(p IAMPrincipal) *settlement {
	id, ok := parseIdentity(p.ARN)
	switch {
	case !ok:
		return unsupported("the ARN %s is not that of a user, role, session or root user", word(p.ARN))
	case id.partition != r.function.Partition():
		return denied("the caller is of partition %s, the function of %s, and partitions share no identities", word(id.partition), r.function.Partition())
	}
	r.kind, r.identity, r.orgID, r.identityPolicy = callerIdentity, id, p.PrincipalOrgID, p.IdentityPolicy
	if id.kind == identityRoot {
		r.identityPolicy = IdentityPolicyAllows
	}
	return nil
}

// isOwnAccount reports whether the caller is of the function's account.
func (r *request) isOwnAccount() bool {
	return r.kind == callerIdentity && r.identity.account == r.function.AccountID()
}
