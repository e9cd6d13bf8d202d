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
	Peak  int // the largest after any of the writes

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

	// FitsAtTheEnd means that the policy would be too large only before old statements are
	// removed. With Options.AllowGap they are removed before the new ones are added.
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
	r := newDraft(p.reading.Document)
	s := Sizes{Now: r.size(), Peak: r.size(), Known: p.resource.IsComplete()}
	for _, w := range writes {
		r.do(w)
		s.Peak = max(s.Peak, r.size())
	}
	s.After = r.size()
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
	r := newDraft(p.reading.Document)
	for _, w := range writes {
		if !w.isRemoval() && r.sizeWith(w.added) > policy.MaxSize {
			e.Unfit = append(e.Unfit, w.key)
			continue
		}
		r.do(w)
	}
	e.Unfit = slices.Compact(e.Unfit)
	return e
}

// draft follows a policy through writes without writing its text. Its size and its
// document are those that write.do returns.
type draft struct {
	base       policy.Document
	gone       []string           // ids that were removed from base
	added      []policy.Statement // in order; zero for one that was removed again
	frame      int                // the bytes around the statements of an edited document
	count, sum int                // of the statements and their bytes
	byID       map[string]place
}

// place is where a draft has the statements of one id.
type place struct {
	isInBase   bool
	added      []int // indexes
	count, sum int
}

func newDraft(d policy.Document) *draft {
	r := &draft{base: d, frame: frameOf(d), byID: make(map[string]place)}
	for _, s := range d.Statements() {
		r.keep(s, place{isInBase: true})
	}
	return r
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

// keep counts a statement, at a further place.
func (r *draft) keep(s policy.Statement, at place) {
	all := r.byID[s.Sid()]
	all.isInBase = all.isInBase || at.isInBase
	all.added = append(all.added, at.added...)
	all.count, all.sum = all.count+1, all.sum+s.Size()
	r.byID[s.Sid()] = all
	r.count, r.sum = r.count+1, r.sum+s.Size()
}

func (r *draft) do(w write) {
	if w.isRemoval() {
		r.remove(w.id)
		return
	}
	r.keep(w.added, place{added: []int{len(r.added)}})
	r.added = append(r.added, w.added)
}

func (r *draft) remove(id string) {
	at := r.byID[id]
	delete(r.byID, id)
	r.count, r.sum = r.count-at.count, r.sum-at.sum
	if at.isInBase {
		r.gone = append(r.gone, id)
	}
	for _, i := range at.added {
		r.added[i] = policy.Statement{}
	}
	if r.count == 0 { // the next addition begins another policy
		*r = *newDraft(policy.Document{})
	}
}

// size returns the bytes of the policy, 0 if it has no statement.
func (r *draft) size() int {
	switch {
	case r.count == 0:
		return 0
	case len(r.gone) == 0 && len(r.added) == 0:
		return r.base.Size()
	}
	return r.frame + r.sum + r.count - 1
}

func (r *draft) sizeWith(s policy.Statement) int { return r.frame + r.sum + r.count + s.Size() }

// document returns the policy, the zero Document if it has no statement.
func (r *draft) document() policy.Document { return r.base.Without(r.gone...).With(r.added...) }

// Proposal is one way to grant the same, or nearly the same, with fewer bytes. [Compact]
// changes nothing: a caller who accepts a proposal changes a [Desired], or the policy.
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

	// LetsIn is a pattern, as in SourceArn. By lets in every source that matches it, also
	// those that Replaces do not. It is "" if By lets in nothing new.
	LetsIn string
}

