package policy

// OutOfScope names the policies that [Document.Evaluate] does not evaluate, for programs
// to print with its answers: each of these policies can still deny a call. Identity policies
// are among them if an [IAMPrincipal] does not state their effect: with
// [IdentityPolicyUnknown] a call that a statement grants to the caller itself is
// Allowed, as if they did not deny it.
const OutOfScope = "service and resource control policies, permissions boundaries, session and VPC endpoint policies, unknown identity policies"

// Evaluate decides whether d allows the call v.
//
// d should be the policy of the function, version or alias that v calls, since
// each of them has its own. A document that joins several of them gives the same
// answer if no Resource has a wildcard: a statement then applies to the ARN in its
// Resource only, and that of the function is not that of a version or alias (AWS Lambda
// Developer Guide, "Working with resource-based IAM policies in Lambda" and "Using
// aliases in permissions").
//
// # How it is decided
//
// A statement matches if its Principal, Action, Resource and all conditions do
// (IAM User Guide, "Policy evaluation logic"). A Deny that matches wins, and so
// does an identity policy that denies. Then a service, an Alexa skill and an
// anonymous caller need an Allow that matches. An IAM principal of the function's
// account needs an Allow for itself or for "*", or its identity policy; an Allow for
// the account leaves the decision to the identity policy. An IAM principal of another
// account needs both ("Cross-account policy evaluation logic"). A principal of another
// partition is denied, and so is a caller who does not sign, except through a function
// URL with AuthType NONE.
//
// The condition keys that follow from a [Caller] are SourceArn, SourceAccount,
// EventSourceToken, FunctionUrlAuthType, InvokedViaFunctionUrl, PrincipalOrgID,
// PrincipalArn, PrincipalAccount, PrincipalIsAWSService, PrincipalServiceName,
// PrincipalServiceNamesList, PrincipalOrgPaths, SourceOrgID and SourceOrgPaths;
// SourceIp, CurrentTime and EpochTime follow from the Invocation. The case of key names
// and of actions does not matter (A to Z only). The operators on strings, ARNs,
// booleans, addresses and dates, and Null, are evaluated, with IfExists, ForAnyValue and
// ForAllValues ("IAM JSON policy elements: Condition operators").
//
// Evaluate never guesses. Whether one of the following matches is not known, and the
// answer is [Unsupported] if it depends on that:
//
//   - another condition key, an operator on numbers or bytes, a policy
//     variable, an unknown member, NotPrincipal with Allow;
//   - a Resource that matches only if a * at the end of one of its segments reaches
//     across a colon;
//   - an ARN pattern with fewer than six parts, if some way of completing it
//     matches.
//
// The answer is also Unsupported for an Invocation that is incomplete or
// contradicts itself. Policies other than d and the identity policy are not
// considered; see [OutOfScope].
//
// Four points are not documented and were decided here: "*" includes services; a
// call by a service has no PrincipalOrgID; a grant on the unqualified ARN does not
// apply to $LATEST; and a direct call has InvokedViaFunctionUrl absent or false, so that
// an answer that depends on the difference is Unsupported.
//
// The time is proportional to the number of statements. The reasons are worked out
// when the [Decision] is asked for them.
func (d Document) Evaluate(v Invocation) Decision {
	decision := Decision{policy: d.get(), invocation: &v}
	actions, n := v.actions()
	for _, action := range actions[:n] {
		decision.add(d.get().evaluate(v, action))
	}
	return decision
}

// evaluate decides about one action.
func (d *document) evaluate(v Invocation, action string) step {
	s := step{action: action, statement: -1}
	r, settled := d.request(v, action)
	if settled != nil {
		s.verdict, s.settled = settled.verdict, settled.reason
		return s
	}
	t := newTally()
	for i, statement := range d.statements {
		if statement.body.effect != effectAllow || !t.isFull() {
			t.add(i, statement.body.effect, r.match(statement.body).granted)
		}
	}
	s.verdict, s.statement = t.verdict(&r)
	return s
}

// request returns the request that the statements of d are compared with, unless
// the answer is settled without it.
func (d *document) request(v Invocation, action string) (request, *settlement) {
	r, settled := newRequest(v, action)
	if settled == nil {
		settled = d.unreadable()
	}
	r.variables = d.version == versionNew
	return r, settled
}

// Versions of the policy language (IAM User Guide, "IAM JSON policy elements:
// Version"). Only the new one has policy variables.
const (
	versionOld = "2008-10-17"
	versionNew = "2012-10-17"
)

// unreadable returns why the document as a whole cannot be evaluated, nil if it can.
func (d *document) unreadable() *settlement {
	if v := d.version; v != "" && v != versionOld && v != versionNew {
		return unsupported("the policy has the Version %s, which is not known", word(v))
	}
	for _, m := range d.members {
		if !m.isKnown() {
			return unsupported("the policy has a member that is not known: %s", word(m.name))
		}
	}
	return nil
}

const (
	effectAllow = "Allow"
	effectDeny  = "Deny"
)

// A tally sums up the effects of a policy's statements on one call.
type tally struct {
	allowed span
	denied  truth

	// Indexes of statements, or -1. granting is the first with the greatest certain
	// grant, perhaps the first with the greatest possible grant, and denying the first
	// that certainly denies, or else the first that may.
	granting, perhaps, denying int
}

func newTally() tally { return tally{granting: -1, perhaps: -1, denying: -1} }

// isFull reports whether no other Allow can change the result.
func (t *tally) isFull() bool { return t.allowed.least == direct }

func (t *tally) add(i int, effect string, granted span) {
	switch effect {
	case effectAllow:
		t.allow(i, granted)
	case effectDeny:
		t.deny(i, granted.truth())
	default: // an unknown Effect may mean either
		t.allow(i, possibly(granted.most))
		t.deny(i, min(granted.truth(), maybe))
	}
}

func (t *tally) allow(i int, granted span) {
	if granted.least > t.allowed.least {
		t.granting = i
	}
	if granted.most > t.allowed.most {
		t.perhaps = i
	}
	t.allowed = t.allowed.or(granted)
}

func (t *tally) deny(i int, denied truth) {
	if denied > t.denied {
		t.denied, t.denying = denied, i
	}
}

// verdict returns the answer, and the index of the statement that decided, or -1.
func (t *tally) verdict(r *request) (v Verdict, statement int) {
	least, most := r.verdict(t.allowed.least), r.verdict(t.allowed.most)
	switch {
	case t.denied == yes:
		return Denied, t.denying
	case r.isDeniedByIdentityPolicy():
		return Denied, -1
	case least != most:
		return Unsupported, t.perhaps
	case t.denied == maybe && least != Denied:
		return Unsupported, t.denying
	}
	return least, t.granting
}

// verdict returns the answer if no statement denies and the best one grants l.
func (r *request) verdict(l level) Verdict {
	isOwn := r.isOwnAccount()
	switch {
	case r.kind != callerIdentity:
		return verdictOf(l > nothing)
	case isOwn && l == direct:
		return Allowed
	case !isOwn && l == nothing:
		return Denied
	case r.identityPolicy == IdentityPolicyUnknown:
		return AllowedIfIdentityPolicy
	}
	return verdictOf(r.identityPolicy == IdentityPolicyAllows)
}

func verdictOf(allowed bool) Verdict {
	if allowed {
		return Allowed
	}
	return Denied
}
