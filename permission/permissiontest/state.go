package permissiontest

import (
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// function is one function with what belongs to it. Each scope (the unqualified
// function, a version, an alias) has a policy of its own.
type function struct {
	versions map[string]bool
	aliases  map[string]alias
	policies map[string]attached // by qualifier, "" for the unqualified function
}

// alias is a name for a version. Its revision id is its own, not its policy's.
type alias struct{ version, revisionID string }

// attached is the policy of one scope; it has at least one statement.
type attached struct {
	document   policy.Document
	revisionID string
}

func newFunction() *function {
	return &function{
		versions: make(map[string]bool),
		aliases:  make(map[string]alias),
		policies: make(map[string]attached),
	}
}

// has reports whether the scope exists. $LATEST exists with every function and
// never has a policy.
func (f *function) has(q arn.Qualifier) bool {
	if q.IsZero() || q.IsLatest() {
		return true
	}
	if q.IsVersion() {
		return f.versions[q.String()]
	}
	_, ok := f.aliases[q.String()]
	return ok
}

// acceptsRevision reports whether a RevisionId that came with a change is the
// latest of the scope. An alias without a policy takes the alias's own.
func (f *function) acceptsRevision(q arn.Qualifier, revisionID string) bool {
	if p, ok := f.policies[q.String()]; ok {
		return p.revisionID == revisionID
	}
	a, ok := f.aliases[q.String()]
	return ok && a.revisionID == revisionID
}

// store makes document the policy of a scope, under a new revision id. A policy
// without statements is none.
func (s *Service) store(f *function, q arn.Qualifier, document policy.Document) {
	revisionID := s.nextRevisionID()
	if len(document.Statements()) == 0 {
		delete(f.policies, q.String())
		return
	}
	f.policies[q.String()] = attached{document, revisionID}
}
