package permissiontest

import (
	"errors"
	"net/http"

	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// perform answers one decoded request. ServeHTTP and InProcess both end here.
//
// The order of the checks is the service's as far as it is known: all members
// together, a qualifier that is given twice, region and account, and then the
// checks of the operation.
func (s *Service) perform(req request) *answer {
	if refused := checkConstraints(req); refused != nil {
		return refused
	}
	t, refused := s.locate(req)
	if refused != nil {
		return refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch req.operation {
	case validate.GetPolicy:
		return s.getPolicy(t)
	case validate.RemovePermission:
		return s.removePermission(req, t)
	case validate.PutResourcePolicy:
		return s.putResourcePolicy(req, t)
	case validate.GetResourcePolicy:
		return s.getPolicy(t)
	case validate.DeleteResourcePolicy:
		return s.deleteResourcePolicy(req, t)
	}
	return s.addPermission(req, t)
}

// getPolicy gives the same answer for a scope without a policy and for one that does
// not exist. $LATEST never has a policy.
func (s *Service) getPolicy(t target) *answer {
	f, ok := s.function(t)
	if !ok {
		return noPolicy()
	}
	p, ok := f.policies[t.qualifier.String()]
	if !ok {
		return noPolicy()
	}
	return &answer{status: http.StatusOK, members: map[string]any{
		"Policy":     p.document.Raw(),
		"RevisionId": p.revisionID,
	}}
}

// removePermission checks the policy, then the statement, then the RevisionId.
// Whether the service checks the RevisionId before the statement is not known. The
// message for a wrong RevisionId is not known either; this one is that of
// AddPermission.
func (s *Service) removePermission(req request, t target) *answer {
	f, p, refused := s.policyToChange(t)
	if refused != nil {
		return refused
	}
	sid := req.members["StatementId"]
	if _, ok := p.document.Lookup(sid); !ok {
		return statementNotFound(sid)
	}
	if refused := checkRevision(req, f, t); refused != nil {
		return refused
	}
	s.store(f, t.qualifier, p.document.Without(sid))
	return &answer{status: http.StatusNoContent}
}

// policyToChange returns the policy of a scope, or the refusal for a scope without one.
func (s *Service) policyToChange(t target) (*function, attached, *answer) {
	f, ok := s.function(t)
	if !ok {
		return nil, attached{}, noPolicyOfFunction(t.unqualifiedARN())
	}
	if !f.has(t.qualifier) {
		return nil, attached{}, noSuchScope(t)
	}
	p, ok := f.policies[t.qualifier.String()]
	if !ok {
		return nil, attached{}, noPolicyToChange()
	}
	return f, p, nil
}

// checkRevision refuses a RevisionId that is not the latest, also in a scope without a
// policy. An empty one counts as absent.
func checkRevision(req request, f *function, t target) *answer {
	revisionID := req.members["RevisionId"]
	if revisionID == "" || f.acceptsRevision(t.qualifier, revisionID) {
		return nil
	}
	return revisionMismatch()
}

// addPermission adds a statement to the policy of a scope. The order in which the
// service checks RevisionId, StatementId, Principal and size is not known.
func (s *Service) addPermission(req request, t target) *answer {
	if refused := checkParameters(req, t); refused != nil {
		return refused
	}
	f, refused := s.scopeForAdding(t)
	if refused != nil {
		return refused
	}
	if refused := checkRevision(req, f, t); refused != nil {
		return refused
	}
	before := f.policies[t.qualifier.String()].document
	if sid := req.members["StatementId"]; hasSid(before, sid) {
		return statementExists(sid)
	}
	if refused := s.checkPrincipals(req.members["Principal"], before); refused != nil {
		return refused
	}
	return s.addStatement(req, t, f, before)
}

func hasSid(d policy.Document, sid string) bool {
	_, ok := d.Lookup(sid)
	return ok
}

// checkParameters makes the checks that need no state.
func checkParameters(req request, t target) *answer {
	if t.qualifier.IsLatest() {
		return latestTakesNoPolicy()
	}
	return checkActions(req)
}

// checkActions refuses members that one action only supports, by the rules and the
// messages of package validate. The message about FunctionUrlAuthType is the
// service's, quoted in LocalStack's TestLambdaPermissions. The service's message
// about InvokedViaFunctionUrl is not known.
func checkActions(req request) *answer {
	var broken *validate.Error
	if !errors.As(validate.Current.Check(req.grant()), &broken) {
		return nil
	}
	for _, v := range broken.Violations {
		if v.Rule == validate.RuleAuthTypeAction || v.Rule == validate.RuleInvokedViaAction {
			return invalidParameter(v.Message)
		}
	}
	return nil
}

func (s *Service) scopeForAdding(t target) (*function, *answer) {
	f, ok := s.function(t)
	if !ok {
		return nil, functionNotFound(t.unqualifiedARN())
	}
	if !f.has(t.qualifier) {
		return nil, noSuchScope(t)
	}
	return f, nil
}

// addStatement builds the statement and stores the policy unless it becomes too
// large. Its size is that of the document that GetPolicy returns.
func (s *Service) addStatement(req request, t target, f *function, before policy.Document) *answer {
	statement, err := policy.NewStatement(req.grant(), t.function.WithQualifier(t.qualifier))
	if err != nil {
		return serializationError(err.Error())
	}
	after := before.With(statement)
	if size := after.Size(); size > policy.MaxSize {
		return policyTooLong(size, policy.MaxSize)
	}
	if refused := checkPublic(f, after); refused != nil {
		return refused
	}
	s.store(f, t.qualifier, after)
	return &answer{status: http.StatusCreated, members: map[string]any{"Statement": statement.Raw()}}
}
