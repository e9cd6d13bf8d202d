package ensure_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/growth"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	grants "github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// outline is a plan in short: a word and an id for each grant and change.
func outline(p *ensure.Plan) (list []string) {
	for _, c := range slices.Concat(p.Kept(), p.Changes()) {
		line := c.Kind.String() + " " + c.StatementID
		if c.Replaces != "" && c.Replaces != c.StatementID {
			line += " for " + c.Replaces
		}
		list = append(list, line)
	}
	return list
}

func owned(g validate.Request) validate.Request { return withID(grants.StatementID("app", g), g) }

// A statement is kept, changed or removed according to its owner.
func TestPlanOwnership(t *testing.T) {
	a, b, c := owned(rule("a")), owned(rule("b")), owned(bucket("photos", "111111111111"))
	cNew := owned(bucket("photos", "222222222222"))
	other := withID(grants.StatementID("app-2", rule("a")), rule("a"))
	alike := withID("app-notes", rule("c"))
	misplaced := withID(b.StatementId, rule("c")) // b's id, another meaning
	long := strings.Repeat("long", 20)            // too long to stand in its TemporaryID
	tests := []struct {
		reason string
		stored []validate.Request
		list   ensure.Desired
		adopt  []string
		want   []string
		alike  []string
	}{
		{"the grant is there", []validate.Request{a}, of(a), nil, []string{"unchanged " + a.StatementId}, nil},
		{"the grant is not there", []validate.Request{b}, of(a, b), nil, []string{"unchanged " + b.StatementId, "add " + a.StatementId}, nil},
		{"the owner's, not wanted", []validate.Request{a, b}, of(a), nil, []string{"unchanged " + a.StatementId, "remove " + b.StatementId}, nil},
		{"a change has another id, and is paired", []validate.Request{c}, of(cNew), nil, []string{"change " + cNew.StatementId + " for " + c.StatementId}, nil},
		{"of an owner whose name is longer", []validate.Request{other}, of(b), nil, []string{"add " + b.StatementId}, []string{other.StatementId}},
		{"begins like the owner's", []validate.Request{alike}, of(b), nil, []string{"add " + b.StatementId}, []string{"app-notes"}},
		{"an owner's id with another meaning", []validate.Request{misplaced}, of(a), nil, []string{"add " + a.StatementId}, []string{b.StatementId}},
		{"without an owner nothing is removed", []validate.Request{a, alike}, ensure.Desired{Function: "Thumbnail", Grants: []validate.Request{withID("b", rule("b"))}}, nil, []string{"add b"}, nil},
		{"without an owner a temporary statement is somebody else's", []validate.Request{withID(ensure.TemporaryID(grants.StatementID("", a)), a)}, ensure.Desired{Function: "Thumbnail", Grants: []validate.Request{withID("b", rule("b"))}}, nil, []string{"add b"}, nil},
		{"adopted, and not wanted", []validate.Request{alike}, of(b), []string{"app-notes"}, []string{"add " + b.StatementId, "remove app-notes"}, nil},
		{"adopted, under another id the same", []validate.Request{withID("old", rule("b"))}, of(b), []string{"old"}, []string{"change " + b.StatementId + " for old"}, nil},
		{"adopted, under its own id", []validate.Request{withID("old", rule("b"))}, of(withID("old", rule("b"))), []string{"old"}, []string{"unchanged old"}, nil},
		{"adopted, with another meaning", []validate.Request{withID("old", rule("b"))}, of(withID("old", rule("c"))), []string{"old"}, []string{"change old"}, nil},
		{"left by a replacement of a wanted one", []validate.Request{withID("old", rule("b")), withID(ensure.TemporaryID("old"), rule("b"))}, of(withID("old", rule("b"))), []string{"old"}, []string{"unchanged old", "remove " + ensure.TemporaryID("old")}, nil},
		{"left by one of an unwanted one", []validate.Request{withID(ensure.TemporaryID("old"), rule("b"))}, of(a), []string{"old"}, []string{"add " + a.StatementId, "remove " + ensure.TemporaryID("old")}, nil},
		{"left while the wanted one is away", []validate.Request{withID(ensure.TemporaryID("old"), rule("b"))}, of(withID("old", rule("b"))), []string{"old"}, []string{"change old for " + ensure.TemporaryID("old")}, nil},
		{"left while the wanted one is away, under a long id", []validate.Request{withID(ensure.TemporaryID(long), rule("b"))}, of(withID(long, rule("b"))), []string{long}, []string{"change " + long + " for " + ensure.TemporaryID(long)}, nil},
		{"not left by a replacement, with an id almost like that", []validate.Request{withID(ensure.TemporaryID("old")+"0", rule("b"))}, of(a), []string{"old"}, []string{"add " + a.StatementId}, nil},
		{"left by somebody else's replacement", []validate.Request{withID(ensure.TemporaryID("foreign"), rule("b"))}, of(a), []string{"old"}, []string{"add " + a.StatementId}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, tt.stored...)
			if tt.adopt != nil {
				tt.list.Adopt = func(id string) bool { return slices.Contains(tt.adopt, id) }
			}
			plan := mustPlan(t, api, tt.list)
			if diff := cmp.Diff(tt.want, outline(plan)); diff != "" {
				t.Errorf("plan (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.alike, plan.Alike()); diff != "" {
				t.Errorf("Alike (-want +got)\n%s", diff)
			}
		})
	}
}

