package ensure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// MismatchError is Grant's answer when another statement has the requested id
// and Options.Replace was not set. Nothing was written.
type MismatchError struct {
	// StatementID is the id that is taken.
	StatementID string

	// Stored is the statement that has it. Its text holds an EventSourceToken, if
	// the statement does.
	Stored policy.Statement

	// Wanted is the statement that was asked for, zero if the policy does not tell
	// what its resource would be.
	Wanted policy.Statement

	// Differences says how Stored (A) differs from Wanted (B), without any token. It
	// is empty without Wanted.
	Differences []policy.Difference

	// TemporaryID is the id of a statement that an interrupted replacement left, or
	// "". With Replace, Grant finishes it.
	TemporaryID string
}

// Error says what differs. It holds no EventSourceToken.
func (e *MismatchError) Error() string {
	text := fmt.Sprintf("permission: another statement has the id %q", e.StatementID)
	if len(e.Differences) > 0 {
		text += "; A is stored, B was asked for: " + joinDifferences(e.Differences)
	}
	if e.TemporaryID != "" {
		text += fmt.Sprintf("; a replacement was begun and left %q", e.TemporaryID)
	}
	return text + " (Options.Replace replaces it)"
}

// PolicyChangedError is Grant's answer when somebody else put another statement
// under the id while it was at work on it: to replace that as well would be to
// fight. What Grant did until then stays; the next call starts from there.
type PolicyChangedError struct {
	// StatementID is the id that two are at work on.
	StatementID string

	// Before is the statement that had the id when Grant first read the policy,
	// zero if none had. Now is the one that has it since.
	Before, Now policy.Statement
}

// Error says what changed. It holds no EventSourceToken.
func (e *PolicyChangedError) Error() string {
	text := fmt.Sprintf("permission: somebody else changed the statement %q at the same time", e.StatementID)
	if !e.Before.IsValid() {
		return text + ": it was not there before"
	}
	return text + "; A was there before, B is now: " + joinDifferences(policy.Diff(e.Before, e.Now))
}

// Why Grant refuses to begin a replacement, within a *ReplaceError.
var (
	// ErrCannotRestore: the old statement holds what AddPermission cannot express,
	// such as a foreign condition, several actions, or a deleted principal. If
	// something went wrong it could not be put back. Absent removes it
	// regardless.
	ErrCannotRestore = errors.New("AddPermission could not restore the old statement")

	// ErrNoRoom: the old and the new statement do not fit into the policy together
	// (policy.MaxSize). Options.AllowGap replaces it regardless.
	ErrNoRoom = errors.New("there is no room in the policy for the old and the new statement together")
)

// ReplaceError is a replacement that Grant refused to begin, or that broke off.
type ReplaceError struct {
	// StatementID is the id whose statement is being replaced, TemporaryID the one
	// that the new statement has meanwhile.
	StatementID, TemporaryID string

	// Old is the statement that had StatementID at the last reading, or before it
	// was removed; zero if a call before this one removed it.
	Old policy.Statement

	// Left is what is in the policy, by the last reading.
	Left Left

	// Uncertain means that the step that failed may have been carried out after the
	// last reading. The next Grant sees it.
	Uncertain bool

	// Step says what failed, "" if nothing was begun.
	Step string

	// Err is why: ErrCannotRestore, ErrNoRoom, or the error of the call.
	Err error
}

// Error says what failed, and what is left. It holds no EventSourceToken.
func (e *ReplaceError) Error() string {
	text := fmt.Sprintf("permission: replacing statement %q: ", e.StatementID)
	if e.Step == "" {
		return text + e.Err.Error()
	}
	text += fmt.Sprintf("%s: %v; %s (temporary id %q)", e.Step, e.Err, e.Left.inForce(), e.TemporaryID)
	if e.Uncertain {
		text += ", unless the step was carried out all the same"
	}
	return text
}

// Unwrap returns Err.
func (e *ReplaceError) Unwrap() error { return e.Err }

// inForce says which statements are in force.
func (l Left) inForce() string {
	switch l {
	case LeftOld:
		return "the old statement alone is in force"
	case LeftOldAndTemporary:
		return "the old statement and the temporary one are in force"
	case LeftTemporary:
		return "the temporary statement alone is in force"
	case LeftNewAndTemporary:
		return "the new statement and the temporary one are in force"
	}
	return "neither the old nor the new statement is in force"
}

func leftBy(v view) Left {
	switch {
	case v.isWanted() && v.temporary.IsValid():
		return LeftNewAndTemporary
	case v.stored.IsValid() && v.temporary.IsValid():
		return LeftOldAndTemporary
	case v.stored.IsValid():
		return LeftOld
	case v.temporary.IsValid():
		return LeftTemporary
	}
	return LeftNothing
}

// certainty tells whether a failed step is known to have done nothing.
type certainty bool

const (
	certain   certainty = true
	uncertain certainty = false
)

// fail returns the error of a step that failed; v is the last reading. Outside of
// a replacement there is nothing to tell but the error.
func (e *ensuring) fail(ctx context.Context, v view, s step, err error, known certainty) error {
	if s == addGrant || s == addTemporary {
		err = diagnosePrincipal(e.in, v.document, err)
	}
	if e.removed.IsValid() && v.stored.Raw() == e.removed.Raw() {
		v.stored = policy.Statement{} // the reading is from before its removal
	}
	if !v.stored.IsValid() && !v.temporary.IsValid() && !e.removed.IsValid() {
		return err
	}
	r := &ReplaceError{
		StatementID: e.id(), TemporaryID: e.temporaryID(), Old: v.stored,
		Left: leftBy(v), Uncertain: known == uncertain, Step: s.String(), Err: err,
	}
	if e.removed.IsValid() {
		r.Old = e.removed
		e.restore(ctx, r)
	}
	return r
}

// restore puts back the statement that was removed in a gap, if nothing has its id
// by now.
func (e *ensuring) restore(ctx context.Context, r *ReplaceError) {
	in, ok := e.rebuild(e.removed)
	if !ok || ctx.Err() != nil {
		return
	}
	if _, err := e.api.AddPermission(ctx, in, e.options.CallOptions...); err == nil {
		r.Left, r.Uncertain = LeftOld, false
	}
}

func joinDifferences(differences []policy.Difference) string {
	words := make([]string, len(differences))
	for i, d := range differences {
		words[i] = d.String()
	}
	return strings.Join(words, "; ")
}
