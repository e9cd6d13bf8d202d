package ensure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"github.com/lambdaperm/lambdaperm/internal/wanted"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

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
	m := &MismatchError{StatementID: e.id(), Stored: v.stored, Wanted: v.wanted}
	if v.wanted.IsValid() {
		m.Differences = policy.Diff(v.stored, v.wanted)
	}
	if v.temporary.IsValid() {
		m.TemporaryID = e.temporaryID()
	}
	return m
}

func (e *ensuring) changed(v view) error {
	return &PolicyChangedError{StatementID: e.id(), Before: e.first.stored, Now: v.stored}
}

func (e *ensuring) refuse(v view, reason error) error {
	return &ReplaceError{StatementID: e.id(), TemporaryID: e.temporaryID(), Old: v.stored, Left: leftBy(v), Err: reason}
}

// view is what one reading of a policy shows of a grant.
type view struct {
	readout

	// wanted is the statement that the service would store, under the requested id
	// and under the temporary one. Both are zero if the policy does not tell the
	// full ARN of its scope; then no statement of it can be the wanted one.
	wanted, wantedTemporary policy.Statement

	// stored and temporary are the statements that have these ids, or zero.
	stored, temporary policy.Statement

	// covering are the statements with other ids that allow all that wanted does.
	covering []policy.Statement
}

// look reads the policy.
func (e *ensuring) look(ctx context.Context) (view, error) {
	p, err := readPolicy(ctx, e.api, e.in.FunctionName, e.in.Qualifier, e.options.CallOptions)
	if err != nil {
		return view{}, err
	}
	return e.view(p)
}

func (e *ensuring) view(p readout) (v view, err error) {
	v.readout = p
	statements := p.document.Statements()
	req := e.in.Request()
	v.wanted, err = wanted.Statement(req, statements...)
	if err == nil {
		req.StatementId = e.temporaryID()
		v.wantedTemporary, err = wanted.Statement(req, statements...)
	}
	if err != nil && !errors.Is(err, wanted.ErrNoResource) {
		return view{}, err
	}
	for _, s := range statements {
		switch {
		case s.Sid() == e.id():
			v.stored = s
		case s.Sid() == e.temporaryID():
			v.temporary = s
		case v.wanted.IsValid() && policy.Covers(s, v.wanted):
			v.covering = append(v.covering, s)
		}
	}
	return v, nil
}

// isWanted reports whether the requested id has the wanted statement.
func (v view) isWanted() bool {
	return v.stored.IsValid() && v.wanted.IsValid() && v.stored.Equivalent(v.wanted)
}

// isHalfDone reports whether the temporary id has the wanted statement.
func (v view) isHalfDone() bool {
	return v.temporary.IsValid() && v.wantedTemporary.IsValid() && v.temporary.Equivalent(v.wantedTemporary)
}

// sameAs reports whether both readings show the same under both ids.
func (v view) sameAs(w view) bool {
	return v.stored.Raw() == w.stored.Raw() && v.temporary.Raw() == w.temporary.Raw()
}

// rebuild returns the grant that stores a statement equivalent to s, or false if
// AddPermission cannot express s or the service would refuse it: statements can
// also come from PutResourcePolicy.
func (e *ensuring) rebuild(s policy.Statement) (*permission.AddPermissionInput, bool) {
	req, err := s.Request()
	if err != nil || len(s.DeadPrincipals()) > 0 {
		return nil, false
	}
	in := permission.NewAddPermissionInput(req)
	in.FunctionName, in.Qualifier = e.in.FunctionName, e.in.Qualifier
	rebuilt, err := wanted.Statement(in.Request(), s)
	return in, err == nil && rebuilt.Equivalent(s) && validate.Current.Check(in.Request()) == nil
}

// TemporaryID returns the statement id under which Grant keeps the new
// statement while it replaces the one with the given id. It is derived from the
// id alone, so that a later call recognises what an earlier one left. It has at
// most 100 characters, and no characters that id does not have but letters,
// digits and hyphens.
func TemporaryID(id string) string {
	sum := sha256.Sum256([]byte(id))
	const most = 64 // what 100 characters leave beside the rest
	return id[:min(len(id), most)] + temporaryInfix + hex.EncodeToString(sum[:6])
}

const temporaryInfix = "-lambdaperm-replacing-"
