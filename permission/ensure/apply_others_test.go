package ensure_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Changes by others while a plan is applied are ignored if they do not matter, and
// corrected if they do; the calls show the cost.
func TestApplyBesideOthers(t *testing.T) {
	a, b, c := owned(rule("a")), owned(rule("b")), owned(rule("c"))
	old := owned(rule("old"))
	foreign := withID("foreign", rule("foreign"))
	// The plan: a is there, b and c are added, old is removed.
	list := of(a, b, c)
	const (
		get = "GetPolicy"
		add = "AddPermission "
		rem = "RemovePermission "
	)
	tests := []struct {
		reason string
		n      int // before which call
		step   func(*testing.T, *permissiontest.Service)
		want   []string
	}{
		{"nothing", 99, nil, []string{get, add + b.StatementId, add + c.StatementId, get, rem + old.StatementId}},
		{"a foreign statement comes", 2, func(t *testing.T, s *permissiontest.Service) { store(t, s, foreign) },
			[]string{get, add + b.StatementId, add + c.StatementId, get, rem + old.StatementId}},
		{"a foreign statement comes between the reading and the removal", 5, func(t *testing.T, s *permissiontest.Service) { store(t, s, foreign) },
			[]string{get, add + b.StatementId, add + c.StatementId, get, rem + old.StatementId, get, rem + old.StatementId}},
		{"another adds one of ours", 2, func(t *testing.T, s *permissiontest.Service) { store(t, s, b) },
			[]string{get, add + b.StatementId, get, add + c.StatementId, rem + old.StatementId}[:3]},
		{"another removes what stays", 2, func(t *testing.T, s *permissiontest.Service) { remove(t, s, a.StatementId) },
			[]string{get, add + b.StatementId, add + c.StatementId, get, add + a.StatementId, rem + old.StatementId}},
		{"another removes what was added", 4, func(t *testing.T, s *permissiontest.Service) { remove(t, s, b.StatementId) },
			[]string{get, add + b.StatementId, add + c.StatementId, get, add + b.StatementId, rem + old.StatementId}},
		{"another removes the old one early", 2, func(t *testing.T, s *permissiontest.Service) { remove(t, s, old.StatementId) },
			[]string{get, add + b.StatementId, add + c.StatementId, get}},
		{"another removes the old one late", 5, func(t *testing.T, s *permissiontest.Service) { remove(t, s, old.StatementId) },
			[]string{get, add + b.StatementId, add + c.StatementId, get, rem + old.StatementId, get}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, a, old)
			api.before = once(tt.n, func() { tt.step(t, service) })
			result, err := ensure.Grants(t.Context(), api, list)
			if err != nil {
				t.Fatal(err)
			}
			if len(tt.want) != 3 { // the row does not test the order after a second reading
				if diff := cmp.Diff(tt.want, api.calls); diff != "" {
					t.Errorf("calls (-want +got)\n%s", diff)
				}
			}
			if plan := mustPlan(t, service.API(), list); !plan.Empty() {
				t.Errorf("not right at the end:\n%s", plan)
			}
			if len(result.Left) > 0 {
				t.Errorf("left: %v, want nothing", result.Left)
			}
		})
	}
}

// The result has the changes of the first plan, each once, and those that others made
// necessary meanwhile.
func TestApplyResultBesideOthers(t *testing.T) {
	old, new := owned(bucket("a", "111111111111")), owned(bucket("a", "222222222222"))
	added := owned(rule("added"))
	for _, tt := range []struct {
		reason string
		stored []validate.Request
		list   ensure.Desired
		call   string // before which the others act
		step   func(*testing.T, *permissiontest.Service)
		want   []string
	}{
		{
			"the old statement of a change belongs to it after the new one was added", []validate.Request{old}, of(new), "RemovePermission " + old.StatementId,
			func(t *testing.T, s *permissiontest.Service) { store(t, s, withID("theirs", rule("theirs"))) },
			[]string{"change " + new.StatementId},
		},
		{
			"a temporary statement that is left over is removed by itself", []validate.Request{withID("old-1", rule("b"))}, of(withID("old-1", rule("a"))), "RemovePermission " + ensure.TemporaryID("old-1"),
			func(t *testing.T, s *permissiontest.Service) { store(t, s, withID("theirs", rule("theirs"))) },
			[]string{"change old-1", "remove " + ensure.TemporaryID("old-1")},
		},
		{
			"a grant that was there is added again", []validate.Request{new, withID("theirs", rule("theirs"))}, of(new, added), "AddPermission " + added.StatementId,
			func(t *testing.T, s *permissiontest.Service) {
				remove(t, s, new.StatementId)
				store(t, s, added)
			},
			[]string{"add " + added.StatementId, "add " + new.StatementId},
		},
		{
			"a grant is added when no statement covers it any more", []validate.Request{withID("all", rule("*"))}, of(rule("a"), new), "AddPermission " + new.StatementId,
			func(t *testing.T, s *permissiontest.Service) {
				remove(t, s, "all")
				store(t, s, new)
			},
			[]string{"add " + new.StatementId, "add " + owned(rule("a")).StatementId},
		},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, tt.stored...)
			api.before = onFirst(tt.call, func() error { tt.step(t, service); return nil })
			tt.list.Adopt = isAdopted
			result := mustGrants(t, api, tt.list, func(o *ensure.Options) { o.AcceptCovering = true })
			var got []string
			for _, c := range result.Done {
				got = append(got, c.Kind.String()+" "+c.StatementID)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("done (-want +got)\n%s", diff)
			}
		})
	}
}

