package ensure_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

var (
	modelRuns = flag.Int("model.runs", 0, "how many random runs TestModel makes of each scenario; 0 means few")
	modelSeed = flag.Uint64("model.seed", 1, "the seed of the random runs of TestModel")
)

// A scenario is a policy and the programs that work on it at the same time.
type scenario struct {
	name     string
	stored   []*permission.AddPermissionInput
	programs []program
	// noGap means that some grant of the id is in force at every moment.
	noGap bool
}

const foreignID = "foreign"

var (
	oldGrant   = elsewhere()
	newGrant   = grant()
	thirdGrant = withSourceArn(grant(), "arn:aws:s3:::third")
)

// granting is a program that calls Grant.
func granting(name string, in *permission.AddPermissionInput, optFns ...func(*ensure.Options)) program {
	return program{name: name, run: func(ctx context.Context, api permission.API) (any, error) {
		out, err := ensure.Grant(ctx, api, in, optFns...)
		if err != nil {
			return nil, err
		}
		return granted{out, in}, nil
	}}
}

// granted is the success of a granting program.
type granted struct {
	*ensure.Result
	in *permission.AddPermissionInput
}

func (g granted) String() string { return g.Outcome.String() }

func removing(name string) program {
	return program{name: name, run: func(ctx context.Context, api permission.API) (any, error) {
		out, err := ensure.Absent(ctx, api, "Thumbnail", "s3-photos")
		if err != nil {
			return nil, err
		}
		return out, nil
	}}
}

// foreigner stands for a program that changes statements of its own.
func foreigner() program {
	in := other()
	in.StatementId = aws.String("foreign-2")
	return program{name: "foreigner", faultless: true, run: func(ctx context.Context, api permission.API) (any, error) {
		_, addErr := api.AddPermission(ctx, in)
		_, removeErr := api.RemovePermission(ctx, &permission.RemovePermissionInput{FunctionName: in.FunctionName, StatementId: in.StatementId})
		return nil, errors.Join(addErr, removeErr)
	}}
}

// taker stands for a program that puts a statement of its own under the id, as
// soon as it is free, or removes the one that has it first.
func taker(removesFirst bool) program {
	return program{name: "taker", faultless: true, run: func(ctx context.Context, api permission.API) (any, error) {
		if removesFirst {
			_, _ = api.RemovePermission(ctx, removal())
		}
		for range 3 {
			if _, err := api.AddPermission(ctx, thirdGrant); err == nil {
				break
			}
		}
		return nil, nil
	}}
}

// scenarios are the programs that may meet, and where they begin.
func scenarios(t *testing.T) []scenario {
	foreign := other()
	foreign.StatementId = aws.String(foreignID)
	leftover := grant()
	leftover.StatementId = aws.String(temporaryID)
	otherLeftover := withSourceArn(grant(), "arn:aws:s3:::third")
	otherLeftover.StatementId = aws.String(temporaryID)
	ours := granting("A", newGrant, ensure.Replace)
	same := granting("B", newGrant, ensure.Replace)
	rival := granting("rival", thirdGrant, ensure.Replace)
	gap := granting("A", newGrant, withGap)
	full := fillers(t, foreign, oldGrant)
	list := func(inputs ...*permission.AddPermissionInput) []*permission.AddPermissionInput {
		return append([]*permission.AddPermissionInput{foreign}, inputs...)
	}
	return []scenario{
		{"add", list(), []program{granting("A", newGrant)}, false},
		{"add into no policy", nil, []program{granting("A", newGrant), granting("B", newGrant)}, false},
		{"add twice", list(), []program{granting("A", newGrant), granting("B", newGrant)}, false},
		{"replace", list(oldGrant), []program{ours}, true},
		{"replace beside a foreigner", list(oldGrant), []program{ours, foreigner()}, true},
		{"replace twice", list(oldGrant), []program{ours, same}, true},
		{"replace by two grants", list(oldGrant), []program{ours, rival}, true},
		{"replace and remove", list(oldGrant), []program{ours, removing("R")}, false},
		{"replace while the id is taken", list(oldGrant), []program{ours, taker(false)}, true},
		{"replace while the id is taken away", list(oldGrant), []program{ours, taker(true)}, false},
		{"replace the only statement", []*permission.AddPermissionInput{oldGrant}, []program{ours, same}, true},
		{"finish a replacement", list(leftover), []program{granting("A", newGrant), same}, true},
		{"finish another replacement", list(oldGrant, otherLeftover), []program{ours, removing("R")}, false},
		{"gap", full, []program{gap}, false},
		{"gap beside a foreigner", full, []program{gap, foreigner()}, false},
		{"gap while the id is taken", full, []program{gap, taker(false)}, false},
		{"gap twice", full, []program{gap, granting("B", newGrant, withGap)}, false},
		{"gap and remove", full, []program{gap, removing("R")}, false},
		{"remove", list(oldGrant), []program{removing("R")}, false},
		{"remove the only statement", []*permission.AddPermissionInput{oldGrant}, []program{removing("R"), removing("S")}, false},
		{"remove twice", list(oldGrant, leftover), []program{removing("R"), removing("S")}, false},
		{"three", list(oldGrant), []program{ours, rival, removing("R")}, false},
	}
}

