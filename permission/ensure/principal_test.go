package ensure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

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
	service, _ := serviceWithOneStatement(t)
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
		{"a principal that is none", false, "amazonaws.com", nil, true, "the service is missing"},
		{"both", true, "amazonaws.com", []string{"deploy", "deploy-too"}, true, "the service is missing"},
		{"a role that is not known", true, deployRole, []string{"deploy", "deploy-too"}, false, "deleted"},
		{"a service that is not known", false, "s3.example.com", nil, false, "does not know it"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service, _ := serviceWithOneStatement(t)
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
				var e *ensure.PrincipalError
				if !errors.As(err, &e) || !lambdaerrors.IsInvalidParameterValue(err) {
					t.Fatalf("err = %v, want a *PrincipalError around the service's own", err)
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
	if err == nil || !strings.Contains(err.Error(), "created so recently") {
		t.Errorf("err = %v", err)
	}
}

// Everything else is passed on, and nothing is read for it.
func TestDiagnosePrincipalPassesOn(t *testing.T) {
	api := &permissiontest.Stub{}
	for _, err := range []error{nil, context.Canceled, accessDenied()} {
		if got := ensure.DiagnosePrincipal(context.Background(), api, grant(), err); got != err {
			t.Errorf("got %v, want %v", got, err)
		}
	}
	if len(api.Calls()) > 0 {
		t.Errorf("calls: %v", api.Calls())
	}
}

// When the policy cannot be read, only the principal of the request is judged.
func TestDiagnosePrincipalUnreadable(t *testing.T) {
	refused := lambdaerrors.FromResponse(400, map[string][]string{"X-Amzn-Errortype": {"InvalidParameterValueException"}},
		[]byte(`{"message":"The provided principal was invalid. Please check the principal and try again."}`))
	in := grant()
	in.Principal = aws.String("12345")
	err := ensure.DiagnosePrincipal(context.Background(), &permissiontest.Stub{}, in, refused)
	var e *ensure.PrincipalError
	if !errors.As(err, &e) {
		t.Fatalf("err = %v, want a *PrincipalError", err)
	}
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