// A plan that is made again may need the temporary statement that the first one, which
// takes a gap, did not have. If that cannot be removed, the error names it.
func TestApplyTemporaryOfALaterPlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		temporary := ensure.TemporaryID("old-1")
		service, api := newThumbnail(t)
		store(t, service, withID("old-1", bucket("a", "111111111111")))
		fill(t, service, 100)
		makeRoom := onFirst("RemovePermission old-1", func() error { remove(t, service, "filler-00"); return nil })
		api.before = func(call string) error {
			if call == "RemovePermission "+temporary {
				return accessDenied()
			}
			return makeRoom(call)
		}
		list := adopting(withID("old-1", bucket("a", "222222222222")))
		_, err := ensure.Grants(t.Context(), api, list, withGap)
		failed := mustBe[*ensure.ApplyError](t, err)
		if diff := cmp.Diff([]string{temporary}, failed.Unwanted); diff != "" {
			t.Errorf("still in force (-want +got)\n%s", diff)
		}
	})
}

// Statements that the plan did not name stay, and the new plan names them; the
// changes that the plan named are made.
func TestApplyPlanChanged(t *testing.T) {
	a, b, old := owned(rule("a")), owned(rule("b")), owned(rule("old"))
	service, api := newThumbnail(t)
	store(t, service, old)
	api.before = once(2, func() { store(t, service, b) }) // another program with another list
	result, err := ensure.Grants(t.Context(), api, of(a))
	changed := mustBe[*ensure.PlanChangedError](t, err)
	if diff := cmp.Diff([]string{b.StatementId}, changed.StatementIDs); diff != "" {
		t.Errorf("not named (-want +got)\n%s", diff)
	}
	want := []string{a.StatementId, b.StatementId}
	slices.Sort(want)
	if diff := cmp.Diff(want, sids(service, "Thumbnail")); diff != "" {
		t.Errorf("the policy (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{a.StatementId, old.StatementId}, idsOf(result.Done)); diff != "" {
		t.Errorf("done (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{b.StatementId}, idsOf(result.Left)); diff != "" {
		t.Errorf("left (-want +got)\n%s", diff)
	}
	if _, err := changed.Plan.Apply(t.Context(), service.API()); err != nil {
		t.Errorf("applying the new plan: %v", err)
	}
	if plan := mustPlan(t, service.API(), of(a)); !plan.Empty() {
		t.Errorf("not right at the end:\n%s", plan)
	}
}

// If no new plan can be made for what the policy has become, the error says why: here the
// statement that others changed could not be replaced, since its temporary id is theirs.
func TestApplyPlanChangedToAnImpossibleOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := owned(rule("b"))
		service, api := newThumbnail(t)
		deny := `{"Sid":"` + ensure.TemporaryID("old-1") + `","Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"` + thumbnailARN + `"}`
		document := documentOf(t, withID("old-1", rule("a"))).With(parse(t, `{"Statement":[`+deny+`]}`).Statements()...)
		if err := service.SetPolicy("Thumbnail", document.Raw()); err != nil {
			t.Fatal(err)
		}
		api.before = onFirst("AddPermission "+b.StatementId, func() error {
			remove(t, service, "old-1")
			store(t, service, withID("old-1", rule("c")))
			return errDuplicate
		})
		_, err := ensure.Grants(t.Context(), api, adopting(withID("old-1", rule("a")), b))
		failed := mustBe[*ensure.ApplyError](t, err)
		wantErrorWith(t, failed.Err, ensure.TemporaryID("old-1"))
		wantEqual(t, "Step", failed.Step, "planning again")
		wantEqual(t, "Uncertain", failed.Uncertain, false)
	})
}

// An adopted statement whose content is another one than the plan showed is not
// replaced.
func TestApplyAdoptedChanged(t *testing.T) {
	service, api := newThumbnail(t)
	store(t, service, withID("old", rule("a")))
	list := of(withID("old", rule("b")))
	list.Adopt = adoptAll
	plan := mustPlan(t, api, list)
	remove(t, service, "old")
	store(t, service, withID("old", rule("c")))
	_, err := plan.Apply(t.Context(), api)
	mustBe[*ensure.PlanChangedError](t, err)
	document, _ := service.Policy("Thumbnail")
	if s, _ := document.Lookup("old"); !strings.Contains(s.Raw(), "rule/c") {
		t.Errorf("the third statement was replaced: %s", document)
	}
}

