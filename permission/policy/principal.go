package policy

import "strings"

// Types of a [Principal], as the policy language spells them (IAM User Guide,
// "AWS JSON policy elements: Principal").
const (
	PrincipalAnyone        = "*" // the whole element is the string "*"
	PrincipalAWS           = "AWS"
	PrincipalService       = "Service"
	PrincipalFederated     = "Federated"
	PrincipalCanonicalUser = "CanonicalUser"
)

// A Principal is one entry of a Principal or NotPrincipal element. It is a
// plain, comparable value; == compares spelling, so that an account id and the
// ARN of its root user differ. The zero Principal stands for nobody.
type Principal struct {
	Type  string // PrincipalAWS and so on; other types are kept as they are spelled
	Value string // an ARN, account id, service name …; "*" if Type is PrincipalAnyone
}

// IsAnyone reports whether p matches every caller: the bare string "*" and
// {"AWS":"*"} mean the same (IAM User Guide, "AWS JSON policy elements:
// Principal", "All principals").
func (p Principal) IsAnyone() bool {
	return p.Value == "*" && (p.Type == PrincipalAnyone || p.Type == PrincipalAWS)
}

// IsAccount reports whether p is a whole account: twelve digits, or the ARN of
// the account's root user.
func (p Principal) IsAccount() bool {
	if p.Type != PrincipalAWS {
		return false
	}
	if isAccountID(p.Value) {
		return true
	}
	_, _, ok := cutRootARN(p.Value)
	return ok
}

// IsUniqueID reports whether p is the unique id of an IAM user (AIDA…) or role
// (AROA…) instead of an ARN, alone or followed by a colon and a session name.
// A policy shows such an id when the identity has been deleted; the entry then
// matches nobody, not even a new identity of the same name (IAM User Guide,
// "AWS JSON policy elements: Principal"; the prefixes: "IAM identifiers",
// "Understanding unique ID prefixes"). Ids of other things, such as a group's
// AGPA…, cannot be principals and are not recognised.
func (p Principal) IsUniqueID() bool {
	if p.Type != PrincipalAWS {
		return false
	}
	id, session, found := strings.Cut(p.Value, ":")
	if found && session == "" {
		return false
	}
	if !strings.HasPrefix(id, "AIDA") && !strings.HasPrefix(id, "AROA") {
		return false
	}
	return len(id) >= minUniqueID && strings.IndexFunc(id, isNotUniqueID) < 0
}

// minUniqueID is the shortest id that IAM documents (API reference, User,
// "UserId"; Role, "RoleId").
const minUniqueID = 16

func isNotUniqueID(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

func rootARN(partition, accountID string) string {
	return "arn:" + partition + ":iam::" + accountID + ":root"
}

// cutRootARN takes the ARN of an account's root user apart.
func cutRootARN(s string) (partition, accountID string, ok bool) {
	rest, isARN := strings.CutPrefix(s, "arn:")
	partition, rest, _ = strings.Cut(rest, ":")
	accountID, isRoot := strings.CutSuffix(strings.TrimPrefix(rest, "iam::"), ":root")
	ok = isARN && isRoot && partition != "" && isAccountID(accountID) && s == rootARN(partition, accountID)
	return partition, accountID, ok
}
