package ensure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
)

// ApplyError is an Apply that broke off. What it did stays, and the next one goes
// on from there.
type ApplyError struct {
	// Function is that of the Desired.
	Function string

	// Done are the changes that were carried out, Left those that are not, or only in
	// part.
	Done, Left []Change

	// Missing are the ids of desired grants that are not in force, and Unwanted those
	// of statements that are still in force although they were to be removed, by all
	// that the service showed to this call.
	Missing, Unwanted []string

	// Uncertain means that the failed call may have been carried out all the same,
	// or may still be: its answer did not come, or does not say. It also means that the
	// last reading is older than a write of this call or does not show it, so that it may
	// be an old one. The next plan shows which it is.
	Uncertain bool

	// Step says which call failed, such as: adding "photos-66k3il4yifkiukchoe7xt443".
	Step string

	// Err is why: the error of the call, a *PrincipalError, a *NoRoomError, a
	// *DesiredError if the policy became one that the grants do not go with, or
	// another error.
	Err error
}

// Error names the failed step, the number of changes done, and the statements in force.
// It holds no EventSourceToken.
func (e *ApplyError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ensure: %s: %s: %v; %d of %s done", e.Function, e.Step, e.Err, len(e.Done), plural(len(e.Done)+len(e.Left), "change"))
	if len(e.Missing) > 0 {
		fmt.Fprintf(&b, "; not in force: %s", listed(e.Missing))
	}
	if len(e.Unwanted) > 0 {
		fmt.Fprintf(&b, "; still in force: %s", listed(e.Unwanted))
	}
	if e.Uncertain {
		b.WriteString("; this is not certain, since that call may still be carried out, or the last reading may be an old one")
	}
	return b.String()
}

// Unwrap returns Err.
func (e *ApplyError) Unwrap() error { return e.Err }

// PlanChangedError says that more would have to be removed or replaced than the
// applied plan named, because somebody else changed the policy meanwhile. Everything
// that the plan named was done.
type PlanChangedError struct {
	// Function is that of the Desired.
	Function string

	// Plan has the changes that are left. Applying it is a decision of the caller.
	Plan *Plan

	// StatementIDs are the statements that the applied plan did not name.
	StatementIDs []string
}

// Error names the statements.
func (e *PlanChangedError) Error() string {
	return fmt.Sprintf("ensure: the policy of %q was changed meanwhile: %s would have to be removed or replaced, which was not planned; a new plan is needed",
		e.Function, listed(e.StatementIDs))
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
		Function: a.plan.desired.Function, Uncertain: isUncertain || a.isOld, Step: step, Err: err,
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
