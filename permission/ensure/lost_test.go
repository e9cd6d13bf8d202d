package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// overHTTP returns a client of a service behind rules, on loopback, that tries
// again at once.
func overHTTP(t *testing.T, service *permissiontest.Service, rules ...permissiontest.Rule) *permission.Client {
	t.Helper()
	server := httptest.NewServer(permissiontest.Faults(service, rules...))
	t.Cleanup(server.Close)
	return permission.NewFromConfig(service.Config(server.URL), func(o *permission.Options) {
		o.HTTPClient = server.Client()
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
	})
}

// A removal in a gap that was made, and whose answer was lost, is not forgotten
// when its own retry is refused: if the new statement is refused then, the old one
// is put back, and the error is a *ReplaceError. Here over HTTP, with a client that
// cannot recover the loss, because its reading is throttled.
func TestLostRemovalRefusedAsItsRetryOverHTTP(t *testing.T) {
	service := fullPolicy(t)
	old := statement(t, service, "s3-photos")
	denied := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not allowed", Fault: smithy.FaultClient}
	client := overHTTP(t, service,
		permissiontest.On(1, permissiontest.CommitThen(permissiontest.ServerError())).Of(validate.RemovePermission),
		permissiontest.On(2, permissiontest.Throttle()).Of(validate.GetPolicy),
		permissiontest.On(3, permissiontest.Throttle()).Of(validate.GetPolicy),
		permissiontest.On(4, permissiontest.Throttle()).Of(validate.GetPolicy),
		permissiontest.On(1, permissiontest.Fail(denied)).Of(validate.AddPermission),
	)
	_, err := ensure.Grant(context.Background(), client, grant(), withGap)
	wantBroken(t, err, ensure.LeftOld, false)
	if !lambdaerrors.IsAccessDenied(err) {
		t.Errorf("err = %v, want the refusal in it", err)
	}
	if got := statement(t, service, "s3-photos"); !got.Equivalent(old) {
		t.Errorf("the policy has %s, want the old statement", got)
	}
}

// The same in process, for every answer to the retry; and with a service that
// refuses the old statement as well, where the error says that nothing is left.
func TestLostRemovalRefusedAsItsRetry(t *testing.T) {
	refusals := map[string]error{
		"the id is looked at first":       errNoSuchStatement,
		"the revision is looked at first": errPrecondition,
		"no policy is left":               errNoPolicy,
		"the function is busy":            errBusy,
	}
	for name, refusal := range refusals {
		for _, restored := range []bool{true, false} {
			inBubble(t, fmt.Sprintf("%s, restored %t", name, restored), func(t *testing.T) {
				service := fullPolicy(t)
				adds := 0
				api := &watched{API: service.API()}
				api.after = func(call string) error {
					if call == "RemovePermission s3-photos" {
						return refusal
					}
					return nil
				}
				api.before = func(call string) error {
					if strings.HasPrefix(call, "AddPermission") {
						if adds++; adds == 1 || !restored {
							return accessDenied()
						}
					}
					return nil
				}
				_, err := ensure.Grant(context.Background(), api, grant(), withGap)
				left := map[bool]ensure.Left{true: ensure.LeftOld, false: ensure.LeftNothing}[restored]
				broken := wantBroken(t, err, left, false)
				if (broken.RestoreErr == nil) != restored {
					t.Errorf("RestoreErr = %v, want none: %v", broken.RestoreErr, restored)
				}
				if !strings.Contains(broken.Old.Raw(), "elsewhere") {
					t.Errorf("Old = %s, want the old statement", broken.Old)
				}
				wantEqual(t, "whether the old statement is there", slices.Contains(sids(service, "Thumbnail"), "s3-photos"), restored)
			})
		}
	}
}

func wantBroken(t *testing.T, err error, left ensure.Left, uncertain bool) *ensure.ReplaceError {
	t.Helper()
	broken := mustBe[*ensure.ReplaceError](t, err)
	wantEqual(t, "Left", broken.Left, left)
	wantEqual(t, "Uncertain", broken.Uncertain, uncertain)
	if says := strings.Contains(err.Error(), "not certain"); says != uncertain {
		t.Errorf("the text says that it is not certain: %v, want %v: %v", says, uncertain, err)
	}
	return broken
}

