package ensure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
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
