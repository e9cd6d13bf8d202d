package ensure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// once runs a step before the nth call, counted from 1.
func once(n int, step func()) func(string) error {
	var calls atomic.Int32
	return func(string) error {
		if int(calls.Add(1)) == n {
			step()
		}
		return nil
	}
}

func remove(t testing.TB, service *permissiontest.Service, id string) {
	t.Helper()
	in := removal()
	in.StatementId = &id
	if _, err := service.API().RemovePermission(context.Background(), in); err != nil {
		t.Fatal(err)
	}
}

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

// The error of a failure in the middle has the changes that were made and the
// grants that are in force. The next run continues.
func TestApplyFailure(t *testing.T) {
	denied := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no", Fault: smithy.FaultClient}
	lost := errors.New("connection reset")
	const before, after = "111111111111", "222222222222"
	olds, news := []validate.Request{owned(bucket("a", before)), owned(bucket("b", before))}, []validate.Request{owned(bucket("a", after)), owned(bucket("b", after))}
	tests := []struct {
		reason            string
		call              string // that fails
		err               error
		isLost            bool // after it was carried out
		done, left        []string
		missing, unwanted []string
		uncertain         bool
	}{
		{"the second addition is refused", "AddPermission " + news[1].StatementId, denied, false,
			nil, []string{news[0].StatementId, news[1].StatementId}, []string{news[1].StatementId}, []string{olds[0].StatementId, olds[1].StatementId}, false},
		{"its answer does not come, and it was not made", "AddPermission " + news[1].StatementId, lost, false,
			nil, []string{news[0].StatementId, news[1].StatementId}, []string{news[1].StatementId}, []string{olds[0].StatementId, olds[1].StatementId}, true},
		{"the second removal is refused", "RemovePermission " + olds[1].StatementId, denied, false,
			[]string{news[0].StatementId}, []string{news[1].StatementId}, nil, []string{olds[1].StatementId}, false},
		{"its answer does not come, and it was made", "RemovePermission " + olds[1].StatementId, lost, true,
			[]string{news[0].StatementId, news[1].StatementId}, nil, nil, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, olds...)
			fault := func(call string) error {
				if call == tt.call {
					return tt.err
				}
				return nil
			}
			if tt.isLost {
				api.after = fault
			} else {
				api.before = fault
			}
			result, err := ensure.Grants(t.Context(), api, of(news...))
			if diff := cmp.Diff(tt.done, idsOf(result.Done)); diff != "" {
				t.Errorf("done (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.left, idsOf(result.Left)); diff != "" {
				t.Errorf("left (-want +got)\n%s", diff)
			}
			if tt.left == nil {
				if err != nil {
					t.Errorf("error %v, want none", err)
				}
				return
			}
			failed := mustBe[*ensure.ApplyError](t, err)
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v does not wrap %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.missing, failed.Missing); diff != "" {
				t.Errorf("missing (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.unwanted, failed.Unwanted); diff != "" {
				t.Errorf("unwanted (-want +got)\n%s", diff)
			}
			if failed.Uncertain != tt.uncertain {
				t.Errorf("uncertain %t, want %t", failed.Uncertain, tt.uncertain)
			}
			mustGrants(t, service.API(), of(news...))
			if plan := mustPlan(t, service.API(), of(news...)); !plan.Empty() {
				t.Errorf("the next run did not end right:\n%s", plan)
			}
		})
	}
}