// A removal whose answer was lost is not certain to have failed when the policy
// still shows the statement: the reading may be stale, as it is here.
func TestLostRemovalThenStaleReading(t *testing.T) {
	service := fullPolicy(t)
	before, _ := service.API().GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
	api := &staleAfterRemoval{API: service.API(), stale: before}
	_, err := ensure.Grant(context.Background(), api, grant(), withGap)
	wantBroken(t, err, ensure.LeftOld, true)
}

// The old statement is removed in a gap, and another program puts it back. If the next
// removal gets no answer, it may still be carried out after the reading that shows the
// statement.
func TestLostRemovalOfAReturnedStatement(t *testing.T) {
	inBubble(t, "removed twice", func(t *testing.T) {
		service := fullPolicy(t)
		api := &watched{API: service.API()}
		removals := 0
		api.before = func(call string) error {
			switch call {
			case "AddPermission s3-photos":
				mustAdd(t, service.API(), elsewhere())
			case "RemovePermission s3-photos":
				if removals++; removals == 2 {
					return io.ErrUnexpectedEOF
				}
			}
			return nil
		}
		_, err := ensure.Grant(t.Context(), api, grant(), withGap)
		wantBroken(t, err, ensure.LeftOld, true)
	})
}

// staleAfterRemoval loses the answer to the first removal and goes on reading the
// policy of before.
type staleAfterRemoval struct {
	permission.API
	stale   *permission.GetPolicyOutput
	removed bool
}

func (s *staleAfterRemoval) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	s.removed = true
	_, _ = s.API.RemovePermission(ctx, in, optFns...)
	return nil, io.ErrUnexpectedEOF
}

func (s *staleAfterRemoval) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if s.removed {
		return s.stale, nil
	}
	return s.API.GetPolicy(ctx, in, optFns...)
}

// A request that the client gave up may be carried out after the policy was read:
// here the service adds the temporary statement late.
func TestLateCommit(t *testing.T) { synctest.Test(t, testLateCommit) }

func testLateCommit(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	late := make(chan struct{})
	var once http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			service.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		again := r.Clone(context.Background())
		again.Body = io.NopCloser(strings.NewReader(string(body)))
		go func() {
			<-late
			service.ServeHTTP(httptest.NewRecorder(), again)
			close(late)
		}()
		<-r.Context().Done()
	})
	client := permission.NewFromConfig(service.Config("http://lambda.test"), func(o *permission.Options) {
		o.HTTPClient = &http.Client{Transport: memnet.Serve(t, once), Timeout: time.Minute}
		o.RetryMaxAttempts = 1
	})
	_, err := ensure.Grant(context.Background(), client, grant(), replacing)
	wantBroken(t, err, ensure.LeftOld, true)
	late <- struct{}{}
	<-late
	if got := sids(service, "Thumbnail"); !slices.Contains(got, temporaryID) {
		t.Fatalf("the policy has %q, want the late statement too", got)
	}
	out, err := ensure.Grant(context.Background(), service.API(), grant(), replacing)
	wantGranted(t, out, err, ensure.OutcomeReplaced)
}

// The new statement is refused in a gap, and putting the old one back fails as well.
// The error names the statements that a reading shows after that. It is uncertain if
// there was no reading, or if a request without an answer may still be carried out.
func TestLostRestore(t *testing.T) {
	lost := io.ErrUnexpectedEOF
	tests := []struct {
		reason       string
		add          error // of the new statement
		restore      error
		isCarriedOut bool // although it fails
		isReadable   bool // after that
		left         ensure.Left
		uncertain    bool
	}{
		{"lost and carried out", accessDenied(), lost, true, true, ensure.LeftOld, false},
		{"lost and carried out, and nothing can be read", accessDenied(), lost, true, false, ensure.LeftNothing, true},
		{"lost before", accessDenied(), lost, false, true, ensure.LeftNothing, true},
		{"refused", accessDenied(), accessDenied(), false, true, ensure.LeftNothing, false},
		{"refused, and nothing can be read", accessDenied(), accessDenied(), false, false, ensure.LeftNothing, true},
		{"refused, and the new one may still come", lost, accessDenied(), false, true, ensure.LeftNothing, true},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service := fullPolicy(t)
			adds := 0
			api := &watched{API: service.API()}
			api.before = func(call string) error {
				switch {
				case strings.HasPrefix(call, "AddPermission"):
					adds++
					if adds == 1 {
						return tt.add
					}
					if !tt.isCarriedOut {
						return tt.restore
					}
				case adds == 2 && !tt.isReadable:
					return accessDenied()
				}
				return nil
			}
			api.after = func(call string) error {
				if strings.HasPrefix(call, "AddPermission") {
					return tt.restore
				}
				return nil
			}
			_, err := ensure.Grant(context.Background(), api, grant(), withGap)
			wantBroken(t, err, tt.left, tt.uncertain)
			if got := slices.Contains(sids(service, "Thumbnail"), "s3-photos"); got != tt.isCarriedOut {
				t.Errorf("the old statement is there: %v, want %v", got, tt.isCarriedOut)
			}
		})
	}
}

