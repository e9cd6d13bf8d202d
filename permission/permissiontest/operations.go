package permissiontest

import (
	"errors"
	"net/http"

	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// perform is the service itself: one decoded request, one answer. Both doors,
// HTTP and InProcess, lead here.
//
// The order of the checks is the service's as far as it is known: all members
// together, the qualifier given twice, region and account, and then what the
// operation asks of the state.
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
	}
	return s.addPermission(req, t)
}

// getPolicy does not tell a scope without a policy from one that does not
// exist. $LATEST never has one.
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

// removePermission looks at the policy, then at the statement, then at the
// RevisionId. Whether the service looks at the RevisionId before the statement
// is not known, nor the message for a wrong one: it is taken to be that of
// AddPermission.
func (s *Service) removePermission(req request, t target) *answer {
	f, ok := s.function(t)
	if !ok {
		return noPolicyOfFunction(t.unqualifiedARN())
	}
	if !f.has(t.qualifier) {
		return noSuchScope(t)
	}
	p, ok := f.policies[t.qualifier.String()]
	if !ok {
		return noPolicyToChange()
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

// checkRevision refuses a RevisionId that is not the latest, of a scope without
// a policy too. An empty one is taken for none.
func checkRevision(req request, f *function, t target) *answer {
	revisionID := req.members["RevisionId"]
	if revisionID == "" || f.acceptsRevision(t.qualifier, revisionID) {
		return nil
	}
	return revisionMismatch()
}

// addPermission adds a statement to the policy of a scope. The order in which
// the service looks at RevisionId, StatementId, Principal and size is not known;
// a test should break one rule at a time.
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

// checkParameters are the refusals that need no state.
func checkParameters(req request, t target) *answer {
	if t.qualifier.IsLatest() {
		return latestTakesNoPolicy()
	}
	return checkActions(req)
}

// checkActions refuses what goes with one action only. Which actions those are
// is a rule of the library, and the words are its. Those about FunctionUrlAuthType
// are the service's, quoted in LocalStack's TestLambdaPermissions; those about
// InvokedViaFunctionUrl are not known of it.
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

// addStatement writes the statement and stores the policy unless it grows too
// large. The size that counts is that of the document GetPolicy would return.
func (s *Service) addStatement(req request, t target, f *function, before policy.Document) *answer {
	statement, err := policy.NewStatement(req.grant(), t.function.WithQualifier(t.qualifier))
	if err != nil {
		return serializationError(err.Error())
	}
	after := before.With(statement)
	if size := after.Size(); size > policy.MaxSize {
		return policyTooLong(size, policy.MaxSize)
	}
	s.store(f, t.qualifier, after)
	return &answer{status: http.StatusCreated, members: map[string]any{"Statement": statement.Raw()}}
}
