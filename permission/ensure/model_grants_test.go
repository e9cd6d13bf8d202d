package ensure_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	grants "github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The model of interleavings for lists: several programs that call Grants, beside
// others, on one policy.

// listScenario is a policy and the programs that work on it at the same time.
type listScenario struct {
	name     string
	stored   []validate.Request
	programs []program
	lists    []ensure.Desired // of the programs that have one, by index; those of the others are zero
	// inForce are pairs of which one is in force at every moment, under its id or its
	// temporary one.
	inForce []pair
	optFns  []func(*ensure.Options) // of the programs
	// isTaken means that an id of the first list may end up with somebody else.
	isTaken bool
	// next is the program that runs after the others have stopped; by default Grants of
	// the first list.
	next func(list ensure.Desired) program
}

// applied is the result of a call of Grants.
type applied struct {
	*ensure.GrantsResult
	err error
}

func (a applied) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return "applied"
}

// applying is a program that calls Grants.
func applying(name string, list ensure.Desired, optFns ...func(*ensure.Options)) program {
	return program{name: name, run: func(ctx context.Context, api permission.API) (any, error) {
		result, err := ensure.Grants(ctx, api, list, optFns...)
		return applied{result, err}, nil
	}}
}

// writer stands for a program that adds and removes a statement with raw calls.
func writer(g validate.Request) program {
	g.FunctionName = "Thumbnail"
	return program{name: "writer", faultless: true, run: func(ctx context.Context, api permission.API) (any, error) {
		api.AddPermission(ctx, permission.NewAddPermissionInput(g)) // refused if it is there
		in := removal()
		in.StatementId = &g.StatementId
		api.RemovePermission(ctx, in) // refused if it is gone
		return nil, nil
	}}
}

// thief stands for a program that puts a statement of its own under an id.
func thief(g validate.Request) program {
	g.FunctionName = "Thumbnail"
	return program{name: "thief", faultless: true, run: func(ctx context.Context, api permission.API) (any, error) {
		api.AddPermission(ctx, permission.NewAddPermissionInput(g))
		return nil, nil
	}}
}

// modelGrants are the grants of the scenarios of lists, those of whole documents too.
type modelGrants struct {
	foreign, alike                       validate.Request // of others; alike begins as the owner's ids do
	a, b, c, d                           validate.Request
	old, new                             validate.Request // of one bucket
	adoptedOld, adoptedNew, adoptedThird validate.Request // under one adopted id
	leftover                             validate.Request // of a replacement of adoptedOld by adoptedNew
	otherList                            ensure.Desired   // of another owner
	stays, changes                       pair
}

// pair is a grant before and after.
type pair = [2]validate.Request

func newModelGrants() modelGrants {
	m := modelGrants{
		foreign: withID("foreign", rule("foreign")), alike: withID("app-notes", rule("notes")),
		a: owned(rule("a")), b: owned(rule("b")), c: owned(rule("c")), d: owned(rule("d")),
		old: owned(bucket("photos", "111111111111")), new: owned(bucket("photos", "222222222222")),
		adoptedOld: withID("old-1", rule("x")), adoptedNew: withID("old-1", rule("y")), adoptedThird: withID("old-1", rule("z")),
		leftover:  withID(ensure.TemporaryID("old-1"), rule("y")),
		otherList: ensure.Desired{Function: "Thumbnail", Owner: "app-2", Grants: []validate.Request{rule("a"), rule("e")}},
	}
	m.stays, m.changes = pair{m.a, m.a}, pair{m.old, m.new}
	return m
}

// stored are statements beside those of others.
func (m modelGrants) stored(list ...validate.Request) []validate.Request {
	return append([]validate.Request{m.foreign, m.alike}, list...)
}