// Putting the old statement back is guarded like every write into an existing
// policy, and goes on when others write at the same time.
func TestRestoreIsGuarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := fullPolicy(t)
		var guards []*string
		api := &permissiontest.Stub{GetPolicyFunc: service.API().GetPolicy, RemovePermissionFunc: service.API().RemovePermission}
		api.AddPermissionFunc = func(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
			guards = append(guards, in.RevisionId)
			switch len(guards) {
			case 1:
				return nil, accessDenied()
			case 2: // somebody else writes
				_, _ = service.API().RemovePermission(ctx, &permission.RemovePermissionInput{FunctionName: in.FunctionName, StatementId: aws.String("filler-00")})
			}
			return service.API().AddPermission(ctx, in, optFns...)
		}
		_, err := ensure.Grant(context.Background(), api, grant(), withGap)
		wantBroken(t, err, ensure.LeftOld, false)
		if slices.Contains(guards, nil) {
			t.Error("an addition was not guarded by a revision")
		}
		if len(guards) != 3 {
			t.Errorf("%d additions, want 3: the new one, the old one, the old one again", len(guards))
		}
		calls := api.Calls()
		if _, ok := calls[len(calls)-1].Input.(*permission.AddPermissionInput); !ok {
			t.Errorf("the last call is %v, want the addition whose answer is enough", calls[len(calls)-1])
		}
	})
}

// An error names the temporary statement that it leaves in force.
func TestErrorsNameTheTemporaryStatement(t *testing.T) {
	third := withSourceArn(grant(), "arn:aws:s3:::third")
	worlds := map[string]func(*permissiontest.Service) func(call string) error{
		"somebody else takes the id": func(service *permissiontest.Service) func(string) error {
			return func(call string) error {
				if call == "RemovePermission s3-photos" {
					mustAdd(t, service.API(), third)
				}
				return nil
			}
		},
		"gave up": func(service *permissiontest.Service) func(string) error {
			removed := false
			return func(call string) error {
				if removed && call == "AddPermission s3-photos" {
					return errBusy
				}
				removed = removed || call == "RemovePermission s3-photos"
				return nil
			}
		},
	}
	for name, world := range worlds {
		inBubble(t, name, func(t *testing.T) {
			service := newService(t)
			mustAdd(t, service.API(), elsewhere())
			act := world(service)
			api := &watched{API: service.API(), after: act}
			if name == "gave up" {
				api = &watched{API: service.API(), before: act}
			}
			_, err := ensure.Grant(context.Background(), api, grant(), replacing)
			if !slices.Contains(sids(service, "Thumbnail"), temporaryID) {
				t.Fatalf("%s: the policy has %q, want the temporary statement too", name, sids(service, "Thumbnail"))
			}
			wantErrorWith(t, err, temporaryID)
			var changed *ensure.PolicyChangedError
			if errors.As(err, &changed) && changed.TemporaryID != temporaryID {
				t.Errorf("%s: TemporaryID = %q", name, changed.TemporaryID)
			}
		})
	}
}

// A removal that is refused as its own retry counts as one of the call.
func TestAbsentCountsALostRemoval(t *testing.T) {
	for _, refusal := range []error{errNoPolicy, errPrecondition, errBusy, io.ErrUnexpectedEOF} {
		synctest.Test(t, func(t *testing.T) {
			service := newService(t)
			mustAdd(t, service.API(), grant())
			api := &watched{API: service.API(), after: func(call string) error {
				if strings.HasPrefix(call, "RemovePermission") {
					return refusal
				}
				return nil
			}}
			out, err := ensure.Absent(context.Background(), api, "Thumbnail", "s3-photos")
			if err != nil {
				t.Fatalf("%v: %v", refusal, err)
			}
			if out.Absence != ensure.AbsenceRemoved {
				t.Errorf("%v: Absence = %v, want Removed", refusal, out.Absence)
			}
			if !slices.Equal(out.Removed, []string{"s3-photos"}) {
				t.Errorf("%v: Removed = %q", refusal, out.Removed)
			}
		})
	}
}

