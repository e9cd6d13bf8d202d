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

// target is the scope that a request is about: a function of this service, and
// the version or alias if there is one.
type target struct {
	function  arn.Function // complete and unqualified
	qualifier arn.Qualifier
}

func (t target) unqualifiedARN() string { return t.function.String() }

// qualifiedARN writes the qualifier even where a function name cannot carry it.
func (t target) qualifiedARN() string { return t.function.String() + ":" + t.qualifier.String() }

// locate reads the scope from a request whose members are well-formed. Whether
// it exists is not asked yet: another region or account is refused before.
func (s *Service) locate(req request) (target, *answer) {
	name, err := arn.ParseFunction(req.members["FunctionName"])
	if err != nil {
		return target{}, serializationError(err.Error())
	}
	qualifier, refused := qualifierOf(req, name)
	if refused != nil {
		return target{}, refused
	}
	if region := name.Region(); region != "" && region != s.region {
		return target{}, unreachableRegion(region, s.region)
	}
	if account := name.AccountID(); account != "" && account != s.account {
		return target{}, anotherAccount()
	}
	return target{s.complete(name.Unqualified()), qualifier}, nil
}

// qualifierOf takes the qualifier from the name, the Qualifier, or both when
// they agree.
func qualifierOf(req request, name arn.Function) (arn.Qualifier, *answer) {
	text, given := req.members["Qualifier"]
	if !given {
		return name.Qualifier(), nil
	}
	q, err := arn.ParseQualifier(text)
	if err != nil {
		return arn.Qualifier{}, serializationError(err.Error())
	}
	if derived := name.Qualifier(); !derived.IsZero() && derived != q {
		return arn.Qualifier{}, qualifierMismatch()
	}
	return q, nil
}

// function finds the function of a target; an ARN of another partition names
// none of them. The caller holds s.mu.
func (s *Service) function(t target) (*function, bool) {
	if t.function.Partition() != partitionOf(s.region) {
		return nil, false
	}
	f, ok := s.functions[t.function.Name()]
	return f, ok
}

// noSuchScope is the answer for a version or alias that does not exist: one text
// for what could be an alias, another for the rest.
func noSuchScope(t target) *answer {
	if t.qualifier.IsAlias() {
		return aliasNotFound(t.qualifiedARN())
	}
	return functionNotFound(t.qualifiedARN())
}
