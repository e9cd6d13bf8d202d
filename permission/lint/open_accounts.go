package lint

// foreignSource leaves to sourceOnIAM what has no source.
func foreignSource(g *grant) problem {
	owner := g.SourceAccount
	field := "SourceAccount"
	if owner == "" {
		owner, field = g.source.AccountID(), "SourceArn"
	}
	if g.caller.isIAM() || !isAccountID(owner) || agree(owner, g.function.AccountID()) {
		return problem{}
	}
	return problem{
		field:   field,
		message: "the source belongs to account " + quote(owner) + ", the function to " + quote(g.function.AccountID()),
		fix:     "make sure that this is meant",
	}
}

func accountPrincipal(g *grant) problem {
	if g.caller.kind != accountCaller || g.isOwnAccount() {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: "every user and role of account " + quote(g.caller.account) + " that its administrators choose may call",
		fix:     "name a role to narrow it",
	}
}

func ownAccount(g *grant) problem {
	if !g.isOwnAccount() {
		return problem{}
	}
	return problem{
		field:   "Principal",
		message: quote(g.caller.account) + " is the account of the function",
		fix:     "name a role of the account, or use policies of the account's users and roles",
	}
}

func (g *grant) isOwnAccount() bool {
	return g.caller.kind == accountCaller && g.caller.account == g.function.AccountID()
}

// orgWide leaves to urlNoneCondition what nobody in the organization can use.
func orgWide(g *grant) problem {
	if g.caller.kind != anyone || g.PrincipalOrgID == "" || g.FunctionUrlAuthType == "NONE" {
		return problem{}
	}
	return problem{
		field:   "PrincipalOrgID",
		message: "every account of organization " + quote(g.PrincipalOrgID) + " may call",
		fix:     "name an account or a role to narrow it",
	}
}