// A call that was refused before it was sent is not followed by a reading. The answers to
// the earlier calls tell which grants are in force.
func TestApplyNeverSent(t *testing.T) {
	first, second := owned(rule("first")), owned(rule("second"))
	service, api := newThumbnail(t)
	store(t, service, first, second)
	plan := mustPlan(t, api, of(), ensure.AllowRemoveAll)
	api.calls = nil
	api.before = func(call string) error {
		if call == "RemovePermission "+second.StatementId {
			return &validate.Error{}
		}
		return nil
	}
	_, err := plan.Apply(t.Context(), api)
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "Uncertain", failed.Uncertain, false)
	if diff := cmp.Diff([]string{second.StatementId}, failed.Unwanted); diff != "" {
		t.Errorf("still in force (-want +got)\n%s", diff)
	}
	if want := []string{"RemovePermission " + first.StatementId, "RemovePermission " + second.StatementId}; !slices.Equal(api.calls, want) {
		t.Errorf("calls = %q, want %q", api.calls, want)
	}
}

// withoutStatement is an API whose additions are answered without the statement.
type withoutStatement struct{ permission.API }

func (w withoutStatement) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	if _, err := w.API.AddPermission(ctx, in, optFns...); err != nil {
		return nil, err
	}
	return &permission.AddPermissionOutput{}, nil
}

// If the policy cannot be read between two writes, the error is certain only if the
// answer to the last write told what became of it.
func TestApplyCannotRead(t *testing.T) {
	a, old := owned(rule("a")), owned(rule("old"))
	for _, tt := range []struct {
		reason    string
		add       error // of a
		api       func(permission.API) permission.API
		uncertain bool
	}{
		{"before a removal", nil, func(api permission.API) permission.API { return api }, false},
		{"after the id was taken, perhaps by the call itself", errDuplicate, func(api permission.API) permission.API { return api }, true},
		{"after an addition that was answered without the statement", nil, func(api permission.API) permission.API { return withoutStatement{api} }, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, old)
			readings := 0
			api.before = func(call string) error {
				switch call {
				case "AddPermission " + a.StatementId:
					return tt.add
				case "GetPolicy":
					if readings++; readings == 2 {
						return accessDenied()
					}
				}
				return nil
			}
			_, err := ensure.Grants(t.Context(), tt.api(api), of(a))
			failed := mustBe[*ensure.ApplyError](t, err)
			wantEqual(t, tt.reason+": Uncertain", failed.Uncertain, tt.uncertain)
			wantEqual(t, tt.reason+": Step", failed.Step, "reading the policy again")
		})
	}
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

// The principal of a service exists, so that its refusal points to a statement whose
// principal was deleted.
func TestApplyDeletedPrincipal(t *testing.T) {
	const role = "arn:aws:iam::210987654321:role/gone"
	service, api := newThumbnail(t)
	store(t, service, withID("partner", validate.Request{Action: "lambda:InvokeFunction", Principal: role}))
	if err := service.DeletePrincipal(role); err != nil {
		t.Fatal(err)
	}
	plan := mustPlan(t, api, of(rule("a")))
	if diff := cmp.Diff([]string{"partner"}, plan.Deleted()); diff != "" {
		t.Errorf("the plan names (-want +got)\n%s", diff)
	}
	_, err := plan.Apply(t.Context(), api)
	refused := mustBe[*ensure.PrincipalError](t, err)
	if diff := cmp.Diff([]string{"partner"}, refused.Deleted); diff != "" {
		t.Errorf("the error names (-want +got)\n%s", diff)
	}
	// Adopted, it goes before anything is added.
	list := of(rule("a"))
	list.Adopt = adoptAll
	mustGrants(t, api, list)
	if diff := cmp.Diff([]string{owned(rule("a")).StatementId}, sids(service, "Thumbnail")); diff != "" {
		t.Errorf("the policy (-want +got)\n%s", diff)
	}
}

// A recreated role is let in again under its adopted id, at once: the statement of
// the deleted one lets nobody in.
func TestApplyRecreatedPrincipal(t *testing.T) {
	partner := withID("partner", validate.Request{Action: "lambda:InvokeFunction", Principal: "arn:aws:iam::210987654321:role/new"})
	service, api := newThumbnail(t)
	if err := service.SetPolicy("Thumbnail", `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"partner","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"lambda:InvokeFunction","Resource":"`+thumbnailARN+`"}]}`); err != nil {
		t.Fatal(err)
	}
	list := of(rule("a"), partner)
	list.Adopt = adoptAll
	mustGrants(t, api, list)
	want := []string{"RemovePermission partner", "AddPermission partner", "AddPermission " + owned(rule("a")).StatementId}
	if diff := cmp.Diff(want, api.writes()); diff != "" {
		t.Errorf("writes (-want +got)\n%s", diff)
	}
}

