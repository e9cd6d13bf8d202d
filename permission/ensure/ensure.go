package ensure

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/enum"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Grant makes sure that the policy of a function, version or alias has the
// statement that in describes, under in.StatementId. It writes only on a
// difference, so that it can be called at every deployment and after every
// failure.
//
// Statements are compared by meaning (policy.Statement.Equivalent), not by their text.
// A statement that allows less than the grant does not count. The rest depends on the
// statement that has the id:
//
//   - No statement: the grant is added. Statements under other ids that cover it
//     are reported; with AcceptCovering one of them is enough.
//   - The grant: nothing is written.
//   - Another statement: the error is a *MismatchError with the differences. With
//     Options.Replace it is replaced without a gap: the new statement is added
//     under TemporaryID, the old one is removed, the new one is added under the
//     id, and the temporary one is removed. At every moment the old or the new
//     grant is in force. A failure in between is a *ReplaceError that names the
//     statements left, and the next Grant goes on from there.
//
// Replacing is refused if the old statement could not be restored, because
// AddPermission cannot express it, and if both do not fit into the policy at the
// same time.
//
// The grant is checked before anything is read or sent; see Options.Preflight.
//
// Every write into an existing policy is guarded by the RevisionId that was read.
// If others write at the same time, Grant reads again and goes on. If they put a third
// statement under the id, the error is a *PolicyChangedError.
// in.RevisionId guards the first write, if it is set, and is not tried again.
//
// A nil error means that the grant was in force, and no temporary statement left,
// in the latest state of the policy that the service showed to this call. Two
// limits remain. GetPolicy may answer for a short time with the state before another
// program's change, and a request of an earlier program whose answer was lost may
// still be carried out.
//
// Grant needs lambda:GetPolicy and lambda:AddPermission, and lambda:RemovePermission
// to replace. It works over every API, and does not depend on the client to
// recover lost responses. It holds the function while it is at work; see Hold. A
// principal that the service refuses is a *PrincipalError; other errors of the
// calls are returned as they are. in is not changed.
func Grant(ctx context.Context, api permission.API, in *permission.AddPermissionInput, optFns ...func(*Options)) (*Result, error) {
	o := apply(optFns)
	scope, err := o.checkGrant(ctx, in.Request())
	if err != nil {
		return nil, err
	}
	ctx, release := Hold(ctx, aws.ToString(in.FunctionName))
	defer release()
	tries := newTries(o.MaxTries)
	e := &ensuring{
		api: api, in: in, options: o, tries: tries, guard: o.guard(in.RevisionId),
		reader: &reader{api: api, scope: scope, options: o.CallOptions, tries: tries},
	}
	return e.run(ctx)
}

// Options configures a call of Grant, Absent, AbsentGrant, NewPlan, PlanFor, Grants or
// All. The zero value of every field is the cautious choice.
type Options struct {
	// Replace lets Grant replace a different statement that has the requested id.
	// Without it such a statement is a *MismatchError. Plans do not look at it: they
	// replace what Desired.Adopt accepts.
	Replace bool

	// AllowGap lets Replace remove the old statement before it adds the new one if
	// both do not fit into the policy together (policy.MaxSize). In between neither
	// is in force. If the new one cannot be added then, or no answer says whether it was,
	// the old one is put back. Without AllowGap that is a *ReplaceError with ErrNoRoom. It
	// lets plans do the same with changed grants; without it that is a *NoRoomError.
	AllowGap bool

	// AcceptCovering makes a statement under another id enough for Grant if it allows
	// everything that the grant would; see policy.Covers. Without it such statements
	// are reported, and the grant is added beside them. It is the same for plans,
	// with statements that they do not remove.
	AcceptCovering bool

	// Preflight is checked before anything is read or sent. All checks run, and each
	// failure is reported. It is permission.Rules(validate.Current) when the
	// functional options run, so that append adds to it; nil turns it off. It does
	// not replace the checks of a client, which judge each of its calls: a program
	// whose client checks validate.Original gives that here too, to hear of a
	// violation before the policy is read.
	//
	// A condition that is a pointer to "" is refused in any case: taken for an absent
	// one, it would widen the grant.
	Preflight []permission.Check

	// RevisionID guards the first write, if it is set, and is not tried again: the
	// service refuses the write if the policy is not the one that GetPolicy gave this
	// id. A RevisionId of the input has precedence. Plans, which guard their own writes,
	// refuse it.
	RevisionID string

	// MaxTries limits how many writes may be refused because the policy or the
	// function is being changed by others at the same time, and how many readings may
	// be older than a write of this call, before the call gives up; 0 means
	// DefaultMaxTries.
	MaxTries int

	// MaxRemovals limits how many statements a plan may remove without another in
	// their place; 0 is no limit. It is for plans only, as are RemoveAll and Progress.
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

	// strategy is how a plan is carried out. Options that are in use have one.
	strategy strategy
}

// DefaultMaxTries is the value of Options.MaxTries if that is 0.
const DefaultMaxTries = 10

