package ensure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
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

// isThird reports whether the statement under the id is another one than the wanted one
// and the one that was there at first.
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

	// wanted and wantedTemporary are the statements that the service would store under
	// the requested id and under the temporary one. Both are zero if no statement of the
	// policy has the full ARN of the scope; then none of them can be the wanted one.
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
func (v view) isWanted() bool { return v.stored.IsValid() && v.stored.Equivalent(v.wanted) }

// isHalfDone reports whether the temporary id has the wanted statement.
func (v view) isHalfDone() bool {
	return v.temporary.IsValid() && v.temporary.Equivalent(v.wantedTemporary)
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

// step is one write on the way to the wanted policy. The next step depends only on
// the policy, not on earlier steps. So a call can go on where another one failed.
type step int

const (
	finished step = iota
	addGrant
	addTemporary
	removeOld
	removeTemporary
)

// String describes the step for an error.
func (s step) String() string {
	return [...]string{
		"nothing is left to do",
		"adding the statement",
		"adding the new statement under the temporary id",
		"removing the old statement",
		"removing the temporary statement",
	}[s]
}

func (s step) isRemoval() bool { return s == removeOld || s == removeTemporary }

// step takes one step and returns the policy after it. A step that was refused
// because others write too is not an error while tries are left. With an error the
// view is the latest known one.
func (e *ensuring) step(ctx context.Context, v view, s step) (view, error) {
	stored, err := e.write(ctx, v, s)
	if err != nil {
		return e.settle(ctx, v, s, err)
	}
	return e.after(ctx, v, s, stored)
}

// isOwnGuard reports whether the caller's own revision guards the next write.
func (e *ensuring) isOwnGuard() bool { return aws.ToString(e.guard) != "" }

// write makes the one call that is the step. Of an added statement it returns
// the text that the service stored.
func (e *ensuring) write(ctx context.Context, v view, s step) (stored string, err error) {
	guard := v.guard()
	if e.isOwnGuard() {
		guard = e.guard
	}
	switch s {
	case addGrant:
		return e.add(ctx, *e.in, e.id(), guard)
	case addTemporary:
		return e.add(ctx, *e.in, e.temporaryID(), guard)
	case removeOld:
		return "", e.remove(ctx, e.id(), guard)
	}
	return "", e.remove(ctx, e.temporaryID(), guard)
}

// guard returns the revision that guards a write into the policy that was read. It
// is nil if the scope had no policy: the service refuses every revision then.
func (v view) guard() *string {
	if v.revisionID == "" {
		return nil
	}
	return &v.revisionID
}

func (e *ensuring) add(ctx context.Context, in permission.AddPermissionInput, id string, guard *string) (string, error) {
	in.StatementId, in.RevisionId = &id, guard
	out, err := e.api.AddPermission(ctx, &in, e.options.CallOptions...)
	e.reader.written(guard, err)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Statement), nil
}

func (e *ensuring) remove(ctx context.Context, id string, guard *string) error {
	_, err := e.api.RemovePermission(ctx, &permission.RemovePermissionInput{
		FunctionName: e.in.FunctionName, Qualifier: e.in.Qualifier, StatementId: &id, RevisionId: guard,
	}, e.options.CallOptions...)
	e.reader.written(guard, err)
	return err
}

// after returns the policy after a step that was taken. The last step of all needs
// no reading: its answer is enough.
func (e *ensuring) after(ctx context.Context, v view, s step, stored string) (view, error) {
	next := v.after(s, stored)
	e.goOn(v, next, s)
	if next.isWanted() && !next.temporary.IsValid() {
		return next, nil
	}
	latest, err := e.look(ctx)
	if err != nil {
		return next, e.fail(next, s, err, certain)
	}
	return latest, nil
}

// after returns the view after a step whose answer says that it was taken.
func (v view) after(s step, stored string) view {
	switch s {
	case addGrant, addTemporary:
		statement, err := policy.ParseStatement(stored)
		switch {
		case err != nil:
		case s == addGrant:
			v.stored, v.wanted = statement, statement
		default:
			v.temporary, v.wantedTemporary = statement, statement
		}
	case removeOld:
		v.stored = policy.Statement{}
	case removeTemporary:
		v.temporary = policy.Statement{}
	}
	return v
}

// settle finds out whether a step that failed was taken all the same. Its answer
// may have been lost, or be the refusal of the API's own retry. If the policy shows
// the step, Grant goes on.
func (e *ensuring) settle(ctx context.Context, v view, s step, err error) (view, error) {
	if notSent(err) {
		return v, e.fail(v, s, err, certain)
	}
	own := e.isOwnGuard()
	if isRefusedForOthers(s.isRemoval(), err) && !own {
		gaveUp := e.tries.again(ctx, err)
		if gaveUp == nil {
			return e.lookAfter(ctx, v, s)
		}
		err = gaveUp
	}
	if !e.isAtStake(v) && !own && !mayHaveWritten(err) {
		return v, e.fail(v, s, err, certain) // claims nothing
	}
	if ctx.Err() != nil {
		return v, e.fail(v, s, err, uncertain)
	}
	next, lookErr := e.look(ctx)
	switch {
	case lookErr != nil:
		return v, e.fail(v, s, err, uncertain)
	case next.shows(s, v), mayHaveWritten(err) && !own && !next.sameAs(v):
		e.goOn(v, next, s)
		return next, nil
	}
	return next, e.fail(next, s, err, certainty(!mayHaveWritten(err)))
}

