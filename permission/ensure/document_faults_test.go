package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A statement that others add between the reading and the put survives: the put is
// refused, and made again from another reading.
func TestWholeDocumentOvertaken(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, owned(rule("a")))
	f.api.before = onFirst("PutResourcePolicy", func() error {
		store(t, f.service, withID("theirs", rule("theirs")))
		return nil
	})
	mustGrants(t, f.api, of(rule("a"), rule("b"), rule("c")), f.way)
	wantStatements(t, f.service, "theirs", owned(rule("a")).StatementId, owned(rule("b")).StatementId, owned(rule("c")).StatementId)
	if want := []string{"GetPolicy", "PutResourcePolicy", "GetPolicy", "PutResourcePolicy"}; !slices.Equal(f.api.calls, want) {
		t.Errorf("calls = %q, want %q", f.api.calls, want)
	}
}

// A policy that somebody removes between the reading and the put is begun again, whether
// the service answers that the revision is another one or that there is no policy.
func TestWholeDocumentPolicyRemovedMeanwhile(t *testing.T) {
	for name, answer := range map[string]error{
		"the answer of the service": nil,
		"not found":                 lambdaerrors.FromResponse(404, map[string][]string{"X-Amzn-Errortype": {"ResourceNotFoundException"}}, []byte(`{"message":"No policy is associated with the given resource."}`)),
	} {
		t.Run(name, func(t *testing.T) {
			f := newDocumentFixture(t)
			store(t, f.service, owned(rule("a")))
			f.api.before = onFirst("PutResourcePolicy", func() error {
				remove(t, f.service, owned(rule("a")).StatementId)
				return answer
			})
			mustGrants(t, f.api, of(rule("a"), rule("b")), f.way)
			wantStatements(t, f.service, owned(rule("a")).StatementId, owned(rule("b")).StatementId)
		})
	}
}

// A statement that the plan did not name is not removed, although it became the owner's
// meanwhile.
func TestWholeDocumentRemovesOnlyWhatWasNamed(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, owned(rule("a")))
	f.api.before = onFirst("PutResourcePolicy", func() error {
		store(t, f.service, owned(rule("late")))
		return nil
	})
	_, err := ensure.Grants(t.Context(), f.api, of(rule("b")), f.way)
	changed := mustBe[*ensure.PlanChangedError](t, err)
	if diff := cmp.Diff([]string{owned(rule("late")).StatementId}, changed.StatementIDs); diff != "" {
		t.Errorf("StatementIDs (-want +got)\n%s", diff)
	}
	wantStatements(t, f.service, owned(rule("b")).StatementId, owned(rule("late")).StatementId)
}

// Apply gives up if others write before each of its tries.
func TestWholeDocumentGivesUp(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, owned(rule("a")))
	n := 0
	f.api.before = func(call string) error {
		if call == "PutResourcePolicy" {
			n++
			store(t, f.service, withID(fmt.Sprintf("theirs-%d", n), rule("theirs")))
		}
		return nil
	}
	_, err := ensure.Grants(t.Context(), f.api, of(rule("b")), f.way, func(o *ensure.Options) { o.MaxTries = 3 })
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "Uncertain", failed.Uncertain, false)
	if !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("err = %v, want a PreconditionFailedException in it", err)
	}
	if n != 3 {
		t.Errorf("%d puts, want 3", n)
	}
	wantStatements(t, f.service, owned(rule("a")).StatementId, "theirs-1", "theirs-2", "theirs-3")
}

// A response that is lost is settled by a reading, for the put and the removal of the
// policy.
func TestWholeDocumentLostResponse(t *testing.T) {
	lost := func() error { return io.ErrUnexpectedEOF }
	for _, tt := range []struct {
		call  string
		after []validate.Request
		step  string
	}{
		{"PutResourcePolicy", []validate.Request{rule("b")}, "putting the policy"},
		{"DeleteResourcePolicy", nil, "removing the policy"},
	} {
		t.Run(tt.call, func(t *testing.T) {
			t.Run("carried out", func(t *testing.T) {
				f := newDocumentFixture(t)
				store(t, f.service, owned(rule("a")))
				f.api.after = onFirst(tt.call, lost)
				mustGrants(t, f.api, of(tt.after...), f.way, ensure.AllowRemoveAll)
				if want := []string{"GetPolicy", tt.call, "GetPolicy"}; !slices.Equal(f.api.calls, want) {
					t.Errorf("calls = %q, want %q", f.api.calls, want)
				}
			})
			t.Run("not carried out", func(t *testing.T) {
				f := newDocumentFixture(t)
				store(t, f.service, owned(rule("a")))
				f.api.before = onFirst(tt.call, lost)
				_, err := ensure.Grants(t.Context(), f.api, of(tt.after...), f.way, ensure.AllowRemoveAll)
				failed := mustBe[*ensure.ApplyError](t, err)
				wantEqual(t, "Uncertain", failed.Uncertain, true)
				wantEqual(t, "Step", failed.Step, tt.step)
				if diff := cmp.Diff([]string{owned(rule("a")).StatementId}, failed.Unwanted); diff != "" {
					t.Errorf("still in force (-want +got)\n%s", diff)
				}
				wantStatements(t, f.service, owned(rule("a")).StatementId)
			})
		})
	}
}

