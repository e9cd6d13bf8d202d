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
	case e.isThird(v):
		return 0, e.changed(v, nil)
	}
	return e.planReplacement(v)
}

// isThird reports whether the id has a statement that is not the wanted one nor the
// one that had it at first.
func (e *ensuring) isThird(v view) bool {
	return v.stored.IsValid() && !v.isWanted() && v.stored.Raw() != e.first.stored.Raw()
}

// accepts reports whether a statement under another id is enough.
func (e *ensuring) accepts(v view) bool {
	return e.options.AcceptCovering && len(v.covering) > 0 && !v.temporary.IsValid()
}

// planReplacement returns the next step if another statement has the id. That one
// stays in force until the wanted one is, under the temporary id.
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
	m := &MismatchError{StatementID: e.id(), Stored: v.stored, Wanted: v.wanted, TemporaryID: e.leftover(v)}
	if v.wanted.IsValid() {
		m.Differences = policy.Diff(v.stored, v.wanted)
	}
	return m
}

func (e *ensuring) changed(v view, err error) error {
	return &PolicyChangedError{StatementID: e.id(), TemporaryID: e.leftover(v), Before: e.first.stored, Now: v.stored, Err: err}
}

func (e *ensuring) refuse(v view, reason error) error {
	return &ReplaceError{StatementID: e.id(), TemporaryID: e.temporaryID(), Old: v.stored, Left: leftBy(v), Err: reason}
}

// leftover returns the temporary id if a statement has it, else "".
func (e *ensuring) leftover(v view) string {
	if v.temporary.IsValid() {
		return e.temporaryID()
	}
	return ""
}

// view is one reading of a policy, with the statements that concern a grant.
type view struct {
	document   policy.Document
	revisionID string

	// wanted is the statement that the service would store, under the requested id
	// and under the temporary one. Both are zero if the policy does not tell the
	// full ARN of its scope; then no statement of it can be the wanted one.
	wanted, wantedTemporary policy.Statement

	// stored and temporary are the statements that have these ids, or zero.
	stored, temporary policy.Statement

	// covering are the statements with other ids that allow everything that wanted
	// does.
	covering []policy.Statement
}

// look reads the policy.
func (e *ensuring) look(ctx context.Context) (view, error) {
	r, err := e.reader.read(ctx)
	if err != nil {
		return view{}, err
	}
	return e.view(r)
}

func (e *ensuring) view(r permission.PolicyReading) (v view, err error) {
	v.document, v.revisionID = r.Document, r.RevisionID
	statements := r.Document.Statements()
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

// shows reports whether v is the result of a step that was taken at before.
func (v view) shows(s step, before view) bool {
	switch s {
	case addGrant:
		return v.isWanted()
	case addTemporary:
		return v.isHalfDone() && !before.temporary.IsValid()
	case removeOld:
		return !v.stored.IsValid()
	}
	return !v.temporary.IsValid()
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

// TemporaryID returns the statement id under which Grant keeps the new statement
// while it replaces the one with the given id. It depends only on that id, so that a
// later call recognises the statement that an earlier one left. It has at most 100
// characters: those of id, letters, digits and hyphens.
func TemporaryID(id string) string {
	sum := sha256.Sum256([]byte(id))
	const most = 64 // of 100, less the infix and the digits
	return id[:min(len(id), most)] + temporaryInfix + hex.EncodeToString(sum[:6])
}

const temporaryInfix = "-lambdaperm-replacing-"
