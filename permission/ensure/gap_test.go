package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

func withGap(o *ensure.Options) { o.Replace, o.AllowGap = true, true }

// A gap is not taken where it is not needed.
func TestAllowGapIsTheLastResort(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	api := &watched{API: service.API()}
	if _, err := ensure.Grant(context.Background(), api, grant(), withGap); err != nil {
		t.Errorf("err = %v, writes = %q", err, api.writes())
	}
	wantWrites(t, api, 4)
}

// When the new statement is refused in a gap, the old one is put back; when that
// fails too, the error says that nothing is left, and has the old statement.
func TestGapIsClosedAgain(t *testing.T) {
	for _, restored := range []bool{true, false} {
		service := fullPolicy(t)
		old := statement(t, service, "s3-photos")
		adds := 0
		api := &watched{API: service.API(), before: func(call string) error {
			if strings.HasPrefix(call, "AddPermission") {
				if adds++; adds == 1 || !restored {
					return accessDenied()
				}
			}
			return nil
		}}
		_, err := ensure.Grant(context.Background(), api, grant(), withGap)
		broken := mustBe[*ensure.ReplaceError](t, err)
		if !broken.Old.Equivalent(old) {
			t.Errorf("Old = %s, want %s", broken.Old, old)
		}
		document, _ := service.Policy("Thumbnail")
		_, isThere := document.Lookup("s3-photos")
		wantEqual(t, "Left", broken.Left, map[bool]ensure.Left{true: ensure.LeftOld, false: ensure.LeftNothing}[restored])
		wantEqual(t, "whether the old statement is there", isThere, restored)
		wantEqual(t, "additions, of the new statement and of the old one", adds, 2)
	}
}

// If the function is gone, the old statement is not put back again and again.
func TestGapOfAFunctionThatIsGone(t *testing.T) {
	api := &watched{API: fullPolicy(t).API()}
	adds := 0
	api.before = func(call string) error {
		if !strings.HasPrefix(call, "AddPermission") {
			return nil
		}
		if adds++; adds == 1 {
			return accessDenied()
		}
		return errNothingThere
	}
	_, err := ensure.Grant(t.Context(), api, grant(), withGap)
	wantBroken(t, err, ensure.LeftNothing, false)
	wantEqual(t, "additions, of the new statement and of the old one", adds, 2)
}