func listScenarios(t testing.TB) []listScenario {
	m := newModelGrants()
	alone := func(name string, list ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return listScenario{name: name, stored: stored, programs: []program{applying("A", list)}, lists: []ensure.Desired{list}, inForce: inForce}
	}
	two := func(name string, first, second ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return listScenario{name: name, stored: stored, programs: []program{applying("A", first), applying("B", second)}, lists: []ensure.Desired{first, second}, inForce: inForce}
	}
	beside := func(name string, p program, list ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return listScenario{name: name, stored: stored, programs: []program{applying("A", list), p}, lists: []ensure.Desired{list, {}}, inForce: inForce}
	}
	taken := beside("an id is taken", thief(withID(m.b.StatementId, rule("theirs"))), of(m.a, m.b), m.stored(m.a, m.c))
	taken.isTaken = true
	adoptedTaken := beside("an adopted id is taken", writer(m.adoptedThird), adopting(m.adoptedNew), m.stored())
	adoptedTaken.isTaken = true
	gap := func(o *ensure.Options) { o.AllowGap = true }
	accept := func(o *ensure.Options) { o.AcceptCovering = true }
	full := listScenario{
		name: "a full policy, with a gap", stored: m.stored(m.old, filling(t, 100, m.foreign, m.alike, m.old)), optFns: []func(*ensure.Options){gap},
		programs: []program{applying("A", of(m.new), gap)}, lists: []ensure.Desired{of(m.new)},
	}
	fullBeside := full
	fullBeside.name, fullBeside.lists = "a full policy, with a gap, twice", []ensure.Desired{of(m.new), of(m.new)}
	fullBeside.programs = []program{applying("A", of(m.new), gap), applying("B", of(m.new), gap)}
	all := withID("all-rules", rule("*"))
	covered := listScenario{
		name: "another removes what covers", stored: m.stored(all, m.c), optFns: []func(*ensure.Options){accept},
		programs: []program{applying("A", of(m.a, m.new), accept), writer(all)}, lists: []ensure.Desired{of(m.a, m.new), {}},
	}
	return []listScenario{
		full, fullBeside, covered,
		alone("add, change and remove", of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		alone("into no policy", of(m.a, m.b), nil),
		alone("the whole policy changes", of(m.new), []validate.Request{m.old}, m.changes),
		alone("under an adopted id", adopting(m.a, m.adoptedNew), m.stored(m.a, m.adoptedOld, m.b), pair{m.adoptedOld, m.adoptedNew}, m.stays),
		alone("finish a replacement", adopting(m.a, m.adoptedNew), m.stored(m.adoptedOld, m.leftover), pair{m.adoptedOld, m.adoptedNew}),
		alone("clear another replacement away", adopting(m.a, m.adoptedThird), m.stored(m.adoptedOld, m.leftover), pair{m.adoptedOld, m.adoptedThird}),
		two("two programs finish a replacement", adopting(m.adoptedNew), adopting(m.adoptedNew), m.stored(m.adoptedOld, m.leftover), pair{m.adoptedOld, m.adoptedNew}),
		alone("adopted ids become the owner's", adopting(rule("x")), m.stored(m.adoptedOld), pair{m.adoptedOld, owned(rule("x"))}),
		two("two owners", of(m.a, m.b, m.new), m.otherList, m.stored(m.a, m.c, m.old), m.stays, m.changes),
		two("one owner, one list", of(m.a, m.b, m.new), of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		two("one owner, two lists", of(m.a, m.b), of(m.a, m.d), m.stored(m.a, m.c), m.stays),
		two("one owner, two lists of one bucket", of(m.a, m.old), of(m.a, m.new), m.stored(m.a, m.c, m.old), m.stays),
		two("two programs replace under an adopted id", adopting(m.adoptedNew), adopting(m.adoptedNew), m.stored(m.adoptedOld), pair{m.adoptedOld, m.adoptedNew}),
		two("two programs replace differently", adopting(m.adoptedNew), adopting(m.adoptedThird), m.stored(m.adoptedOld)),
		beside("beside a foreigner", writer(withID("foreign-2", rule("foreign-2"))), of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		beside("beside one who writes alike ids", writer(withID("app-more", rule("more"))), adopting(m.a, m.adoptedNew), m.stored(m.a, m.c, m.adoptedOld), m.stays, pair{m.adoptedOld, m.adoptedNew}),
		beside("another removes what stays", writer(m.a), of(m.a, m.b), m.stored(m.a, m.c)),
		beside("another removes what goes", writer(m.c), of(m.a, m.b), m.stored(m.a, m.c), m.stays),
		taken, adoptedTaken,
	}
}

func (sc listScenario) first(t testing.TB) state {
	first := state{revision: 1}
	if len(sc.stored) > 0 {
		first.statements = documentOf(t, sc.stored...).Statements()
	}
	return first
}

// TestListModel runs the scenarios in many ways, as TestModel does. A long run is
// made by go test -run TestListModel -model.runs=5000 -v.
func TestListModel(t *testing.T) {
	checkListScenarios(t, listScenarios(t))
}

func checkListScenarios(t *testing.T, scenarios []listScenario) {
	t.Helper()
	e := extent{enumerated: 100, faults: 1, switches: 1, random: 60}
	switch {
	case *modelRuns > 0:
		e = extent{enumerated: *modelRuns, faults: 2, switches: 2, random: *modelRuns}
	case testing.Short():
		e.enumerated, e.random = 20, 10
	}
	total := 0
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runs := 0
				for prefix, ok := []int(nil), true; ok && runs < e.enumerated && !t.Failed(); runs++ {
					d := &decisions{prefix: prefix}
					sc.check(t, newSchedule(d, sc.first(t), sc.programs, e.faults, e.switches))
					prefix, ok = d.next()
				}
				for run := 0; run < e.random && !t.Failed(); run++ {
					d := &decisions{random: rand.New(rand.NewPCG(*modelSeed, uint64(run)))}
					sc.check(t, newSchedule(d, sc.first(t), sc.programs, run%4, -1))
					runs++
				}
				total += runs
			})
		})
	}
	t.Logf("%d runs in all", total)
}

