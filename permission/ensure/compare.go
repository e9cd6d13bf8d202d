package ensure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// comparison is a plan while it is being made.
type comparison struct {
	*Plan
	mayRemove  func(policy.Statement) bool
	statements []policy.Statement

	stored    map[string]policy.Statement // under ids of grants
	temporary map[string]policy.Statement // of the owner's replacements, by the id of the replaced
	isGoing   map[string]bool             // ids of statements that do not stay

	ofTemporary map[string]string // ids of grants by their TemporaryID, when first asked for
	coverers    *coverers         // of statements that stay, when first asked for

	removals   []policy.Statement // that no grant needs
	superseded map[int]bool       // removals that an added grant takes the place of
	byCaller   map[string][]int   // removals by callerKey
}

// locate finds the full ARN of the function: in its name, or in the policy.
func (c *comparison) locate() error {
	if c.desired.scope.IsComplete() {
		c.resource = c.desired.scope
		return nil
	}
	for _, s := range c.statements {
		for _, resource := range s.Resources() {
			if f, err := arn.ParseFunction(resource); err == nil && f.IsComplete() && mayBeSame(f, c.desired.scope) {
				c.resource = f
				return nil
			}
		}
	}
	if len(c.statements) == 0 {
		return nil
	}
	return fmt.Errorf("ensure: no statement in the policy of %q names its full ARN: use the full ARN as Desired.Function", c.desired.Function)
}

// compare sorts the statements into those of grants, those to remove, and others.
func (c *comparison) compare() error {
	c.index()
	var problems []Problem
	var added []grant.Request
	for i, g := range c.desired.grants {
		s, isStored := c.stored[g.StatementId]
		if !isStored {
			added = append(added, g)
			continue
		}
		if err := c.compareGrant(g, s); err != nil {
			problems = append(problems, Problem{Grant: c.desired.indexes[i], StatementID: g.StatementId, Err: err})
		}
	}
	if len(problems) > 0 {
		return &DesiredError{c.desired.Function, problems}
	}
	for _, g := range added {
		c.add(g)
	}
	for i, s := range c.removals {
		if !c.superseded[i] {
			c.changes = append(c.changes, Change{Kind: KindRemove, StatementID: s.Sid(), Summary: describe(s), Reason: c.reason(s), old: s})
		}
	}
	slices.SortStableFunc(c.changes, func(a, b Change) int { return int(a.Kind) - int(b.Kind) })
	return nil
}

// index looks at every statement once, and decides whose it is.
func (c *comparison) index() {
	c.stored, c.temporary = make(map[string]policy.Statement), make(map[string]policy.Statement)
	c.isGoing, c.superseded, c.byCaller = make(map[string]bool), make(map[int]bool), make(map[string][]int)
	c.byID = make(map[string]policy.Statement)
	for _, s := range c.statements {
		c.byID[s.Sid()] = s
		if len(s.DeadPrincipals()) > 0 {
			c.deleted = append(c.deleted, s.Sid())
		}
		_, isWanted := c.desired.byID[s.Sid()]
		switch base, isTemporary := c.replaced(s); {
		case isWanted:
			c.stored[s.Sid()] = s
		case isTemporary:
			c.temporary[base], c.isGoing[s.Sid()] = s, true
			if _, ok := c.desired.byID[base]; !ok {
				c.remove(s)
			}
		case c.owns(s):
			c.remove(s)
		default:
			c.leave(s)
		}
	}
}

// remove plans the removal of a statement of the owner's, if it may be removed.
func (c *comparison) remove(s policy.Statement) {
	if !c.allows(s) {
		c.unnamed = append(c.unnamed, s.Sid())
		return
	}
	if g, err := s.Request(); err == nil {
		key := callerKey(g)
		c.byCaller[key] = append(c.byCaller[key], len(c.removals))
	}
	c.removals = append(c.removals, s)
	c.isGoing[s.Sid()] = true
}

func (c *comparison) allows(s policy.Statement) bool { return c.mayRemove == nil || c.mayRemove(s) }

// leave counts a foreign statement.
func (c *comparison) leave(s policy.Statement) {
	c.foreign++
	if c.desired.Owner != "" && strings.HasPrefix(s.Sid(), c.desired.Owner+"-") {
		c.alike = append(c.alike, s.Sid())
	}
}

