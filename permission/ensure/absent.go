package ensure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// ErrNoStatementID is EnsureAbsent's answer when a statement with the meaning of
// Options.Grant has no id. RemovePermission cannot remove it;
// PutResourcePolicy, by which it came, can.
var ErrNoStatementID = errors.New("permission: a statement to be removed has no id")

// Absent makes sure that the policy of a function, version or alias does not have
// the statement with an id. That it was not there, that there is no policy, and
// that there is no such function are told apart, and all of them are a success.
// function is a name, a partial ARN or a full ARN, with the version or alias in it
// (Thumbnail:PROD).
//
// It also removes what an interrupted replacement by Grant left under the
// TemporaryID of the id. Every removal is guarded by the RevisionId that was read;
// Options.RevisionID guards the first one, if it is set, and is not tried again.
//
// Absent needs lambda:GetPolicy and lambda:RemovePermission. It works over
// every API, and does not rely on the client for lost responses. Errors of the
// calls are returned as they are.
func Absent(ctx context.Context, api permission.API, function, statementID string, optFns ...func(*Options)) (*AbsentResult, error) {
	in, err := removalOf(function, statementID)
	if err != nil {
		return nil, err
	}
	return absent(ctx, api, &removing{in: in, options: apply(optFns)})
}

// AbsentGrant makes sure, as Absent does, that the policy does not have what in
// grants: it removes every statement that grants exactly this, whatever its id. If
// in has a StatementId, a statement must have that too to be removed. in.RevisionId
// guards the first removal, if it is set. in is not changed.
func AbsentGrant(ctx context.Context, api permission.API, in *permission.AddPermissionInput, optFns ...func(*Options)) (*AbsentResult, error) {
	if in == nil {
		in = &permission.AddPermissionInput{}
	}
	req := in.Request()
	req.StatementId, req.RevisionId = anyID, ""
	if err := checkGrant(req); err != nil {
		return nil, err
	}
	return absent(ctx, api, &removing{grant: &req, options: apply(optFns), in: &permission.RemovePermissionInput{
		FunctionName: in.FunctionName, Qualifier: in.Qualifier, StatementId: in.StatementId, RevisionId: in.RevisionId,
	}})
}

// anyID stands for the id of a statement where any will do.
const anyID = "any"

// removalOf returns the removal of one statement, or an error in the words of the
// rules if it is not clear of which.
func removalOf(function, statementID string) (*permission.RemovePermissionInput, error) {
	in := &permission.RemovePermissionInput{FunctionName: &function, StatementId: &statementID}
	if statementID == "" {
		return nil, validate.Current.Check(in.Request())
	}
	f, err := arn.ParseFunction(function)
	if err != nil {
		return nil, err
	}
	in.FunctionName = aws.String(f.Unqualified().String())
	if q := f.Qualifier(); !q.IsZero() {
		in.Qualifier = aws.String(q.String())
	}
	return in, nil
}

func absent(ctx context.Context, api permission.API, r *removing) (out *AbsentResult, err error) {
	r.tries, r.guard, r.out = newTries(r.options.MaxTries), r.options.guard(r.in.RevisionId), &AbsentResult{}
	ctx, release := Hold(ctx, aws.ToString(r.in.FunctionName))
	defer release()
	r.api = api
	return r.run(ctx)
}

// removing is one call of Absent or AbsentGrant.
type removing struct {
	api     permission.API
	in      *permission.RemovePermissionInput
	grant   *validate.Request // the meaning to look for, nil to look for the id only
	options Options
	tries   *tries
	guard   *string // the caller's revision, for the first removal
	out     *AbsentResult
}

// mostRemovals is more than there can be statements in a policy.
const mostRemovals = policy.MaxSize / 64

