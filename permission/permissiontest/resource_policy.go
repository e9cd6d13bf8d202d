package permissiontest

import (
	"net/http"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// locateResource returns the scope of a request with a ResourceArn. A text that
// matches the pattern and is not an ARN of a function names nothing.
func (s *Service) locateResource(resourceARN string) (target, *answer) {
	name, err := arn.ParseFunction(resourceARN)
	if err != nil {
		return target{}, functionNotFound(resourceARN)
	}
	return s.reachable(name, name.Qualifier())
}

// putResourcePolicy replaces the policy of a scope by the document of the request.
// The messages of its own refusals are not known.
func (s *Service) putResourcePolicy(req request, t target) *answer {
	if t.qualifier.IsLatest() {
		return latestTakesNoPolicy()
	}
	f, refused := s.scopeForAdding(t)
	if refused != nil {
		return refused
	}
	if refused := checkRevision(req, f, t); refused != nil {
		return refused
	}
	document, refused := s.parsePolicy(req.members["Policy"], t)
	if refused != nil {
		return refused
	}
	if refused := checkPublic(f, document); refused != nil {
		return refused
	}
	s.store(f, t.qualifier, document)
	return s.getPolicy(t)
}

// parsePolicy parses a document and refuses one that cannot be the policy of a scope,
// or that names a deleted identity: its ARN does not exist any more, and a unique id
// stands only for a deleted one.
func (s *Service) parsePolicy(text string, t target) (policy.Document, *answer) {
	document, err := policy.Parse(text)
	if err != nil {
		return policy.Document{}, invalidParameter("The policy is not valid: " + err.Error())
	}
	if document.Size() > policy.MaxSize {
		return policy.Document{}, policyTooLong(document.Size(), policy.MaxSize)
	}
	if err := checkDocument(document, t.function); err != nil {
		return policy.Document{}, invalidParameter("The policy is not valid: " + err.Error())
	}
	if len(document.DeadPrincipals()) > 0 || s.checkWhom(document) != nil {
		return policy.Document{}, invalidParameter(invalidPrincipal)
	}
	return document, nil
}

// deleteResourcePolicy removes the policy of a scope. Its refusals are those of
// RemovePermission where there is no policy.
func (s *Service) deleteResourcePolicy(req request, t target) *answer {
	f, _, refused := s.policyToChange(t)
	if refused != nil {
		return refused
	}
	if refused := checkRevision(req, f, t); refused != nil {
		return refused
	}
	s.store(f, t.qualifier, policy.Document{})
	return &answer{status: http.StatusNoContent}
}
