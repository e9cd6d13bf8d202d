package permissiontest

import "github.com/lambdaperm/lambdaperm/arn"

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
		return target{}, notFound("Functions from '" + region + "' are not reachable in this region ('" + s.region + "')")
	}
	if account := name.AccountID(); account != "" && account != s.account {
		return target{}, accessDenied(nil)
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
		return arn.Qualifier{}, invalidParameter("The derived qualifier from the function name does not match the specified qualifier.")
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
		return notFound("Cannot find alias arn: " + t.qualifiedARN())
	}
	return notFound("Function not found: " + t.qualifiedARN())
}
