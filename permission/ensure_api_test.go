package permission_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// apis are implementations of the interface over one service: what works over all
// of them works over any.
func apis(t *testing.T) map[string]func(*permissiontest.Service) permission.API {
	return map[string]func(*permissiontest.Service) permission.API{
		"in process": func(s *permissiontest.Service) permission.API { return s.API() },
		"a stub": func(s *permissiontest.Service) permission.API {
			api := s.API()
			return &permissiontest.Stub{AddPermissionFunc: api.AddPermission, GetPolicyFunc: api.GetPolicy, RemovePermissionFunc: api.RemovePermission}
		},
		"the client": func(s *permissiontest.Service) permission.API {
			return (&front{service: s, lose: losses["EOF"]}).client(t, time.Minute)
		},
		"the client without recovery": func(s *permissiontest.Service) permission.API {
			w := &link{service: s}
			w.failures = append(w.failures, w.committed)
			return w.client(func(o *permission.Options) { o.DisableLostResponseRecovery = true })
		},
		"decorators": func(s *permissiontest.Service) permission.API {
			return permission.Serialized(permission.AwaitingRoles(permission.Paced(s.API(), permission.NewPace(1e6)), time.Second))
		},
		"a test's own": func(s *permissiontest.Service) permission.API { return &watched{API: s.API()} },
	}
}

// A grant's whole life over every API. Over the clients the first response of all
// is lost.
func TestEnsureOverEveryAPI(t *testing.T) {
	for name, over := range apis(t) {
		t.Run(name, func(t *testing.T) {
			service := newService(t)
			api := over(service)
			ctx := context.Background()
			for _, want := range []permission.Outcome{permission.Added, permission.Unchanged} {
				if out, err := permission.Ensure(ctx, api, grant()); err != nil || out.Outcome != want {
					t.Fatalf("%v, %v; want %v", out, err, want)
				}
			}
			var mismatch *permission.MismatchError
			if _, err := permission.Ensure(ctx, api, elsewhere()); !errors.As(err, &mismatch) {
				t.Errorf("err = %v, want a *MismatchError", err)
			}
			if out, err := permission.Ensure(ctx, api, elsewhere(), replacing); err != nil || out.Outcome != permission.Replaced {
				t.Errorf("%v, %v; want Replaced", out, err)
			}
			for _, want := range []permission.Absence{permission.Removed, permission.NoPolicy} {
				if out, err := permission.EnsureAbsent(ctx, api, removal()); err != nil || out.Absence != want {
					t.Errorf("%v, %v; want %v", out, err, want)
				}
			}
			if got := sids(service, "Thumbnail"); !slices.Equal(got, nil) {
				t.Errorf("the policy has %q", got)
			}
		})
	}
}
