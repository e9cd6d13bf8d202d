package ensure

import (
	"context"
	"errors"
	"github.com/lambdaperm/lambdaperm/internal/wanted"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Grant makes a function, version or alias grant what in says, under the
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
//     TemporaryID, the old one is removed, the new one is added under the
//     id, the temporary one is removed. At every moment the old or the new grant is
//     in force. A failure in between is a *ReplaceError that says what is left, and
//     the next Grant goes on from there.
//
// Replacing is refused where the old statement could not be restored, because
// AddPermission cannot express it, and where both do not fit into the policy at
// the same time.
//
// Every write into an existing policy is guarded by the RevisionId that was read.
// When others write at the same time, Grant reads again and goes on; but if they
// put a third statement under the id while it is being replaced, the error is a
// *PolicyChangedError. in.RevisionId guards the first write, if it is set, and is
// not tried again.
//
// Grant needs lambda:GetPolicy and lambda:AddPermission, and to replace
// lambda:RemovePermission. It works over every API, and does not rely on the
// client for lost responses. A principal that the service refuses is a
// *PrincipalError; other errors of the calls are returned as they are. in is not
// changed.
func Grant(ctx context.Context, api permission.API, in *permission.AddPermissionInput, optFns ...func(*Options)) (out *Result, err error) {
	o := apply(optFns)
	if in == nil {
		in = &permission.AddPermissionInput{}
	}
	if err := checkGrant(in.Request()); err != nil {
		return nil, err
	}
	ctx, release := Hold(ctx, aws.ToString(in.FunctionName))
	defer release()
	e := &ensuring{api: api, in: in, options: o, tries: newTries(o.MaxTries), guard: o.guard(in.RevisionId)}
	return e.run(ctx)
}

// checkGrant refuses a grant of which no statement can be built, in the words of
// the rules if they refuse it too. What the service accepts is otherwise left to
// the client.
func checkGrant(req validate.Request) error {
	scope, err := wanted.Scope(req)
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

// ensuring is one call of Grant.
type ensuring struct {
	api     permission.API
	in      *permission.AddPermissionInput
	options Options
	tries   *tries
	guard   *string // the caller's revision, for the first write

	first view // what was read first
	// removed is the old statement after it was removed in a gap.
	removed policy.Statement
}

// run looks at the policy and takes one step, until there is nothing left to do.
func (e *ensuring) run(ctx context.Context) (*Result, error) {
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

func (e *ensuring) output(v view) *Result {
	out := &Result{Outcome: e.outcome(v), Statement: v.stored, Covering: e.first.covering}
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
		return OutcomeReplaced
	case e.first.isWanted(), !last.stored.IsValid():
		return OutcomeUnchanged
	}
	return OutcomeAdded
}

// id and temporaryID are the ids that this call is about.
func (e *ensuring) id() string          { return aws.ToString(e.in.StatementId) }
func (e *ensuring) temporaryID() string { return TemporaryID(e.id()) }

// Options configures a call of Grant, Absent or AbsentGrant. The zero value of every field is the
// cautious choice.
type Options struct {
	// Replace replaces a different statement that has the requested id. Without it
	// such a statement is a *MismatchError.
	Replace bool

	// AllowGap lets Replace remove the old statement before it adds the new one
	// where both do not fit into the policy together (policy.MaxSize). In between
	// neither is in force. Without it that is a *ReplaceError with ErrNoRoom.
	AllowGap bool

	// AcceptCovering makes a statement under another id enough if it allows
	// everything that the grant would; see policy.Covers. Without it such statements
	// are reported, and the grant is added beside them.
	AcceptCovering bool

	// RevisionID guards the first write, if it is set, and is not tried again: the
	// service refuses the write if the policy is not the one that GetPolicy gave this
	// id. A RevisionId of the input comes before it.
	RevisionID string

	// MaxTries limits how many writes may be refused because the policy or the
	// function is being changed by others at the same time, before the call gives up;
	// 0 means DefaultMaxTries.
	MaxTries int

	// MaxRemovals limits how many statements a plan may remove without another in
	// their place; 0 is no limit. Grant and Absent do not look at it.
	MaxRemovals int

	// RemoveAll lets a plan without any desired grants remove everything that the
	// owner has.
	RemoveAll bool

	// Parallel is how many functions All works on at the same time; 0 means
	// DefaultParallel.
	Parallel int

	// Progress, if set, is called after each change that a plan has carried out, by
	// the goroutine that carries it out. All calls it from several goroutines.
	Progress func(Progress)

	// CallOptions are passed to every call that is made.
	CallOptions []func(*permission.Options)
}

func apply(optFns []func(*Options)) (o Options) {
	for _, fn := range optFns {
		fn(&o)
	}
	return o
}

// guard returns the caller's revision for the first write: that of an input, or
// RevisionID.
func (o *Options) guard(ofInput *string) *string {
	if aws.ToString(ofInput) != "" || o.RevisionID == "" {
		return ofInput
	}
	return &o.RevisionID
}

// Replace sets Options.Replace.
func Replace(o *Options) { o.Replace = true }

// AllowRemoveAll sets Options.RemoveAll.
func AllowRemoveAll(o *Options) { o.RemoveAll = true }

// DefaultMaxTries is how many writes may be refused because others write at the
// same time, unless Options say otherwise.
const DefaultMaxTries = 10

// Result is the result of Grant.
type Result struct {
	// Outcome is what had to be done.
	Outcome Outcome

	// Statement is the stored statement that grants what was asked for: the one with
	// the requested id or, with AcceptCovering, the first of Covering.
	Statement policy.Statement

	// Covering are the statements under other ids that allow everything the grant
	// does, as they were when Grant first read the policy; nil if there are none.
	Covering []policy.Statement
}
