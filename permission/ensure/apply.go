package ensure

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// applying is one Apply.
type applying struct {
	api    permission.API
	plan   *Plan // the first
	result *GrantsResult
	tries  *tries
	budget int // how many more writes may be made; see mayGoOn

	latest   permission.PolicyReading // the policy as it is known, with the own writes
	fresh    freshness
	outdated []string        // revisions that are known not to be the latest, noPolicy for no policy
	own      map[string]bool // whether the last answered write of an id added it
	isOld    bool            // latest is older than a write of this call, as far as is known

	// mayFollow means that an earlier write got no answer and was not seen. It may still
	// be carried out: additions have no revision that passes.
	mayFollow bool

	writes  []write                     // that are left
	changes map[string]Change           // by key
	keyOf   map[string]string           // keys of changes by the statements that they remove
	named   map[string]policy.Statement // that the plan names for removal, by id
	sent    map[string]bool             // ids whose removal was sent
	unnamed []string
	removed int // statements without another in their place
}

func newApplying(api permission.API, result *GrantsResult) *applying {
	p := result.Plan
	a := &applying{
		api: api, plan: p, result: result, tries: newTries(p.options.MaxTries),
		latest: p.reading, fresh: p.freshness(), writes: p.writes,
		changes: make(map[string]Change), keyOf: make(map[string]string), named: make(map[string]policy.Statement), own: make(map[string]bool),
		sent: make(map[string]bool),
	}
	for _, c := range slices.Concat(p.kept, p.changes) {
		a.changes[c.StatementID] = c
		if c.Kind == KindChange || c.Kind == KindRemove {
			a.keyOf[c.old.Sid()] = c.StatementID
		}
	}
	for _, w := range p.writes {
		if w.isRemoval() {
			a.named[w.id] = w.removed
		}
	}
	return a
}

// mayRemove reports whether the first plan named a statement for removal, and not
// another one that had its id then.
func (a *applying) mayRemove(s policy.Statement) bool {
	named, ok := a.named[s.Sid()]
	return ok && named.Equivalent(s)
}

// run carries the plan out, unless it is refused as a whole.
func (a *applying) run(ctx context.Context) error {
	if a.plan.refusal != nil {
		a.result.Left = a.plan.Changes()
		return a.plan.refusal
	}
	if err := a.plan.options.strategy.run(ctx, a); err != nil {
		return err
	}
	if len(a.unnamed) > 0 {
		return a.planChanged()
	}
	return nil
}