// A context that ends stops Apply between calls, and the error has the changes that
// were made.
func TestApplyCancelled(t *testing.T) {
	service, api := newThumbnail(t)
	ctx, cancel := context.WithCancel(t.Context())
	api.after = once(2, cancel) // after two additions: that there is no policy is an error
	result, err := ensure.Grants(ctx, api, of(buckets(5, "111111111111")...))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	wantEqual(t, "Uncertain", mustBe[*ensure.ApplyError](t, err).Uncertain, false)
	wantEqual(t, "calls", len(api.calls), 3)
	wantEqual(t, "changes done", len(result.Done), 2)
	wantEqual(t, "changes left", len(result.Left), 3)
	if got := len(sids(service, "Thumbnail")); got != 2 {
		t.Errorf("%d statements, want 2", got)
	}
}

// Progress is told after each change.
func TestApplyProgress(t *testing.T) {
	service, api := newThumbnail(t)
	store(t, service, owned(rule("old")), owned(bucket("a", "111111111111")))
	var got []string
	mustGrants(t, api, of(rule("new"), bucket("a", "222222222222")), func(o *ensure.Options) {
		o.Progress = func(p ensure.Progress) {
			got = append(got, p.Change.Kind.String()+" "+p.Change.StatementID)
			wantEqual(t, "Function", p.Function, "Thumbnail")
			wantEqual(t, "Done", p.Done, len(got))
			wantEqual(t, "Done and Left", p.Done+p.Left, 3)
		}
	})
	want := []string{"add " + owned(rule("new")).StatementId, "change " + owned(bucket("a", "222222222222")).StatementId, "remove " + owned(rule("old")).StatementId}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress (-want +got)\n%s", diff)
	}
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

// The error does not list a covered grant as missing, nor one that a statement without
// an id covers.
func TestApplyFailureCovered(t *testing.T) {
	b := owned(bucket("photos", "111111111111"))
	policy := documentOf(t, withID("all-rules", rule("*"))).Raw()
	for name, text := range map[string]string{
		"a statement with an id": policy, "a statement without an id": strings.Replace(policy, `"Sid":"all-rules",`, "", 1),
	} {
		service, api := newThumbnail(t)
		if err := service.SetPolicy("Thumbnail", text); err != nil {
			t.Fatal(err)
		}
		api.before = func(call string) error {
			if strings.HasPrefix(call, "Add") {
				return accessDenied()
			}
			return nil
		}
		_, err := ensure.Grants(t.Context(), api, of(rule("a"), b), func(o *ensure.Options) { o.AcceptCovering = true })
		failed := mustBe[*ensure.ApplyError](t, err)
		if diff := cmp.Diff([]string{b.StatementId}, failed.Missing); diff != "" {
			t.Errorf("%s: missing (-want +got)\n%s", name, diff)
		}
	}
}

// A reading that is older than a write of the same call shows nothing for certain: the
// error says so, over an API whose second reading is the first one again.
func TestApplyErrorAfterAnOldReading(t *testing.T) {
	for name, isThere := range map[string]bool{"a policy": true, "no policy": false} {
		service, api := newThumbnail(t)
		if isThere {
			store(t, service, withID("theirs", rule("theirs")))
		}
		first, firstErr := service.API().GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		old := &permissiontest.Stub{AddPermissionFunc: api.AddPermission, RemovePermissionFunc: api.RemovePermission}
		old.GetPolicyFunc = func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
			return first, firstErr
		}
		api.before = func(call string) error {
			if call == "AddPermission "+owned(rule("b")).StatementId {
				return accessDenied()
			}
			return nil
		}
		_, err := ensure.Grants(t.Context(), old, of(rule("a"), rule("b")))
		wantEqual(t, name+": Uncertain", mustBe[*ensure.ApplyError](t, err).Uncertain, true)
	}
}