// An id that somebody takes while the plan is applied stays theirs.
func TestApplyIDTaken(t *testing.T) {
	a := owned(rule("a"))
	service, api := newThumbnail(t)
	api.before = once(2, func() { store(t, service, withID(a.StatementId, rule("theirs"))) })
	_, err := ensure.Grants(t.Context(), api, of(a))
	mustBe[*ensure.TakenError](t, err)
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "changes left", len(failed.Left), 1)
	wantEqual(t, "Uncertain", failed.Uncertain, false)
}

// A policy that others fill while a plan is applied ends it before a write that has no
// room.
func TestApplyPolicyFilledMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, api := newThumbnail(t)
		a := owned(rule("a"))
		api.before = onFirst("AddPermission "+a.StatementId, func() error {
			fill(t, service, 10)
			return errDuplicate
		})
		_, err := ensure.Grants(t.Context(), api, of(a))
		failed := mustBe[*ensure.ApplyError](t, err)
		wantEqual(t, "Step", failed.Step, "planning again")
		full := mustBe[*ensure.NoRoomError](t, err)
		if diff := cmp.Diff([]string{a.StatementId}, full.Unfit); diff != "" {
			t.Errorf("Unfit (-want +got)\n%s", diff)
		}
		wantWrites(t, api, 1)
	})
}

// MaxTries counts refusals in a row: a busy function does not end a long list.
func TestApplyBusy(t *testing.T) {
	_, api := newThumbnail(t)
	seen := make(map[string]bool)
	api.before = func(call string) error {
		if call == "GetPolicy" || seen[call] {
			return nil
		}
		seen[call] = true
		return &lambdaerrors.ResourceConflictException{StatusCode: 409, Message: aws.String("The function could not be updated due to a concurrent update operation.")}
	}
	mustGrants(t, api, of(buckets(4, "111111111111")...), func(o *ensure.Options) { o.MaxTries = 2 })
}

// A call whose writes another program undoes ends with an error.
func TestApplyUndone(t *testing.T) {
	a := owned(rule("a"))
	service, api := newThumbnail(t)
	store(t, service, withID("old", rule("old")))
	api.after = func(call string) error {
		if call == "AddPermission "+a.StatementId {
			remove(t, service, a.StatementId)
		}
		return nil
	}
	list := of(a)
	list.Adopt = func(id string) bool { return id == "old" }
	result, err := ensure.Grants(t.Context(), api, list, func(o *ensure.Options) { o.MaxTries = 3 })
	failed := mustBe[*ensure.ApplyError](t, err)
	if diff := cmp.Diff([]string{a.StatementId}, failed.Missing); diff != "" {
		t.Errorf("missing (-want +got)\n%s", diff)
	}
	if len(result.Done) > 0 {
		t.Errorf("done: %q, want nothing that was undone", idsOf(result.Done))
	}
	wantWrites(t, api, 13) // each of the two planned ones twice, three tries, and the six of a replacement
}

// The limit on removals counts over all plans of one call.
func TestApplyRemovalLimit(t *testing.T) {
	first, second := owned(rule("first")), owned(rule("second"))
	service, api := newThumbnail(t)
	store(t, service, owned(rule("kept")), first, second)
	// Another program removes the second one, and adds the first one again.
	api.before = once(3, func() {
		remove(t, service, second.StatementId)
		store(t, service, first)
	})
	_, err := ensure.Grants(t.Context(), api, of(rule("kept")), func(o *ensure.Options) { o.MaxRemovals = 2 })
	mustBe[*ensure.RemovalLimitError](t, err)
	if got := sids(service, "Thumbnail"); !slices.Contains(got, first.StatementId) {
		t.Errorf("the policy has %q, want %s in it", got, first.StatementId)
	}
}

// So does a limit of one: here another program removes the only statement that may go,
// and adds it again.
func TestApplyRemovalLimitOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, gone := owned(rule("a")), owned(rule("b")), owned(rule("gone"))
		service, api := newThumbnail(t)
		store(t, service, gone, withID("theirs", rule("theirs")))
		api.before = func(call string) error {
			switch call {
			case "AddPermission " + a.StatementId:
				remove(t, service, gone.StatementId)
				store(t, service, a)
			case "AddPermission " + b.StatementId:
				store(t, service, b, gone)
			}
			return nil
		}
		_, err := ensure.Grants(t.Context(), api, of(a, b), func(o *ensure.Options) { o.MaxRemovals = 1 })
		refused := mustBe[*ensure.RemovalLimitError](t, err)
		if diff := cmp.Diff([]string{gone.StatementId}, refused.StatementIDs); diff != "" {
			t.Errorf("StatementIDs (-want +got)\n%s", diff)
		}
	})
}