// run makes the writes, one after the other.
func (statementByStatement) run(ctx context.Context, a *applying) error {
	// Others may undo each write once. The rest is for writes that tries count, and for
	// a replacement that the plan did not have.
	a.budget = 2*len(a.writes) + a.tries.most + mostSteps
	for len(a.writes) > 0 {
		w := a.writes[0]
		if a.fresh.needsReading(w) {
			if err := a.readOn(ctx, true); err != nil {
				return err
			}
			continue
		}
		if err := a.mayMake(ctx, w); err != nil {
			return a.fail("before "+w.String(), err, false)
		}
		if err := a.make(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// mayMake returns an error if a write must not be made: that of mayGoOn, or of the limit
// on removals, which holds for all plans of this call together.
func (a *applying) mayMake(ctx context.Context, w write) error {
	if err := a.mayGoOn(ctx); err != nil {
		return err
	}
	limit := a.plan.options.MaxRemovals
	if limit > 0 && a.removed >= limit && w.isRemoval() && a.changes[w.key].Kind == KindRemove {
		return &RemovalLimitError{Function: a.plan.desired.Function, StatementIDs: []string{w.id}, Limit: limit}
	}
	return nil
}

// mayGoOn returns an error if no further write must be made: the context has ended, or
// another program undoes the writes. It counts the writes.
func (a *applying) mayGoOn(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &aws.RequestCanceledError{Err: err}
	}
	if a.budget--; a.budget < 0 {
		return errUndone
	}
	return nil
}

// make makes one write, and finds out whether it was carried out.
func (a *applying) make(ctx context.Context, w write) error {
	stored, err := a.send(ctx, w)
	switch {
	case err == nil:
		return a.made(ctx, w, stored)
	case isBusy(err):
		if err = a.tries.again(ctx, err); err == nil {
			return nil // and the same write again
		}
	case isOvertaken(w.isRemoval(), err):
		if err = a.tries.again(ctx, err); err == nil {
			return a.readOn(ctx, false)
		}
	}
	return a.settle(ctx, w, err)
}

// readOn reads the policy and goes on with it. If that fails, the error is certain only
// if the answers to all writes were clear.
func (a *applying) readOn(ctx context.Context, isClear bool) error {
	reading, err := a.read(ctx)
	if err != nil {
		return a.fail("reading the policy again", err, !isClear)
	}
	if err := a.adapt(reading); err != nil {
		return a.fail("planning again", err, false)
	}
	return nil
}

// String names the write for people.
func (w write) String() string {
	if w.isRemoval() {
		return fmt.Sprintf("removing %q", w.id)
	}
	return fmt.Sprintf("adding %q", w.id)
}

// send makes the call. Of an addition it returns the stored statement.
func (a *applying) send(ctx context.Context, w write) (stored string, err error) {
	a.result.Calls++
	if !w.isRemoval() {
		out, err := a.api.AddPermission(ctx, permission.NewAddPermissionInput(*w.request), a.plan.options.CallOptions...)
		if err != nil {
			return "", err
		}
		return aws.ToString(out.Statement), nil
	}
	scope := a.plan.desired.scope
	in := &permission.RemovePermissionInput{
		FunctionName: aws.String(scope.Unqualified().String()),
		Qualifier:    present(scope.Qualifier().String()),
		StatementId:  &w.id,
	}
	if a.fresh.isCurrent {
		in.RevisionId = present(a.latest.RevisionID)
	}
	a.sent[w.id] = true
	_, err = a.api.RemovePermission(ctx, in, a.plan.options.CallOptions...)
	return "", err
}

func present(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// made notes a write whose answer says that it was carried out.
func (a *applying) made(ctx context.Context, w write, stored string) error {
	a.outdate()
	a.own[w.id] = !w.isRemoval()
	a.tries.refused, a.fresh = 0, a.fresh.after(w)
	if !w.isRemoval() {
		statement, err := policy.ParseStatement(stored)
		if err != nil { // the policy shows the statement
			return a.readOn(ctx, false)
		}
		w.added = statement
		if TemporaryID(w.key) == w.id {
			a.named[w.id] = statement
		}
	}
	a.latest.Document = w.do(a.latest.Document)
	a.latest.Found = len(a.latest.Document.Statements()) > 0
	a.setWrites(a.writes[1:])
	return nil
}

// settle finds out whether a write that failed was carried out all the same: its
// answer may have been lost, or be the refusal of the API's own retry. If it was,
// Apply goes on. If not, that is an error: trying again is for the client, which has
// waited, or for the next Apply. A gap is closed before.
func (a *applying) settle(ctx context.Context, w write, err error) error {
	if notSent(err) && !a.isInGap(w) {
		return a.fail(w.String(), err, false)
	}
	for {
		reading, readErr := a.read(ctx)
		if readErr != nil {
			return a.fail(w.String(), err, !notSent(err))
		}
		if planErr := a.adapt(reading); planErr != nil {
			return a.fail("planning again", planErr, mayHaveWritten(err))
		}
		if !a.isLeft(w) {
			_, isThere := reading.Document.Lookup(w.id)
			a.mayFollow = a.mayFollow || mayHaveWritten(err) && isThere == w.isRemoval()
			return nil
		}
		isUncertain, again := a.closeGap(ctx, w)
		if !again {
			return a.fail(w.String(), a.diagnose(w, err), mayHaveWritten(err) || isUncertain)
		}
	}
}

// isLeft reports whether a write is still to be made.
func (a *applying) isLeft(w write) bool {
	return slices.ContainsFunc(a.writes, func(v write) bool { return v.id == w.id && v.isRemoval() == w.isRemoval() })
}

// isInGap reports whether w adds a statement whose predecessor this call has removed,
// and neither of them is in force in the policy as it is known.
func (a *applying) isInGap(w write) bool {
	old := a.changes[w.key].old
	isInForce := func(id string) bool { _, ok := a.latest.Document.Lookup(id); return ok }
	return !w.isRemoval() && a.plan.options.AllowGap && a.sent[old.Sid()] && !isDead(old) &&
		!isInForce(old.Sid()) && !isInForce(TemporaryID(w.key))
}

// closeGap adds an old statement again that was removed in a gap before its successor
// could not be added. The revision of the latest reading guards it: the addition may
// still be carried out. again means that others wrote first, so that the policy has to
// be read again, and isUncertain that the old statement may be there or not.
func (a *applying) closeGap(ctx context.Context, w write) (isUncertain, again bool) {
	if !a.isInGap(w) {
		return false, false
	}
	g, _ := a.changes[w.key].old.Request() // AddPermission could have added all that a plan removes
	scope := a.plan.desired.scope
	g.FunctionName, g.Qualifier, g.RevisionId = scope.Unqualified().String(), scope.Qualifier().String(), a.latest.RevisionID
	a.result.Calls++
	out, err := a.api.AddPermission(ctx, permission.NewAddPermissionInput(g), a.plan.options.CallOptions...)
	if err != nil {
		return mayHaveWritten(err), isRefusedForOthers(false, err) && a.tries.again(ctx, err) == nil
	}
	if s, err := policy.ParseStatement(aws.ToString(out.Statement)); err == nil {
		a.latest.Document = a.latest.Document.With(s)
	}
	return false, false
}

// read reads the policy.
func (a *applying) read(ctx context.Context) (permission.PolicyReading, error) {
	if err := ctx.Err(); err != nil {
		return permission.PolicyReading{}, &aws.RequestCanceledError{Err: err}
	}
	a.result.Calls++
	return a.plan.options.read(ctx, a.api, a.plan.desired)
}

// adapt goes on with a reading: if that is another policy than is known, by a plan that
// is made again.
func (a *applying) adapt(reading permission.PolicyReading) error {
	a.fresh = freshness{isCurrent: true, isConfirmed: true}
	a.isOld = slices.Contains(a.outdated, revisionOf(reading)) || !a.showsOwn(reading.Document)
	if !a.isOld && revisionOf(reading) != revisionOf(a.latest) {
		a.outdate()
	}
	isExpected := reading.Found == a.latest.Found && reading.Document.Raw() == a.latest.Document.Raw()
	a.latest = reading
	if isExpected {
		return nil
	}
	next, err := planFor(reading, a.plan.desired, a.plan.options, a.mayRemove)
	if err != nil {
		return err
	}
	return a.follow(next)
}

// showsOwn reports whether a policy shows all answered writes of this call. If it does
// not, others undid them, or it is an old one.
func (a *applying) showsOwn(d policy.Document) bool {
	for id, isAdded := range a.own {
		if _, ok := d.Lookup(id); ok != isAdded {
			return false
		}
	}
	return true
}

// noPolicy stands for the revision of a scope without a policy.
const noPolicy = "no policy"

// revisionOf returns the revision of a reading, or "" if that does not tell it.
func revisionOf(reading permission.PolicyReading) string {
	if !reading.Found {
		return noPolicy
	}
	return reading.RevisionID
}

// outdate notes that the latest reading is no longer the latest state: the policy was
// written, or read with another revision.
func (a *applying) outdate() {
	if revision := revisionOf(a.latest); revision != "" && !slices.Contains(a.outdated, revision) {
		a.outdated = append(a.outdated, revision)
	}
}

// follow goes on by a plan that was made again. Its changes are those of the first
// plan, as far as that has them.
func (a *applying) follow(next *Plan) error {
	var room *NoRoomError
	if errors.As(next.refusal, &room) || errors.Is(next.refusal, ErrAmbiguousID) {
		return next.refusal
	}
	a.unnamed = next.unnamed
	writes := slices.Clone(next.writes)
	for i, w := range writes {
		if key, ok := a.keyOf[w.id]; ok && w.isRemoval() {
			writes[i].key = key
		}
	}
	for _, c := range next.changes {
		if first, ok := a.changes[c.StatementID]; !ok || first.Kind == KindUnchanged || first.Kind == KindCovered {
			if _, isPart := a.keyOf[c.StatementID]; !isPart {
				a.changes[c.StatementID] = c
			}
		}
	}
	a.setWrites(writes)
	return nil
}

// setWrites sets the writes that are left, and tells of the changes that are done.
func (a *applying) setWrites(writes []write) {
	left := keysOf(writes)
	done := slices.DeleteFunc(keysOf(a.writes), func(key string) bool { return slices.Contains(left, key) })
	a.writes = writes
	for i, key := range done {
		c := a.changes[key]
		if c.Kind == KindRemove {
			a.removed++
		}
		isSame := func(d Change) bool { return d.StatementID == key } // if it was undone meanwhile
		a.result.Done = append(slices.DeleteFunc(a.result.Done, isSame), c)
		if progress := a.plan.options.Progress; progress != nil {
			progress(Progress{Function: a.plan.desired.Function, Change: c, Done: len(a.result.Done), Left: len(left) + len(done) - i - 1})
		}
	}
}

// keysOf returns the keys of writes in order, each once.
func keysOf(writes []write) []string {
	var keys []string
	seen := make(map[string]bool)
	for _, w := range writes {
		if !seen[w.key] {
			seen[w.key] = true
			keys = append(keys, w.key)
		}
	}
	return keys
}

// diagnose tells which principal is to blame if the service refused one. The service
// knows its own principals, so that of a service points to a deleted one in the
// policy.
func (a *applying) diagnose(w write, err error) error {
	if w.isRemoval() {
		return err
	}
	return diagnosePrincipal(permission.NewAddPermissionInput(*w.request), a.latest.Document, err)
}

// fail returns the error of a step that failed, and notes the changes that are left.
func (a *applying) fail(step string, err error, isUncertain bool) error {
	left := keysOf(a.writes)
	for _, key := range left {
		a.result.Left = append(a.result.Left, a.changes[key])
	}
	a.result.Done = slices.DeleteFunc(a.result.Done, func(c Change) bool { return slices.Contains(left, c.StatementID) })
	slices.SortStableFunc(a.result.Left, func(b, c Change) int { return a.place(b) - a.place(c) })
	e := &ApplyError{
		Function: a.plan.desired.Function, Uncertain: isUncertain || a.isOld || a.mayFollow, Step: step, Err: err,
		Done: slices.Clone(a.result.Done), Left: slices.Clone(a.result.Left),
	}
	e.Missing, e.Unwanted = a.missing(), a.unwanted()
	return e
}

// place returns where the first plan has a change; one that it does not have comes
// last.
func (a *applying) place(c Change) int {
	i := slices.IndexFunc(a.plan.changes, func(d Change) bool { return d.StatementID == c.StatementID })
	if i < 0 {
		return len(a.plan.changes)
	}
	return i
}

// missing returns the ids of the desired grants that are not in force in the policy as
// it is known.
func (a *applying) missing() []string {
	var ids []string
	for _, g := range a.plan.desired.grants {
		if !a.isInForce(g) {
			ids = append(ids, g.StatementId)
		}
	}
	return ids
}

// isInForce reports whether a grant is in force: under its id, during a replacement
// under the temporary one, or by the statements that the plan says to cover it.
func (a *applying) isInForce(g grant.Request) bool {
	ids := []string{g.StatementId, TemporaryID(g.StatementId)}
	for _, id := range ids {
		s, _ := a.latest.Document.Lookup(id)
		if r, err := s.Request(); err == nil && grant.StatementID("", r) == grant.StatementID("", g) {
			return true
		}
	}
	c := a.changes[g.StatementId]
	return c.Kind == KindCovered && slices.ContainsFunc(c.CoveredBy, func(id string) bool {
		_, ok := a.latest.Document.Lookup(id)
		return ok || id == ""
	})
}

// unwanted returns the ids of the statements to be removed that are still in the
// policy as it is known.
func (a *applying) unwanted() []string {
	var ids []string
	for _, s := range a.latest.Document.Statements() {
		if a.mayRemove(s) {
			ids = append(ids, s.Sid())
		}
	}
	return ids
}

func (a *applying) planChanged() error {
	next, err := planFor(a.latest, a.plan.desired, a.plan.options, nil)
	if err != nil {
		return a.fail("planning again", err, false)
	}
	a.result.Left = next.Changes()
	return &PlanChangedError{Function: a.plan.desired.Function, Plan: next, StatementIDs: slices.Sorted(slices.Values(a.unnamed))}
}