// owns reports whether a statement is the owner's: by its id and meaning, or
// adopted.
func (c *comparison) owns(s policy.Statement) bool {
	if c.desired.Owner == "" {
		return false
	}
	return grant.Owns(c.desired.Owner, s) || isOfAddPermission(s) && c.desired.adopts(s.Sid())
}

// isOfAddPermission reports whether AddPermission could have added s, at a time
// when its principal existed.
func isOfAddPermission(s policy.Statement) bool {
	_, err := s.Request()
	return err == nil
}

// replaced returns the id of the statement during whose replacement s was added
// under a temporary id, if that is the owner's.
func (c *comparison) replaced(s policy.Statement) (id string, ok bool) {
	id, ok = c.baseOfTemporary(s.Sid())
	if !ok || c.desired.Owner == "" {
		return "", false
	}
	g, err := s.Request()
	return id, err == nil && (id == grant.StatementID(c.desired.Owner, g) || c.desired.adopts(id))
}

// baseOfTemporary returns the id of which sid is the TemporaryID. That holds up to 64
// characters of the id; a longer one is only found among the grants.
func (c *comparison) baseOfTemporary(sid string) (id string, ok bool) {
	id, _, ok = strings.Cut(sid, temporaryInfix)
	if !ok {
		return "", false
	}
	if TemporaryID(id) == sid {
		return id, true
	}
	if c.ofTemporary == nil {
		c.ofTemporary = make(map[string]string)
		for _, g := range c.desired.grants {
			c.ofTemporary[TemporaryID(g.StatementId)] = g.StatementId
		}
	}
	id, ok = c.ofTemporary[sid]
	return id, ok
}

// compareGrant compares a grant with the statement s that has its id. It returns an error
// if s may not be replaced.
func (c *comparison) compareGrant(g grant.Request, s policy.Statement) error {
	wanted, _ := policy.NewStatement(g, c.resource) // resolve has built it before
	switch {
	case s.Equivalent(wanted):
		c.kept = append(c.kept, Change{Kind: KindUnchanged, StatementID: s.Sid(), Summary: summary(g), old: s})
		c.removeTemporary(g.StatementId)
		return nil
	case !c.owns(s):
		return c.taken(s, wanted)
	case !c.allows(s):
		c.unnamed = append(c.unnamed, s.Sid())
		return nil
	case c.isTemporaryTaken(s.Sid()):
		return fmt.Errorf("a statement that is not the owner's has the id %q, which replacing needs", TemporaryID(s.Sid()))
	}
	c.isGoing[s.Sid()] = true
	c.changes = append(c.changes, Change{
		Kind: KindChange, StatementID: s.Sid(), Replaces: s.Sid(), Summary: summary(g),
		Differences: policy.Diff(s, wanted), old: s, new: wanted,
	})
	return nil
}

// isTemporaryTaken reports whether a foreign statement has the temporary id of id.
func (c *comparison) isTemporaryTaken(id string) bool {
	s, ok := c.byID[TemporaryID(id)]
	return ok && !c.isGoing[s.Sid()]
}

// removeTemporary removes the statement that an interrupted replacement left, once it
// is not needed.
func (c *comparison) removeTemporary(id string) {
	if s, ok := c.temporary[id]; ok {
		c.removals = append(c.removals, s)
	}
}

// add plans to add a grant whose id is free: in the place of the statement that an
// interrupted replacement left, or of one that is to be removed and has the same
// principal, action and source.
func (c *comparison) add(g grant.Request) {
	change := Change{Kind: KindAdd, StatementID: g.StatementId, Summary: summary(g)}
	if c.resource.IsComplete() {
		change.new, _ = policy.NewStatement(g, c.resource) // resolve has built it before
		change.CoveredBy = c.covering(change.new)
	}
	if len(change.CoveredBy) > 0 && c.options.AcceptCovering {
		change.Kind, change.new = KindCovered, policy.Statement{}
		c.kept = append(c.kept, change)
		c.removeTemporary(g.StatementId)
		return
	}
	old, ok := c.temporary[g.StatementId]
	if !ok {
		old, ok = c.predecessor(g)
	}
	if ok {
		change.Kind, change.old, change.Replaces = KindChange, old, old.Sid()
		change.Differences = withoutSid(policy.Diff(old, change.new))
	}
	c.changes = append(c.changes, change)
}

