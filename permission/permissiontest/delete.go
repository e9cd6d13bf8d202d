package permissiontest

import "fmt"

// UpdateAlias points an alias to another version, or to $LATEST, and returns the
// alias's new RevisionId. The alias's policy stays as it is: it belongs to the
// alias, not to the version.
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

// DeleteFunction deletes a function with its versions, its aliases and all of
// their policies. One of the same name that is created afterwards has none of
// them.
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
