package ensure_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	grants "github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The order of the writes is the first of these in which the policy fits all the
// time.
func TestPlanOrder(t *testing.T) {
	filler := func(room int) validate.Request {
		r := withID("filler", rule("x"))
		s, err := policy.NewStatement(change(r, func(r *validate.Request) { r.FunctionName = thumbnailARN }), mustFunction(t, thumbnailARN))
		if err != nil {
			t.Fatal(err)
		}
		r.SourceArn += strings.Repeat("x", room-len(s.Raw()))
		return r
	}
	before := []validate.Request{bucket("a", "111111111111"), bucket("b", "111111111111"), rule("gone")}
	after := []validate.Request{bucket("a", "222222222222"), bucket("b", "222222222222")}
	one := statementSize(t, owned(bucket("a", "222222222222"))) + 1
	tests := []struct {
		reason string
		spare  int // bytes left in the policy
		gap    bool
		want   string // + and - for each write; "" if it is refused
	}{
		{"adds first", 2 * one, false, "++---"},
		{"pair by pair", one, false, "+-+--"},
		{"what nothing takes the place of goes first", one - 1, false, "-+-+-"},
		{"even that is not enough, and a gap is allowed", 0, true, "--+-+"},
		{"and is not allowed", 0, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service, api := newThumbnail(t)
			mustGrants(t, service.API(), of(before...))
			document, _ := service.Policy("Thumbnail")
			store(t, service, filler(document.Headroom()-tt.spare-1))
			_, err := ensure.Grants(t.Context(), api, of(after...), func(o *ensure.Options) { o.AllowGap = tt.gap })
			refused := errors.Is(err, ensure.ErrNoRoom)
			if err != nil && !refused {
				t.Fatal(err)
			}
			wantEqual(t, "whether there is no room", refused, tt.want == "")
			got := ""
			for _, call := range api.writes() {
				got += map[bool]string{true: "+", false: "-"}[strings.HasPrefix(call, "Add")]
			}
			if got != tt.want {
				t.Errorf("writes %s, want %s", got, tt.want)
			}
		})
	}
}

// A statement with an adopted id is replaced without a gap if there is room for its
// successor beside it, and if a gap is allowed without that room.
func TestPlanOrderInPlace(t *testing.T) {
	old, new := withID("old", bucket("a", "111111111111")), withID("old", bucket("a", "222222222222"))
	temporary := withID(ensure.TemporaryID("old"), new)
	for _, tt := range []struct {
		spare int // bytes left in the policy
		want  string
	}{
		{statementSize(t, temporary) + 1, "AddPermission " + temporary.StatementId + ", RemovePermission old, AddPermission old, RemovePermission " + temporary.StatementId},
		{statementSize(t, temporary), "RemovePermission old, AddPermission old"},
	} {
		service, api := newThumbnail(t)
		store(t, service, old)
		fill(t, service, tt.spare)
		list := of(new)
		list.Adopt = func(id string) bool { return id == "old" }
		mustGrants(t, api, list, func(o *ensure.Options) { o.AllowGap = true })
		wantEqual(t, fmt.Sprint("writes with ", tt.spare, " bytes left"), strings.Join(api.writes(), ", "), tt.want)
	}
}

// A policy filled to the last statement, in which all 50 grants change: with the room
// for one more statement each new one takes the place of its old one; without it the
// plan is refused, says the bytes, and changes nothing, unless a gap is allowed.
func TestPlanFull(t *testing.T) {
	const old, new = "111111111111", "222222222222"
	one := statementSize(t, owned(bucket("photos-00", new))) + 1
	for _, tt := range []struct {
		spare   int
		gap     bool
		refused bool
	}{{one, false, false}, {one - 1, false, true}, {0, false, true}, {0, true, false}} {
		t.Run(fmt.Sprintf("%d bytes left, gap %t", tt.spare, tt.gap), func(t *testing.T) {
			service, api := newThumbnail(t)
			mustGrants(t, service.API(), of(buckets(50, old)...))
			document, _ := service.Policy("Thumbnail")
			padding := withID("filler", rule("x"))
			padding.SourceArn += strings.Repeat("x", document.Headroom()-tt.spare-1-statementSize(t, padding))
			store(t, service, padding)
			before := raw(service, "Thumbnail")
			_, err := ensure.Grants(t.Context(), api, of(buckets(50, new)...), func(o *ensure.Options) { o.AllowGap = tt.gap })
			var room *ensure.NoRoomError
			if errors.As(err, &room) != tt.refused {
				t.Fatalf("error %v, want a *NoRoomError: %t", err, tt.refused)
			}
			if !tt.refused {
				if plan := mustPlan(t, service.API(), of(buckets(50, new)...)); !plan.Empty() {
					t.Errorf("not right at the end:\n%s", plan)
				}
				return
			}
			if missing := room.Size - policy.MaxSize; missing != one-tt.spare {
				t.Errorf("%d bytes are said to be missing, want %d", missing, one-tt.spare)
			}
			if !errors.Is(err, ensure.ErrNoRoom) {
				t.Errorf("error %v, want one that is ErrNoRoom", err)
			}
			wantEqual(t, "FitsAtTheEnd", room.FitsAtTheEnd, true)
			wantEqual(t, "the policy", raw(service, "Thumbnail"), before)
			wantWrites(t, api, 0)
		})
	}
}