// lookAfter returns the policy after a step that others overtook.
func (e *ensuring) lookAfter(ctx context.Context, v view, s step) (view, error) {
	next, err := e.look(ctx)
	if err != nil {
		return v, e.fail(v, s, err, uncertain)
	}
	e.goOn(v, next, s)
	return next, nil
}

// goOn notes a step that was taken. The old statement is kept when it was removed
// in a gap: if the new one cannot be added, it is put back. Who removed it is not
// known if the answer to the removal was lost or is the refusal of a retry.
func (e *ensuring) goOn(before, next view, s step) {
	e.guard = nil
	if s == removeOld && !before.temporary.IsValid() && !next.stored.IsValid() {
		e.removed = before.stored
	}
}

// isAtStake reports whether the policy has statements under the ids of the grant, or
// had some when this call began.
func (e *ensuring) isAtStake(v view) bool {
	return v.stored.IsValid() || v.temporary.IsValid() || e.first.stored.IsValid() || e.first.temporary.IsValid()
}

// certainty tells whether a view is known to show the policy after a failed step.
type certainty bool

const (
	certain   certainty = true
	uncertain certainty = false
)

// fail returns the error of a step that failed; v is the latest known view. If
// nothing of the grant is in the policy, it is the error of the call only.
func (e *ensuring) fail(v view, s step, err error, known certainty) error {
	e.failed = s
	err = diagnosePrincipal(e.in, v.document, err)
	switch {
	case !e.isAtStake(v):
		return err
	case e.isThird(v):
		return e.changed(v, err)
	}
	r := &ReplaceError{
		StatementID: e.id(), TemporaryID: e.temporaryID(), Old: v.stored,
		Left: leftBy(v), Uncertain: known == uncertain, Step: s.String(), Err: err,
	}
	if !v.stored.IsValid() {
		r.Old = e.first.stored
	}
	return r
}

// closeGap puts the old statement back after it was removed in a gap and a later
// step failed with err, unless something is in force by now. It returns no error if
// the new statement is.
func (e *ensuring) closeGap(ctx context.Context, v view, err error) (view, error) {
	var broken *ReplaceError
	in, ok := e.rebuild(e.removed)
	if !e.removed.IsValid() || !errors.As(err, &broken) || !ok || ctx.Err() != nil {
		return v, err
	}
	for {
		v, lookErr := e.look(ctx)
		if lookErr != nil {
			broken.Uncertain, broken.RestoreErr = true, lookErr
			return v, broken
		}
		if v.stored.IsValid() || v.temporary.IsValid() {
			return e.inForce(v, broken)
		}
		_, addErr := e.add(ctx, *in, e.id(), v.guard())
		switch {
		case addErr == nil:
			broken.Left, broken.Uncertain = LeftOld, false
			return v, broken
		case !isRefusedForOthers(false, addErr):
			return e.settleRestore(ctx, v, broken, addErr)
		}
		if gaveUp := e.tries.again(ctx, addErr); gaveUp != nil {
			return e.settleRestore(ctx, v, broken, gaveUp)
		}
	}
}

// inForce returns the error of a broken replacement when the gap turns out to be
// closed, or nil if the new statement closes it.
func (e *ensuring) inForce(v view, broken *ReplaceError) (view, error) {
	switch {
	case v.isWanted() && !v.temporary.IsValid():
		return v, nil
	case e.isThird(v):
		return v, e.changed(v, broken.Err)
	}
	// An unanswered removal may still be carried out. An addition may not: its id is
	// taken, or its revision has passed.
	broken.Left, broken.Uncertain = leftBy(v), e.failed.isRemoval() && mayHaveWritten(broken.Err)
	return v, broken
}

// settleRestore finds out whether the old statement was put back although the call
// failed with err.
func (e *ensuring) settleRestore(ctx context.Context, v view, broken *ReplaceError, err error) (view, error) {
	next, lookErr := v, ctx.Err()
	if lookErr == nil {
		next, lookErr = e.look(ctx)
	}
	if lookErr == nil && (next.stored.IsValid() || next.temporary.IsValid()) {
		return e.inForce(next, broken)
	}
	broken.Left, broken.RestoreErr = LeftNothing, err
	broken.Uncertain = broken.Uncertain || lookErr != nil || mayHaveWritten(err)
	return next, broken
}