// run removes one statement after the other, until a reading shows none.
func (r *removing) run(ctx context.Context) (*AbsentResult, error) {
	for range mostRemovals + r.tries.most {
		p, err := readPolicy(ctx, r.api, r.in.FunctionName, r.in.Qualifier, r.options.CallOptions)
		if err != nil {
			return nil, err
		}
		targets := r.targets(p.document)
		switch {
		case len(targets) == 0:
			r.out.Absence = r.absence(ctx, p)
			return r.out, nil
		case targets[0].Sid() == "":
			return nil, fmt.Errorf("%w: its principals are %v", ErrNoStatementID, targets[0].Principals())
		}
		if err := r.remove(ctx, targets[0].Sid(), p.revisionID); err != nil {
			return nil, err
		}
	}
	return nil, errUndone
}

// targets are the statements that must go.
func (r *removing) targets(d policy.Document) []policy.Statement {
	return slices.DeleteFunc(d.Statements(), func(s policy.Statement) bool { return !r.hasID(s) || !r.means(s) })
}

func (r *removing) hasID(s policy.Statement) bool {
	id := aws.ToString(r.in.StatementId)
	return id == "" || s.Sid() == id || r.grant == nil && s.Sid() == TemporaryID(id)
}

func (r *removing) means(s policy.Statement) bool {
	if r.grant == nil {
		return true
	}
	wanted, err := wanted.Statement(*r.grant, s)
	return err == nil && policy.Covers(s, wanted) && policy.Covers(wanted, s)
}

// remove removes one statement. That somebody else did so, or changed the policy
// before, is no error while tries are left; and neither is a failure that the next
// reading shows to be none.
func (r *removing) remove(ctx context.Context, id string, revisionID *string) error {
	guarded := aws.ToString(r.guard) != ""
	if guarded {
		revisionID = r.guard
	}
	_, err := r.api.RemovePermission(ctx, &permission.RemovePermissionInput{
		FunctionName: r.in.FunctionName, Qualifier: r.in.Qualifier, StatementId: &id, RevisionId: revisionID,
	}, r.options.CallOptions...)
	switch {
	case err == nil:
		r.guard = nil
		r.out.Removed = append(r.out.Removed, id)
		return nil
	case isOvertaken(removeOld, err) && !guarded:
		return r.tries.again(ctx, err)
	case guarded || mayHaveWritten(err):
		return r.settle(ctx, id, err)
	}
	return err
}

// settle returns nil if a failed removal was made all the same.
func (r *removing) settle(ctx context.Context, id string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	p, readErr := readPolicy(ctx, r.api, r.in.FunctionName, r.in.Qualifier, r.options.CallOptions)
	if readErr != nil {
		return err
	}
	if _, present := p.document.Lookup(id); present {
		return err
	}
	r.guard = nil
	r.out.Removed = append(r.out.Removed, id)
	return nil
}

// AbsentResult is the result of Absent and AbsentGrant.
type AbsentResult struct {
	// Absence is why the statement is not there.
	Absence Absence

	// Removed are the ids of the statements that were removed.
	Removed []string
}

// absence says why the policy that was read last does not have the statement.
func (r *removing) absence(ctx context.Context, p readout) Absence {
	switch {
	case len(r.out.Removed) > 0:
		return AbsenceRemoved
	case p.absent == nil:
		return AbsenceNoStatement
	case isFunctionGone(p.absent), isFunctionGone(r.probe(ctx)):
		return AbsenceNoFunction
	}
	return AbsenceNoPolicy
}

// noRevision is the revision of no policy: a change that it guards is refused.
const noRevision = "00000000-0000-0000-0000-000000000000"

// probe asks why there is no policy. GetPolicy has one answer for a function
// without a policy and for no function; RemovePermission has two. The revision
// keeps it from removing what somebody may add in this moment.
func (r *removing) probe(ctx context.Context) error {
	_, err := r.api.RemovePermission(ctx, &permission.RemovePermissionInput{
		FunctionName: r.in.FunctionName,
		Qualifier:    r.in.Qualifier,
		StatementId:  aws.String(cmp.Or(aws.ToString(r.in.StatementId), "none")),
		RevisionId:   aws.String(noRevision),
	}, r.options.CallOptions...)
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
