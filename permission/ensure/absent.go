package ensure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/enum"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// ErrNoStatementID is the error of AbsentGrant if a statement with the meaning of the
// grant has no id. Such a statement comes from PutResourcePolicy. RemovePermission
// cannot remove it; PutResourcePolicy can.
var ErrNoStatementID = errors.New("ensure: a statement to be removed has no id")

// Absent makes sure that the policy of a function, version or alias does not have
// the statement with an id. The result tells apart that the statement was not there,
// that there is no policy, and that there is no such function; all of them are
// successes. function is a name, a partial ARN or a full ARN, with the version or
// alias in it (Thumbnail:PROD).
//
// Absent also removes the statement that an interrupted replacement by Grant left
// under the TemporaryID of the id. Every removal is guarded by the RevisionId that
// was read; Options.RevisionID guards the first one, if it is set, and is not tried
// again.
//
// Absent needs lambda:GetPolicy and lambda:RemovePermission. It works over every
// API, and does not depend on the client to recover lost responses. It holds the
// function while it is at work; see Hold. Errors of the calls are returned as they
// are, beside a result that lists the statements removed until then. If nothing was
// sent, the result is nil.
func Absent(ctx context.Context, api permission.API, function, statementID string, optFns ...func(*Options)) (*AbsentResult, error) {
	r := &removing{api: api, options: apply(optFns), id: statementID}
	req := validate.Request{Operation: validate.RemovePermission, FunctionName: function, StatementId: statementID}
	if err := r.options.check(ctx, req); err != nil {
		return nil, err
	}
	scope, err := arn.ParseFunction(function)
	if err != nil {
		return nil, err
	}
	if statementID == "" {
		return nil, errors.New("ensure: Absent needs a statement id")
	}
	r.guard = r.options.guard(nil)
	return r.hold(ctx, scope)
}

// AbsentGrant makes sure, as Absent does, that the policy does not grant exactly
// the grant of in: it removes every statement that has this meaning, under any id. If
// in has a StatementId, a statement must have that id too to be removed; a pointer to
// "" is refused, since an unset variable must not remove statements of others.
// in.RevisionId guards the first removal, if it is set. in is not changed.
//
// The grant is checked before anything is read or sent; see Options.Preflight.
func AbsentGrant(ctx context.Context, api permission.API, in *permission.AddPermissionInput, optFns ...func(*Options)) (*AbsentResult, error) {
	req := in.Request()
	r := &removing{api: api, options: apply(optFns), id: req.StatementId}
	if r.id == "" && !req.Empty.Has("StatementId") {
		req.StatementId = "any" // to be a grant that could be added
	}
	scope, err := r.options.checkGrant(ctx, req)
	if err != nil {
		return nil, err
	}
	r.grant, r.guard = &req, r.options.guard(in.RevisionId)
	return r.hold(ctx, scope)
}

// AbsentResult is the result of Absent and AbsentGrant.
type AbsentResult struct {
	// Absence says why the statement is not there.
	Absence Absence

	// Removed are the ids of the statements that the call asked to be removed, and
	// that a later reading of the policy no longer showed. A removal whose answer was
	// lost counts, even if another program may have made it.
	Removed []string
}

// Absence says why a statement is not there. Its text is the name of the constant
// without Absence: Removed, NoStatement, NoPolicy, NoFunction.
type Absence int

const (
	// AbsenceRemoved: the call removed it.
	AbsenceRemoved Absence = iota
	// AbsenceNoStatement: there is a policy, without such a statement.
	AbsenceNoStatement
	// AbsenceNoPolicy: there is no policy.
	AbsenceNoPolicy
	// AbsenceNoFunction: there is no such function, version or alias.
	AbsenceNoFunction
)

var absences = enum.Texts[Absence]{Package: "ensure", Type: "Absence", List: []string{"Removed", "NoStatement", "NoPolicy", "NoFunction"}}

// String returns the name of the constant without Absence.
func (a Absence) String() string { return absences.String(a) }

// MarshalText returns the text of String, or an error for a value that is not a constant.
func (a Absence) MarshalText() ([]byte, error) { return absences.Marshal(a) }

// UnmarshalText sets a to the constant with this text; on an error a stays.
func (a *Absence) UnmarshalText(text []byte) error { return absences.Unmarshal(text, a) }

// removing is one call of Absent or AbsentGrant.
type removing struct {
	api     permission.API
	id      string            // the id to look for, "" for any
	grant   *validate.Request // the meaning to look for, nil for any
	options Options
	tries   *tries
	reader  *reader
	guard   *string  // the caller's revision, for the first removal
	asked   []string // the ids whose removal was sent
	removed []string // those that a later reading did not show
}

func (r *removing) hold(ctx context.Context, scope arn.Function) (*AbsentResult, error) {
	ctx, release := Hold(ctx, scope.String())
	defer release()
	r.tries = newTries(r.options.MaxTries)
	r.reader = &reader{api: r.api, scope: scope, options: r.options.CallOptions, tries: r.tries}
	absence, err := r.run(ctx)
	return &AbsentResult{Absence: absence, Removed: r.removed}, err
}