// A statement that is not the owner's is never replaced: its id is refused.
func TestPlanTaken(t *testing.T) {
	deny := parse(t, `{"Version":"2012-10-17","Statement":[{"Sid":"old","Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"`+thumbnailARN+`"}]}`)
	allow := parse(t, `{"Version":"2012-10-17","Statement":[{"Sid":"old","Effect":"Allow","Principal":"*","Action":"lambda:*","Resource":"`+thumbnailARN+`"}]}`)
	deleted := parse(t, `{"Version":"2012-10-17","Statement":[{"Sid":"old","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"lambda:*","Resource":"`+thumbnailARN+`"}]}`)
	adopting := of(withID("old", rule("a")))
	adopting.Adopt = adoptAll
	unowned := ensure.Desired{Function: "Thumbnail", Grants: adopting.Grants}
	tests := []struct {
		reason   string
		document policy.Document
		list     ensure.Desired
		want     string // "" if it is planned
	}{
		{"without an owner", allow, unowned, "an Owner and Adopt replace it"},
		{"with an owner and Adopt", allow, adopting, ""},
		{"with an owner", documentOf(t, withID(owned(rule("a")).StatementId, rule("b"))), of(rule("a")), "(Adopt replaces it)"},
		{"a Deny is not adopted", deny, adopting, "AddPermission cannot have added it"},
		{"its principal was deleted", deleted, unowned, "its principal was deleted"},
		{"its principal was deleted, adopted", deleted, adopting, ""},
	}
	for _, tt := range tests {
		_, err := ensure.PlanFor(permission.PolicyReading{Document: tt.document, Found: true}, tt.list)
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: error %v, want none", tt.reason, err)
			}
			continue
		}
		var taken *ensure.TakenError
		if !errors.As(err, &taken) {
			t.Errorf("%s: error %v, want a *TakenError", tt.reason, err)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %q, want %q in it", tt.reason, err, tt.want)
		}
		if got, want := strings.Contains(err.Error(), "deleted"), strings.Contains(tt.want, "deleted"); got != want {
			t.Errorf("%s: error %q, says that the principal was deleted: %t, want %t", tt.reason, err, got, want)
		}
	}
}

// Covering statements are named; they are enough only with AcceptCovering, and only
// if they stay.
func TestPlanCovering(t *testing.T) {
	all, a := withID("all-rules", rule("*")), owned(rule("a"))
	ownAll := owned(rule("*"))
	accept := func(o *ensure.Options) { o.AcceptCovering = true }
	tests := []struct {
		reason string
		stored validate.Request
		optFns []func(*ensure.Options)
		want   []string
		by     []string
	}{
		{"reported", all, nil, []string{"add " + a.StatementId}, []string{"all-rules"}},
		{"accepted", all, []func(*ensure.Options){accept}, []string{"covered " + a.StatementId}, []string{"all-rules"}},
		{"one that is removed does not count", ownAll, []func(*ensure.Options){accept}, []string{"add " + a.StatementId, "remove " + ownAll.StatementId}, nil},
	}
	for _, tt := range tests {
		service, api := newThumbnail(t)
		store(t, service, tt.stored)
		plan := mustPlan(t, api, of(a), tt.optFns...)
		if diff := cmp.Diff(tt.want, outline(plan)); diff != "" {
			t.Errorf("%s: plan (-want +got)\n%s", tt.reason, diff)
		}
		if by := slices.Concat(plan.Kept(), plan.Changes())[0].CoveredBy; !slices.Equal(by, tt.by) {
			t.Errorf("%s: covered by %q, want %q", tt.reason, by, tt.by)
		}
	}
}

