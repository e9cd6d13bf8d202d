package ensure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

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

// Sizes are the sizes of a policy in bytes, as the service counts them; at most
// policy.MaxSize.
type Sizes struct {
	Now   int // as it was read; 0 if there is no policy
	After int // when everything is done; 0 if no statement is left
	Peak  int // the most on the way

	// Known is false if After and Peak are not known, because Function leaves out
	// region or account and there is no policy that tells them.
	Known bool
}

// Calls are the calls that [Plan.Apply] makes if nobody else writes at the same
// time and no answer is lost.
type Calls struct {
	GetPolicy, AddPermission, RemovePermission int
}

// Total returns the sum.
func (c Calls) Total() int { return c.GetPolicy + c.AddPermission + c.RemovePermission }

// NoRoomError is the refusal of a plan whose policy would become larger than the
// service allows (policy.MaxSize), at the end or on the way. Nothing was written.
// errors.Is(err, ErrNoRoom) is true for it. [Compact] proposes how to need less.
type NoRoomError struct {
	// Function is that of the Desired.
	Function string

	// Size is the size that the policy would have, in bytes: at the end if even that
	// is too large, else the most on the way, in the order that needs least.
	Size int

	// Unfit are the ids of the grants that do not fit.
	Unfit []string

	// FitsAtTheEnd means that only the way is too narrow: Options.AllowGap removes
	// old statements before it adds the new ones.
	FitsAtTheEnd bool
}

// Error says how many bytes are missing, and for which grants.
func (e *NoRoomError) Error() string {
	text := fmt.Sprintf("ensure: the policy of %q would have %d bytes, %d more than the service allows; no room for %s",
		e.Function, e.Size, e.Size-policy.MaxSize, listed(e.Unfit))
	if e.FitsAtTheEnd {
		return text + " before old statements are removed (Options.AllowGap removes them first)"
	}
	return text
}

// Is reports whether target is [ErrNoRoom].
func (e *NoRoomError) Is(target error) bool { return target == ErrNoRoom }

// RemovalLimitError is the refusal to remove as much as a plan says, to keep a
// mistake in a list from taking away grants that are needed.
type RemovalLimitError struct {
	// Function is that of the Desired.
	Function string

	// StatementIDs are the statements that would be removed without another in
	// their place.
	StatementIDs []string

	// Limit is Options.MaxRemovals, or 0 if everything that the owner has would be
	// removed.
	Limit int
}

// Error names the statements, and the option that allows it.
func (e *RemovalLimitError) Error() string {
	if e.Limit == 0 {
		return fmt.Sprintf("ensure: no grants are desired for %q, which would remove everything that the owner has (%s): the option AllowRemoveAll permits it",
			e.Function, listed(e.StatementIDs))
	}
	return fmt.Sprintf("ensure: %d statements of %q would be removed (%s), and Options.MaxRemovals is %d",
		len(e.StatementIDs), e.Function, listed(e.StatementIDs), e.Limit)
}

// listed joins ids, the first ones if they are many.
func listed(ids []string) string {
	const most = 10
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}

// way is how a plan is carried out: statement by statement, unless Options have
// another one.
type way interface {
	// arrange sets the writes of a plan, its sizes and calls, and why it is refused.
	arrange(p *Plan)
	// run makes the writes that are left.
	run(ctx context.Context, a *applying) error
}

func (o *Options) wayToWrite() way {
	if o.way != nil {
		return o.way
	}
	return statementByStatement{}
}

// statementByStatement carries a plan out by AddPermission and RemovePermission.
type statementByStatement struct{}

// arrange puts the writes into an order in which the policy never becomes too large,
// and which leaves no grant out of force. It refuses the plan if there is no such
// order.
func (statementByStatement) arrange(p *Plan) {
	p.refusal = p.checkRemovals()
	arrangements := [][]write{p.addsFirst(), p.pairByPair(), p.removalsFirst()}
	if p.options.AllowGap {
		arrangements = append(arrangements, p.withGaps())
	}
	for _, p.writes = range arrangements {
		p.sizes = p.measure(p.writes)
		if fits(p.sizes) {
			p.calls = countCalls(p.writes, p.start())
			return
		}
	}
	if p.refusal == nil {
		p.refusal = p.noRoom()
	}
	p.calls = countCalls(p.writes, p.start())
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

// dead removes statements that let nobody in, since their principals were deleted,
// before everything else: the service refuses every addition to a policy that has
// one.
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

// isDead reports whether a statement lets nobody in, since all of its principals
// were deleted.
func isDead(s policy.Statement) bool {
	return s.IsValid() && len(s.DeadPrincipals()) > 0 && len(s.DeadPrincipals()) == len(s.Principals())
}

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
	switch stored, isStored := p.reading.Document.Lookup(request.StatementId); {
	case isStored && stored.Equivalent(temporary): // by an interrupted replacement
	case isStored: // by one of another grant
		list = append(list, write{id: stored.Sid(), key: c.StatementID, removed: stored, isGuarded: true}, addTemporary)
	default:
		list = append(list, addTemporary)
	}
	return slices.Concat(list, p.removing(c), []write{add, removeTemporary})
}