// In a gap the old statement is put back when the new one is refused, whether the
// answer to its removal came or was lost.
func TestGrantRestoresAfterALostRemoval(t *testing.T) {
	for _, lost := range []bool{false, true} {
		service := fullPolicy(t)
		adds := 0
		api := &watched{API: service.API()}
		api.after = func(call string) error {
			if lost && call == "RemovePermission s3-photos" {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		api.before = func(call string) error {
			if strings.HasPrefix(call, "AddPermission") {
				if adds++; adds == 1 {
					return accessDenied()
				}
			}
			return nil
		}
		_, err := ensure.Grant(context.Background(), api, grant(), withGap)
		broken := mustBe[*ensure.ReplaceError](t, err)
		wantEqual(t, fmt.Sprintf("lost %t: Left", lost), broken.Left, ensure.LeftOld)
		document, _ := service.Policy("Thumbnail")
		if _, ok := document.Lookup("s3-photos"); !ok {
			t.Errorf("lost: %v: the old statement is gone", lost)
		}
	}
}

// When the context ends after a removal in a gap, the error does not claim that
// the old statement is in force, and nothing more is sent.
func TestGrantContextEndsInAGap(t *testing.T) {
	service := fullPolicy(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	api := &watched{API: service.API()}
	removed := false
	api.after = func(call string) error {
		removed = removed || call == "RemovePermission s3-photos"
		return nil
	}
	api.before = func(string) error {
		if removed {
			cancel()
			return context.Canceled
		}
		return nil
	}
	_, err := ensure.Grant(ctx, api, grant(), withGap)
	if broken := wantBroken(t, err, ensure.LeftNothing, false); !broken.Old.IsValid() {
		t.Error("the error does not have the old statement")
	}
	if want := []string{"RemovePermission s3-photos"}; !slices.Equal(api.writes(), want) {
		t.Errorf("writes = %q, want %q", api.writes(), want)
	}
}

// newGap returns a service whose full policy has old, so that new takes its place in a
// gap only.
func newGap(t *testing.T) (service *permissiontest.Service, api *watched, old, new validate.Request) {
	t.Helper()
	service, api = newThumbnail(t)
	old, new = owned(bucket("a", "111111111111")), owned(bucket("a", "222222222222"))
	store(t, service, old)
	document, _ := service.Policy("Thumbnail")
	padding := withID("filler", rule("x"))
	padding.SourceArn += strings.Repeat("x", document.Headroom()-1-statementSize(t, padding))
	store(t, service, padding)
	return service, api, old, new
}

// Where a gap was allowed and the new statement cannot be added, the old one is put
// back, whether or not the addition may still be carried out.
func TestApplyGapPutBack(t *testing.T) {
	for name, tt := range map[string]struct {
		err         error
		isUncertain bool
	}{
		"refused":          {accessDenied(), false},
		"never sent":       {&validate.Error{}, false},
		"without answer":   {io.ErrUnexpectedEOF, true},
		"a server's fault": {answered(500), true},
	} {
		t.Run(name, func(t *testing.T) {
			service, api, old, new := newGap(t)
			api.before = func(call string) error {
				if call == "AddPermission "+new.StatementId {
					return tt.err
				}
				return nil
			}
			result, err := ensure.Grants(t.Context(), api, of(new), withGap)
			failed := mustBe[*ensure.ApplyError](t, err)
			wantEqual(t, "Uncertain", failed.Uncertain, tt.isUncertain)
			wantEqual(t, "Calls", result.Calls, len(api.calls))
			if diff := cmp.Diff([]string{old.StatementId}, failed.Unwanted); diff != "" {
				t.Errorf("still in force (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff([]string{new.StatementId}, failed.Missing); diff != "" {
				t.Errorf("not in force (-want +got)\n%s", diff)
			}
			wantStatements(t, service, old.StatementId, "filler")
		})
	}
}

// The old statement is put back guarded by the revision of the reading that showed the
// gap, so that it does not join a new one that comes late.
func TestApplyGapPutBackIsGuarded(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(*testing.T, *permissiontest.Service, validate.Request)
		want      string // "old" or "new"
	}{
		"the addition is carried out late": {
			func(t *testing.T, service *permissiontest.Service, new validate.Request) { store(t, service, new) }, "new",
		},
		"somebody else writes": {
			func(t *testing.T, service *permissiontest.Service, _ validate.Request) {
				remove(t, service, "filler")
				store(t, service, withID("filler", rule("y")))
			}, "old",
		},
	} {
		t.Run(name, func(t *testing.T) {
			service, api, old, new := newGap(t)
			puts := 0
			api.before = func(call string) error {
				switch call {
				case "AddPermission " + new.StatementId:
					return io.ErrUnexpectedEOF
				case "AddPermission " + old.StatementId:
					if puts++; puts == 1 {
						tt.meanwhile(t, service, new)
					}
				}
				return nil
			}
			_, err := ensure.Grants(t.Context(), api, of(new), withGap)
			want := old.StatementId
			if tt.want == "new" {
				want = new.StatementId
			}
			if isNew := tt.want == "new"; (err == nil) != isNew {
				t.Errorf("error %v, want none: %t", err, isNew)
			}
			wantStatements(t, service, want, "filler")
		})
	}
}

// When the old statement cannot be put back because somebody else has done so, the policy
// is read again, which shows it. A refusal that is not for others is final.
func TestApplyGapPutBackIsRefused(t *testing.T) {
	for _, tt := range []struct {
		reason   string
		err      error
		isStored bool // the old statement, by somebody else
	}{
		{"the id is taken", errDuplicate, true},
		{"the function is gone", errNothingThere, false},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			service, api, old, new := newGap(t)
			puts := 0
			api.before = func(call string) error {
				switch call {
				case "AddPermission " + new.StatementId:
					return accessDenied()
				case "AddPermission " + old.StatementId:
					puts++
					if tt.isStored {
						store(t, service, old)
					}
					return tt.err
				}
				return nil
			}
			_, err := ensure.Grants(t.Context(), api, of(new), withGap)
			failed := mustBe[*ensure.ApplyError](t, err)
			var want []string
			if tt.isStored {
				want = []string{old.StatementId}
			}
			if diff := cmp.Diff(want, failed.Unwanted); diff != "" {
				t.Errorf("still in force (-want +got)\n%s", diff)
			}
			wantEqual(t, "additions of the old statement", puts, 1)
		})
	}
}

// If the answer to putting back is lost, the error does not claim to know.
func TestApplyGapPutBackIsLost(t *testing.T) {
	_, api, old, new := newGap(t)
	api.before = func(call string) error {
		switch call {
		case "AddPermission " + new.StatementId:
			return accessDenied()
		case "AddPermission " + old.StatementId:
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	_, err := ensure.Grants(t.Context(), api, of(new), withGap)
	failed := mustBe[*ensure.ApplyError](t, err)
	if !failed.Uncertain {
		t.Errorf("the error is certain: %v", err)
	}
}

// A statement that somebody else removed meanwhile is not put back.
func TestApplyPutsBackItsOwnOnly(t *testing.T) {
	service, api := newThumbnail(t)
	old, new := owned(bucket("a", "111111111111")), owned(bucket("a", "222222222222"))
	store(t, service, old)
	denied := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no", Fault: smithy.FaultClient}
	api.before = func(call string) error {
		if call != "AddPermission "+new.StatementId {
			return nil
		}
		if _, err := ensure.Absent(t.Context(), service.API(), "Thumbnail", old.StatementId); err != nil {
			t.Error(err)
		}
		return denied
	}
	_, err := ensure.Grants(t.Context(), api, of(new), func(o *ensure.Options) { o.AllowGap = true })
	if !errors.Is(err, denied) {
		t.Errorf("error %v, want %v", err, denied)
	}
	if got := sids(service, "Thumbnail"); len(got) > 0 {
		t.Errorf("the policy has %q, which somebody else removed", got)
	}
}

// Without AllowGap nothing is put back: the gap, if there is one, was made by others. Here
// they remove the temporary statement of a replacement.
func TestApplyPutsNothingBackWithoutAllowGap(t *testing.T) {
	service, api := newThumbnail(t)
	store(t, service, withID("old", rule("a")))
	api.before = func(call string) error {
		if call == "AddPermission old" {
			remove(t, service, ensure.TemporaryID("old"))
			return accessDenied()
		}
		return nil
	}
	list := of(withID("old", rule("b")))
	list.Adopt = adoptAll
	_, err := ensure.Grants(t.Context(), api, list)
	failed := mustBe[*ensure.ApplyError](t, err)
	if diff := cmp.Diff([]string{"old"}, failed.Missing); diff != "" {
		t.Errorf("missing (-want +got)\n%s", diff)
	}
	wantStatements(t, service)
}

// If the policy cannot be read after the new statement was refused in a gap, the old one
// is not put back, and the error says why.
func TestGapCannotBeRead(t *testing.T) {
	api := &watched{API: fullPolicy(t).API()}
	isRefused := false
	api.before = func(call string) error {
		switch {
		case strings.HasPrefix(call, "AddPermission"):
			isRefused = true
			return accessDenied()
		case isRefused:
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	_, err := ensure.Grant(t.Context(), api, grant(), withGap)
	broken := wantBroken(t, err, ensure.LeftNothing, true)
	if !errors.Is(broken.RestoreErr, io.ErrUnexpectedEOF) {
		t.Errorf("RestoreErr = %v, want that of the reading", broken.RestoreErr)
	}
}
