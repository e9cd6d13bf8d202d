package policy

// matchPrincipal compares the caller with Principal or NotPrincipal, of which a
// statement must have exactly one.
func (r *request) matchPrincipal(s *statement) span {
	switch {
	case (s.principals == nil) == (s.notPrincipals == nil), len(s.principals) == 0 && len(s.notPrincipals) == 0:
		return possibly(direct)
	case s.principals != nil:
		return r.bestPrincipal(s.principals)
	}
	return r.matchNotPrincipal(s)
}

func (r *request) bestPrincipal(list []Principal) span {
	var best span
	for _, p := range list {
		best = best.or(r.principalMatches(p))
	}
	return best
}

// matchNotPrincipal knows of Deny alone: with Allow it is not supported. An IAM
// principal that is listed may be denied in spite of that, by how its account
// is listed or by its permissions boundary (IAM User Guide, "AWS JSON policy
// elements: NotPrincipal").
func (r *request) matchNotPrincipal(s *statement) span {
	listed := r.bestPrincipal(s.notPrincipals).truth()
	switch {
	case s.effect != effectDeny:
		return possibly(direct)
	case r.kind == callerIdentity && listed != no:
		return possibly(direct)
	}
	return surely(direct).ifTrue(listed.not())
}

// principalMatches compares the caller with one entry of Principal (IAM User
// Guide, "AWS JSON policy elements: Principal").
func (r *request) principalMatches(p Principal) span {
	if p.IsAnyone() {
		return surely(direct)
	}
	switch p.Type {
	case PrincipalService:
		return r.serviceMatches(p.Value)
	case PrincipalAWS:
		return r.identityMatches(p.Value)
	case PrincipalFederated, PrincipalCanonicalUser:
		// A session does not tell who federated it, nor an account its canonical id.
		if r.kind != callerIdentity {
			return span{}
		}
	}
	return possibly(direct)
}

func (r *request) serviceMatches(name string) span {
	if r.kind != callerService {
		return span{}
	}
	if hasWildcard(name) {
		return possibly(direct)
	}
	if name == r.service.Name {
		return surely(direct)
	}
	for _, other := range r.service.OtherNames {
		if name == other {
			return surely(direct)
		}
	}
	return span{}
}

// identityMatches compares an IAM principal with an account id or ARN. There
// are no wildcards here, and the unique id of a deleted identity equals no ARN.
func (r *request) identityMatches(value string) span {
	if r.kind != callerIdentity {
		return span{}
	}
	id := &r.identity
	partition, accountID, isRoot := cutRootARN(value)
	switch {
	case value == id.account, isRoot && partition == id.partition && accountID == id.account:
		return surely(account)
	case value == id.arn, id.isSessionOf(value):
		return surely(direct)
	case id.mayBe(value):
		return possibly(direct)
	}
	return span{}
}
