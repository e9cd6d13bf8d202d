package policy

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

// An identity is an IAM principal, taken apart (IAM User Guide, "IAM
// identifiers" and "AWS JSON policy elements: Principal").
type identity struct {
	kind      identityKind
	arn       string
	partition string
	account   string
	role      string // the name of the role, of a role or session of it
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
	if err != nil || a.Region() != "" || !isAccountID(a.AccountID()) || hasWildcard(s) {
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

// lastName returns what follows the path: a role's name, which is unique in its
// account whatever its path is.
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
