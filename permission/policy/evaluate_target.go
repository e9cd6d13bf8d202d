package policy

import "strings"

func (r *request) matchResource(s *statement) truth {
	return matchEither(s.resources, s.notResources, r.resourceMatches)
}

// resourceMatches compares the function's ARN with an entry of Resource, which
// may have wildcards within its six parts. An ARN of fewer parts is taken to be
// undecided: IAM completes some of them.
func (r *request) resourceMatches(pattern string) truth {
	switch {
	case pattern == r.resource || pattern == "*":
		return yes
	case r.variables && hasVariable(pattern):
		return maybe
	case hasWildcard(pattern) && strings.Count(pattern, ":") < 5:
		return maybe
	}
	return truthOf(hasWildcard(pattern) && arnMatches(pattern, r.resource))
}

func (r *request) matchAction(s *statement) truth {
	return matchEither(s.actions, s.notActions, r.actionMatches)
}

// actionMatches compares the action with an entry of Action, whatever the case
// (IAM User Guide, "IAM JSON policy elements: Action"). The service must be
// named, but for "*" alone; what wildcards in its place do is not documented.
func (r *request) actionMatches(pattern string) truth {
	switch {
	case pattern == r.action || pattern == "*" || equalFoldASCII(pattern, r.action):
		return yes
	case !hasWildcard(pattern) || !matches(foldASCII(pattern), foldASCII(r.action)):
		return no
	}
	service, _, named := strings.Cut(pattern, ":")
	return truthOf(named && !hasWildcard(service)).orMaybe()
}
