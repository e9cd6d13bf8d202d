package permissiontest

import (
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// function is the state of one function. Each scope (the unqualified function, a
// version, an alias) has a policy of its own.
type function struct {
	versions map[string]bool
	aliases  map[string]alias
	policies map[string]attached // by qualifier, "" for the unqualified function

	blocksPublic bool
}

// alias is a name for a version. It has a revision id beside that of its policy.
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

// acceptsRevision reports whether the RevisionId of a request is the latest of the
// scope. An alias without a policy accepts its own.
func (f *function) acceptsRevision(q arn.Qualifier, revisionID string) bool {
	if p, ok := f.policies[q.String()]; ok {
		return p.revisionID == revisionID
	}
	a, ok := f.aliases[q.String()]
	return ok && a.revisionID == revisionID
}

// store sets the policy of a scope and gives it a new revision id. A document without
// statements removes the policy.
func (s *Service) store(f *function, q arn.Qualifier, document policy.Document) {
	revisionID := s.nextRevisionID()
	if len(document.Statements()) == 0 {
		delete(f.policies, q.String())
		return
	}
	f.policies[q.String()] = attached{document, revisionID}
}

// target is the scope of a request: a function of this service, and a version or an
// alias if the request names one.
type target struct {
	function  arn.Function // complete and unqualified
	qualifier arn.Qualifier
}

func (t target) unqualifiedARN() string { return t.function.String() }

// qualifiedARN appends the qualifier, even one that a function name cannot have.
func (t target) qualifiedARN() string { return t.function.String() + ":" + t.qualifier.String() }

// locate returns the scope of a request whose members are well-formed. It does not
// check whether the scope exists.
func (s *Service) locate(req request) (target, *answer) {
	if resourceARN, ok := req.members["ResourceArn"]; ok {
		return s.locateResource(resourceARN)
	}
	name, err := arn.ParseFunction(req.members["FunctionName"])
	if err != nil {
		return target{}, serializationError(err.Error())
	}
	qualifier, refused := qualifierOf(req, name)
	if refused != nil {
		return target{}, refused
	}
	return s.reachable(name, qualifier)
}

// reachable returns the scope of a function's name and a qualifier. It refuses another
// region or account.
func (s *Service) reachable(name arn.Function, qualifier arn.Qualifier) (target, *answer) {
	if region := name.Region(); region != "" && region != s.region {
		return target{}, unreachableRegion(region, s.region)
	}
	if account := name.AccountID(); account != "" && account != s.account {
		return target{}, anotherAccount()
	}
	return target{s.complete(name.Unqualified()), qualifier}, nil
}

// qualifierOf returns the qualifier of the name or of Qualifier. If both are given,
// they must agree.
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

// function returns the function of a target. It is false for an ARN of another
// partition. The caller holds s.mu.
func (s *Service) function(t target) (*function, bool) {
	if t.function.Partition() != partitionOf(s.region) {
		return nil, false
	}
	f, ok := s.functions[t.function.Name()]
	return f, ok
}

// noSuchScope is the answer for a version or an alias that does not exist. Its message
// depends on whether the qualifier could be an alias.
func noSuchScope(t target) *answer {
	if t.qualifier.IsAlias() {
		return aliasNotFound(t.qualifiedARN())
	}
	return functionNotFound(t.qualifiedARN())
}
