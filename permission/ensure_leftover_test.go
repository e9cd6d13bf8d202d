package permission_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// A leftover is finished without Replace too where nothing but the leftover must
// go.
func TestEnsureFinishesALeftover(t *testing.T) {
	leftover := func(in *permission.AddPermissionInput) *permission.AddPermissionInput {
		in.StatementId = aws.String(temporaryID)
		return in
	}
	tests := map[string]struct {
		stored  []*permission.AddPermissionInput
		outcome permission.Outcome
	}{
		// the old one was removed, the new one is not yet there
		"the new one under the temporary id alone": {[]*permission.AddPermissionInput{leftover(grant())}, permission.Replaced},
		// the last step is missing
		"both new": {[]*permission.AddPermissionInput{leftover(grant()), grant()}, permission.Replaced},
		// an interrupted replacement by what is no longer wanted
		"something else under the temporary id": {[]*permission.AddPermissionInput{leftover(elsewhere()), grant()}, permission.Replaced},
		"something else alone":                  {[]*permission.AddPermissionInput{leftover(elsewhere())}, permission.Replaced},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			service := newService(t)
			for _, in := range tt.stored {
				mustAdd(t, service.API(), in)
			}
			out, err := permission.Ensure(context.Background(), service.API(), grant())
			if err != nil || out.Outcome != tt.outcome || !slices.Equal(sids(service, "Thumbnail"), []string{"s3-photos"}) {
				t.Errorf("%v, %v; the policy has %q", out, err, sids(service, "Thumbnail"))
			}
		})
	}
}

// A replacement that was begun by something else is cleared away first.
func TestReplaceOverAnotherLeftover(t *testing.T) {
	service := newService(t)
	third := grant()
	third.StatementId, third.SourceArn = aws.String(temporaryID), aws.String("arn:aws:s3:::third")
	mustAdd(t, service.API(), elsewhere())
	mustAdd(t, service.API(), third)

	var mismatch *permission.MismatchError
	if _, err := permission.Ensure(context.Background(), service.API(), grant()); !errors.As(err, &mismatch) || mismatch.TemporaryId != temporaryID {
		t.Errorf("err = %v, want a mismatch that names the leftover", err)
	}
	api := &watched{API: service.API(), after: func(call string) error {
		document, _ := service.Policy("Thumbnail")
		inForce := func(s policy.Statement) bool {
			return policy.Covers(s, build(t, elsewhere())) || policy.Covers(s, build(t, grant()))
		}
		if !slices.ContainsFunc(document.Statements(), inForce) {
			t.Errorf("neither the old nor the new grant is in force after %s", call)
		}
		return nil
	}}
	out, err := permission.Ensure(context.Background(), api, grant(), replacing)
	if err != nil || out.Outcome != permission.Replaced || !slices.Equal(sids(service, "Thumbnail"), []string{"s3-photos"}) {
		t.Errorf("%v, %v; the policy has %q", out, err, sids(service, "Thumbnail"))
	}
}

// A covering statement is no reason to leave a replacement half done.
func TestLeftoverBesideCovering(t *testing.T) {
	service := newService(t)
	leftover, wide := grant(), grant()
	leftover.StatementId = aws.String(temporaryID)
	wide.StatementId, wide.SourceArn = aws.String("wide"), aws.String("arn:aws:s3:::*")
	mustAdd(t, service.API(), leftover)
	mustAdd(t, service.API(), wide)
	out, err := permission.Ensure(context.Background(), service.API(), grant(), func(o *permission.EnsureOptions) { o.AcceptCovering = true })
	if err != nil || out.Outcome != permission.Replaced || !slices.Equal(sids(service, "Thumbnail"), []string{"s3-photos", "wide"}) {
		t.Errorf("%v, %v; the policy has %q", out, err, sids(service, "Thumbnail"))
	}
}