// covering returns the ids of statements that stay and allow all that s does.
func (c *comparison) covering(s policy.Statement) []string {
	if c.coverers == nil {
		c.coverers = newCoverers(c.statements)
	}
	var ids []string
	for _, i := range c.coverers.of(s) {
		if t := c.statements[i]; !c.isGoing[t.Sid()] && policy.Covers(t, s) {
			ids = append(ids, t.Sid())
		}
	}
	return ids
}

// coverers finds the statements that can cover another one without a comparison of all
// of them: one that AddPermission could have added, and that is limited to a SourceArn
// without wildcards, covers only statements limited to the same.
type coverers struct {
	bySource map[string][]int // indexes, by that SourceArn
	others   []int
}

func newCoverers(statements []policy.Statement) *coverers {
	c := &coverers{bySource: make(map[string][]int)}
	for i, s := range statements {
		g, err := s.Request()
		if err != nil || g.SourceArn == "" || strings.ContainsAny(g.SourceArn, "*?$") {
			c.others = append(c.others, i)
			continue
		}
		c.bySource[g.SourceArn] = append(c.bySource[g.SourceArn], i)
	}
	return c
}

// of returns the indexes of the statements that can cover s, in order. That of s is
// among them.
func (c *coverers) of(s policy.Statement) []int {
	indexes := slices.Clone(c.others)
	for _, condition := range s.Conditions() {
		if !strings.EqualFold(condition.Key, "aws:SourceArn") {
			continue
		}
		for _, value := range condition.Values {
			indexes = append(indexes, c.bySource[value]...)
		}
	}
	slices.Sort(indexes)
	return slices.Compact(indexes)
}

// predecessor takes the first removal for the same principal, action and source, if
// there is one.
func (c *comparison) predecessor(g grant.Request) (s policy.Statement, ok bool) {
	key := callerKey(g)
	list := c.byCaller[key]
	if len(list) == 0 {
		return policy.Statement{}, false
	}
	c.byCaller[key], c.superseded[list[0]] = list[1:], true
	return c.removals[list[0]], true
}

// callerKey is equal for grants of the same principal, action and source, however
// they are spelled.
func callerKey(g grant.Request) string {
	return grant.StatementID("", grant.Request{Principal: g.Principal, Action: g.Action, SourceArn: g.SourceArn})
}

func withoutSid(differences []policy.Difference) []policy.Difference {
	return slices.DeleteFunc(differences, func(d policy.Difference) bool { return d.Field == "Sid" })
}

// reason says why a statement is removed if it is that of an interrupted replacement.
func (c *comparison) reason(s policy.Statement) string {
	if id, ok := c.replaced(s); ok {
		return fmt.Sprintf("left by an interrupted replacement of %q", id)
	}
	return ""
}

// taken returns the refusal of a grant whose id belongs to a statement that is not the
// owner's.
func (c *comparison) taken(s, wanted policy.Statement) error {
	e := &TakenError{StatementID: s.Sid(), Stored: s, Differences: policy.Diff(s, wanted), needsOwner: c.desired.Owner == ""}
	_, e.Inexpressible = s.Request()
	return e
}

// TakenError is the refusal of a grant because another statement has its id, and
// is not the owner's.
type TakenError struct {
	// StatementID is the id.
	StatementID string

	// Stored is the statement that has it. Its text holds an EventSourceToken, if
	// the statement does.
	Stored policy.Statement

	// Differences say how Stored (A) differs from the grant's statement (B).
	Differences []policy.Difference

	// Inexpressible is the reason if AddPermission could not have added Stored; Adopt is
	// then not asked. It is nil if AddPermission could have.
	Inexpressible error

	needsOwner bool
}

// Error describes the statement that has the id, and says how to replace it. It holds
// no EventSourceToken.
func (e *TakenError) Error() string {
	text := "another statement has its StatementId; A is stored, B is desired: " + wanted.Describe(e.Differences)
	switch {
	case e.Inexpressible != nil:
		return text + "; AddPermission cannot have added it: " + e.Inexpressible.Error()
	case len(e.Stored.DeadPrincipals()) > 0:
		return text + "; its principal was deleted, so that it lets nobody in (an Owner and Adopt replace it)"
	case e.needsOwner:
		return text + " (an Owner and Adopt replace it)"
	}
	return text + " (Adopt replaces it)"
}

// MarshalJSON returns an object with the members error, statementId and differences. It
// holds no EventSourceToken.
func (e TakenError) MarshalJSON() ([]byte, error) {
	return json.Marshal(errorJSON{Error: e.Error(), StatementID: e.StatementID, Differences: differenceTexts(e.Differences)})
}