// check runs a schedule and holds the invariants to it.
func (sc listScenario) check(t *testing.T, s *schedule) {
	t.Helper()
	s.run()
	sc.checkForeign(t, s)
	sc.checkInForce(t, s)
	for i, a := range s.actors {
		if a.calls > 200 {
			failRun(t, s, "%s made %d calls", a.name, a.calls)
		}
		if out, ok := a.result.(applied); ok {
			sc.checkApplied(t, s, a, sc.lists[i], out)
		}
	}
	sc.checkNext(t, s)
}

// ownsInModel tells the statements of a list's owner by other code than the plan's.
func ownsInModel(list ensure.Desired, s policy.Statement) bool {
	base, _, isTemporary := strings.Cut(s.Sid(), "-lambdaperm-replacing-")
	return grants.Owns(list.Owner, s) || list.Adopt != nil && (isAdopted(s.Sid()) || isTemporary && isAdopted(base))
}

// checkForeign: a change by Grants is of the owner's statements only.
func (sc listScenario) checkForeign(t *testing.T, s *schedule) {
	t.Helper()
	for i, a := range s.changed {
		if a == nil || a.faultless {
			continue
		}
		foreign := func(st state) (raws []string) {
			for _, statement := range st.statements {
				if !ownsInModel(sc.lists[a.index], statement) {
					raws = append(raws, statement.Raw())
				}
			}
			return raws
		}
		if before, after := foreign(s.service.states[i-1]), foreign(s.service.states[i]); !slices.Equal(before, after) {
			failRun(t, s, "%s changed foreign statements", a.name)
		}
	}
}

// hasGrant reports whether a grant is in force under its id or its temporary one.
func hasGrant(st state, g validate.Request) bool {
	for _, id := range []string{g.StatementId, ensure.TemporaryID(g.StatementId)} {
		if r, err := st.lookup(id).Request(); err == nil && grants.StatementID("", r) == grants.StatementID("", g) {
			return true
		}
	}
	return false
}

// checkInForce: in every state one grant of each pair is in force.
func (sc listScenario) checkInForce(t *testing.T, s *schedule) {
	t.Helper()
	for _, pair := range sc.inForce {
		for _, st := range s.service.states {
			if !hasGrant(st, pair[0]) && !hasGrant(st, pair[1]) {
				failRun(t, s, "neither %s nor %s was in force in %v", pair[0].StatementId, pair[1].StatementId, st)
				return
			}
		}
	}
}

// isGranted reports whether a grant has its statement or, if that is enough, is
// covered.
func isGranted(t *testing.T, st state, g validate.Request, covered bool) bool {
	t.Helper()
	wanted := documentOf(t, g).Statements()[0]
	return slices.ContainsFunc(st.statements, func(s policy.Statement) bool {
		return s.Equivalent(wanted) || covered && policy.Covers(s, wanted)
	})
}

