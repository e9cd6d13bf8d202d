package permission

import "github.com/lambdaperm/lambdaperm/permission/policy"

// step is one write on the way to the wanted policy. Which comes next depends on
// the policy alone, not on what was done before: this is why a call can go on
// where another one failed.
type step int

const (
	finished step = iota
	addGrant
	addTemporary
	removeOld
	removeTemporary
)

// String says what the step is for.
func (s step) String() string {
	return [...]string{
		"nothing is left to do",
		"adding the statement",
		"adding the new statement under the temporary id",
		"removing the old statement",
		"removing the temporary statement",
	}[s]
}

// plan returns the next step.
func (e *ensuring) plan(v view) (step, error) {
	switch {
	case v.isWanted() && v.temporary.IsValid():
		return removeTemporary, nil
	case v.isWanted():
		return finished, nil
	case !v.stored.IsValid() && e.accepts(v):
		return finished, nil
	case !v.stored.IsValid():
		return addGrant, nil
	case !e.options.Replace:
		return 0, e.mismatch(v)
	case v.stored.Raw() != e.first.stored.Raw():
		return 0, e.changed(v)
	}
	return e.planReplacement(v)
}

// accepts reports whether a statement under another id is enough.
func (e *ensuring) accepts(v view) bool {
	return e.options.AcceptCovering && len(v.covering) > 0 && !v.temporary.IsValid()
}

// planReplacement is plan where another statement has the id. It stays in force
// until the wanted one is, under the temporary id.
func (e *ensuring) planReplacement(v view) (step, error) {
	if _, ok := e.rebuild(v.stored); !ok {
		return 0, e.refuse(v, ErrCannotRestore)
	}
	switch {
	case v.isHalfDone():
		return removeOld, nil
	case v.temporary.IsValid(): // of a replacement by something else
		return removeTemporary, nil
	case fitsThroughout(v):
		return addTemporary, nil
	case e.options.AllowGap:
		return removeOld, nil
	}
	return 0, e.refuse(v, ErrNoRoom)
}

// fitsThroughout reports whether no step of a replacement would make the policy
// too large: first the temporary statement joins the old one, then the new one
// joins the temporary.
func fitsThroughout(v view) bool {
	return v.document.Fits(v.wantedTemporary) &&
		v.document.Without(v.stored.Sid()).Fits(v.wantedTemporary, v.wanted)
}

func (e *ensuring) mismatch(v view) error {
	m := &MismatchError{StatementId: e.id(), Stored: v.stored, Wanted: v.wanted}
	if v.wanted.IsValid() {
		m.Differences = policy.Diff(v.stored, v.wanted)
	}
	if v.temporary.IsValid() {
		m.TemporaryId = e.temporaryID()
	}
	return m
}

func (e *ensuring) changed(v view) error {
	return &PolicyChangedError{StatementId: e.id(), Before: e.first.stored, Now: v.stored}
}

func (e *ensuring) refuse(v view, reason error) error {
	return &ReplaceError{StatementId: e.id(), TemporaryId: e.temporaryID(), Old: v.stored, Left: leftBy(v), Err: reason}
}
