package permissiontest

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The service's limits of names (CreateFunction, FunctionName; CreateAlias, Name).
const (
	maxFunctionName = 64
	maxAliasName    = 128
)

// CreateFunction creates a function. The name may have any form without a qualifier:
// Thumbnail, 123456789012:Thumbnail, a full ARN. It is an error if the name is
// malformed, belongs to another account or region, or is taken.
func (s *Service) CreateFunction(name string) error {
	f, err := s.own(name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.functions[f.Name()]; taken {
		return fmt.Errorf("permissiontest: function %s already exists", f)
	}
	s.functions[f.Name()] = newFunction()
	return nil
}

// PublishVersion creates the next version of a function and returns its number: "1",
// "2" and so on. A number is not used again, even if the function is deleted and
// created again (AWS Lambda Developer Guide, "Manage Lambda function versions"). The
// version has no policy, and the policy of the unqualified function does not change.
func (s *Service) PublishVersion(name string) (version string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref, f, err := s.existing(name)
	if err != nil {
		return "", err
	}
	s.published[ref.Name()]++
	version = strconv.Itoa(s.published[ref.Name()])
	f.versions[version] = true
	return version, nil
}

// CreateAlias creates an alias of a version or of $LATEST. It returns the alias's own
// RevisionId, which AddPermission accepts as long as the alias has no policy. The name
// has letters, digits, hyphens and underscores, and not digits only.
func (s *Service) CreateAlias(name, aliasName, version string) (revisionID string, err error) {
	q, err := arn.ParseQualifier(aliasName)
	if err != nil {
		return "", err
	}
	if !isAliasName(q) {
		return "", fmt.Errorf("permissiontest: %q is not a valid name of an alias: want 1 to %d letters, digits, "+
			"hyphens and underscores, not digits only", aliasName, maxAliasName)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, f, err := s.existing(name)
	if err != nil {
		return "", err
	}
	if f.has(q) {
		return "", fmt.Errorf("permissiontest: function %s has an alias %s already", name, aliasName)
	}
	return s.point(f, name, aliasName, version)
}

// point points an alias to a version and gives it a new revision id. The caller holds
// s.mu.
func (s *Service) point(f *function, name, aliasName, version string) (revisionID string, err error) {
	if version != "$LATEST" && !f.versions[version] {
		return "", fmt.Errorf("permissiontest: function %s has no version %q for alias %s", name, version, aliasName)
	}
	a := alias{version: version, revisionID: s.nextRevisionID()}
	f.aliases[aliasName] = a
	return a.revisionID, nil
}

// Policy returns the policy of a function, a version or an alias. The name may have
// any form: Thumbnail, Thumbnail:PROD, a full ARN with or without a qualifier. ok is
// false if there is no policy, and also if the name is malformed or unknown.
func (s *Service) Policy(ref string) (document policy.Document, ok bool) {
	f, err := arn.ParseFunction(ref)
	if err != nil || !s.owns(f) {
		return policy.Document{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if function, known := s.functions[f.Name()]; known {
		p, found := function.policies[f.Qualifier().String()]
		return p.document, found
	}
	return policy.Document{}, false
}

// existing finds a function by its name. The caller holds s.mu.
func (s *Service) existing(name string) (arn.Function, *function, error) {
	ref, err := s.own(name)
	if err != nil {
		return ref, nil, err
	}
	f, ok := s.functions[ref.Name()]
	if !ok {
		return ref, nil, fmt.Errorf("permissiontest: function %s does not exist: create it first", ref)
	}
	return ref, f, nil
}

// own parses the name of a function that this service can have.
func (s *Service) own(name string) (arn.Function, error) {
	f, err := arn.ParseFunction(name)
	switch {
	case err != nil:
		return arn.Function{}, err
	case !f.Qualifier().IsZero():
		return arn.Function{}, fmt.Errorf("permissiontest: %q has a qualifier: want the name of a function", name)
	case utf8.RuneCountInString(f.Name()) > maxFunctionName:
		return arn.Function{}, fmt.Errorf("permissiontest: name %q has more than %d characters", name, maxFunctionName)
	case !s.owns(f):
		return arn.Function{}, fmt.Errorf("permissiontest: %q is not a function of account %s in %s", name, s.account, s.region)
	}
	return f.Complete(partitionOf(s.region), s.region, s.account), nil
}

// owns reports whether a name belongs to the account, region and partition of s.
func (s *Service) owns(f arn.Function) bool {
	return s.complete(f).Unqualified() == s.complete(arn.MustParseFunction("function:"+f.Name()))
}

// UpdateAlias points an alias to another version, or to $LATEST, and returns the
// alias's new RevisionId. The policy belongs to the alias, not to the version, and
// does not change.
func (s *Service) UpdateAlias(name, aliasName, version string) (revisionID string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.withAlias(name, aliasName)
	if err != nil {
		return "", err
	}
	return s.point(f, name, aliasName, version)
}

// DeleteAlias deletes an alias and its policy. The version stays.
func (s *Service) DeleteAlias(name, aliasName string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.withAlias(name, aliasName)
	if err != nil {
		return err
	}
	delete(f.aliases, aliasName)
	delete(f.policies, aliasName)
	return nil
}

// DeleteVersion deletes a version and its policy. A version that an alias points
// to cannot be deleted (DeleteFunction, Qualifier).
func (s *Service) DeleteVersion(name, version string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, f, err := s.existing(name)
	if err != nil {
		return err
	}
	if !f.versions[version] {
		return fmt.Errorf("permissiontest: function %s has no version %q", name, version)
	}
	for aliasName, a := range f.aliases {
		if a.version == version {
			return fmt.Errorf("permissiontest: alias %s points to version %s of function %s", aliasName, version, name)
		}
	}
	delete(f.versions, version)
	delete(f.policies, version)
	return nil
}

// DeleteFunction deletes a function with its versions, its aliases and their policies.
// A function of the same name that is created later begins without them.
func (s *Service) DeleteFunction(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref, _, err := s.existing(name)
	if err != nil {
		return err
	}
	delete(s.functions, ref.Name())
	return nil
}

// withAlias finds a function that has the alias. The caller holds s.mu.
func (s *Service) withAlias(name, aliasName string) (*function, error) {
	_, f, err := s.existing(name)
	if err != nil {
		return nil, err
	}
	if _, ok := f.aliases[aliasName]; !ok {
		return nil, fmt.Errorf("permissiontest: function %s has no alias %q", name, aliasName)
	}
	return f, nil
}