// filling is a grant that fills a policy with the others up to a number of bytes.
func filling(t testing.TB, room int, others ...validate.Request) validate.Request {
	t.Helper()
	g := withID("filler-1", rule("x"))
	g.SourceArn += strings.Repeat("x", documentOf(t, append(others, g)...).Headroom()-room)
	return g
}

// checkApplied compares the result of a program with the policies that it read and
// the changes that it made.
func (sc listScenario) checkApplied(t *testing.T, s *schedule, a *actor, list ensure.Desired, out applied) {
	t.Helper()
	named := make(map[string]bool)
	if out.Plan != nil {
		for _, c := range out.Plan.Changes() {
			if c.Kind == ensure.KindRemove {
				named[c.StatementID] = true
			}
			if c.Kind == ensure.KindChange {
				named[c.Replaces], named[ensure.TemporaryID(c.StatementID)] = true, true
			}
		}
	}
	for _, id := range a.removed {
		if !named[id] {
			failRun(t, s, "%s removed %s, which its plan does not name:\n%s", a.name, id, out.Plan)
		}
	}
	var changed *ensure.PlanChangedError
	var failed *ensure.ApplyError
	switch {
	case out.err == nil:
		for _, g := range wantedOf(list) {
			if !isGranted(t, a.shown, g, sc.optFns != nil) {
				failRun(t, s, "%s succeeded, and was shown %v without %s", a.name, a.shown, g.StatementId)
			}
		}
		sc.checkGone(t, s, a, nil)
	case errors.As(out.err, &changed):
		sc.checkGone(t, s, a, changed.StatementIDs)
	case errors.As(out.err, &failed):
		sc.checkFailed(t, s, a, list, failed)
	}
}

// wantedOf are the grants of a list with their ids.
func wantedOf(list ensure.Desired) []validate.Request {
	wanted := slices.Clone(list.Grants)
	for i, g := range wanted {
		if g.StatementId == "" {
			wanted[i].StatementId = grants.StatementID(list.Owner, g)
		}
	}
	return wanted
}

// checkGone checks that an old statement of the owner that is in no list of that
// owner is gone, in the latest state that the service showed to a program which made
// all planned changes. An unanswered call of that program may be carried out later still.
// The temporary statement of a replacement that was not planned stays for the new plan.
func (sc listScenario) checkGone(t *testing.T, s *schedule, a *actor, unplanned []string) {
	t.Helper()
	list := sc.lists[a.index]
	for _, statement := range s.service.states[0].statements {
		isWanted := slices.ContainsFunc(sc.lists, func(other ensure.Desired) bool {
			return other.Owner == list.Owner && slices.ContainsFunc(wantedOf(other), func(g validate.Request) bool { return g.StatementId == statement.Sid() })
		})
		isByWriter := slices.ContainsFunc(s.actors, func(b *actor) bool { return b.faultless && slices.Contains(b.added, statement.Sid()) })
		isForNewPlan := slices.ContainsFunc(unplanned, func(id string) bool { return ensure.TemporaryID(id) == statement.Sid() })
		if ownsInModel(list, statement) && !isWanted && !isByWriter && !isForNewPlan && a.shown.lookup(statement.Sid()).IsValid() {
			failRun(t, s, "%s did all that it planned, and was shown %s in %v", a.name, statement.Sid(), a.shown)
		}
	}
}

// checkFailed checks that an error that is certain is right about the statements
// that are in force.
func (sc listScenario) checkFailed(t *testing.T, s *schedule, a *actor, list ensure.Desired, e *ensure.ApplyError) {
	t.Helper()
	if e.Uncertain || a.shownStale || s.changedByOthers(a) {
		return
	}
	now := s.service.now()
	for _, g := range wantedOf(list) {
		if isMissing := slices.Contains(e.Missing, g.StatementId); isMissing == hasGrant(now, g) {
			failRun(t, s, "%s is certain that %s is missing: %t, and the policy is %v", a.name, g.StatementId, isMissing, now)
		}
	}
	for _, id := range e.Unwanted {
		if !now.lookup(id).IsValid() {
			failRun(t, s, "%s is certain that %s is still in force, and the policy is %v", a.name, id, now)
		}
	}
}