// A put that meets a change of the function is made again.
func TestWholeDocumentBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, api := newThumbnail(t)
		store(t, service, owned(rule("a")))
		api.before = onFirst("PutResourcePolicy", func() error { return errBusy })
		mustGrants(t, api, of(rule("b")), ensure.WholeDocument(&watchedDocuments{api, service.API()}))
		wantStatements(t, service, owned(rule("b")).StatementId)
	})
}

// A put that was refused before it was sent is not followed by a reading.
func TestWholeDocumentNeverSent(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, owned(rule("a")))
	f.api.before = onFirst("PutResourcePolicy", func() error { return &validate.Error{} })
	_, err := ensure.Grants(t.Context(), f.api, of(rule("b")), f.way)
	wantEqual(t, "Uncertain", mustBe[*ensure.ApplyError](t, err).Uncertain, false)
	if want := []string{"GetPolicy", "PutResourcePolicy"}; !slices.Equal(f.api.calls, want) {
		t.Errorf("calls = %q, want %q", f.api.calls, want)
	}
}

// If the policy cannot be read after a write, the error is certain only if the answer to
// the write told what became of it.
func TestWholeDocumentCannotBeRead(t *testing.T) {
	for _, tt := range []struct {
		reason    string
		isThere   bool // the policy
		answer    error
		over      func(permission.ResourcePolicyAPI) permission.ResourcePolicyAPI
		step      string
		uncertain bool
	}{
		{"the first grant was added", false, nil, nil, "reading the policy again", false},
		{"the put is refused, perhaps as its own retry", true, errPrecondition, nil, "reading the policy again", true},
		{"the answer to the put does not tell the policy", true, nil,
			func(api permission.ResourcePolicyAPI) permission.ResourcePolicyAPI { return rewritten{api, ""} }, "reading the policy again", true},
		{"the answer to the put is lost", true, io.ErrUnexpectedEOF, nil, "putting the policy", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			service, api := newThumbnail(t)
			if tt.isThere {
				store(t, service, owned(rule("a")))
			}
			readings := 0
			api.before = func(call string) error {
				switch call {
				case "PutResourcePolicy":
					return tt.answer
				case "GetPolicy":
					if readings++; readings == 2 {
						return accessDenied()
					}
				}
				return nil
			}
			var documents permission.ResourcePolicyAPI = &watchedDocuments{api, service.API()}
			if tt.over != nil {
				documents = tt.over(documents)
			}
			_, err := ensure.Grants(t.Context(), api, of(rule("b"), rule("c")), ensure.WholeDocument(documents))
			failed := mustBe[*ensure.ApplyError](t, err)
			wantEqual(t, tt.reason+": Uncertain", failed.Uncertain, tt.uncertain)
			wantEqual(t, tt.reason+": Step", failed.Step, tt.step)
		})
	}
}

// rewritten answers a put with another policy than the one that was put.
type rewritten struct {
	permission.ResourcePolicyAPI
	policy string
}

func (r rewritten) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	out, err := r.ResourcePolicyAPI.PutResourcePolicy(ctx, in, optFns...)
	if err == nil {
		out.Policy = &r.policy
	}
	return out, err
}

// The answer to a put tells the policy for certain, also if no plan can be made for it:
// here another statement has the id of a grant.
func TestWholeDocumentAnsweredWithAnotherPolicy(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, withID("theirs", rule("theirs")))
	other, err := policy.NewStatement(withID(owned(rule("a")).StatementId, rule("b")), arn.MustParseFunction(thumbnailARN))
	if err != nil {
		t.Fatal(err)
	}
	documents := rewritten{f.documents, `{"Version":"2012-10-17","Statement":[` + other.Raw() + `]}`}
	_, err = ensure.Grants(t.Context(), f.api, of(rule("a")), ensure.WholeDocument(documents))
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "Uncertain", failed.Uncertain, false)
	wantEqual(t, "Step", failed.Step, "planning again")
	if taken := mustBe[*ensure.TakenError](t, err); !taken.Stored.Equivalent(other) {
		t.Errorf("Stored = %s, want %s", taken.Stored, other)
	}
}

// If the answer to a put does not tell the policy, that is read.
func TestWholeDocumentAnsweredWithoutPolicy(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, withID("theirs", rule("theirs")))
	mustGrants(t, f.api, of(rule("a")), ensure.WholeDocument(rewritten{f.documents, ""}))
	if want := []string{"GetPolicy", "PutResourcePolicy", "GetPolicy"}; !slices.Equal(f.api.calls, want) {
		t.Errorf("calls = %q, want %q", f.api.calls, want)
	}
}

