package ensure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

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
	return fmt.Sprintf("ensure: %s of %q would be removed (%s), and Options.MaxRemovals is %d",
		plural(len(e.StatementIDs), "statement"), e.Function, listed(e.StatementIDs), e.Limit)
}

// listed joins ids, the first ones if they are many.
func listed(ids []string) string {
	const most = 10
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
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
