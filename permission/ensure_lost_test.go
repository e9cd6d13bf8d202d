package permission_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
)

// In a gap the old statement is put back when the new one is refused, whether the
// answer to its removal came or was lost.
func TestEnsureRestoresAfterALostRemoval(t *testing.T) {
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
		_, err := permission.Ensure(context.Background(), api, grant(), withGap)
		var broken *permission.ReplaceError
		if !errors.As(err, &broken) || broken.Left != permission.LeftOld {
			t.Errorf("lost: %v: err = %v, want a *ReplaceError that leaves the old statement", lost, err)
		}
		document, _ := service.Policy("Thumbnail")
		if _, ok := document.Lookup("s3-photos"); !ok {
			t.Errorf("lost: %v: the old statement is gone", lost)
		}
	}
}

// What the caller's own revision refuses is refused once.
func TestEnsureStaleGuardOnALeftover(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), grant())
	leftover := grant()
	leftover.StatementId = &temporaryID
	mustAdd(t, service.API(), leftover)
	api := &watched{API: service.API()}
	in := grant()
	in.RevisionId = aws.String("stale")
	_, err := permission.Ensure(context.Background(), api, in)
	if !lambdaerrors.IsPreconditionFailed(err) || len(api.writes()) != 1 {
		t.Errorf("%d writes, err = %v; want one and the 412", len(api.writes()), err)
	}
}

// A guarded step that was made, and refused as its own retry, is gone on from.
func TestEnsureGuardedStepRefusedAsItsRetry(t *testing.T) {
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
	out, err := permission.Ensure(context.Background(), api, in, replacing)
	if err != nil || out.Outcome != permission.Replaced {
		t.Errorf("%+v, %v; want Replaced", out, err)
	}
}

// When the context ends after a removal in a gap, the error does not claim that
// the old statement is in force, and nothing more is sent.
func TestEnsureContextEndsInAGap(t *testing.T) {
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
	_, err := permission.Ensure(ctx, api, grant(), withGap)
	var broken *permission.ReplaceError
	if !errors.As(err, &broken) || broken.Left != permission.LeftNothing || !broken.Old.IsValid() {
		t.Errorf("err = %v, want a *ReplaceError that leaves nothing and has the old statement", err)
	}
	if writes := api.writes(); len(writes) == 0 || !strings.HasPrefix(writes[len(writes)-1], "RemovePermission") {
		t.Errorf("writes %v, want none after the removal", writes)
	}
}
