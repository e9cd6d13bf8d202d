package ensure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
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
func EnsureAbsent(ctx context.Context, api permission.API, in *permission.RemovePermissionInput, optFns ...func(*EnsureAbsentOptions)) (out *EnsureAbsentOutput, err error) {
	var o EnsureAbsentOptions
	for _, fn := range optFns {
		fn(&o)
	}
	if in == nil {
		in = &permission.RemovePermissionInput{}
	}
	if err := checkRemoval(in, o.Grant); err != nil {
		return nil, err
	}
	err = exclusively(ctx, api, in.FunctionName, func(api permission.API) error {
		r := &removing{api: api, in: in, options: o, tries: newTries(o.MaxTries), guard: in.RevisionId, out: &EnsureAbsentOutput{}}
		out, err = r.run(ctx)
		return err
	})
	return out, err
}

// checkRemoval refuses a call of which it is not clear what to remove, in the
// words of the rules.
func checkRemoval(in *permission.RemovePermissionInput, grant *permission.AddPermissionInput) error {
	if grant == nil && aws.ToString(in.StatementId) == "" {
		return validate.Current.Check(in.Request())
	}
	if _, err := wanted.Scope(in.Request()); err != nil {
		return err
	}
	if grant == nil {
		return nil
	}
	return checkGrant(grantInScope(in, grant, "any"))
}

// grantInScope is a grant as it would be in the scope of in, under an id.
func grantInScope(in *permission.RemovePermissionInput, grant *permission.AddPermissionInput, id string) validate.Request {
	req := grant.Request()
	req.FunctionName, req.Qualifier = aws.ToString(in.FunctionName), aws.ToString(in.Qualifier)
	req.StatementId, req.RevisionId = id, ""
	return req
}

// removing is one call of EnsureAbsent.
type removing struct {
	api     permission.API
	in      *permission.RemovePermissionInput
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
	wanted, err := wanted.Statement(grantInScope(r.in, r.options.Grant, "any"), s)
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

// EnsureAbsentOptions configures a call of EnsureAbsent.
type EnsureAbsentOptions struct {
	// Grant makes EnsureAbsent look for a meaning instead of an id: it removes every
	// statement that grants exactly this, whatever its id. FunctionName, Qualifier,
	// StatementId and RevisionId of Grant are not used. If the input has a
	// StatementId too, a statement must have both to be removed.
	Grant *permission.AddPermissionInput

	// MaxTries limits how many removals may be refused because the policy or the
	// function is being changed by others at the same time; 0 means DefaultMaxTries.
	MaxTries int

	// CallOptions are passed to every call that is made.
	CallOptions []func(*permission.Options)
}

// Absence is why a statement is not there.
type Absence int

const (
	// Removed: EnsureAbsent removed it.
	Removed Absence = iota
	// NoStatement: the scope has a policy, without such a statement.
	NoStatement
	// NoPolicy: the scope has no policy.
	NoPolicy
	// NoFunction: there is no such function, version or alias.
	NoFunction
)

// String returns the name of the constant.
func (a Absence) String() string {
	switch a {
	case Removed:
		return "Removed"
	case NoStatement:
		return "NoStatement"
	case NoPolicy:
		return "NoPolicy"
	case NoFunction:
		return "NoFunction"
	}
	return "Absence(" + strconv.Itoa(int(a)) + ")"
}

// EnsureAbsentOutput is the result of EnsureAbsent.
type EnsureAbsentOutput struct {
	// Absence is why the statement is not there.
	Absence Absence

	// Removed are the ids of the statements that were removed.
	Removed []string
}

// absence says why the policy that was read last does not have the statement.
func (r *removing) absence(ctx context.Context, p readout) Absence {
	switch {
	case len(r.out.Removed) > 0:
		return Removed
	case p.absent == nil:
		return NoStatement
	case isFunctionGone(p.absent), isFunctionGone(r.probe(ctx)):
		return NoFunction
	}
	return NoPolicy
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
