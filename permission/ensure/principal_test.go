package ensure_test

import (
	"context"
	"errors"
	"slices"
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

const deployRole = "arn:aws:iam::210987654321:role/deploy"

// poisoned returns a service whose policy has statements of a role that was
// deleted.
func poisoned(t *testing.T) *permissiontest.Service {
	t.Helper()
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
	for _, id := range []string{"deploy", "deploy-too"} {
		in := other()
		in.StatementId, in.Principal = aws.String(id), aws.String(deployRole)
		mustAdd(t, service.API(), in)
	}
	if err := service.DeletePrincipal(deployRole); err != nil {
		t.Fatal(err)
	}
	return service
}

// The service has one answer for a principal that is not valid, one that is not known,
// and one of another statement that was deleted. The error tells them apart.
func TestPrincipalError(t *testing.T) {
	tests := []struct {
		reason    string
		poisoned  bool
		principal string
		deleted   []string
		doubt     bool
		says      string
	}{
		{"statements of a deleted role", true, "s3.amazonaws.com", []string{"deploy", "deploy-too"}, false, "deploy-too"},
		{"the domain without a service", false, "amazonaws.com", nil, true, "the service is missing"},
		{"both", true, "amazonaws.com", []string{"deploy", "deploy-too"}, true, "the service is missing"},
		{"a role that is not known", true, deployRole, []string{"deploy", "deploy-too"}, false, "deleted"},
		{"a service that is not known", false, "s3.example.com", nil, false, "does not know it"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service, _ := newThumbnail(t)
			mustAdd(t, service.API(), other())
			if tt.poisoned {
				service = poisoned(t)
			}
			in := grant()
			in.Principal = aws.String(tt.principal)
			// The rules refuse some of it before; here the service must.
			unchecked := func(o *permission.Options) { o.Preflight = nil }
			_, ensureErr := ensure.Grant(context.Background(), service.API(), in, func(o *ensure.Options) {
				o.Preflight = nil
				o.CallOptions = append(o.CallOptions, unchecked)
			})
			_, err := service.API().AddPermission(context.Background(), in, unchecked)
			diagnosed := ensure.DiagnosePrincipal(context.Background(), service.API(), in, err)
			for _, err := range []error{ensureErr, diagnosed} {
				e := mustBe[*ensure.PrincipalError](t, err)
				if !lambdaerrors.IsInvalidParameterValue(err) {
					t.Errorf("err = %v, want the service's own in it", err)
				}
				if !slices.Equal(e.Deleted, tt.deleted) {
					t.Errorf("Deleted = %q, want %q", e.Deleted, tt.deleted)
				}
				if (e.Doubt != "") != tt.doubt {
					t.Errorf("Doubt = %q, want one: %v", e.Doubt, tt.doubt)
				}
				if e.Principal != tt.principal {
					t.Errorf("Principal = %q, want %q", e.Principal, tt.principal)
				}
				if !strings.Contains(err.Error(), tt.says) {
					t.Errorf("err = %v, want %q in it", err, tt.says)
				}
			}
		})
	}
}

// A role that is well-formed may be too new.
func TestPrincipalErrorOfANewRole(t *testing.T) {
	service := newService(t)
	if err := service.DeletePrincipal(deployRole); err != nil {
		t.Fatal(err)
	}
	in := other()
	in.Principal = aws.String(deployRole)
	_, err := ensure.Grant(context.Background(), service.API(), in)
	wantErrorWith(t, err, "created so recently")
}

// Everything else is passed on, and nothing is read for it.
func TestDiagnosePrincipalPassesOn(t *testing.T) {
	api := &permissiontest.Stub{}
	const refusal = "The provided principal was invalid. Please check the principal and try again."
	for _, err := range []error{
		nil, context.Canceled, accessDenied(),
		modelError(400, "InvalidParameterValueException", "another message"), modelError(403, "AccessDeniedException", refusal),
	} {
		if got := ensure.DiagnosePrincipal(context.Background(), api, grant(), err); got != err {
			t.Errorf("got %v, want %v", got, err)
		}
	}
	if len(api.Calls()) > 0 {
		t.Errorf("calls: %v", api.Calls())
	}
}

// Grant passes everything else on as well, and a refusal that an API below has diagnosed.
func TestGrantPassesOn(t *testing.T) {
	known := &ensure.PrincipalError{Principal: "s3.amazonaws.com", Err: modelError(400, "InvalidParameterValueException", "The provided principal was invalid.")}
	for _, want := range []error{accessDenied(), known} {
		api := &watched{API: newService(t).API(), before: onFirst("AddPermission s3-photos", func() error { return want })}
		if _, err := ensure.Grant(t.Context(), api, grant()); err != want {
			t.Errorf("err = %v, want %v", err, want)
		}
	}
}