// mostRemovals exceeds the number of statements that fit into a policy.
const mostRemovals = policy.MaxSize / 64

// run removes one statement after the other, until a reading shows none.
func (r *removing) run(ctx context.Context) (Absence, error) {
	for range mostRemovals + r.tries.most {
		p, err := r.read(ctx)
		if err != nil {
			return AbsenceRemoved, err
		}
		targets := slices.DeleteFunc(p.Document.Statements(), func(s policy.Statement) bool { return !r.hasID(s) || !r.means(s) })
		if len(targets) == 0 {
			return r.absence(ctx, p), nil
		}
		if targets[0].Sid() == "" {
			return AbsenceRemoved, fmt.Errorf("%w: its principals are %v", ErrNoStatementID, targets[0].Principals())
		}
		if err := r.remove(ctx, targets[0].Sid(), p.RevisionID); err != nil {
			return AbsenceRemoved, err
		}
	}
	return AbsenceRemoved, errUndone
}

// read reads the policy, and notes the statements whose removal it shows.
func (r *removing) read(ctx context.Context) (permission.PolicyReading, error) {
	p, err := r.reader.read(ctx)
	if err != nil {
		return p, err
	}
	for _, id := range r.asked {
		if _, present := p.Document.Lookup(id); !present && !slices.Contains(r.removed, id) {
			r.removed = append(r.removed, id)
		}
	}
	return p, nil
}

func (r *removing) hasID(s policy.Statement) bool {
	return r.id == "" || s.Sid() == r.id || r.grant == nil && s.Sid() == TemporaryID(r.id)
}

func (r *removing) means(s policy.Statement) bool {
	if r.grant == nil {
		return true
	}
	granted, err := wanted.Statement(*r.grant, s)
	return err == nil && policy.Covers(s, granted) && policy.Covers(granted, s)
}

// remove removes one statement. A refusal because others change the policy or the
// function is not an error while tries are left. A failure is not an error if the next
// reading shows that the statement is gone.
func (r *removing) remove(ctx context.Context, id, revisionID string) error {
	guard, own := r.guard, aws.ToString(r.guard) != ""
	if !own && revisionID != "" {
		guard = &revisionID
	}
	_, err := r.api.RemovePermission(ctx, r.removal(id, guard), r.options.CallOptions...)
	r.reader.written(guard, err)
	if notSent(err) {
		return err
	}
	if !slices.Contains(r.asked, id) {
		r.asked = append(r.asked, id)
	}
	if err == nil {
		r.guard = nil
		return nil
	}
	if isRefusedForOthers(true, err) && !own {
		return r.tries.again(ctx, err)
	}
	return r.settle(ctx, id, err)
}

func (r *removing) removal(id string, guard *string) *permission.RemovePermissionInput {
	scope := r.reader.scope
	in := &permission.RemovePermissionInput{FunctionName: aws.String(scope.Unqualified().String()), StatementId: &id, RevisionId: guard}
	if q := scope.Qualifier(); !q.IsZero() {
		in.Qualifier = aws.String(q.String())
	}
	return in
}

// settle returns nil if a failed removal was made all the same.
func (r *removing) settle(ctx context.Context, id string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	p, readErr := r.read(ctx)
	if readErr != nil {
		return err
	}
	if _, present := p.Document.Lookup(id); present {
		return err
	}
	r.guard = nil
	return nil
}

// absence says why the policy that was read last does not have the statement.
func (r *removing) absence(ctx context.Context, p permission.PolicyReading) Absence {
	switch {
	case len(r.removed) > 0:
		return AbsenceRemoved
	case p.Found:
		return AbsenceNoStatement
	case isFunctionGone(r.probe(ctx)):
		return AbsenceNoFunction
	}
	return AbsenceNoPolicy
}

// noRevision is the revision of no policy: a change that it guards is refused.
const noRevision = "00000000-0000-0000-0000-000000000000"

// probe asks why there is no policy. GetPolicy has one answer for a function
// without a policy and for no function; RemovePermission has two. The revision
// keeps it from removing a statement that somebody may add in this moment.
func (r *removing) probe(ctx context.Context) error {
	id := r.id
	if id == "" {
		id = "none"
	}
	_, err := r.api.RemovePermission(ctx, r.removal(id, aws.String(noRevision)), r.options.CallOptions...)
	return err
}

// isFunctionGone reports whether a ResourceNotFoundException is about the
// function, version or alias itself.
func isFunctionGone(err error) bool {
	if !lambdaerrors.IsNotFound(err) {
		return false
	}
	for _, prefix := range []string{"No policy found for: ", "Function not found: ", "Cannot find alias arn: "} {
		if strings.HasPrefix(lambdaerrors.Message(err), prefix) {
			return true
		}
	}
	return false
}