// fillers returns the grants given and others that leave room for less than one
// statement.
func fillers(t *testing.T, inputs ...*permission.AddPermissionInput) []*permission.AddPermissionInput {
	service := newService(t)
	for _, in := range inputs {
		mustAdd(t, service.API(), in)
	}
	fill(t, service, 100)
	document, _ := service.Policy("Thumbnail")
	for _, s := range document.Statements()[len(inputs):] {
		req, err := s.Request()
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, permission.NewAddPermissionInput(req))
	}
	return inputs
}

func (sc scenario) first() state {
	first := state{revision: 1}
	for _, in := range sc.stored {
		s, err := policy.NewStatement(in.Request(), scopeOfModel)
		if err != nil {
			panic(err)
		}
		first.statements = append(first.statements, s)
	}
	return first
}

// extent is how much TestModel does for each scenario.
type extent struct {
	enumerated       int // at most so many runs in the order of the enumeration
	faults, switches int // in each of them
	random           int // so many random runs, with up to three faults
}

// TestModel runs the scenarios in many ways: all that have few faults and switches
// between programs, up to a number of runs, and random ones with more of both. A
// long run is made by go test -run TestModel -model.runs=5000 -v.
func TestModel(t *testing.T) {
	e := extent{enumerated: 120, faults: 1, switches: 1, random: 80}
	switch {
	case *modelRuns > 0:
		e = extent{enumerated: *modelRuns, faults: 2, switches: 2, random: *modelRuns}
	case testing.Short():
		e.enumerated, e.random = 30, 10
	}
	total := 0
	for _, sc := range scenarios(t) {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runs := sc.enumerate(t, e) + sc.sample(t, e.random)
				total += runs
				t.Logf("%d runs", runs)
			})
		})
	}
	t.Logf("%d runs in all", total)
}

func (sc scenario) enumerate(t *testing.T, e extent) (runs int) {
	for prefix, ok := []int(nil), true; ok && runs < e.enumerated && !t.Failed(); runs++ {
		d := &decisions{prefix: prefix}
		sc.check(t, newSchedule(d, sc.first(), sc.programs, e.faults, e.switches))
		prefix, ok = d.next()
	}
	return runs
}

func (sc scenario) sample(t *testing.T, runs int) int {
	for run := range runs {
		if t.Failed() {
			return run
		}
		d := &decisions{random: rand.New(rand.NewPCG(*modelSeed, uint64(run)))}
		sc.check(t, newSchedule(d, sc.first(), sc.programs, run%4, -1))
	}
	return runs
}

// check runs a schedule and holds the invariants to it.
func (sc scenario) check(t *testing.T, s *schedule) {
	t.Helper()
	s.run()
	s.checkForeign(t)
	if sc.noGap {
		s.checkInForce(t)
	}
	failed := false
	for _, a := range s.actors {
		failed = failed || a.err != nil
		if a.calls > 200 {
			failRun(t, s, "%s made %d calls", a.name, a.calls)
		}
		if a.faultless {
			continue
		}
		switch out := a.result.(type) {
		case granted:
			s.checkGranted(t, a, out)
		case *ensure.AbsentResult:
			s.checkAbsent(t, a, out)
		default:
			s.checkFailed(t, a)
		}
	}
	if failed {
		s.checkNext(t)
	}
}

// checkNext: after every failure the next Grant without faults finishes.
func (s *schedule) checkNext(t *testing.T) {
	t.Helper()
	next := newSchedule(&decisions{}, s.service.now(), []program{granting("A", newGrant, withGap)}, 0, 0)
	next.run()
	now := next.service.now()
	if err := next.actors[0].err; err != nil {
		failRun(t, s, "the next Grant: %v", err)
	}
	if stored := now.lookup("s3-photos"); !stored.Equivalent(build(t, newGrant)) {
		failRun(t, s, "after the next Grant the policy is %v", now)
	}
	if now.lookup(temporaryID).IsValid() {
		failRun(t, s, "the next Grant leaves a temporary statement: %v", now)
	}
}

func isOurs(id string) bool { return id == "s3-photos" || id == temporaryID }