// A list that is too long says which grants do not fit.
func TestPlanTooLarge(t *testing.T) {
	d := of(buckets(70, "111111111111")...)
	d.Function = thumbnailARN
	plan, err := ensure.PlanFor(permission.PolicyReading{}, d)
	if err != nil {
		t.Fatal(err)
	}
	var room *ensure.NoRoomError
	if !errors.As(plan.Err(), &room) {
		t.Fatalf("Err() = %v, want a *NoRoomError", plan.Err())
	}
	all := idsOf(plan.Changes())
	one := statementSize(t, owned(bucket("photos-00", "111111111111"))) + 1
	fit := (policy.MaxSize - policy.Document{}.Size() + 1) / one
	if !slices.Equal(room.Unfit, all[fit:]) {
		t.Errorf("%d grants do not fit, want the last %d", len(room.Unfit), len(all)-fit)
	}
	wantEqual(t, "Size", room.Size, plan.Sizes().After)
	wantEqual(t, "FitsAtTheEnd", room.FitsAtTheEnd, false)
}

// The last grant may fill the policy to the last byte.
func TestPlanTooLargeByOneGrant(t *testing.T) {
	last := owned(rule("last"))
	first := owned(buckets(1, "111111111111")[0])
	room := policy.MaxSize - documentOf(t, first).Size() - 1
	filler := withID("filler", rule(""))
	filler.SourceArn += strings.Repeat("x", room-statementSize(t, filler))
	list := ensure.Desired{Function: thumbnailARN, Grants: []validate.Request{first, filler}}
	for _, tt := range []struct {
		reason string
		way    []func(*ensure.Options)
	}{
		{"statement by statement", nil},
		{"as a whole", []func(*ensure.Options){ensure.WholeDocument(nil)}},
	} {
		plan, err := ensure.PlanFor(permission.PolicyReading{}, list, tt.way...)
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, tt.reason+": After", plan.Sizes().After, policy.MaxSize)
		wantEqual(t, tt.reason+": Err()", plan.Err(), nil)
		more := list
		more.Grants = []validate.Request{first, filler, last}
		plan, err = ensure.PlanFor(permission.PolicyReading{}, more, tt.way...)
		if err != nil {
			t.Fatal(err)
		}
		full := mustBe[*ensure.NoRoomError](t, plan.Err())
		if diff := cmp.Diff([]string{last.StatementId}, full.Unfit); diff != "" {
			t.Errorf("%s: Unfit (-want +got)\n%s", tt.reason, diff)
		}
	}
}

// If the policy would be too large even at the end, the error has the size at the end,
// and the grants that do not fit then, each once. A grant that has no room beside the
// statement that it replaces is not among them.
func TestPlanTooLargeAtTheEnd(t *testing.T) {
	long := func(id, account string, n int) validate.Request {
		g := bucket(strings.Repeat(id, n), account)
		return withID(id, g)
	}
	for _, tt := range []struct {
		reason string
		stored validate.Request
		grants []validate.Request
		unfit  []string
	}{
		{"a grant beside a changed one", long("a", "111111111111", 400), []validate.Request{long("a", "222222222222", 400), long("b", "222222222222", 1500)}, []string{"b"}},
		{"a grant that becomes longer", long("a", "111111111111", 400), []validate.Request{long("a", "222222222222", 1500)}, []string{"a"}},
	} {
		service, api := newThumbnail(t)
		store(t, service, tt.stored)
		fill(t, service, 100)
		list := of(tt.grants...)
		list.Adopt = func(id string) bool { return len(id) == 1 }
		plan := mustPlan(t, api, list)
		full := mustBe[*ensure.NoRoomError](t, plan.Err())
		wantEqual(t, tt.reason+": FitsAtTheEnd", full.FitsAtTheEnd, false)
		wantEqual(t, tt.reason+": Size", full.Size, plan.Sizes().After)
		if diff := cmp.Diff(tt.unfit, full.Unfit); diff != "" {
			t.Errorf("%s: Unfit (-want +got)\n%s", tt.reason, diff)
		}
	}
}

// A grant that has no room under its temporary id, and none under its own either, is named
// once.
func TestPlanTooLargeOnTheWay(t *testing.T) {
	named := func(id, account string, n int) validate.Request {
		return withID(id, bucket(strings.Repeat(id, n), account))
	}
	service, api := newThumbnail(t)
	store(t, service, named("a", "111111111111", 400), named("b", "111111111111", 1500))
	fill(t, service, 100)
	list := of(named("a", "222222222222", 1500), named("b", "222222222222", 400))
	list.Adopt = func(id string) bool { return len(id) == 1 }
	full := mustBe[*ensure.NoRoomError](t, mustPlan(t, api, list).Err())
	wantEqual(t, "FitsAtTheEnd", full.FitsAtTheEnd, true)
	if diff := cmp.Diff([]string{"a"}, full.Unfit); diff != "" {
		t.Errorf("Unfit (-want +got)\n%s", diff)
	}
}

// Ids of an owner with three letters leave room for more grants than those of 0.1.
func TestPlanCapacity(t *testing.T) {
	count := func(owner string) (n int) {
		var document policy.Document
		for {
			g := bucket(fmt.Sprintf("photos-of-customer-%02d", n), "123456789012")
			s, err := policy.NewStatement(withID(grants.StatementID(owner, g), g), mustFunction(t, thumbnailARN))
			if err != nil {
				t.Fatal(err)
			}
			if document = document.With(s); document.Headroom() < 0 {
				return n
			}
			n++
		}
	}
	if first, own := count(""), count("app"); own <= first {
		t.Errorf("%d grants with an owner's ids, %d with those of 0.1; want more", own, first)
	} else {
		t.Logf("%d grants with an owner's ids, %d with those of 0.1", own, first)
	}
}
