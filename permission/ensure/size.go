package ensure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
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
	size := d.With(probe).Size() - probe.Size()
	for _, s := range d.Statements() {
		size -= s.Size() + 1
	}
	return size
}

func (m *meter) add(s policy.Statement) {
	m.statements[s.Sid()] = append(m.statements[s.Sid()], s.Size())
	m.count++
	m.sum += s.Size()
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

func (m *meter) sizeWith(s policy.Statement) int { return m.frame + m.sum + m.count + s.Size() }

// Proposal is one way to grant the same in fewer statements, or nearly the same. Nothing is done
// by itself: a caller who accepts it changes a [Desired], or the policy.
type Proposal struct {
	// Replaces are the statements that could go.
	Replaces []policy.Statement

	// By allows all that they allow, by policy.Covers: a statement that the policy
	// has, or a new one if IsNew.
	By    policy.Statement
	IsNew bool

	// Grant is By as an element of Desired.Grants if IsNew; it has no StatementId.
	Grant grant.Request

	// Saves is how many bytes the policy has less afterwards.
	Saves int

	// LetsIn is the pattern of sources that By lets in beyond those of Replaces, as in
	// SourceArn: every source that matches it and not one of theirs. It is "" if By lets
	// in nothing new beyond them.
	LetsIn string
}

// Edit returns d with By in the place of the statements that it replaces.
func (p Proposal) Edit(d policy.Document) policy.Document {
	for _, s := range p.Replaces {
		d = d.Without(s.Sid())
	}
	if p.IsNew {
		d = d.With(p.By)
	}
	return d
}

// String describes the proposal, the bytes that it saves, and the sources that it lets
// in. It holds no EventSourceToken. The wording may change.
func (p Proposal) String() string {
	if !p.IsNew {
		return fmt.Sprintf("%s is allowed by %s already: %d bytes less, nothing new is let in", p.ids(), p.By.Sid(), p.Saves)
	}
	return fmt.Sprintf("%d statements (%s) as one, %s: %d bytes less; lets in every other source that matches %s",
		len(p.Replaces), p.ids(), summary(p.Grant), p.Saves, p.LetsIn)
}

func (p Proposal) ids() string {
	ids := make([]string, len(p.Replaces))
	for i, s := range p.Replaces {
		ids[i] = s.Sid()
	}
	return strings.Join(ids, ", ")
}

// Compact proposes how a policy could need less room: without statements that others
// cover, and with one pattern in SourceArn for several sources that begin alike, such
// as the routes of one API. The most saving proposal comes first. Each one stands by
// itself; several may replace the same statement, so that after one was followed the
// policy must be looked at again.
//
// A proposal allows everything that the replaced statements allowed, and says which
// sources it lets in beyond. It never widens a grant to another account: SourceAccount stays,
// and a pattern is proposed only if SourceAccount or the account in the ARN limits it.
// Principal, action and all other conditions stay the same. A Deny is only proposed
// to go if the policy has the same Deny twice. Statements without an id stay, and so do
// several with the same id, since RemovePermission could not tell them apart.
//
// New statements have the id that owner's would have; see grant.StatementID.
func Compact(owner string, d policy.Document) []Proposal {
	statements := d.Statements()
	list := append(covered(d, statements), patterns(owner, d, statements)...)
	slices.SortStableFunc(list, func(a, b Proposal) int { return cmp.Compare(b.Saves, a.Saves) })
	return list
}

// covered proposes to do without each statement that another one covers. Of several
// that say the same, the first one stays.
func covered(d policy.Document, statements []policy.Statement) []Proposal {
	var list []Proposal
	uses := usesOfIDs(statements)
	for i, s := range statements {
		for j, by := range statements {
			if i == j || uses[s.Sid()] != 1 || !policy.Covers(by, s) || i < j && policy.Covers(s, by) {
				continue
			}
			list = append(list, Proposal{Replaces: []policy.Statement{s}, By: by}.measured(d))
			break
		}
	}
	return list
}

// usesOfIDs counts the statements that have each id.
func usesOfIDs(statements []policy.Statement) map[string]int {
	uses := make(map[string]int)
	for _, s := range statements {
		if s.Sid() != "" {
			uses[s.Sid()]++
		}
	}
	return uses
}

func (p Proposal) measured(d policy.Document) Proposal {
	p.Saves = d.Size() - p.Edit(d).Size()
	return p
}

// family are statements that differ in the resource of SourceArn only.
type family struct {
	resource arn.Function
	request  grant.Request // with SourceArn cut behind the account
	members  []member
}

// member is one statement of a family, with the last part of its SourceArn.
type member struct {
	statement policy.Statement
	source    string
}

// patterns proposes one pattern for statements of a family whose sources begin alike.
func patterns(owner string, d policy.Document, statements []policy.Statement) []Proposal {
	var list []Proposal
	for _, f := range families(statements) {
		seen := make(map[string]bool) // a longer prefix of the same statements lets in less
		for _, prefix := range f.prefixes() {
			p, ok := f.propose(owner, prefix)
			if _, isTaken := d.Lookup(p.By.Sid()); !ok || isTaken || seen[p.ids()] {
				continue
			}
			seen[p.ids()] = true
			list = append(list, p.measured(d))
		}
	}
	return slices.DeleteFunc(list, func(p Proposal) bool { return p.Saves <= 0 })
}

// families groups the statements that have a SourceArn and an account by everything
// else that they say.
func families(statements []policy.Statement) []*family {
	byKey := make(map[string]*family)
	var list []*family
	uses := usesOfIDs(statements)
	for _, s := range statements {
		g, err := s.Request()
		parts := strings.SplitN(g.SourceArn, ":", 6)
		if err != nil || uses[s.Sid()] != 1 || len(parts) != 6 || parts[4] == "" && g.SourceAccount == "" || strings.ContainsAny(parts[4], "*?") {
			continue
		}
		g.SourceArn, g.StatementId = strings.Join(parts[:5], ":")+":", ""
		key := g.FunctionName + "\n" + grant.StatementID("", g)
		if byKey[key] == nil {
			f := &family{request: g, resource: arn.MustParseFunction(g.FunctionName)}
			byKey[key] = f
			list = append(list, f)
		}
		byKey[key].members = append(byKey[key].members, member{s, parts[5]})
	}
	return list
}

// prefixes returns how at least two sources of the family begin, up to a separator,
// the longest first.
func (f *family) prefixes() []string {
	sorted := slices.SortedFunc(slices.Values(f.members), func(a, b member) int { return strings.Compare(a.source, b.source) })
	var list []string
	for i := 1; i < len(sorted); i++ {
		list = append(list, commonPrefix(sorted[i-1].source, sorted[i].source))
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(prefix string) bool { return prefix == "" })
}

// commonPrefix returns how both begin, up to a separator and with it.
func commonPrefix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:strings.LastIndexAny(a[:n], "/:-_.")+1]
}

// propose makes one statement of those whose sources begin with prefix.
func (f *family) propose(owner, prefix string) (p Proposal, ok bool) {
	p.IsNew, p.Grant = true, f.request
	p.Grant.FunctionName, p.Grant.Qualifier = "", ""
	p.Grant.SourceArn += prefix + "*"
	p.LetsIn = p.Grant.SourceArn
	withID := p.Grant
	withID.StatementId = grant.StatementID(owner, withID)
	by, err := policy.NewStatement(withID, f.resource)
	if err != nil {
		return p, false
	}
	p.By = by
	sources := make(map[string]bool)
	for _, m := range f.members {
		if !strings.HasPrefix(m.source, prefix) || !policy.Covers(by, m.statement) {
			continue
		}
		if m.source == prefix+"*" { // the pattern is there already
			return p, false
		}
		sources[m.source] = true
		p.Replaces = append(p.Replaces, m.statement)
	}
	return p, len(sources) > 1
}
