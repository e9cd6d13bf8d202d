package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// meanwhile is an API in which somebody else acts between a reading and the write
// that follows it, the first times times.
func meanwhile(service *permissiontest.Service, times int, act func(n int)) *watched {
	n := 0
	return &watched{API: service.API(), before: func(call string) error {
		if call != "GetPolicy" && n < times {
			n++
			act(n)
		}
		return nil
	}}
}

// Writes are guarded by the revision that was read: when the policy changes in
// between, Grant reads again and goes on, for as often as it may.
func TestGrantGoesOnAfterOthersWrote(t *testing.T) {
	for _, times := range []int{1, ensure.DefaultMaxTries - 1, ensure.DefaultMaxTries} {
		inBubble(t, fmt.Sprint(times, " times"), func(t *testing.T) {
			service, _ := newThumbnail(t)
			mustAdd(t, service.API(), other())
			api := meanwhile(service, times, func(n int) {
				in := grant()
				in.StatementId = aws.String("somebody-elses-" + strings.Repeat("x", n))
				mustAdd(t, service.API(), in)
			})
			in := grant()
			out, err := ensure.Grant(context.Background(), api, in)
			if times == ensure.DefaultMaxTries {
				if !lambdaerrors.IsPreconditionFailed(err) {
					t.Errorf("%d times: err = %v, want to give up with the 412", times, err)
				}
				return
			}
			wantGranted(t, out, err, ensure.OutcomeAdded)
		})
	}
}

// Options.MaxTries sets another number of tries.
func TestMaxTries(t *testing.T) {
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
	api := meanwhile(service, 1, func(int) {
		in := grant()
		in.StatementId = aws.String("somebody-elses")
		mustAdd(t, service.API(), in)
	})
	_, err := ensure.Grant(context.Background(), api, grant(), func(o *ensure.Options) { o.MaxTries = 1 })
	if !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("err = %v after %q", err, api.writes())
	}
	wantWrites(t, api, 1)
}

// Somebody else adds the same grant: the call succeeds.
func TestGrantMeetsTheSameGrant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService(t)
		api := meanwhile(service, 1, func(int) { mustAdd(t, service.API(), grant()) })
		out, err := ensure.Grant(context.Background(), api, grant())
		wantGranted(t, out, err, ensure.OutcomeAdded)
		wantWrites(t, api, 1)
	})
}

// Somebody else puts another statement under the id. That is a mismatch, or with Replace
// a *PolicyChangedError: Grant does not replace the statement of another program that
// replaces too.
func TestGrantMeetsAnotherGrant(t *testing.T) {
	for _, there := range []bool{false, true} {
		for _, replace := range []bool{false, true} {
			if there && !replace {
				continue // a mismatch at once
			}
			inBubble(t, fmt.Sprintf("there before %t, Replace %t", there, replace), func(t *testing.T) {
				service, _ := newThumbnail(t)
				mustAdd(t, service.API(), other())
				if there {
					mustAdd(t, service.API(), elsewhere())
				}
				api := meanwhile(service, 1, func(int) {
					_, _ = service.API().RemovePermission(context.Background(), removal())
					mustAdd(t, service.API(), withSourceArn(grant(), "arn:aws:s3:::third"))
				})
				_, err := ensure.Grant(context.Background(), api, grant(), func(o *ensure.Options) { o.Replace = replace })
				if !replace {
					mustBe[*ensure.MismatchError](t, err)
					return
				}
				changed := mustBe[*ensure.PolicyChangedError](t, err)
				wantEqual(t, "whether Before is set", changed.Before.IsValid(), there)
				if !strings.Contains(changed.Now.Raw(), "third") {
					t.Errorf("Now = %s, want the third grant", changed.Now)
				}
			})
		}
	}
}

