package permission_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
)

// knownAfter is an API that learns of all principals after a time.
func knownAfter(t *testing.T, d time.Duration) *watched {
	known := time.Now().Add(d)
	return &watched{API: newService(t).API(), before: func(call string) error {
		if strings.HasPrefix(call, "AddPermission") && time.Now().Before(known) {
			return lambdaerrors.FromResponse(400, map[string][]string{"X-Amzn-Errortype": {"InvalidParameterValueException"}},
				[]byte(`{"message":"The provided principal was invalid. Please check the principal and try again."}`))
		}
		return nil
	}}
}

func ofRole() *permission.AddPermissionInput {
	in := other()
	in.StatementId, in.Principal = aws.String("new-role"), aws.String(deployRole)
	return in
}

// A role that becomes known in time is waited for; the wait is bounded.
func TestAwaitingRoles(t *testing.T) {
	tests := []struct {
		known, most time.Duration
		ok          bool
	}{
		{0, 0, true},
		{10 * time.Second, 0, true}, // well within the default
		{time.Minute, 0, false},
		{time.Minute, 2 * time.Minute, true},
		{10 * time.Second, 5 * time.Second, false},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := permission.AwaitingRoles(knownAfter(t, tt.known), tt.most).AddPermission(context.Background(), ofRole())
			most := tt.most
			if most == 0 {
				most = permission.DefaultRoleWait
			}
			var e *permission.PrincipalError
			if (err == nil) != tt.ok || err != nil && !errors.As(err, &e) || time.Since(start) > most {
				t.Errorf("%+v: err = %v after %v", tt, err, time.Since(start))
			}
		})
	}
}

// Nothing else is waited for: not a service, which is known or not; not a policy
// with a deleted principal, which stays as it is; not another error.
func TestAwaitingRolesWaitsForNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, service := permission.AwaitingRoles(knownAfter(t, time.Second), 0).AddPermission(context.Background(), grant())
		_, deleted := permission.AwaitingRoles(poisoned(t).API(), 0).AddPermission(context.Background(), ofRole())
		unknown := ofRole()
		unknown.FunctionName = aws.String("unknown")
		_, notFound := permission.AwaitingRoles(newService(t).API(), 0).AddPermission(context.Background(), unknown)
		var e *permission.PrincipalError
		if service == nil || !errors.As(deleted, &e) || len(e.Deleted) != 2 || !lambdaerrors.IsNotFound(notFound) || time.Since(start) != 0 {
			t.Errorf("errors: %v, %v, %v after %v", service, deleted, notFound, time.Since(start))
		}
	})
}

// The context ends the wait.
func TestAwaitingRolesObeysContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		start := time.Now()
		below := knownAfter(t, time.Hour)
		_, err := permission.AwaitingRoles(below, 0).AddPermission(ctx, ofRole())
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 2*time.Second {
			t.Errorf("err = %v after %v", err, time.Since(start))
		}
	})
}

// Ensure works over it.
func TestEnsureAwaitsRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, err := permission.Ensure(context.Background(), permission.AwaitingRoles(knownAfter(t, 5*time.Second), 0), ofRole())
		if err != nil || out.Outcome != permission.Added {
			t.Errorf("%v, %v", out, err)
		}
	})
}
