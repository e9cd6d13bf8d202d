package permission

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// ErrNoStatementId is EnsureAbsent's answer when a statement with the meaning of
// EnsureAbsentOptions.Grant has no id. RemovePermission cannot remove it;
// PutResourcePolicy, by which it came, can.
var ErrNoStatementId = errors.New("permission: a statement to be removed has no id")

// EnsureAbsent makes sure that the policy of a function, version or alias does not
// have a statement: by its id, or by its meaning with EnsureAbsentOptions.Grant.
// That it was not there, that there is no policy, and that there is no such
// function are told apart, and all of them are a success.
//
// By id it also removes what an interrupted replacement by Ensure left under
// TemporaryStatementId. Every removal is guarded by the RevisionId that was read;
// in.RevisionId guards the first one, if it is set, and is not tried again.
//
// EnsureAbsent needs lambda:GetPolicy and lambda:RemovePermission. It works over
// every API, and does not rely on the client for lost responses. Errors of the
// calls are returned as they are. in is not changed.
func EnsureAbsent(ctx context.Context, api API, in *RemovePermissionInput, optFns ...func(*EnsureAbsentOptions)) (out *EnsureAbsentOutput, err error) {
	var o EnsureAbsentOptions
	for _, fn := range optFns {
		fn(&o)
	}
	if in == nil {
		in = &RemovePermissionInput{}
	}
	if err := checkRemoval(in, o.Grant); err != nil {
		return nil, err
	}
	err = exclusively(ctx, api, in.FunctionName, func(api API) error {
		r := &removing{api: api, in: in, options: o, tries: newTries(o.MaxTries), guard: in.RevisionId, out: &EnsureAbsentOutput{}}
		out, err = r.run(ctx)
		return err
	})
	return out, err
}

// checkRemoval refuses a call of which it is not clear what to remove, in the
// words of the rules.
func checkRemoval(in *RemovePermissionInput, grant *AddPermissionInput) error {
	if grant == nil && aws.ToString(in.StatementId) == "" {
		return validate.Current.Check(in.Request())
	}
	if _, err := scopeOf(in.Request()); err != nil {
		return err
	}
	if grant == nil {
		return nil
	}
	return checkGrant(grantInScope(in, grant, "any"))
}

// grantInScope is a grant as it would be in the scope of in, under an id.
func grantInScope(in *RemovePermissionInput, grant *AddPermissionInput, id string) validate.Request {
	req := grant.Request()
	req.FunctionName, req.Qualifier = aws.ToString(in.FunctionName), aws.ToString(in.Qualifier)
	req.StatementId, req.RevisionId = id, ""
	return req
}

// removing is one call of EnsureAbsent.
type removing struct {
	api     API
	in      *RemovePermissionInput
	options EnsureAbsentOptions
	tries   *tries
	guard   *string // the caller's revision, for the first removal
	out     *EnsureAbsentOutput
}

// mostRemovals is more than there can be statements in a policy.
const mostRemovals = policy.MaxSize / 64

// run removes one statement after the other, until a reading shows none.
func (r *removing) run(ctx context.Context) (*EnsureAbsentOutput, error) {
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
			return nil, fmt.Errorf("%w: its principals are %v", ErrNoStatementId, targets[0].Principals())
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
	return id == "" || s.Sid() == id || r.options.Grant == nil && s.Sid() == TemporaryStatementId(id)
}

func (r *removing) means(s policy.Statement) bool {
	if r.options.Grant == nil {
		return true
	}
	wanted, err := wantedStatement(grantInScope(r.in, r.options.Grant, "any"), s)
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
	_, err := r.api.RemovePermission(ctx, &RemovePermissionInput{
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
