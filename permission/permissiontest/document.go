package permissiontest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// SetPolicy replaces the policy of a function, a version or an alias by document, a
// policy in JSON. The policy gets a new RevisionId. The name has any form that
// Policy takes.
//
//	err := service.SetPolicy("Thumbnail:PROD", `{"Version":"2012-10-17","Statement":[...]}`)
//
// SetPolicy creates the function, the version or the alias if it does not exist.
// PublishVersion then continues after the number of a version; an alias points to
// $LATEST.
//
// The document may have elements that PutResourcePolicy accepts and AddPermission
// cannot write: Deny, NotPrincipal, lists, statements without a Sid, any
// condition. It is stored byte for byte. The ARN of an identity
// that was deleted by DeletePrincipal is replaced by its unique id, as the service
// shows it. The document may also contain such an id itself (AIDA..., AROA...):
// nothing can be added to that policy until the statement is removed.
//
// SetPolicy returns an error, and changes nothing, if the service could not have
// such a policy: a document of more than 20,480 bytes, without the space between
// tokens, or without statements; a
// statement without Effect, principal, action or resource; two statements with one
// Sid; a resource that is another function; an AWS or Service principal that does
// not exist in the partition; a member that the policy language does not have; or a
// policy of $LATEST. It also refuses $LATEST.PUBLISHED (see "Unknown behaviour" above).
func (s *Service) SetPolicy(function, document string) error {
	scope, err := s.ownScope(function)
	if err != nil {
		return err
	}
	d, err := policy.Parse(document)
	if err != nil {
		return fmt.Errorf("permissiontest: SetPolicy of %s: %w", scope, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d = withUniqueIDs(d, s.gone)
	if err := errors.Join(checkDocument(d, scope.Unqualified()), s.checkWhom(d)); err != nil {
		return fmt.Errorf("permissiontest: SetPolicy of %s: %w", scope, err)
	}
	s.store(s.ensureScope(scope), scope.Qualifier(), d)
	return nil
}

// ownScope parses the name of a function, version or alias that this service can
// have and that can have a policy.
func (s *Service) ownScope(name string) (arn.Function, error) {
	scope, err := arn.ParseFunction(name)
	if err != nil {
		return arn.Function{}, err
	}
	function, err := s.own(scope.Unqualified().String())
	if err != nil {
		return arn.Function{}, err
	}
	q := scope.Qualifier()
	switch {
	case q.IsZero():
		return function, nil
	case q.String() == "$LATEST.PUBLISHED":
		return arn.Function{}, errors.New("permissiontest: $LATEST.PUBLISHED, a version of functions on Lambda Managed " +
			"Instances, is not supported: whether it can have a policy is not known")
	case q.IsVersion() && !isVersionNumber(q.String()):
		return arn.Function{}, fmt.Errorf("permissiontest: %q is not a version: want a number from 1 without leading zeros", q)
	case !q.IsVersion() && !isAliasName(q):
		return arn.Function{}, fmt.Errorf("permissiontest: %q cannot have a policy: want a version or an alias", q)
	}
	return function.WithQualifier(q), nil
}

func isVersionNumber(q string) bool {
	n, err := strconv.Atoi(q)
	return err == nil && n > 0 && strconv.Itoa(n) == q
}

func isAliasName(q arn.Qualifier) bool {
	return q.IsAlias() && utf8.RuneCountInString(q.String()) <= maxAliasName
}

// ensureScope returns the function of a scope. It creates the function and the
// scope if they do not exist. The caller holds s.mu.
func (s *Service) ensureScope(scope arn.Function) *function {
	f, ok := s.functions[scope.Name()]
	if !ok {
		f = newFunction()
		s.functions[scope.Name()] = f
	}
	q := scope.Qualifier()
	switch {
	case f.has(q):
	case q.IsVersion():
		number, _ := strconv.Atoi(q.String()) // isVersionNumber
		f.versions[q.String()] = true
		s.published[scope.Name()] = max(s.published[scope.Name()], number)
	default:
		f.aliases[q.String()] = alias{version: "$LATEST", revisionID: s.nextRevisionID()}
	}
	return f
}

// checkDocument reports why a document cannot be a policy of a function. It does not
// check whether the principals exist.
func checkDocument(d policy.Document, function arn.Function) error {
	statements := d.Statements()
	switch {
	case d.Size() > policy.MaxSize:
		return fmt.Errorf("the policy has %d bytes, more than %d", d.Size(), policy.MaxSize)
	case d.Version() != "" && d.Version() != "2012-10-17" && d.Version() != "2008-10-17":
		return errors.New("the Version of a policy is 2012-10-17 or 2008-10-17")
	case len(d.UnknownMembers()) > 0:
		return unknownMember(d.UnknownMembers()[0])
	case len(statements) == 0:
		return errors.New("a policy has at least one statement")
	}
	sids := make(map[string]bool)
	for i, statement := range statements {
		err := checkStatement(statement, function)
		if sid := statement.Sid(); err == nil && sid != "" && sids[sid] {
			err = fmt.Errorf("another statement has the Sid %q", sid)
		}
		if err != nil {
			return fmt.Errorf("element Statement[%d]: %w", i, err)
		}
		sids[statement.Sid()] = true
	}
	return nil
}

// unknownMember refuses a member of a policy. A statement by itself, without the
// policy around it, is the likely mistake if statements have such a member.
func unknownMember(name string) error {
	switch name {
	case "Sid", "Effect", "Principal", "Action", "Resource", "Condition":
		return fmt.Errorf("a policy has no member %q: the list of its member Statement has statements", name)
	}
	return fmt.Errorf("a policy has no member %q", name)
}

func checkStatement(statement policy.Statement, function arn.Function) error {
	if unknown := statement.UnknownMembers(); len(unknown) > 0 {
		return fmt.Errorf("a statement has no member %q", unknown[0])
	}
	if e := statement.Effect(); e != "Allow" && e != "Deny" {
		return fmt.Errorf("the Effect is %q, want Allow or Deny", e)
	}
	for _, element := range []struct {
		name      string
		this, not int
	}{
		{"Principal", len(statement.Principals()), len(statement.NotPrincipals())},
		{"Action", len(statement.Actions()), len(statement.NotActions())},
		{"Resource", len(statement.Resources()), len(statement.NotResources())},
	} {
		if (element.this > 0) == (element.not > 0) {
			return fmt.Errorf("want either %s or Not%[1]s, and at least one value in it", element.name)
		}
	}
	return checkResources(statement, function.String())
}

// checkWhom reports a principal of type AWS or Service that is not an account, an
// identity or a service. For other types the service's rules are not known. The caller
// holds s.mu.
func (s *Service) checkWhom(d policy.Document) error {
	for i, statement := range d.Statements() {
		for _, p := range append(statement.Principals(), statement.NotPrincipals()...) {
			if !s.exists(p) {
				return fmt.Errorf("element Statement[%d]: no principal of type %s is called %q", i, p.Type, p.Value)
			}
		}
	}
	return nil
}

func (s *Service) exists(p policy.Principal) bool {
	switch p.Type {
	case policy.PrincipalAWS:
		return p.Value == "*" || arn.IsAccountID(p.Value) || p.IsUniqueID() || s.isIdentity(p.Value)
	case policy.PrincipalService:
		return s.isService(p.Value)
	}
	return true
}

// checkResources reports a resource of another function. A pattern with a wildcard
// may match this one and passes.
func checkResources(statement policy.Statement, function string) error {
	for _, r := range append(statement.Resources(), statement.NotResources()...) {
		if r != function && !strings.HasPrefix(r, function+":") && !strings.ContainsAny(r, "*?") {
			return fmt.Errorf("resource %q does not belong to the function %s", r, function)
		}
	}
	return nil
}