// replayed is an API that answers some readings as it did before: again has the index of
// the reading that is repeated, or fresh.
type replayed struct {
	permission.API
	again   []int
	answers []replayedAnswer
}

type replayedAnswer struct {
	out *permission.GetPolicyOutput
	err error
}

const fresh = -1

func (r *replayed) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	i := fresh
	if n := len(r.answers); n < len(r.again) {
		i = r.again[n]
	}
	var answer replayedAnswer
	if i == fresh {
		answer.out, answer.err = r.API.GetPolicy(ctx, in, optFns...)
	} else {
		answer = r.answers[i]
	}
	r.answers = append(r.answers, answer)
	return answer.out, answer.err
}

// A reading is known to be an old one by its revision, if that was seen before a later
// one, and by its statements, if they lack a write of this call. The error is uncertain
// after an old reading, and only then.
func TestApplyTellsOldReadings(t *testing.T) {
	a, b := owned(rule("a")), owned(rule("b"))
	withRevisions := func(api permission.API) permission.API { return api }
	noRevisions := func(api permission.API) permission.API { return withoutRevisions{api} }
	for _, tt := range []struct {
		reason    string
		readings  []int
		over      func(permission.API) permission.API
		answers   []error // to the additions; the last one ends the call
		uncertain bool
	}{
		{"the revision before a later one", []int{fresh, fresh, 0}, withRevisions, []error{errDuplicate, accessDenied()}, true},
		{"the later one again", []int{fresh, fresh, 0, 1}, withRevisions, []error{errDuplicate, errDuplicate, accessDenied()}, false},
		{"without revisions, and without a write of this call", []int{fresh, 0}, noRevisions, []error{nil, accessDenied()}, true},
		{"without revisions, and with it", []int{fresh, fresh}, noRevisions, []error{nil, accessDenied()}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, withID("theirs", rule("theirs")))
			additions := 0
			api.before = func(call string) error {
				if !strings.HasPrefix(call, "AddPermission") {
					return nil
				}
				if additions++; additions == 1 && tt.answers[0] != nil {
					store(t, service, withID("theirs-too", rule("theirs"))) // gives the policy another revision
				}
				return tt.answers[additions-1]
			}
			_, err := ensure.Grants(t.Context(), tt.over(&replayed{API: api, again: tt.readings}), of(a, b))
			failed := mustBe[*ensure.ApplyError](t, err)
			wantEqual(t, tt.reason+": Uncertain", failed.Uncertain, tt.uncertain)
		})
	}
}

// A reading with the revision from before a write of this call is an old one, also if it
// has a statement under each of the ids that were written.
func TestApplyTellsOldReadingsOfTheSameIDs(t *testing.T) {
	old, new := withID("old-1", bucket("a", "111111111111")), withID("old-1", bucket("a", "222222222222"))
	service, api := newThumbnail(t)
	store(t, service, old)
	fill(t, service, statementSize(t, withID(ensure.TemporaryID("old-1"), new))) // and a comma: old-1 is replaced in a gap
	api.before = func(call string) error {
		if call == "AddPermission old-2" {
			return accessDenied()
		}
		return nil
	}
	list := adopting(new, withID("old-2", rule("a")))
	_, err := ensure.Grants(t.Context(), &replayed{API: api, again: []int{fresh, 0}}, list, withGap)
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "Uncertain", failed.Uncertain, true)
	if want := []string{"RemovePermission old-1", "AddPermission old-1", "AddPermission old-2"}; !slices.Equal(api.writes(), want) {
		t.Errorf("writes = %q, want %q", api.writes(), want)
	}
}