// When a later removal fails, the result still lists the earlier ones.
func TestAbsentFailsInBetween(t *testing.T) {
	service := newService(t)
	leftover := grant()
	leftover.StatementId = aws.String(temporaryID)
	mustAdd(t, service.API(), grant())
	mustAdd(t, service.API(), leftover)
	removals := 0
	api := &watched{API: service.API(), before: func(call string) error {
		if strings.HasPrefix(call, "RemovePermission") {
			if removals++; removals == 2 {
				return accessDenied()
			}
		}
		return nil
	}}
	out, err := ensure.Absent(context.Background(), api, "Thumbnail", "s3-photos")
	if !lambdaerrors.IsAccessDenied(err) {
		t.Fatalf("err = %v, want the refusal", err)
	}
	if out == nil {
		t.Fatal("there is no result beside the error")
	}
	wantEqual(t, "removed statements", len(out.Removed), 1)
}

// A reading that is known to be outdated is not believed: here GetPolicy shows the
// old statement for a while after the service answered that it was removed. Read
// again, the policy shows the gap, and the old statement is put back; if it stays
// outdated, the error is uncertain.
func TestOutdatedReading(t *testing.T) {
	tests := map[string]struct {
		outdated  int // how many readings
		uncertain bool
		left      ensure.Left
	}{
		"for a while": {3, false, ensure.LeftOld},
		"for ever":    {1 << 20, true, ensure.LeftNothing},
	}
	for name, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			service := fullPolicy(t)
			before, _ := service.API().GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
			api := &permissiontest.Stub{}
			removed, outdated, adds, removals := false, 0, 0, 0
			api.GetPolicyFunc = func(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
				if removed && outdated < tt.outdated {
					outdated++
					return before, nil
				}
				return service.API().GetPolicy(ctx, in, optFns...)
			}
			api.RemovePermissionFunc = func(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
				removed = true
				removals++
				return service.API().RemovePermission(ctx, in, optFns...)
			}
			api.AddPermissionFunc = func(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
				if adds++; adds == 1 {
					return nil, accessDenied()
				}
				return service.API().AddPermission(ctx, in, optFns...)
			}
			_, err := ensure.Grant(context.Background(), api, grant(), withGap)
			wantEqual(t, name+": removals", removals, 1)
			if tt.uncertain {
				var broken *ensure.ReplaceError
				if !errors.As(err, &broken) {
					t.Fatalf("%s: err = %v, want a *ReplaceError", name, err)
				}
				if broken.Left != tt.left {
					t.Errorf("%s: Left = %v, want %v, by the answer to the removal", name, broken.Left, tt.left)
				}
				if !strings.Contains(err.Error(), "not the latest one") {
					t.Errorf("%s: err = %v, want that the readings are outdated", name, err)
				}
				return
			}
			wantBroken(t, err, tt.left, tt.uncertain)
			if !slices.Contains(sids(service, "Thumbnail"), "s3-photos") {
				t.Errorf("%s: the old statement was not put back", name)
			}
		})
	}
}

// The same after an addition: the reading without it is not believed, and it is made once.
func TestOutdatedReadingAfterAnAddition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService(t)
		mustAdd(t, service.API(), elsewhere())
		api := &watched{API: service.API()}
		out, err := ensure.Grant(t.Context(), &replayed{API: api, again: []int{fresh, 0}}, grant(), replacing)
		wantGranted(t, out, err, ensure.OutcomeReplaced)
		wantWrites(t, api, 4)
	})
}

// Absent does not believe an outdated reading either, and asks for one removal only.
func TestAbsentOverOutdatedReadings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService(t)
		mustAdd(t, service.API(), other())
		mustAdd(t, service.API(), grant())
		before, _ := service.API().GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		outdated := 0
		api := &permissiontest.Stub{RemovePermissionFunc: service.API().RemovePermission}
		api.GetPolicyFunc = func(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
			if outdated < 4 {
				outdated++
				return before, nil
			}
			return service.API().GetPolicy(ctx, in, optFns...)
		}
		out, err := ensure.Absent(context.Background(), api, "Thumbnail", "s3-photos")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(out.Removed, []string{"s3-photos"}) {
			t.Errorf("Removed = %q, want the statement once", out.Removed)
		}
		removals := 0
		for _, call := range api.Calls() {
			if _, ok := call.Input.(*permission.RemovePermissionInput); ok {
				removals++
			}
		}
		if removals != 1 {
			t.Errorf("%d removals were sent, want one", removals)
		}
	})
}