// checkNext: with all programs stopped, one more Grants of the first list ends right.
func (sc listScenario) checkNext(t *testing.T, s *schedule) {
	t.Helper()
	list := sc.lists[0]
	last := applying("next", list, sc.optFns...)
	if sc.next != nil {
		last = sc.next(list)
	}
	next := newSchedule(&decisions{}, s.service.now(), []program{last}, 0, 0)
	next.run()
	var taken *ensure.TakenError
	if err := next.actors[0].result.(applied).err; err != nil {
		if !sc.isTaken || !errors.As(err, &taken) {
			failRun(t, s, "the next Grants: %v", err)
		}
		return
	}
	now := next.service.now()
	want := make(map[string]bool)
	for _, g := range wantedOf(list) {
		want[g.StatementId] = true
		if !isGranted(t, now, g, sc.optFns != nil) {
			failRun(t, s, "after the next Grants %s is missing: %v", g.StatementId, now)
		}
	}
	for _, statement := range now.statements {
		if ownsInModel(list, statement) && !want[statement.Sid()] {
			failRun(t, s, "after the next Grants %s is still there: %v", statement.Sid(), now)
		}
	}
}

// The model of interleavings for whole documents: programs that put beside programs that
// add and remove, and beside others who put.

// putting is a program that calls Grants with WholeDocument.
func putting(name string, list ensure.Desired, optFns ...func(*ensure.Options)) program {
	return program{name: name, run: func(ctx context.Context, api permission.API) (any, error) {
		way := ensure.WholeDocument(api.(permission.ResourcePolicyAPI))
		result, err := ensure.Grants(ctx, api, list, append([]func(*ensure.Options){way}, optFns...)...)
		return applied{result, err}, nil
	}}
}

// putter stands for a program that edits documents itself: it adds a statement and
// removes it again, each time by a put of what it has read. isGuarded means that it
// sends the revision, as it should.
func putter(t testing.TB, g validate.Request, isGuarded bool) program {
	added, err := policy.NewStatement(g, arn.MustParseFunction(thumbnailARN))
	if err != nil {
		t.Fatal(err)
	}
	edit := func(ctx context.Context, api permission.ResourcePolicyAPI, change func(policy.Document) policy.Document) {
		reading, err := permission.ReadResourcePolicy(ctx, api, thumbnailARN)
		after := change(reading.Document)
		if err != nil || len(after.Statements()) == 0 {
			return
		}
		in := &permission.PutResourcePolicyInput{ResourceArn: aws.String(thumbnailARN), Policy: aws.String(after.Raw())}
		if isGuarded && reading.Found {
			in.RevisionId = &reading.RevisionID
		}
		_, _ = api.PutResourcePolicy(ctx, in) // refused if others were faster
	}
	return program{name: "putter", faultless: true, run: func(ctx context.Context, api permission.API) (any, error) {
		documents := api.(permission.ResourcePolicyAPI)
		edit(ctx, documents, func(d policy.Document) policy.Document { return d.Without(added.Sid()).With(added) })
		edit(ctx, documents, func(d policy.Document) policy.Document { return d.Without(added.Sid()) })
		return nil, nil
	}}
}