// With a bare name and no policy the full ARN is not known, and neither are the
// sizes; with a policy that does not tell it nothing could be compared.
func TestPlanWithoutARN(t *testing.T) {
	plan, err := ensure.PlanFor(permission.PolicyReading{}, of(rule("a")))
	if err != nil {
		t.Fatal(err)
	}
	if plan.Sizes().Known {
		t.Errorf("sizes %+v are known, want not", plan.Sizes())
	}
	if _, ok := plan.Document(); ok {
		t.Error("the document is known, want not")
	}
	if plan, _ = ensure.PlanFor(permission.PolicyReading{}, inFull(of(rule("a")))); !plan.Sizes().Known {
		t.Error("with the full ARN the sizes are not known")
	}
	if _, ok := plan.Document(); !ok {
		t.Error("with the full ARN the document is not known")
	}
	elsewhere := parse(t, `{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":"*","Action":"lambda:*","Resource":"arn:aws:lambda:*:123456789012:function:*"}]}`)
	_, err = ensure.PlanFor(permission.PolicyReading{Document: elsewhere, Found: true}, of(rule("a")))
	wantErrorWith(t, err, "full ARN")
}

// The full ARN is that of the first Resource that is complete and of this function.
func TestPlanFindsTheARN(t *testing.T) {
	for reason, resource := range map[string]string{
		"a name does not tell the region":    "Thumbnail",
		"another function's ARN is not ours": thumbnailARN + "2",
		"an alias is another scope":          thumbnailARN + ":PROD",
	} {
		t.Run(reason, func(t *testing.T) {
			document := parse(t, `{"Version":"2012-10-17","Statement":[`+
				`{"Sid":"theirs","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"`+resource+`"},`+
				ownStatement(t, rule("a")).Raw()+`]}`)
			plan, err := ensure.PlanFor(permission.PolicyReading{Document: document, RevisionID: "r", Found: true}, of(rule("a"), rule("b")))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{owned(rule("b")).StatementId}, idsOf(plan.Changes())); diff != "" {
				t.Fatalf("changes (-want +got)\n%s", diff)
			}
			if got, want := plan.Changes()[0].Wanted().Raw(), ownStatement(t, rule("b")).Raw(); got != want {
				t.Errorf("the statement to add is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// A plan that removes everything, or more than MaxRemovals, is refused.
func TestPlanRemovalLimits(t *testing.T) {
	limit := func(n int) func(*ensure.Options) { return func(o *ensure.Options) { o.MaxRemovals = n } }
	tests := []struct {
		reason  string
		list    []validate.Request
		optFns  []func(*ensure.Options)
		refused bool
	}{
		{"nothing is desired", nil, nil, true},
		{"nothing is desired, and allowed", nil, []func(*ensure.Options){ensure.AllowRemoveAll}, false},
		{"nothing is desired, and allowed, beyond the limit", nil, []func(*ensure.Options){ensure.AllowRemoveAll, limit(4)}, true},
		{"nothing is desired, and allowed, within the limit", nil, []func(*ensure.Options){ensure.AllowRemoveAll, limit(5)}, false},
		{"three of five go", buckets(2, "111111111111"), nil, false},
		{"three of five go, and may", buckets(2, "111111111111"), []func(*ensure.Options){limit(3)}, false},
		{"three of five go, one too many", buckets(2, "111111111111"), []func(*ensure.Options){limit(2)}, true},
		{"all are changed, which is no removal", buckets(5, "222222222222"), []func(*ensure.Options){limit(1)}, false},
	}
	for _, tt := range tests {
		service, api := newThumbnail(t)
		mustGrants(t, service.API(), of(buckets(5, "111111111111")...))
		before := raw(service, "Thumbnail")
		result, err := ensure.Grants(t.Context(), api, of(tt.list...), tt.optFns...)
		var e *ensure.RemovalLimitError
		if errors.As(err, &e) != tt.refused {
			t.Errorf("%s: error %v, want a *RemovalLimitError: %t", tt.reason, err, tt.refused)
		}
		if !tt.refused {
			continue
		}
		if diff := cmp.Diff(idsOf(result.Plan.Changes()), idsOf(result.Left)); diff != "" {
			t.Errorf("%s: changes left (-want +got)\n%s", tt.reason, diff)
		}
		wantEqual(t, tt.reason+": the policy after the refusal", raw(service, "Thumbnail"), before)
		wantEqual(t, tt.reason+": the calls until the refusal", len(api.calls), 1)
	}
}

// One statement that would go with all of an owner's grants is refused as several are.
func TestPlanRemovesTheLastOne(t *testing.T) {
	service, api := newThumbnail(t)
	store(t, service, owned(rule("a")))
	refused := mustBe[*ensure.RemovalLimitError](t, mustPlan(t, api, of()).Err())
	if diff := cmp.Diff([]string{owned(rule("a")).StatementId}, refused.StatementIDs); diff != "" {
		t.Errorf("StatementIDs (-want +got)\n%s", diff)
	}
}

// The removal of a statement whose id does not tell its content is guarded by a reading
// that shows it. That is so for a statement with an adopted id, and for one under a
// temporary id, which may be left from the replacement of another grant.
func TestPlanGuardsRemovals(t *testing.T) {
	service, _ := newThumbnail(t)
	var wanted []validate.Request
	for _, id := range []string{"old-1", "old-2"} {
		store(t, service, withID(id, rule("a")), withID(ensure.TemporaryID(id), rule("b")))
		wanted = append(wanted, withID(id, rule("c")))
	}
	list := adopting(wanted...)
	api := &permissiontest.Stub{AddPermissionFunc: service.API().AddPermission, GetPolicyFunc: service.API().GetPolicy, RemovePermissionFunc: service.API().RemovePermission}
	mustGrants(t, api, list)
	removals := 0
	for _, call := range api.Calls() {
		in, ok := call.Input.(*permission.RemovePermissionInput)
		if !ok {
			continue
		}
		removals++
		if in.RevisionId == nil {
			t.Errorf("the removal of %q is not guarded by a revision", *in.StatementId)
		}
	}
	wantEqual(t, "removals", removals, 6)
}

func TestChangeKindText(t *testing.T) {
	for k := ensure.KindUnchanged; k <= ensure.KindRemove; k++ {
		text, _ := k.MarshalText()
		var back ensure.ChangeKind
		if err := back.UnmarshalText(text); err != nil {
			t.Errorf("text %q is not read: %v", text, err)
		}
		wantEqual(t, fmt.Sprintf("kind of text %q", text), back, k)
	}
	var k ensure.ChangeKind
	if err := k.UnmarshalText([]byte("Add")); err == nil {
		t.Error(`"Add" is read, want an error`)
	}
}

// The time of a plan grows with the sizes of the list and of the policy, also if they
// are far larger than the service allows: not with the product of the two, and not with
// the square of one.
func TestPlanGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	readingOf := func(prefix string, n int) permission.PolicyReading {
		var list []validate.Request
		for i := range n {
			list = append(list, withID(fmt.Sprint("old-", i), rule(fmt.Sprint(prefix, i))))
		}
		return permission.PolicyReading{Document: documentOf(t, list...), RevisionID: "1", Found: true}
	}
	listOf := func(n int) ensure.Desired {
		d := inFull(of())
		for i := range n {
			d.Grants = append(d.Grants, rule(fmt.Sprint("r", i)))
		}
		return d
	}
	adopting := func(n int) ensure.Desired {
		d := listOf(n)
		d.Adopt = adoptAll
		return d
	}
	inPlace := func(n int) ensure.Desired {
		d := adopting(n)
		for i := range d.Grants {
			d.Grants[i].StatementId = fmt.Sprint("old-", i)
		}
		return d
	}
	whole := ensure.WholeDocument(new(permissiontest.Stub))
	for _, tt := range []struct {
		name string
		n    int // enough for the work that grows to outweigh the rest
		work func(n int) (permission.PolicyReading, ensure.Desired, []func(*ensure.Options))
	}{
		{"no policy", 100, func(n int) (permission.PolicyReading, ensure.Desired, []func(*ensure.Options)) {
			return permission.PolicyReading{}, listOf(n), nil
		}},
		{"all statements are foreign", 400, func(n int) (permission.PolicyReading, ensure.Desired, []func(*ensure.Options)) {
			return readingOf("foreign-", n), listOf(n), nil
		}},
		{"all statements are removed", 100, func(n int) (permission.PolicyReading, ensure.Desired, []func(*ensure.Options)) {
			return readingOf("old-", n), adopting(n), nil
		}},
		{"all statements are replaced", 200, func(n int) (permission.PolicyReading, ensure.Desired, []func(*ensure.Options)) {
			return readingOf("old-", n), inPlace(n), nil
		}},
		{"a whole policy is replaced", 200, func(n int) (permission.PolicyReading, ensure.Desired, []func(*ensure.Options)) {
			return readingOf("old-", n), inPlace(n), []func(*ensure.Options){whole}
		}},
	} {
		planning := func(n int) func() {
			reading, d, optFns := tt.work(n)
			return func() {
				plan, err := ensure.PlanFor(reading, d, optFns...)
				if err != nil {
					t.Fatal(err)
				}
				if _, ok := plan.Document(); !ok {
					t.Fatal("the plan does not know the policy")
				}
			}
		}
		growth.Linear(t, tt.name, planning(tt.n), planning(tt.n*growth.Factor))
	}
}

// The temporary id that a replacement needs can be somebody else's.
func TestPlanTemporaryTaken(t *testing.T) {
	document := documentOf(t, withID("old", rule("a"))).With(parse(t, `{"Statement":[{"Sid":"`+ensure.TemporaryID("old")+`","Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"`+thumbnailARN+`"}]}`).Statements()...)
	list := of(withID("old", rule("b")))
	list.Adopt = adoptAll
	_, err := ensure.PlanFor(permission.PolicyReading{Document: document, Found: true}, list)
	wantErrorWith(t, err, ensure.TemporaryID("old"))
}

// policyWithTwins is a policy in which two statements have the id "twin".
func policyWithTwins(t *testing.T) permission.PolicyReading {
	t.Helper()
	d := documentOf(t, withID("twin", rule("a")), withID("twin", rule("b")), withID("single", rule("c")))
	return permission.PolicyReading{Document: d, RevisionID: "1", Found: true}
}

// An id that several statements have removes nothing: which of them would go is not
// known. A policy that is written as a whole goes without both, if both are to go.
func TestPlanAmbiguousID(t *testing.T) {
	whole := ensure.WholeDocument(new(permissiontest.Stub))
	adopting := func(grants ...validate.Request) ensure.Desired {
		d := inFull(of(grants...))
		d.Adopt = adoptAll
		return d
	}
	for name, tt := range map[string]struct {
		list        ensure.Desired
		optFns      []func(*ensure.Options)
		isAmbiguous bool
	}{
		"both are removed":             {adopting(rule("d")), nil, true},
		"both get a successor":         {adopting(rule("a"), rule("b")), nil, true},
		"one is replaced":              {adopting(withID("twin", rule("d"))), nil, true},
		"both are removed at once":     {adopting(rule("d")), []func(*ensure.Options){whole}, false},
		"a statement beside them goes": {adopting(withID("twin", rule("b"))), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := ensure.PlanFor(policyWithTwins(t), tt.list, tt.optFns...)
			if err != nil {
				t.Fatal(err)
			}
			if errors.Is(plan.Err(), ensure.ErrAmbiguousID) != tt.isAmbiguous {
				t.Errorf("refusal %v, want one for an ambiguous id: %t\n%s", plan.Err(), tt.isAmbiguous, plan)
			}
			if !tt.isAmbiguous {
				return
			}
			result, err := plan.Apply(t.Context(), new(permissiontest.Stub))
			if !errors.Is(err, ensure.ErrAmbiguousID) {
				t.Errorf("Apply: error %v, want that of the plan", err)
			}
			if result.Calls > 0 {
				t.Errorf("Apply made %d calls, want none", result.Calls)
			}
		})
	}
}