// checkForeign: a change by Grant or Absent is of their own statements only.
func (s *schedule) checkForeign(t *testing.T) {
	t.Helper()
	foreign := func(st state) (raws []string) {
		for _, statement := range st.statements {
			if !isOurs(statement.Sid()) {
				raws = append(raws, statement.Raw())
			}
		}
		return raws
	}
	for i, a := range s.changed {
		if a == nil || a.faultless {
			continue
		}
		if before, after := foreign(s.service.states[i-1]), foreign(s.service.states[i]); !slices.Equal(before, after) {
			failRun(t, s, "%s changed foreign statements", a.name)
		}
	}
}

// checkInForce: in every state some grant has the id, or the temporary one.
func (s *schedule) checkInForce(t *testing.T) {
	t.Helper()
	for _, st := range s.service.states {
		if !st.lookup("s3-photos").IsValid() && !st.lookup(temporaryID).IsValid() {
			failRun(t, s, "neither the old nor the new grant was in force in %v", st)
			return
		}
	}
}

// checkGranted: the wanted grant, and no temporary one, was in force in the latest
// state that the service showed to the call.
func (s *schedule) checkGranted(t *testing.T, a *actor, out granted) {
	t.Helper()
	if stored := a.shown.lookup("s3-photos"); !stored.Equivalent(build(t, out.in)) {
		failRun(t, s, "%s succeeded, and was shown %v", a.name, a.shown)
	}
	if a.shown.lookup(temporaryID).IsValid() {
		failRun(t, s, "%s succeeded, and was shown a temporary statement: %v", a.name, a.shown)
	}
	if !out.Statement.Equivalent(build(t, out.in)) {
		failRun(t, s, "%s returned the statement %s", a.name, out.Statement)
	}
}

// checkAbsent: the latest state that the service showed to the call does not have
// the statement, and the result names every statement that the call removed.
func (s *schedule) checkAbsent(t *testing.T, a *actor, out *ensure.AbsentResult) {
	t.Helper()
	for _, id := range []string{"s3-photos", temporaryID} {
		if a.shown.lookup(id).IsValid() {
			failRun(t, s, "%s succeeded, and was shown %v", a.name, a.shown)
		}
	}
	for _, id := range a.removed {
		if !slices.Contains(out.Removed, id) {
			failRun(t, s, "%s removed %q and says that it removed %q", a.name, id, out.Removed)
		}
	}
	if (out.Absence == ensure.AbsenceRemoved) != (len(out.Removed) > 0) {
		failRun(t, s, "%s: %v, and removed %q", a.name, out.Absence, out.Removed)
	}
	if sorted := slices.Sorted(slices.Values(out.Removed)); len(slices.Compact(sorted)) != len(out.Removed) {
		failRun(t, s, "%s names a statement twice: %q", a.name, out.Removed)
	}
}

// checkFailed: an error that is certain is right, and one names every statement of
// ours that the call leaves.
func (s *schedule) checkFailed(t *testing.T, a *actor) {
	t.Helper()
	if a.shownStale || s.changedByOthers(a) {
		return // it was not shown the policy as it is
	}
	now := s.service.now()
	var broken *ensure.ReplaceError
	isReplaceError := errors.As(a.err, &broken)
	if isReplaceError && !broken.Uncertain && broken.Left != leftIn(now, newStatementOf(t, a)) {
		failRun(t, s, "%s is certain of %v, and the policy is %v", a.name, broken.Left, now)
	}
	if isReplaceError && broken.Uncertain {
		return
	}
	if now.lookup(temporaryID).IsValid() && slices.Contains(a.added, temporaryID) && !strings.Contains(a.err.Error(), temporaryID) {
		failRun(t, s, "%s leaves a temporary statement that its error does not name", a.name)
	}
	if slices.Contains(a.removed, "s3-photos") && isGrantName(a.name) && !now.lookup("s3-photos").IsValid() && !isReplaceError {
		failRun(t, s, "%s removed the statement, and its error does not say so", a.name)
	}
}

func isGrantName(name string) bool { return name == "A" || name == "B" || name == "rival" }

func newStatementOf(t *testing.T, a *actor) policy.Statement {
	if a.name == "rival" {
		return build(t, thirdGrant)
	}
	return build(t, newGrant)
}

// changedByOthers reports whether another program changed the policy after the
// latest state that a was shown.
func (s *schedule) changedByOthers(a *actor) bool {
	return slices.ContainsFunc(s.changed[min(a.at, len(s.changed)):], func(by *actor) bool { return by != a })
}

func leftIn(now state, wanted policy.Statement) ensure.Left {
	stored, temporary := now.lookup("s3-photos"), now.lookup(temporaryID)
	switch {
	case stored.IsValid() && stored.Equivalent(wanted) && temporary.IsValid():
		return ensure.LeftNewAndTemporary
	case stored.IsValid() && temporary.IsValid():
		return ensure.LeftOldAndTemporary
	case stored.IsValid():
		return ensure.LeftOld
	case temporary.IsValid():
		return ensure.LeftTemporary
	}
	return ensure.LeftNothing
}
