package ensure

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/enum"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Plan says how a policy differs from a [Desired], and how [Plan.Apply] will change
// it. [NewPlan] and [PlanFor] make it. It is immutable and safe for concurrent
// use.
type Plan struct {
	desired *resolved
	options Options
	reading permission.PolicyReading
	byID    map[string]policy.Statement // of the reading; the last one with an id

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
	o.strategy.arrange(p)
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

// write is one call that changes the policy.
type write struct {
	id  string // of the statement that is added or removed
	key string // of the change that it belongs to, its StatementID

	// request and added are set to add a statement. added is zero while the
	// function's full ARN is not known.
	request *grant.Request
	added   policy.Statement

	// removed is set to remove a statement. isGuarded means that its id does not tell
	// its content, so that the removal must be guarded by a reading that shows it.
	removed   policy.Statement
	isGuarded bool
}

func (w write) isRemoval() bool { return w.request == nil }

// do returns the policy after the write. A policy whose last statement is removed
// is gone.
func (w write) do(d policy.Document) policy.Document {
	if !w.isRemoval() {
		return d.With(w.added)
	}
	d = d.Without(w.id)
	if len(d.Statements()) == 0 {
		return policy.Document{}
	}
	return d
}

// strategy is how a plan is carried out: statement by statement, or as a whole document.
type strategy interface {
	// read reads the policy.
	read(ctx context.Context, api permission.GetPolicyAPIClient, scope arn.Function, optFns []func(*permission.Options)) (permission.PolicyReading, error)
	// arrange sets the writes of a plan, its sizes and calls, and why it is refused.
	arrange(p *Plan)
	// after returns a policy after writes.
	after(d policy.Document, writes []write) policy.Document
	// run makes the writes that are left.
	run(ctx context.Context, a *applying) error
}

func (o *Options) read(ctx context.Context, api permission.GetPolicyAPIClient, r *resolved) (permission.PolicyReading, error) {
	return o.strategy.read(ctx, api, r.scope, o.CallOptions)
}

// statementByStatement carries a plan out by AddPermission and RemovePermission.
type statementByStatement struct{}

func (statementByStatement) read(ctx context.Context, api permission.GetPolicyAPIClient, scope arn.Function, optFns []func(*permission.Options)) (permission.PolicyReading, error) {
	return permission.ReadPolicy(ctx, api, scope.String(), optFns...)
}

func (statementByStatement) after(d policy.Document, writes []write) policy.Document {
	r := newDraft(d)
	for _, w := range writes {
		r.do(w)
	}
	return r.document()
}

// arrange puts the writes into an order in which the policy never becomes too large,
// and which leaves no grant out of force. It refuses the plan if there is no such
// order.
func (statementByStatement) arrange(p *Plan) {
	arrangements := [][]write{p.addsFirst(), p.pairByPair(), p.removalsFirst()}
	if p.options.AllowGap {
		arrangements = append(arrangements, p.withGaps())
	}
	for _, p.writes = range arrangements {
		if p.sizes = p.measure(p.writes); fits(p.sizes) {
			break
		}
	}
	p.calls = countCalls(p.writes, p.freshness())
	p.refusal = p.checkRemovals()
	if p.refusal == nil {
		p.refusal = p.checkIDs()
	}
	if p.refusal == nil && !fits(p.sizes) {
		p.refusal = p.noRoom()
	}
}

// ErrAmbiguousID is the refusal of a plan that would remove a statement by an id which
// several statements have: which of them RemovePermission removes is not documented.
// [WholeDocument] can remove them.
var ErrAmbiguousID = errors.New("several statements have the id of one that is to be removed")

func (p *Plan) checkIDs() error {
	uses := usesOfIDs(p.reading.Document.Statements())
	for _, w := range p.writes {
		if w.isRemoval() && uses[w.id] > 1 {
			return fmt.Errorf("ensure: the policy of %q: %w: %q (WholeDocument can remove them)", p.desired.Function, ErrAmbiguousID, w.id)
		}
	}
	return nil
}

func fits(s Sizes) bool { return !s.Known || max(s.Peak, s.After) <= max(policy.MaxSize, s.Now) }

// The arrangements have one order of additions, so that the policy looks the same
// after each of them: grants that take the place of others, those under adopted
// ids, new ones.

// addsFirst adds everything, then removes.
func (p *Plan) addsFirst() []write {
	return slices.Concat(p.dead(), p.each(isPair, p.adding), p.each(isInPlace, p.replacing), p.each(isKind(KindAdd), p.adding),
		p.each(isPair, p.removing), p.each(isLiveRemoval, p.removing))
}

// pairByPair removes each old statement as soon as its successor is there.
func (p *Plan) pairByPair() []write {
	return slices.Concat(p.dead(), p.each(isPair, p.pair), p.each(isInPlace, p.replacing), p.each(isKind(KindAdd), p.adding),
		p.each(isLiveRemoval, p.removing))
}

// removalsFirst first removes the statements without a successor.
func (p *Plan) removalsFirst() []write {
	return slices.Concat(p.dead(), p.each(isLiveRemoval, p.removing),
		p.each(isPair, p.pair), p.each(isInPlace, p.replacing), p.each(isKind(KindAdd), p.adding))
}

// withGaps removes each old statement before its successor is added.
func (p *Plan) withGaps() []write {
	swap := func(c Change) []write {
		if isInPlace(c) && isDead(c.old) {
			return p.adding(c)
		}
		return append(p.removing(c), p.adding(c)...)
	}
	return slices.Concat(p.dead(), p.each(isLiveRemoval, p.removing),
		p.each(isPair, swap), p.each(isInPlace, swap), p.each(isKind(KindAdd), p.adding))
}

// dead removes statements whose principals were deleted before everything else: they
// let nobody in, and the service refuses every addition to a policy that has one.
func (p *Plan) dead() []write {
	isOfDead := func(c Change) bool { return isDead(c.old) && (c.Kind == KindRemove || isInPlace(c)) }
	return p.each(isOfDead, p.removing)
}

func (p *Plan) each(is func(Change) bool, writes func(Change) []write) []write {
	var list []write
	for _, c := range p.changes {
		if is(c) {
			list = append(list, writes(c)...)
		}
	}
	return list
}

func isKind(k ChangeKind) func(Change) bool { return func(c Change) bool { return c.Kind == k } }

func isPair(c Change) bool    { return c.Kind == KindChange && c.Replaces != c.StatementID }
func isInPlace(c Change) bool { return c.Kind == KindChange && c.Replaces == c.StatementID }

func isLiveRemoval(c Change) bool { return c.Kind == KindRemove && !isDead(c.old) }

// isDead reports whether a statement of a change lets nobody in, since its principal was
// deleted. As AddPermission could have added it, it has no other principal.
func isDead(s policy.Statement) bool { return len(s.DeadPrincipals()) > 0 }

func (p *Plan) adding(c Change) []write {
	g := p.desired.grants[p.desired.byID[c.StatementID]]
	return []write{{id: g.StatementId, key: c.StatementID, request: &g, added: c.new}}
}

// removing removes the old statement of a change. The id of a statement that the
// owner has by its meaning tells its content, that of an adopted one does not.
func (p *Plan) removing(c Change) []write {
	return []write{{id: c.old.Sid(), key: c.StatementID, removed: c.old, isGuarded: !grant.Owns(p.desired.Owner, c.old)}}
}

func (p *Plan) pair(c Change) []write { return append(p.adding(c), p.removing(c)...) }

// replacing replaces the statement with an adopted id without a gap: the new one is
// in force under the temporary id while the old one is removed.
func (p *Plan) replacing(c Change) []write {
	add := p.adding(c)[0]
	if isDead(c.old) { // and removed already
		return []write{add}
	}
	request := *add.request
	request.StatementId = TemporaryID(c.StatementID)
	temporary, _ := policy.NewStatement(request, p.resource) // as c.new, which was built before
	addTemporary := write{id: request.StatementId, key: c.StatementID, request: &request, added: temporary}
	removeTemporary := write{id: request.StatementId, key: c.StatementID, removed: temporary, isGuarded: true}

	var list []write
	switch stored, isStored := p.byID[request.StatementId]; {
	case isStored && stored.Equivalent(temporary): // by an interrupted replacement
	case isStored: // by one of another grant
		list = append(list, write{id: stored.Sid(), key: c.StatementID, removed: stored, isGuarded: true}, addTemporary)
	default:
		list = append(list, addTemporary)
	}
	return slices.Concat(list, p.removing(c), []write{add, removeTemporary})
}

// freshness says how fresh the known state of the policy is between two writes.
type freshness struct {
	// isCurrent means that nothing was written since the last reading.
	isCurrent bool
	// isConfirmed means that the policy was read, or that its revision was confirmed,
	// since the plan was made.
	isConfirmed bool
}

// freshness returns the freshness before the first write: the plan's reading is as good
// as a fresh one if its revision can guard the first removal.
func (p *Plan) freshness() freshness { return freshness{isCurrent: p.reading.RevisionID != ""} }

// needsReading reports whether the policy must be read before w. One reading comes
// before the first removal of all, and one before each removal of a statement whose
// id does not tell its content.
func (f freshness) needsReading(w write) bool {
	return w.isRemoval() && !f.isCurrent && (w.isGuarded || !f.isConfirmed)
}

// after returns the freshness after w.
func (f freshness) after(w write) freshness {
	return freshness{isConfirmed: f.isConfirmed || w.isRemoval()}
}

// countCalls counts the calls for writes, f being the freshness before them.
func countCalls(writes []write, f freshness) Calls {
	var c Calls
	for _, w := range writes {
		switch {
		case !w.isRemoval():
			c.AddPermission++
		case f.needsReading(w):
			c.GetPolicy++
			fallthrough
		default:
			c.RemovePermission++
		}
		f = f.after(w)
	}
	return c
}

// checkRemovals refuses a plan that removes more than the options allow. A changed
// grant counts as no removal.
func (p *Plan) checkRemovals() error {
	var ids []string
	for _, c := range p.changes {
		if c.Kind == KindRemove {
			ids = append(ids, c.StatementID)
		}
	}
	e := &RemovalLimitError{Function: p.desired.Function, StatementIDs: ids}
	switch {
	case len(ids) > 0 && len(p.desired.grants) == 0 && !p.options.RemoveAll:
		return e
	case p.options.MaxRemovals > 0 && len(ids) > p.options.MaxRemovals:
		e.Limit = p.options.MaxRemovals
		return e
	}
	return nil
}