// The limit counts over all plans of one call: a removal that others made before is one,
// so that it is refused once they have undone it.
func TestWholeDocumentLimitOverPlans(t *testing.T) {
	f := newDocumentFixture(t)
	kept, first, second := owned(rule("kept")), owned(rule("first")), owned(rule("second"))
	store(t, f.service, kept, first, second)
	f.removedAndUndone(t, second)
	_, err := ensure.Grants(t.Context(), f.api, of(rule("kept")), f.way, func(o *ensure.Options) { o.MaxRemovals = 2 })
	refused := mustBe[*ensure.RemovalLimitError](t, err)
	wantEqual(t, "Limit", refused.Limit, 2)
	got, want := slices.Sorted(slices.Values(refused.StatementIDs)), slices.Sorted(slices.Values([]string{first.StatementId, second.StatementId}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("StatementIDs (-want +got)\n%s", diff)
	}
	wantStatements(t, f.service, kept.StatementId, first.StatementId, second.StatementId)
}

// removedAndUndone makes another program remove a grant before the first put, and store
// it again before the second.
func (f *documentFixture) removedAndUndone(t *testing.T, g validate.Request) {
	puts := 0
	f.api.before = func(call string) error {
		if call != "PutResourcePolicy" {
			return nil
		}
		switch puts++; puts {
		case 1:
			remove(t, f.service, g.StatementId)
		case 2:
			store(t, f.service, g)
		}
		return nil
	}
}

// So does a limit of one.
func TestWholeDocumentLimitOfOneOverPlans(t *testing.T) {
	f := newDocumentFixture(t)
	gone := owned(rule("gone"))
	store(t, f.service, withID("theirs", rule("theirs")), gone)
	f.removedAndUndone(t, gone)
	_, err := ensure.Grants(t.Context(), f.api, of(rule("new")), f.way, func(o *ensure.Options) { o.MaxRemovals = 1 })
	refused := mustBe[*ensure.RemovalLimitError](t, err)
	if diff := cmp.Diff([]string{gone.StatementId}, refused.StatementIDs); diff != "" {
		t.Errorf("StatementIDs (-want +got)\n%s", diff)
	}
}

// If the service refuses a put because of a principal, the error names the statements
// whose principal was deleted.
func TestWholeDocumentDeadPrincipal(t *testing.T) {
	f := newDocumentFixture(t)
	dead := `{"Sid":"gone","Effect":"Allow","Principal":{"AWS":"AROAAAAAAAAAAAAAAAAAA"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnailARN + `"}`
	if err := f.service.SetPolicy("Thumbnail", `{"Version":"2012-10-17","Statement":[`+dead+`]}`); err != nil {
		t.Fatal(err)
	}
	_, err := ensure.Grants(t.Context(), f.api, of(rule("a")), f.way)
	refused := mustBe[*ensure.PrincipalError](t, err)
	if diff := cmp.Diff([]string{"gone"}, refused.Deleted); diff != "" {
		t.Errorf("Deleted (-want +got)\n%s", diff)
	}
}

// A put that was refused for another reason is not taken for one that the deleted
// principal prevents.
func TestWholeDocumentRefusedBesideADeadPrincipal(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, withID("partner", validate.Request{Action: "lambda:InvokeFunction", Principal: deployRole}))
	if err := f.service.DeletePrincipal(deployRole); err != nil {
		t.Fatal(err)
	}
	denied := accessDenied()
	f.api.before = onFirst("PutResourcePolicy", func() error { return denied })
	_, err := ensure.Grants(t.Context(), f.api, of(rule("a")), f.way)
	if failed := mustBe[*ensure.ApplyError](t, err); failed.Err != denied {
		t.Errorf("Err = %v, want the refusal", failed.Err)
	}
}

// The context ends an Apply between its calls.
func TestWholeDocumentCanceled(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, owned(rule("a")))
	ctx, cancel := context.WithCancel(t.Context())
	f.api.after = onFirst("GetPolicy", func() error { cancel(); return nil })
	_, err := ensure.Grants(ctx, f.api, of(rule("b")), f.way)
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "Uncertain", failed.Uncertain, false)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled in it", err)
	}
	wantWrites(t, f.api, 0)
}

// So it does where there is no policy yet.
func TestWholeDocumentCanceledBeforeTheFirstGrant(t *testing.T) {
	f := newDocumentFixture(t)
	plan := mustPlan(t, f.api, of(rule("a")), f.way)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := plan.Apply(ctx, f.api)
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "Uncertain", failed.Uncertain, false)
	wantEqual(t, "Step", failed.Step, fmt.Sprintf("before adding %q", owned(rule("a")).StatementId))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled in it", err)
	}
	wantWrites(t, f.api, 0)
}
