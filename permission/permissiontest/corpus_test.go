package permissiontest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Every grant that is documented or published passes, and is stored as the
// statement that the policy package writes for it.
func TestCorpusGrants(t *testing.T) {
	for _, g := range corpus.Grants() {
		t.Run(g.ID, func(t *testing.T) {
			service, resource := serviceOf(t, g.Request)
			if _, err := service.API().AddPermission(t.Context(), input(g.Request), unchecked); err != nil {
				t.Fatal(err)
			}
			want, err := policy.NewStatement(g.Request, resource)
			if err != nil {
				t.Fatal(err)
			}
			d, _ := service.Policy(resource.String())
			if diff := cmp.Diff(policy.Document{}.With(want).Raw(), d.Raw()); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
		})
	}
}

// Every mistake that the service rejects is rejected, checks of the client off.
func TestCorpusMistakes(t *testing.T) {
	for _, m := range corpus.Mistakes() {
		if m.Class != "service-rejects" {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			service, _ := serviceOf(t, m.Request)
			_, err := service.API().AddPermission(t.Context(), input(m.Request), unchecked)
			if seen(err).Status != 400 {
				t.Errorf("%v, want a refusal like: %s", err, m.Symptom)
			}
		})
	}
}

// serviceOf is a service that has what a request names, as far as a service can.
func serviceOf(t *testing.T, req validate.Request) (*permissiontest.Service, arn.Function) {
	t.Helper()
	name, err := arn.ParseFunction(req.FunctionName)
	if err != nil {
		return permissiontest.NewService(), name
	}
	resource := name.Complete("aws", "us-east-1", "123456789012")
	service := permissiontest.NewService(
		permissiontest.WithRegion(resource.Region()), permissiontest.WithAccount(resource.AccountID()))
	if err := service.CreateFunction(resource.Unqualified().String()); err != nil {
		t.Fatal(err)
	}
	if q, err := arn.ParseQualifier(req.Qualifier); err == nil {
		resource = resource.WithQualifier(q)
	}
	q := resource.Qualifier()
	if q.IsVersion() || q.IsAlias() {
		version, err := service.PublishVersion(resource.Name())
		for err == nil && q.IsVersion() && version != q.String() {
			version, err = service.PublishVersion(resource.Name())
		}
		if err == nil && q.IsAlias() {
			_, err = service.CreateAlias(resource.Name(), q.String(), version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return service, resource
}

// input is a request in the client's form; "" is absent.
func input(req validate.Request) *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName:          aws.String(req.FunctionName),
		StatementId:           aws.String(req.StatementId),
		Action:                aws.String(req.Action),
		Principal:             aws.String(req.Principal),
		Qualifier:             optional(req.Qualifier),
		EventSourceToken:      optional(req.EventSourceToken),
		FunctionUrlAuthType:   permission.FunctionUrlAuthType(req.FunctionUrlAuthType),
		InvokedViaFunctionUrl: req.InvokedViaFunctionUrl,
		PrincipalOrgID:        optional(req.PrincipalOrgID),
		RevisionId:            optional(req.RevisionId),
		SourceAccount:         optional(req.SourceAccount),
		SourceArn:             optional(req.SourceArn),
	}
}
