package policy

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// A request is a call for one action as IAM sees it. The elements of a statement
// are compared with it.
type request struct {
	action    string
	function  arn.Function
	resource  string // function as text
	variables bool   // the policy that is compared has policy variables

	kind           callerKind
	service        Service // if the caller is a service
	identity       identity
	identityPolicy IdentityPolicy
	orgID          string // PrincipalOrgID, "" if absent
	orgPaths       []string
	sourceIP       netip.Addr
	time           time.Time
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

// newRequest returns the request of a call, unless the answer does not depend on the
// policy.
func newRequest(v Invocation, action string) (r request, settled *settlement) {
	r = request{action: action, function: v.Function, sourceIP: v.SourceIP, time: v.Time}
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

// setDirect sets a caller who calls the API.
func (r *request) setDirect(c Caller) *settlement {
	if _, ok := c.(Anonymous); ok {
		return denied("a caller who does not sign is allowed only through a function URL with AuthType NONE")
	}
	if equalFoldASCII(r.action, actionInvokeFunctionUrl) {
		return unsupported("%s is checked only for calls through a function URL; use the caller FunctionUrl", actionInvokeFunctionUrl)
	}
	return r.setCaller(c)
}

func (r *request) setCaller(c Caller) *settlement {
	switch c := c.(type) {
	case Service:
		r.kind, r.service = callerService, c
		if settled := checkService(c.Name); settled != nil {
			return settled
		}
		return checkOrgPaths("SourceOrgPaths", c.SourceOrgPaths, "SourceOrgID", c.SourceOrgID)
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

// checkOrgPaths refuses paths that are not of the organization (IAM User Guide, "AWS
// global condition context keys", aws:PrincipalOrgPaths: a path begins with the
// organization's id and ends with a slash).
func checkOrgPaths(name string, paths []string, orgName, org string) *settlement {
	for _, path := range paths {
		if org == "" || !strings.HasPrefix(path, org+"/") || !strings.HasSuffix(path, "/") {
			return unsupported("the path %s in %s does not begin with the %s %s and end with a slash", word(path), name, orgName, word(org))
		}
	}
	return nil
}

func (r *request) setSkill(a AlexaSkill) *settlement {
	if !equalFoldASCII(r.action, actionInvokeFunction) {
		return unsupported("an Alexa skill can only invoke a function")
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
	r.kind, r.identity, r.identityPolicy = callerIdentity, id, p.IdentityPolicy
	r.orgID, r.orgPaths = p.PrincipalOrgID, p.PrincipalOrgPaths
	if id.kind == identityRoot {
		r.identityPolicy = IdentityPolicyAllows
	}
	return checkOrgPaths("PrincipalOrgPaths", p.PrincipalOrgPaths, "PrincipalOrgID", p.PrincipalOrgID)
}

// isDeniedByIdentityPolicy reports whether the caller's own policies deny the
// call, which wins over every Allow.
func (r *request) isDeniedByIdentityPolicy() bool {
	return r.kind == callerIdentity && r.identityPolicy == IdentityPolicyDenies
}

// isOwnAccount reports whether the caller is of the function's account.
func (r *request) isOwnAccount() bool {
	return r.kind == callerIdentity && r.identity.account == r.function.AccountID()
}

// setURL sets a caller who calls a function URL.
func (r *request) setURL(u FunctionUrl) *settlement {
	switch {
	case equalFoldASCII(r.action, actionInvokeFunctionUrl):
		r.authType = u.AuthType
	case !equalFoldASCII(r.action, actionInvokeFunction):
		return unsupported("a function URL can only invoke a function")
	}
	r.throughURL = true
	_, isAnonymous := u.Caller.(Anonymous)
	isAnonymous = isAnonymous || u.Caller == nil
	switch {
	case u.AuthType != authTypeNone && u.AuthType != authTypeAWSIAM:
		return unsupported("the function URL's AuthType %s is neither %s nor %s", word(u.AuthType), authTypeNone, authTypeAWSIAM)
	case u.AuthType == authTypeNone && !isAnonymous:
		return unsupported("a function URL with AuthType NONE does not check signatures: its callers are Anonymous")
	case u.AuthType == authTypeNone:
		return nil
	case isAnonymous:
		return denied("a function URL with AuthType AWS_IAM allows only callers who sign")
	}
	return r.setSigner(u.Caller)
}

// setSigner sets a caller who signs a call to a function URL.
func (r *request) setSigner(c Caller) *settlement {
	switch c.(type) {
	case IAMPrincipal, Service:
		return r.setCaller(c)
	}
	return unsupported("a %T cannot be the Caller of a function URL", c)
}

// An identity is an IAM principal, taken apart (IAM User Guide, "IAM
// identifiers" and "AWS JSON policy elements: Principal").
type identity struct {
	kind      identityKind
	arn       string
	partition string
	account   string
	role      string // the name of the role, for a role and for a session of one
}

type identityKind int8

const (
	identityRoot identityKind = iota
	identityUser
	identityRole
	identitySession   // of a role
	identityFederated // a federated user
)

func parseIdentity(s string) (identity, bool) {
	a, err := arn.Parse(s)
	if err != nil || a.Region() != "" || !arn.IsAccountID(a.AccountID()) || glob.HasWildcard(s) {
		return identity{}, false
	}
	id := identity{arn: s, partition: a.Partition(), account: a.AccountID()}
	kind, name, named := strings.Cut(a.Resource(), "/")
	ok := named && name != "" && !strings.HasSuffix(name, "/")
	switch a.Service() + " " + kind {
	case "iam root":
		id.kind, ok = identityRoot, !named
	case "iam user":
		id.kind = identityUser
	case "iam role":
		id.kind, id.role = identityRole, lastName(name)
	case "sts assumed-role":
		id.kind, id.role = identitySession, sessionRole(name)
		ok = ok && id.role != ""
	case "sts federated-user":
		id.kind = identityFederated
	default:
		ok = false
	}
	return id, ok
}

// lastName returns a role's name without its path. The name is unique in the
// account.
func lastName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// sessionRole returns ROLE of ROLE/SESSION.
func sessionRole(name string) string {
	role, session, _ := strings.Cut(name, "/")
	if session == "" || strings.Contains(session, "/") {
		return ""
	}
	return role
}

// isSessionOf reports whether id is a session of the role that an ARN names.
func (id *identity) isSessionOf(roleARN string) bool {
	role, ok := parseIdentity(roleARN)
	return ok && id.kind == identitySession && role.kind == identityRole && id.isSameRole(&role)
}

// mayBe reports whether id, a role, may be calling in the session that an ARN
// names.
func (id *identity) mayBe(sessionARN string) bool {
	session, ok := parseIdentity(sessionARN)
	return ok && id.kind == identityRole && session.kind == identitySession && id.isSameRole(&session)
}

func (id *identity) isSameRole(other *identity) bool {
	return id.partition == other.partition && id.account == other.account && id.role == other.role
}
