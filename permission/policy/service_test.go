package policy_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// What the in-memory service returns for every real grant over HTTP, Statement
// and Policy, parses and prints back equal, and means what NewStatement says.
func TestServiceStatements(t *testing.T) {
	for _, g := range corpus.Grants() {
		t.Run(g.ID, func(t *testing.T) {
			want := build(t, g.Request)
			client := serverFor(t, want)
			added, err := client.AddPermission(t.Context(), inputOf(g.Request))
			if err != nil {
				t.Fatal(err)
			}
			s := mustStatement(t, aws.ToString(added.Statement))
			if s.Raw() != aws.ToString(added.Statement) || !s.Equivalent(want) {
				t.Errorf("the service returned %s, parsed as %s, want %s", aws.ToString(added.Statement), s, want)
			}
			got, err := client.GetPolicy(t.Context(), &permission.GetPolicyInput{
				FunctionName: aws.String(g.Request.FunctionName), Qualifier: optional(g.Request.Qualifier),
			})
			if err != nil {
				t.Fatal(err)
			}
			d := mustDocument(t, aws.ToString(got.Policy))
			if d.Raw() != aws.ToString(got.Policy) || !d.Equivalent(policy.Document{}.With(want)) {
				t.Errorf("the service returned %s, parsed as %s", aws.ToString(got.Policy), d)
			}
		})
	}
}

// serverFor starts a service that has the function, and the version or alias,
// of the statement's resource.
func serverFor(t *testing.T, s policy.Statement) *permission.Client {
	t.Helper()
	f := arn.MustParseFunction(s.Resources()[0])
	server := permissiontest.NewServer(t, permissiontest.WithRegion(f.Region()), permissiontest.WithAccount(f.AccountID()))
	server.CreateFunction(f.Unqualified().String())
	if q := f.Qualifier(); !q.IsZero() {
		version := server.PublishVersion(f.Name())
		if version != q.String() {
			server.CreateAlias(f.Name(), q.String(), version)
		}
	}
	return server.Client()
}

func inputOf(req validate.Request) *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName:          aws.String(req.FunctionName),
		Qualifier:             optional(req.Qualifier),
		StatementId:           aws.String(req.StatementId),
		Action:                aws.String(req.Action),
		Principal:             aws.String(req.Principal),
		SourceArn:             optional(req.SourceArn),
		SourceAccount:         optional(req.SourceAccount),
		EventSourceToken:      optional(req.EventSourceToken),
		PrincipalOrgID:        optional(req.PrincipalOrgID),
		FunctionUrlAuthType:   permission.FunctionUrlAuthType(req.FunctionUrlAuthType),
		InvokedViaFunctionUrl: req.InvokedViaFunctionUrl,
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