// Doubt is about the principal, and not about other members that the rules refuse.
func TestDiagnosePrincipalBesideOtherMistakes(t *testing.T) {
	in := grant()
	in.Action, in.SourceAccount = aws.String("lambda.Invoke"), aws.String("123")
	refused := modelError(400, "InvalidParameterValueException", "The provided principal was invalid.")
	for principal, want := range map[string]string{"s3.amazonaws.com": "", "12345": "an account ID has 12 digits, this has 5"} {
		in.Principal = aws.String(principal)
		err := ensure.DiagnosePrincipal(t.Context(), &permissiontest.Stub{}, in, refused)
		wantEqual(t, principal+": Doubt", mustBe[*ensure.PrincipalError](t, err).Doubt, want)
	}
}

// When the policy cannot be read, only the principal of the request is judged.
func TestDiagnosePrincipalUnreadable(t *testing.T) {
	refused := lambdaerrors.FromResponse(400, map[string][]string{"X-Amzn-Errortype": {"InvalidParameterValueException"}},
		[]byte(`{"message":"The provided principal was invalid. Please check the principal and try again."}`))
	in := grant()
	in.Principal = aws.String("12345")
	err := ensure.DiagnosePrincipal(context.Background(), &permissiontest.Stub{}, in, refused)
	e := mustBe[*ensure.PrincipalError](t, err)
	if e.Doubt == "" {
		t.Error("Doubt is empty")
	}
	if len(e.Deleted) > 0 {
		t.Errorf("Deleted = %q, want none", e.Deleted)
	}
}

// A principal that is refused within a replacement is diagnosed as well.
func TestPrincipalErrorOfAReplacement(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	if err := service.DeletePrincipal(deployRole); err != nil {
		t.Fatal(err)
	}
	in := grant()
	in.Principal = aws.String(deployRole)
	_, err := ensure.Grant(context.Background(), service.API(), in, replacing)
	var refused *ensure.PrincipalError
	if !errors.As(err, &refused) {
		t.Errorf("err = %v, want a *PrincipalError", err)
	}
	wantBroken(t, err, ensure.LeftOld, false)
}

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
		{10 * time.Second, 1, false},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := ensure.AwaitingRoles(knownAfter(t, tt.known), tt.most).AddPermission(context.Background(), ofRole())
			most := tt.most
			if most == 0 {
				most = ensure.DefaultRoleWait
			}
			if (err == nil) != tt.ok {
				t.Errorf("%+v: err = %v", tt, err)
			}
			if err != nil {
				mustBe[*ensure.PrincipalError](t, err)
			}
			if took := time.Since(start); took > most {
				t.Errorf("%+v: took %v, want at most %v", tt, took, most)
			}
		})
	}
}

// The pauses between tries grow to five seconds, and the last one ends with the time.
func TestAwaitingRolesPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var tries []time.Duration
		below := knownAfter(t, time.Hour)
		refuse := below.before
		below.before = func(call string) error {
			if strings.HasPrefix(call, "AddPermission") {
				tries = append(tries, time.Since(start)/time.Second)
			}
			return refuse(call)
		}
		if _, err := ensure.AwaitingRoles(below, 20*time.Second).AddPermission(t.Context(), ofRole()); err == nil {
			t.Error("no error")
		}
		if want := []time.Duration{0, 1, 3, 7, 12, 17, 20}; !slices.Equal(tries, want) {
			t.Errorf("tries after %d seconds, want %d", tries, want)
		}
	})
}

// Nothing else is waited for: not a service, which is known or not; not a policy
// with a deleted principal, which stays as it is; not an account; not another error.
func TestAwaitingRolesWaitsForNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, service := ensure.AwaitingRoles(knownAfter(t, time.Second), 0).AddPermission(context.Background(), grant())
		account := ofRole()
		account.Principal = aws.String("arn:aws:iam::210987654321:root")
		_, root := ensure.AwaitingRoles(knownAfter(t, time.Second), 0).AddPermission(context.Background(), account)
		_, deleted := ensure.AwaitingRoles(poisoned(t).API(), 0).AddPermission(context.Background(), ofRole())
		unknown := ofRole()
		unknown.FunctionName = aws.String("unknown")
		_, notFound := ensure.AwaitingRoles(newService(t).API(), 0).AddPermission(context.Background(), unknown)
		if service == nil {
			t.Error("a service that is not known: no error")
		}
		if root == nil {
			t.Error("an account that is not known: no error")
		}
		wantEqual(t, "statements of a deleted principal", len(mustBe[*ensure.PrincipalError](t, deleted).Deleted), 2)
		if !lambdaerrors.IsNotFound(notFound) {
			t.Errorf("an unknown function: err = %v, want the 404", notFound)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("waited %v", took)
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
		_, err := ensure.AwaitingRoles(below, 0).AddPermission(ctx, ofRole())
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want that the deadline has passed", err)
		}
		wantEqual(t, "time until then", time.Since(start), 2*time.Second)
	})
}

// Grant works over it.
func TestGrantAwaitsRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, err := ensure.Grant(context.Background(), ensure.AwaitingRoles(knownAfter(t, 5*time.Second), 0), ofRole())
		wantGranted(t, out, err, ensure.OutcomeAdded)
	})
}