// Edit returns d with By in the place of the statements that it replaces.
func (p Proposal) Edit(d policy.Document) policy.Document {
	gone := make([]string, len(p.Replaces))
	for i, s := range p.Replaces {
		gone[i] = s.Sid()
	}
	d = d.Without(gone...)
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
// as the routes of one API. The proposal that saves most comes first. Several proposals
// may replace the same statement, so that Compact must be called again after one was
// followed.
//
// A proposal allows everything that the replaced statements allowed, and says which
// other sources it lets in. It never widens a grant to another account: SourceAccount stays,
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
	uses, coverers, savings := usesOfIDs(statements), newCoverers(statements), newSavings(d)
	for i, s := range statements {
		if uses[s.Sid()] != 1 {
			continue
		}
		for _, j := range coverers.of(s) {
			by := statements[j]
			if i == j || !policy.Covers(by, s) || i < j && policy.Covers(s, by) {
				continue
			}
			list = append(list, savings.measured(Proposal{Replaces: []policy.Statement{s}, By: by}))
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

// savings measures proposals for a policy.
type savings struct {
	size, frame int // of the policy, and its bytes around the statements after an edit
	count, sum  int // of its statements and their bytes
}

func newSavings(d policy.Document) savings {
	r := newDraft(d)
	return savings{d.Size(), r.frame, r.count, r.sum}
}

// measured sets p.Saves, the difference that p.Edit makes.
func (v savings) measured(p Proposal) Proposal {
	count, sum := v.count-len(p.Replaces), v.sum
	for _, s := range p.Replaces {
		sum -= s.Size()
	}
	if p.IsNew {
		count, sum = count+1, sum+p.By.Size()
	}
	p.Saves = v.size - (v.frame + sum + count - 1)
	return p
}

// family are statements that differ in the resource of SourceArn only.
type family struct {
	resource arn.Function
	request  grant.Request // with SourceArn cut behind the account
	members  []member      // sorted by their sources
}

// member is one statement of a family, with the last part of its SourceArn.
type member struct {
	statement policy.Statement
	index     int // in the policy
	source    string
}

// patterns proposes one pattern for statements of a family whose sources begin alike.
func patterns(owner string, d policy.Document, statements []policy.Statement) []Proposal {
	var list []Proposal
	uses, savings := usesOfIDs(statements), newSavings(d)
	for _, f := range families(statements) {
		seen := make(map[string]bool) // a longer prefix of the same statements lets in less
		for _, prefix := range f.prefixes() {
			p, ok := f.propose(owner, prefix)
			if !ok || uses[p.By.Sid()] > 0 || seen[p.ids()] {
				continue
			}
			seen[p.ids()] = true
			list = append(list, savings.measured(p))
		}
	}
	return list
}

// families groups the statements that have a SourceArn and an account by everything
// else that they say.
func families(statements []policy.Statement) []*family {
	byKey := make(map[string]*family)
	var list []*family
	uses := usesOfIDs(statements)
	for i, s := range statements {
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
		byKey[key].members = append(byKey[key].members, member{s, i, parts[5]})
	}
	for _, f := range list {
		slices.SortStableFunc(f.members, func(a, b member) int { return strings.Compare(a.source, b.source) })
	}
	return list
}

// prefixes returns how at least two sources of the family begin, up to a separator,
// the longest first.
func (f *family) prefixes() []string {
	var list []string
	for i := 1; i < len(f.members); i++ {
		list = append(list, commonPrefix(f.members[i-1].source, f.members[i].source))
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(prefix string) bool { return prefix == "" })
}

// commonPrefix returns how both begin, up to a separator and with it.
func commonPrefix(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
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
	var replaced []member
	for _, m := range f.beginning(prefix) {
		if !policy.Covers(by, m.statement) {
			continue
		}
		if m.source == prefix+"*" { // the pattern is there already
			return p, false
		}
		sources[m.source] = true
		replaced = append(replaced, m)
	}
	slices.SortFunc(replaced, func(a, b member) int { return cmp.Compare(a.index, b.index) })
	for _, m := range replaced {
		p.Replaces = append(p.Replaces, m.statement)
	}
	return p, len(sources) > 1
}

// beginning returns the members whose sources begin with prefix.
func (f *family) beginning(prefix string) []member {
	first, _ := slices.BinarySearchFunc(f.members, prefix, func(m member, prefix string) int { return strings.Compare(m.source, prefix) })
	list := f.members[first:]
	for i, m := range list {
		if !strings.HasPrefix(m.source, prefix) {
			return list[:i]
		}
	}
	return list
}
