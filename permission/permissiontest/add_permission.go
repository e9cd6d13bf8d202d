package permissiontest

import (
	"errors"
	"net/http"

	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

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
		return invalidParameter("We currently do not support adding policies for $LATEST.")
	}
	return checkActions(req)
}

// checkActions refuses what goes with one action only. Which actions those are
// is a rule of the library, and the words are its; those about
// InvokedViaFunctionUrl are not known of the service.
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
		return nil, notFound("Function not found: " + t.unqualifiedARN())
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