func documentScenarios(t testing.TB) []listScenario {
	m := newModelGrants()
	scenario := func(name string, stored []validate.Request, programs []program, lists []ensure.Desired, inForce ...pair) listScenario {
		for len(lists) < len(programs) {
			lists = append(lists, ensure.Desired{})
		}
		next := func(list ensure.Desired) program { return putting("next", list, ensure.AllowRemoveAll) }
		return listScenario{name: name, stored: stored, programs: programs, lists: lists, inForce: inForce, next: next}
	}
	only := func(name string, list ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", list, ensure.AllowRemoveAll)}, []ensure.Desired{list}, inForce...)
	}
	beside := func(name string, p program, list ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", list, ensure.AllowRemoveAll), p}, []ensure.Desired{list}, inForce...)
	}
	two := func(name string, first, second ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", first), putting("B", second)}, []ensure.Desired{first, second}, inForce...)
	}
	mixed := func(name string, first, second ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", first), applying("B", second)}, []ensure.Desired{first, second}, inForce...)
	}
	taken := beside("an id is taken", thief(withID(m.b.StatementId, rule("theirs"))), of(m.a, m.b), m.stored(m.a, m.c))
	taken.isTaken = true
	takenByPut := beside("an adopted id is taken by a put", putter(t, m.adoptedThird, true), adopting(m.adoptedNew), m.stored())
	takenByPut.isTaken = true
	foreign2 := withID("foreign-2", rule("foreign-2"))
	return []listScenario{
		only("add, change and remove", of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		only("add, change and remove, by the ARN", inFull(of(m.a, m.b, m.new)), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		only("into no policy", of(m.a, m.b, m.d), nil),
		only("into no policy, by the ARN", inFull(of(m.a, m.b, m.d)), nil),
		only("one grant into no policy", of(m.a), nil),
		only("the whole policy changes", of(m.new), []validate.Request{m.old}, m.changes),
		only("nothing is left", of(), []validate.Request{m.a, m.old}),
		only("under an adopted id", adopting(m.a, m.adoptedNew), m.stored(m.a, m.adoptedOld, m.b), pair{m.adoptedOld, m.adoptedNew}, m.stays),
		only("finish a replacement", adopting(m.a, m.adoptedNew), m.stored(m.adoptedOld, m.leftover), pair{m.adoptedOld, m.adoptedNew}),
		only("clear another replacement away", adopting(m.a, m.adoptedThird), m.stored(m.adoptedOld, m.leftover), pair{m.adoptedOld, m.adoptedThird}),
		two("two put one list", of(m.a, m.b, m.new), of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		two("two put two lists", of(m.a, m.b), of(m.a, m.d), m.stored(m.a, m.c), m.stays),
		two("two owners put", of(m.a, m.b, m.new), m.otherList, m.stored(m.a, m.c, m.old), m.stays, m.changes),
		two("two begin a policy", of(m.a, m.b), m.otherList, nil),
		mixed("one puts, one adds and removes", of(m.a, m.b, m.new), of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		mixed("one puts, one adds and removes another list", of(m.a, m.b), of(m.a, m.d), m.stored(m.a, m.c), m.stays),
		mixed("one puts, another owner adds and removes", of(m.a, m.b, m.new), m.otherList, m.stored(m.a, m.c, m.old), m.stays, m.changes),
		mixed("one puts, one replaces under an adopted id", adopting(m.adoptedNew), adopting(m.adoptedNew), m.stored(m.adoptedOld), pair{m.adoptedOld, m.adoptedNew}),
		beside("beside one who adds", writer(foreign2), of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		beside("beside one who adds to no policy", writer(foreign2), of(m.a, m.b), nil),
		beside("beside one who adds alike ids", writer(withID("app-more", rule("more"))), adopting(m.a, m.adoptedNew), m.stored(m.a, m.c, m.adoptedOld), m.stays, pair{m.adoptedOld, m.adoptedNew}),
		beside("beside one who puts", putter(t, foreign2, true), of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old), m.stays, m.changes),
		beside("beside one who puts into no policy", putter(t, foreign2, false), of(m.a, m.b), nil),
		beside("beside one who puts without a revision", putter(t, foreign2, false), of(m.a, m.b, m.new), m.stored(m.a, m.c, m.old)),
		beside("another removes what stays", writer(m.a), of(m.a, m.b), m.stored(m.a, m.c)),
		beside("another removes what goes", writer(m.c), of(m.a, m.b), m.stored(m.a, m.c), m.stays),
		beside("while the last statement goes, one puts", putter(t, foreign2, true), of(m.new), []validate.Request{m.old}, m.changes),
		beside("while the policy is removed, one adds", writer(foreign2), of(), []validate.Request{m.a}),
		beside("while the policy is removed, one puts", putter(t, foreign2, true), of(), []validate.Request{m.a}),
		taken, takenByPut,
	}
}

// TestDocumentModel runs the scenarios as TestListModel does.
func TestDocumentModel(t *testing.T) {
	checkListScenarios(t, documentScenarios(t))
}
