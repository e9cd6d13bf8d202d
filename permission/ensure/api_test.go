package ensure_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// apis are implementations of the interface over one service. Code that works over
// all of them works over any.
func apis(t *testing.T) map[string]func(*permissiontest.Service) permission.API {
	return map[string]func(*permissiontest.Service) permission.API{
		"in process": func(s *permissiontest.Service) permission.API { return s.API() },
		"a stub": func(s *permissiontest.Service) permission.API {
			api := s.API()
			return &permissiontest.Stub{AddPermissionFunc: api.AddPermission, GetPolicyFunc: api.GetPolicy, RemovePermissionFunc: api.RemovePermission}
		},
		"the client": func(s *permissiontest.Service) permission.API {
			return (&front{service: s}).client(t)
		},
		"the client without recovery": func(s *permissiontest.Service) permission.API {
			return (&front{service: s}).client(t, func(o *permission.Options) { o.DisableLostResponseRecovery = true })
		},
		"decorators": func(s *permissiontest.Service) permission.API {
			return ensure.Serialized(ensure.AwaitingRoles(ensure.Paced(s.API(), ensure.NewPace(1e6)), time.Second), nil)
		},
		"a test's own": func(s *permissiontest.Service) permission.API { return &watched{API: s.API()} },
	}
}

// A grant's whole life over every API. Over the clients the first response of all
// is lost.
func TestGrantOverEveryAPI(t *testing.T) {
	for name, over := range apis(t) {
		t.Run(name, func(t *testing.T) {
			service := newService(t)
			api := over(service)
			ctx := context.Background()
			for _, want := range []ensure.Outcome{ensure.OutcomeAdded, ensure.OutcomeUnchanged} {
				if out, err := ensure.Grant(ctx, api, grant()); err != nil || out.Outcome != want {
					t.Fatalf("%v, %v; want %v", out, err, want)
				}
			}
			var mismatch *ensure.MismatchError
			if _, err := ensure.Grant(ctx, api, elsewhere()); !errors.As(err, &mismatch) {
				t.Errorf("err = %v, want a *MismatchError", err)
			}
			if out, err := ensure.Grant(ctx, api, elsewhere(), replacing); err != nil || out.Outcome != ensure.OutcomeReplaced {
				t.Errorf("%v, %v; want Replaced", out, err)
			}
			for _, want := range []ensure.Absence{ensure.AbsenceRemoved, ensure.AbsenceNoPolicy} {
				if out, err := ensure.Absent(ctx, api, "Thumbnail", "s3-photos"); err != nil || out.Absence != want {
					t.Errorf("%v, %v; want %v", out, err, want)
				}
			}
			if got := sids(service, "Thumbnail"); !slices.Equal(got, nil) {
				t.Errorf("the policy has %q", got)
			}
		})
	}
}
