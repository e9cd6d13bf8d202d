package policy

import "strconv"

// why says what the answer about one action is due to.
func (d *Decision) why(s step) string {
	if d.count == 0 {
		return "nothing was asked"
	}
	if s.settled != "" {
		return s.settled
	}
	r, _ := d.policy.request(*d.invocation, s.action)
	if s.statement < 0 {
		return withoutStatement(s.verdict, r.isOwnAccount())
	}
	statement := d.policy.statements[s.statement].body
	m := r.match(statement)
	name := label(s.statement, statement.sid)
	switch {
	case s.verdict == Unsupported:
		return name + ": " + r.words(statement, m)
	case s.verdict == Denied && statement.effect == effectDeny:
		return name + " denies it"
	}
	return name + " matches" + r.withIdentityPolicy(s.verdict, m.granted.least)
}

// withoutStatement is for a policy in which no statement matches.
func withoutStatement(v Verdict, isOwnAccount bool) string {
	switch {
	case v == AllowedIfIdentityPolicy:
		return "no statement matches; in its own account the caller's identity policy can allow it alone"
	case v == Allowed:
		return "no statement matches, but the caller's identity policy allows it, which is enough in its own account"
	case isOwnAccount:
		return "no statement matches, nor does the caller's identity policy allow it"
	}
	return "no statement matches"
}

// withIdentityPolicy tells the part of the caller's identity policy beside a
// statement that grants l.
func (r *request) withIdentityPolicy(v Verdict, l level) string {
	switch {
	case v == AllowedIfIdentityPolicy:
		return "; the caller's identity policy must allow it too"
	case v == Denied:
		return ", but the caller's identity policy does not allow it"
	case r.kind != callerIdentity, r.isOwnAccount() && l == direct:
		return ""
	case r.identity.kind == identityRoot:
		return ", and a root user needs no identity policy"
	}
	return ", and the caller's identity policy allows it"
}

// label names a statement.
func label(index int, sid string) string {
	text := "statement " + strconv.Itoa(index)
	if sid != "" {
		text += " (" + word(sid) + ")"
	}
	return text
}
