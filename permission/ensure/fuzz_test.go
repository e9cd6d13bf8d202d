package ensure_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// FuzzGrant lets Grant and Absent meet any policy that the service can hold. The
// statements of others stay as they are and in their order; a second Grant after a
// success changes nothing; and Absent, after a success, leaves no such statement.
func FuzzGrant(f *testing.F) {
	const head, tail = `{"Version":"2012-10-17","Id":"default","Statement":[`, `]}`
	simple := func(sid, source string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail +
			`","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"` + source + `"}}}`
	}
	f.Add(head+simple("s3-photos", "arn:aws:s3:::photos")+tail, true)
	f.Add(head+simple("s3-photos", "arn:aws:s3:::elsewhere")+tail, true)
	f.Add(head+simple("s3-photos", "arn:aws:s3:::elsewhere")+","+simple(temporaryID, "arn:aws:s3:::photos")+tail, true)
	f.Add(head+simple(temporaryID, "arn:aws:s3:::third")+","+simple("other", "arn:aws:s3:::*")+tail, false)
	f.Add(head+`{"Sid":"s3-photos","Effect":"Deny","Principal":"*","Action":["lambda:*"],"Resource":"`+thumbnail+`"}`+tail, true)
	f.Add(head+`{"Effect":"Allow","Principal":{"AWS":"210987654321"},"NotAction":"lambda:DeleteFunction","Resource":"`+thumbnail+`"}`+tail, false)
	f.Fuzz(func(t *testing.T, document string, replace bool) {
		service := newService(t)
		if service.SetPolicy("Thumbnail", document) != nil {
			return
		}
		before := foreignStatements(service)
		options := func(o *ensure.Options) { o.Replace, o.AllowGap = replace, replace }
		ctx := context.Background()
		if _, err := ensure.Grant(ctx, service.API(), grant(), options); err == nil {
			out, err := ensure.Grant(ctx, service.API(), grant(), options)
			wantGranted(t, out, err, ensure.OutcomeUnchanged)
		}
		if after := foreignStatements(service); !slices.Equal(after, before) {
			t.Errorf("Grant changed other statements:\n%q\n%q", before, after)
		}
		if _, err := ensure.Absent(ctx, service.API(), "Thumbnail", "s3-photos"); err == nil {
			left, _ := service.Policy("Thumbnail")
			if _, present := left.Lookup("s3-photos"); present {
				t.Errorf("Absent left the statement: %s", left)
			}
		}
		if after := foreignStatements(service); !slices.Equal(after, before) {
			t.Errorf("Absent changed other statements:\n%q\n%q", before, after)
		}
	})
}

// foreignStatements returns the statements without those of the grant's ids.
func foreignStatements(service *permissiontest.Service) (raws []string) {
	document, _ := service.Policy("Thumbnail")
	for _, s := range document.Statements() {
		if !isOurs(s.Sid()) {
			raws = append(raws, s.Raw())
		}
	}
	return raws
}

// FuzzReading lets the functions of this package read any answer of GetPolicy: they
// return, and make no write that is not of their own ids.
func FuzzReading(f *testing.F) {
	f.Add(`{"Statement":[]}`)
	f.Add(`{"Statement":{"Sid":"s3-photos"}}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, answer string) {
		check := func(id *string) error {
			if !isOurs(aws.ToString(id)) {
				t.Errorf("a write of %q", aws.ToString(id))
			}
			return accessDenied()
		}
		api := &permissiontest.Stub{
			GetPolicyFunc: func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
				return &permission.GetPolicyOutput{Policy: &answer, RevisionId: aws.String("1")}, nil
			},
			AddPermissionFunc: func(_ context.Context, in *permission.AddPermissionInput, _ ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
				return nil, check(in.StatementId)
			},
			RemovePermissionFunc: func(_ context.Context, in *permission.RemovePermissionInput, _ ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
				return nil, check(in.StatementId)
			},
		}
		_, _ = ensure.Grant(context.Background(), api, grant(), withGap)
		_, err := ensure.Absent(context.Background(), api, "Thumbnail", "s3-photos")
		if _, parseErr := policy.Parse(answer); parseErr != nil && err == nil {
			t.Errorf("Absent succeeded over %q", answer)
		}
	})
}