// Replace sets Options.Replace.
func Replace(o *Options) { o.Replace = true }

// AllowRemoveAll sets Options.RemoveAll.
func AllowRemoveAll(o *Options) { o.RemoveAll = true }

// Result is the result of Grant.
type Result struct {
	// Outcome says which change had to be made.
	Outcome Outcome

	// Statement is the stored statement that grants the request: the one with
	// the requested id or, with AcceptCovering, the first of Covering.
	Statement policy.Statement

	// Covering are the statements under other ids that allow everything the grant
	// does, as they were when Grant first read the policy; nil without any.
	Covering []policy.Statement
}

// Outcome says which change Grant had to make. Its text is the name of the constant without
// Outcome: Unchanged, Added, Replaced.
type Outcome int

const (
	// OutcomeUnchanged: the policy granted it already.
	OutcomeUnchanged Outcome = iota
	// OutcomeAdded: no statement had the id, and now one has. Somebody else may have
	// added it in between.
	OutcomeAdded
	// OutcomeReplaced: a different statement had the id. It is also the outcome when
	// a replacement is finished that an earlier call left half done.
	OutcomeReplaced
)

var outcomes = enum.Texts[Outcome]{Package: "ensure", Type: "Outcome", List: []string{"Unchanged", "Added", "Replaced"}}

// String returns the name of the constant without Outcome.
func (o Outcome) String() string { return outcomes.String(o) }

// MarshalText returns the text of String, or an error for a value that is not a constant.
func (o Outcome) MarshalText() ([]byte, error) { return outcomes.Marshal(o) }

// UnmarshalText sets o to the constant with this text; on an error o stays.
func (o *Outcome) UnmarshalText(text []byte) error { return outcomes.Unmarshal(text, o) }

func apply(optFns []func(*Options)) Options {
	o := Options{Preflight: []permission.Check{permission.Rules(validate.Current)}}
	for _, fn := range optFns {
		fn(&o)
	}
	if o.strategy == nil {
		o.strategy = statementByStatement{}
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

// check runs the pre-flight.
func (o *Options) check(ctx context.Context, req validate.Request) error {
	var failed []error
	for _, check := range o.Preflight {
		if err := check(ctx, req); err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) == 1 {
		return failed[0]
	}
	return errors.Join(failed...)
}

// checkGrant runs the pre-flight on a grant and returns its scope. If the
// pre-flight passes or is off, it refuses a grant whose statement cannot be built.
func (o *Options) checkGrant(ctx context.Context, req validate.Request) (arn.Function, error) {
	if err := o.check(ctx, req); err != nil {
		return arn.Function{}, err
	}
	// The Empty of an input names no member that has a value.
	if empty := permission.NewAddPermissionInput(req).Request().Empty & conditions; empty != 0 {
		return arn.Function{}, fmt.Errorf("ensure: %v present but empty: leave it out, or give it a value", empty)
	}
	scope, err := req.Function()
	if err != nil {
		return arn.Function{}, err
	}
	// Where the function is does not matter to whether a statement can be built.
	_, err = policy.NewStatement(req, scope.Complete("aws", "us-east-1", "123456789012"))
	return scope, err
}

// conditions are the members that narrow a grant.
var conditions = validate.MembersOf("SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID", "Qualifier")

// ensuring is one call of Grant.
type ensuring struct {
	api     permission.API
	in      *permission.AddPermissionInput
	options Options
	tries   *tries
	reader  *reader
	guard   *string // the caller's revision, for the first write

	first view // the first reading
	// removed is the old statement after it was removed in a gap.
	removed policy.Statement
	failed  step // the last one that failed
}

// run looks at the policy and takes one step, until nothing is left to do.
func (e *ensuring) run(ctx context.Context) (*Result, error) {
	v, err := e.look(ctx)
	if err != nil {
		return nil, err
	}
	e.first = v
	for steps := 0; ; steps++ {
		s, err := e.plan(v)
		if err != nil {
			return nil, err
		}
		if s == finished {
			return e.result(v), nil
		}
		if steps < mostSteps+e.tries.most {
			v, err = e.step(ctx, v, s)
		} else {
			err = e.fail(v, s, errUndone, certain)
		}
		if err != nil {
			v, err = e.closeGap(ctx, v, err)
		}
		if err != nil {
			return nil, err
		}
	}
}

// mostSteps is how many steps lead to the end from anywhere: a replacement by
// something else is cleared away, and then the whole replacement is made.
const mostSteps = 6

// errUndone ends a call if another program undoes each of its writes.
var errUndone = errors.New("ensure: gave up, since somebody else undoes every step")

func (e *ensuring) result(v view) *Result {
	r := &Result{Outcome: e.outcome(v), Statement: v.stored, Covering: e.first.covering}
	if !v.stored.IsValid() {
		r.Statement, r.Covering = v.covering[0], v.covering
	}
	return r
}

// outcome compares the first reading with the last one. After a lost response it is not
// known which program made the difference.
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
