package policy

const (
	effectAllow = "Allow"
	effectDeny  = "Deny"
)

// A tally sums up what the statements of a policy do for one call.
type tally struct {
	allowed span
	denied  truth

	// Statements by index, -1 for none: the first that surely grants most, the
	// first that may grant most (which does not surely do so, unless the two levels
	// are the same), the first that denies most surely.
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
	default: // whichever it was meant to be
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

// verdict returns the answer, and the statement that it is due to.
func (t *tally) verdict(r *request) (v Verdict, statement int) {
	least, most := r.verdict(t.allowed.least), r.verdict(t.allowed.most)
	switch {
	case t.denied == yes:
		return Denied, t.denying
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