// Two programs replace the same statement by the same grant at the same time, and
// both succeed.
func TestTwoReplacements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, _ := newThumbnail(t)
		mustAdd(t, service.API(), other())
		mustAdd(t, service.API(), elsewhere())
		errs := make(chan error)
		for range 2 {
			go func() {
				api := &watched{API: service.API(), before: func(string) error { time.Sleep(time.Millisecond); return nil }}
				_, err := ensure.Grant(context.Background(), api, grant(), replacing)
				errs <- err
			}()
		}
		if err := errors.Join(<-errs, <-errs); err != nil {
			t.Error(err)
		}
		wantStatements(t, service, "other", "s3-photos")
		if got := statement(t, service, "s3-photos"); !strings.Contains(got.Raw(), "photos") {
			t.Errorf("the statement is %s, want the wanted one", got)
		}
	})
}

// A conflict that passes is waited for, with the context obeyed.
func TestGrantWaitsForOthers(t *testing.T) {
	busy := lambdaerrors.FromResponse(409, map[string][]string{"X-Amzn-Errortype": {"ResourceConflictException"}},
		[]byte(`{"message":"The function could not be updated due to a concurrent update operation."}`))
	synctest.Test(t, func(t *testing.T) {
		n := 0
		api := &watched{API: newService(t).API(), before: func(call string) error {
			if n++; n == 2 {
				return busy
			}
			return nil
		}}
		out, err := ensure.Grant(context.Background(), api, grant())
		wantGranted(t, out, err, ensure.OutcomeAdded)
	})
	// The first pause is short; without a limit fifty of them would not all be.
	synctest.Test(t, func(t *testing.T) {
		for range 50 {
			start := time.Now()
			api := &watched{API: newService(t).API(), before: onFirst("AddPermission s3-photos", func() error { return busy })}
			if _, err := ensure.Grant(context.Background(), api, grant()); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took > 50*time.Millisecond {
				t.Errorf("the first pause took %v, want at most 50 ms", took)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		api := &watched{API: newService(t).API(), before: func(call string) error {
			if call != "GetPolicy" {
				cancel()
				return busy
			}
			return nil
		}}
		if _, err := ensure.Grant(ctx, api, grant()); !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v after %q, want nothing after the context ended", err, api.calls)
		}
		wantEqual(t, "calls", len(api.calls), 2)
	})
}

// A lost response is settled by Grant itself, over an API that does not.
func TestGrantSettlesLostResponses(t *testing.T) {
	lost := func(call string) error {
		if call == "AddPermission s3-photos" {
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	service := newService(t)
	api := &watched{API: service.API(), after: lost}
	out, err := ensure.Grant(context.Background(), api, grant())
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "Outcome", out.Outcome, ensure.OutcomeAdded)
	wantEqual(t, "Statement", out.Statement.Raw(), statement(t, service, "s3-photos").Raw())
	api = &watched{API: newService(t).API(), before: lost}
	if _, err := ensure.Grant(context.Background(), api, grant()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("request lost: err = %v, want the loss", err)
	}
}

// The answer to a step is lost, and the policy shows that another program has acted. The
// step is taken again from there.
func TestGrantGoesOnAfterALostAnswerAndOthers(t *testing.T) {
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
	mustAdd(t, service.API(), elsewhere())
	api := &watched{API: service.API(), before: onFirst("AddPermission "+temporaryID, func() error {
		remove(t, service, "s3-photos")
		return io.ErrUnexpectedEOF
	})}
	out, err := ensure.Grant(t.Context(), api, grant(), replacing)
	wantGranted(t, out, err, ensure.OutcomeReplaced)
	wantStatements(t, service, "other", "s3-photos")
}

// A removal that is refused because the statement is gone is tried again if the policy
// shows it: another program has removed it and added it again.
func TestGrantRemovesAgain(t *testing.T) {
	for _, call := range []string{"RemovePermission s3-photos", "RemovePermission " + temporaryID} {
		synctest.Test(t, func(t *testing.T) {
			service := newService(t)
			mustAdd(t, service.API(), elsewhere())
			api := &watched{API: service.API(), before: onFirst(call, func() error { return errNoSuchStatement })}
			out, err := ensure.Grant(t.Context(), api, grant(), replacing)
			wantGranted(t, out, err, ensure.OutcomeReplaced)
			wantWrites(t, api, 5)
		})
	}
}

// The caller's revision is refused since another program has put a statement under the
// id: the error has both.
func TestGrantWithRevisionIDMeetsAnotherGrant(t *testing.T) {
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
	in := grant()
	in.RevisionId = revisionOf(t, service)
	api := meanwhile(service, 1, func(int) { mustAdd(t, service.API(), elsewhere()) })
	_, err := ensure.Grant(t.Context(), api, in)
	changed := mustBe[*ensure.PolicyChangedError](t, err)
	wantEqual(t, "Now", changed.Now.Raw(), statement(t, service, "s3-photos").Raw())
	if !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("err = %v, want the 412 in it", err)
	}
}

// The RevisionId of the input has precedence over the one of the options, which guards the
// write if the input has none.
func TestGrantRevisions(t *testing.T) {
	for _, tt := range []struct {
		ofInput, ofOptions, want string
	}{
		{"input", "options", "input"},
		{"input", "", "input"},
		{"", "options", "options"},
	} {
		service, _ := newThumbnail(t)
		mustAdd(t, service.API(), other())
		api := &permissiontest.Stub{GetPolicyFunc: service.API().GetPolicy, AddPermissionFunc: service.API().AddPermission}
		in := grant()
		in.RevisionId = aws.String(tt.ofInput)
		_, err := ensure.Grant(t.Context(), api, in, func(o *ensure.Options) {
			o.RevisionID, o.Preflight = tt.ofOptions, nil
		})
		if !lambdaerrors.IsPreconditionFailed(err) {
			t.Errorf("%+v: err = %v, want the 412", tt, err)
		}
		sent := api.Calls()[1].Input.(*permission.AddPermissionInput)
		wantEqual(t, "RevisionId", aws.ToString(sent.RevisionId), tt.want)
	}
}

// The caller's own RevisionId guards the first write, and its refusal is final,
// unless the write was made all the same.
func TestGrantWithRevisionID(t *testing.T) {
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
	revision := revisionOf(t, service)
	in := grant()
	in.RevisionId = aws.String("another revision")
	once := &watched{API: service.API()}
	if _, err := ensure.Grant(context.Background(), once, in); !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("a stale revision: err = %v after %q, want the 412 of one write", err, once.writes())
	}
	wantWrites(t, once, 1)
	in.RevisionId = revision
	retried := &watched{API: service.API(), after: func(call string) error {
		if call == "AddPermission s3-photos" { // a retry meets its own commit
			_, err := service.API().AddPermission(context.Background(), in)
			return err
		}
		return nil
	}}
	if _, err := ensure.Grant(context.Background(), retried, in); err != nil {
		t.Errorf("a lost response: %v", err)
	}

	replaced := elsewhere()
	replaced.RevisionId = revisionOf(t, service)
	lost := &watched{API: service.API(), after: func(call string) error {
		if strings.HasPrefix(call, "AddPermission "+temporaryID) {
			return io.ErrUnexpectedEOF
		}
		return nil
	}}
	out, err := ensure.Grant(context.Background(), lost, replaced, replacing)
	wantGranted(t, out, err, ensure.OutcomeReplaced)
}

// A write that the caller's own revision refuses is not tried again.
func TestGrantStaleGuardOnALeftover(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), grant())
	leftover := grant()
	leftover.StatementId = &temporaryID
	mustAdd(t, service.API(), leftover)
	api := &watched{API: service.API()}
	in := grant()
	in.RevisionId = aws.String("stale")
	_, err := ensure.Grant(context.Background(), api, in)
	if !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("%d writes, err = %v; want one and the 412", len(api.writes()), err)
	}
	wantWrites(t, api, 1)
}

// A guarded step that was made, and refused as its own retry, is gone on from.
func TestGrantGuardedStepRefusedAsItsRetry(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	refused := false
	api := &watched{API: service.API()}
	api.after = func(call string) error {
		if call == "AddPermission "+temporaryID && !refused {
			refused = true
			return &lambdaerrors.PreconditionFailedException{}
		}
		return nil
	}
	in := grant()
	in.RevisionId = revisionOf(t, service)
	out, err := ensure.Grant(context.Background(), api, in, replacing)
	wantGranted(t, out, err, ensure.OutcomeReplaced)
}
