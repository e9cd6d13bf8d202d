package permission

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Ensure makes a function, version or alias grant what in says, under the
// statement id that in gives, and writes only if it does not already. So it may
// be called again and again: at every deployment, and after every failure.
//
// Statements are compared by meaning (policy.Statement.Equivalent), never by
// their text, and a weaker one never counts. It depends on what has the id:
//
//   - nothing: the grant is added. Statements under other ids that cover it are
//     reported; with AcceptCovering one of them is enough.
//   - the grant: nothing is written.
//   - something else: the error is a *MismatchError with the differences, or with
//     Replace it is replaced, without a gap: the new statement is added under
//     TemporaryStatementId, the old one is removed, the new one is added under the
//     id, the temporary one is removed. At every moment the old or the new grant is
//     in force. A failure in between is a *ReplaceError that says what is left, and
//     the next Ensure goes on from there.
//
// Replacing is refused where the old statement could not be restored, because
// AddPermission cannot express it, and where both do not fit into the policy at
// the same time.
//
// Every write into an existing policy is guarded by the RevisionId that was read.
// When others write at the same time, Ensure reads again and goes on; but if they
// put a third statement under the id while it is being replaced, the error is a
// *PolicyChangedError. in.RevisionId guards the first write, if it is set, and is
// not tried again.
//
// Ensure needs lambda:GetPolicy and lambda:AddPermission, and to replace
// lambda:RemovePermission. It works over every API, and does not rely on the
// client for lost responses. A principal that the service refuses is a
// *PrincipalError; other errors of the calls are returned as they are. in is not
// changed.
func Ensure(ctx context.Context, api API, in *AddPermissionInput, optFns ...func(*EnsureOptions)) (out *EnsureOutput, err error) {
	var o EnsureOptions
	for _, fn := range optFns {
		fn(&o)
	}
	if in == nil {
		in = &AddPermissionInput{}
	}
	if err := checkGrant(in.Request()); err != nil {
		return nil, err
	}
	err = exclusively(ctx, api, in.FunctionName, func(api API) error {
		e := &ensuring{api: api, in: in, options: o, tries: newTries(o.MaxTries), guard: in.RevisionId}
		out, err = e.run(ctx)
		return err
	})
	return out, err
}

// checkGrant refuses a grant of which no statement can be built, in the words of
// the rules if they refuse it too. What the service accepts is otherwise left to
// the client.
func checkGrant(req validate.Request) error {
	scope, err := scopeOf(req)
	if err == nil {
		_, err = policy.NewStatement(req, scope.Complete("aws", "us-east-1", "123456789012"))
	}
	if err == nil {
		return nil
	}
	if broken := validate.Current.Check(req); broken != nil {
		return broken
	}
	return err
}

// ensuring is one call of Ensure.
type ensuring struct {
	api     API
	in      *AddPermissionInput
	options EnsureOptions
	tries   *tries
	guard   *string // the caller's revision, for the first write

	first view // what was read first
	// removed is the old statement after it was removed in a gap.
	removed policy.Statement
}

// run looks at the policy and takes one step, until there is nothing left to do.
func (e *ensuring) run(ctx context.Context) (*EnsureOutput, error) {
	v, err := e.look(ctx)
	if err != nil {
		return nil, err
	}
	e.first = v
	for range mostSteps + e.tries.most {
		s, err := e.plan(v)
		if err != nil {
			return nil, err
		}
		if s == finished {
			return e.output(v), nil
		}
		if v, err = e.step(ctx, v, s); err != nil {
			return nil, err
		}
	}
	return nil, errUndone
}

// mostSteps is how many steps lead to the end from wherever: a replacement by
// something else is cleared away, and then the whole replacement is made.
const mostSteps = 6

// errUndone keeps two programs from undoing each other's work for ever.
var errUndone = errors.New("permission: gave up, since somebody else undoes every step")

func (e *ensuring) output(v view) *EnsureOutput {
	out := &EnsureOutput{Outcome: e.outcome(v), Statement: v.stored, Covering: e.first.covering}
	if !v.stored.IsValid() {
		out.Statement, out.Covering = v.covering[0], v.covering
	}
	return out
}

// outcome tells what was done by what was found first and last. Who did it does
// not matter: after a lost response nobody knows.
func (e *ensuring) outcome(last view) Outcome {
	switch {
	case e.first.stored.IsValid() && !e.first.isWanted(), e.first.temporary.IsValid():
		return Replaced
	case e.first.isWanted(), !last.stored.IsValid():
		return Unchanged
	}
	return Added
}

// id and temporaryID are the ids that this call is about.
func (e *ensuring) id() string          { return aws.ToString(e.in.StatementId) }
func (e *ensuring) temporaryID() string { return TemporaryStatementId(e.id()) }