// measure follows the size of the policy through the writes.
func (p *Plan) measure(writes []write) Sizes {
	m := newMeter(p.reading.Document)
	s := Sizes{Now: m.size(), Peak: m.size(), Known: p.resource.IsComplete()}
	for _, w := range writes {
		m.do(w)
		s.Peak = max(s.Peak, m.size())
	}
	s.After = m.size()
	return s
}

// noRoom says which grants do not fit: those that are too much for the order that
// needs least.
func (p *Plan) noRoom() error {
	writes := p.removalsFirst()
	sizes := p.measure(writes)
	e := &NoRoomError{Function: p.desired.Function, Size: sizes.Peak, FitsAtTheEnd: sizes.After <= policy.MaxSize}
	if !e.FitsAtTheEnd {
		e.Size = sizes.After
		writes = p.withGaps()
	}
	m := newMeter(p.reading.Document)
	for _, w := range writes {
		if !w.isRemoval() && m.sizeWith(w.added) > policy.MaxSize {
			e.Unfit = append(e.Unfit, w.key)
			continue
		}
		m.do(w)
	}
	e.Unfit = slices.Compact(e.Unfit)
	return e
}

// meter counts the bytes of a policy without writing it. It agrees with the size of the
// documents that write.do returns.
type meter struct {
	document   policy.Document
	isEdited   bool
	frame      int // the bytes around the statements of an edited document
	emptyFrame int // those of a policy that the service begins
	statements map[string][]int
	count, sum int
}

func newMeter(d policy.Document) *meter {
	m := &meter{document: d, frame: frameOf(d), emptyFrame: frameOf(policy.Document{}), statements: make(map[string][]int)}
	for _, s := range d.Statements() {
		m.add(s)
	}
	return m
}

// frameOf returns how many bytes a document has around its statements after an edit,
// which may write the list in another form.
func frameOf(d policy.Document) int {
	probe, err := policy.ParseStatement(`{"Sid":"probe"}`)
	if err != nil {
		panic(err) // it is well-formed
	}
	size := d.With(probe).Size() - len(probe.Raw())
	for _, s := range d.Statements() {
		size -= len(s.Raw()) + 1
	}
	return size
}

func (m *meter) add(s policy.Statement) {
	m.statements[s.Sid()] = append(m.statements[s.Sid()], len(s.Raw()))
	m.count++
	m.sum += len(s.Raw())
}

func (m *meter) do(w write) {
	if !w.isRemoval() {
		m.add(w.added)
		m.isEdited = true
		return
	}
	for _, n := range m.statements[w.id] {
		m.count--
		m.sum -= n
		m.isEdited = true
	}
	delete(m.statements, w.id)
	if m.count == 0 {
		m.frame = m.emptyFrame
	}
}

// size returns the bytes of the policy, 0 if it has no statement.
func (m *meter) size() int {
	switch {
	case m.count == 0:
		return 0
	case !m.isEdited:
		return m.document.Size()
	}
	return m.frame + m.sum + m.count - 1
}

func (m *meter) sizeWith(s policy.Statement) int { return m.frame + m.sum + m.count + len(s.Raw()) }

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

// knowledge says how fresh the known state of the policy is between two writes.
type knowledge struct {
	// isCurrent means that nothing was written since the last reading.
	isCurrent bool
	// isConfirmed means that the policy was read, or that its revision was confirmed,
	// since the plan was made.
	isConfirmed bool
}

// start returns the knowledge before the first write: the plan's reading is as good as
// a fresh one if its revision can guard the first removal.
func (p *Plan) start() knowledge { return knowledge{isCurrent: p.reading.RevisionID != ""} }

// needsReading reports whether the policy must be read before w. One reading comes
// before the first removal of all, and one before each removal of a statement whose
// id does not tell its content.
func (k knowledge) needsReading(w write) bool {
	return w.isRemoval() && !k.isCurrent && (w.isGuarded || !k.isConfirmed)
}

// after returns the knowledge after w.
func (k knowledge) after(w write) knowledge {
	return knowledge{isConfirmed: k.isConfirmed || w.isRemoval()}
}

// countCalls counts the calls for writes, k being the knowledge before them.
func countCalls(writes []write, k knowledge) Calls {
	var c Calls
	for _, w := range writes {
		switch {
		case !w.isRemoval():
			c.AddPermission++
		case k.needsReading(w):
			c.GetPolicy++
			fallthrough
		default:
			c.RemovePermission++
		}
		k = k.after(w)
	}
	return c
}
