package ensure

import (
	"context"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/enum"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Plan says how a policy differs from a [Desired], and how [Plan.Apply] will change
// it. [NewPlan] and [PlanFor] make it. It is immutable and safe for concurrent
// use.
type Plan struct {
	desired *resolved
	options Options
	reading permission.PolicyReading

	resource arn.Function // the full ARN; zero if it is not known
	kept     []Change
	changes  []Change
	foreign  int
	alike    []string
	deleted  []string
	unnamed  []string // statements that would have to go, but may not; see mayRemove

	writes  []write
	sizes   Sizes
	calls   Calls
	refusal error
}

// ChangeKind is how a plan deals with one grant or statement.
type ChangeKind int

const (
	// KindUnchanged is a grant that the policy has under its id.
	KindUnchanged ChangeKind = iota
	// KindCovered is a grant that the policy does not have, and that is not added,
	// because other statements allow it; see Options.AcceptCovering.
	KindCovered
	// KindAdd is a grant that is added.
	KindAdd
	// KindChange is a grant that takes the place of another statement: one with the
	// same id, or one of the owner's for the same principal, action and source.
	KindChange
	// KindRemove is a statement that is removed.
	KindRemove
)

var kinds = enum.Texts[ChangeKind]{Package: "ensure", Type: "ChangeKind", List: []string{"unchanged", "covered", "add", "change", "remove"}}

// String returns the kind as one word in lower case.
func (k ChangeKind) String() string { return kinds.String(k) }

// MarshalText returns the text of String, or an error for a value that is not a constant.
func (k ChangeKind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText sets k to the constant with this text; on an error k stays.
func (k *ChangeKind) UnmarshalText(text []byte) error { return kinds.Unmarshal(text, k) }

// Change is how a plan deals with one grant, or with one statement that is not among
// the grants. Its texts hold no secret. Encoded as JSON it has the members
// kind, statementId, replaces, grant, differences, coveredBy and reason.
type Change struct {
	// Kind is one of the Kind constants.
	Kind ChangeKind

	// StatementID is the id that the grant has or gets, or that of the statement
	// that is removed.
	StatementID string

	// Replaces is the id of the statement that a KindChange removes. It is
	// StatementID if the grant has an adopted id: the new statement then has a
	// TemporaryID while the old one is removed.
	Replaces string

	// Summary is the grant or the statement in words.
	Summary string

	// Differences are those between the two statements of a KindChange, but for the
	// id: A is stored, B is desired.
	Differences []policy.Difference

	// CoveredBy are the ids of statements that allow all that the grant does. A
	// statement without an id is "".
	CoveredBy []string

	// Reason says why a KindRemove is due, if not because no grant has the id.
	Reason string

	old, new policy.Statement
}

// Stored returns the statement that the policy has: the one that stays for
// KindUnchanged, the one that is removed for KindChange and KindRemove, else zero.
// Its text holds an EventSourceToken, if the statement does.
func (c Change) Stored() policy.Statement { return c.old }

// Wanted returns the statement that is added for KindAdd and KindChange, else
// zero. It is zero too if the function's full ARN is not known; see [Plan.Sizes].
// Its text holds an EventSourceToken, if the grant does.
func (c Change) Wanted() policy.Statement { return c.new }

// NewPlan reads the policy of the function and plans how it gets the grants of d.
// It makes one call, GetPolicy, and needs no right to write; with [WholeDocument] and
// a full ARN the call is GetResourcePolicy. The error is that of the call, or one of
// [PlanFor].
func NewPlan(ctx context.Context, api permission.GetPolicyAPIClient, d Desired, optFns ...func(*Options)) (*Plan, error) {
	o := apply(optFns)
	r, err := resolve(ctx, d, &o)
	if err != nil {
		return nil, err
	}
	reading, err := o.read(ctx, api, r)
	if err != nil {
		return nil, err
	}
	return planFor(reading, r, o, nil)
}

// PlanFor plans how a policy that was read gets the grants of d. It makes no call.
//
// The error is a *[DesiredError] if d is refused: by its own contents, or
// because a statement that is not the owner's has the id of a grant. It is another
// error if Function leaves out region or account and no statement of the policy
// names them. That the result would be too large, or that more would be removed
// than the options allow, is no error here: the plan can be printed, and
// [Plan.Err] and Apply say so.
func PlanFor(reading permission.PolicyReading, d Desired, optFns ...func(*Options)) (*Plan, error) {
	o := apply(optFns)
	r, err := resolve(context.Background(), d, &o)
	if err != nil {
		return nil, err
	}
	return planFor(reading, r, o, nil)
}

// planFor is PlanFor for grants that were checked. Statements that mayRemove
// refuses stay, and are counted as unnamed; nil allows all.
func planFor(reading permission.PolicyReading, r *resolved, o Options, mayRemove func(policy.Statement) bool) (*Plan, error) {
	p := &Plan{desired: r, options: o, reading: reading}
	c := &comparison{Plan: p, mayRemove: mayRemove, statements: reading.Document.Statements()}
	if err := c.locate(); err != nil {
		return nil, err
	}
	if err := c.compare(); err != nil {
		return nil, err
	}
	o.wayToWrite().arrange(p)
	return p, nil
}

// Calls are the calls that [Plan.Apply] makes if nobody else writes at the same
// time and no answer is lost.
type Calls struct {
	GetPolicy, AddPermission, RemovePermission int

	// These are made with [WholeDocument].
	GetResourcePolicy, PutResourcePolicy, DeleteResourcePolicy int
}

// Total returns the sum.
func (c Calls) Total() int {
	return c.GetPolicy + c.AddPermission + c.RemovePermission +
		c.GetResourcePolicy + c.PutResourcePolicy + c.DeleteResourcePolicy
}
