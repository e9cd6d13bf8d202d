package ensure_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// byMeaning looks for the grant instead of an id.
func byMeaning(o *ensure.EnsureAbsentOptions) { o.Grant = grant() }

// Why a statement is not there is told apart, and all of it is a success. What is
// not there is not removed.
func TestAbsences(t *testing.T) {
	tests := []struct {
		reason   string
		function string
		stored   []*permission.AddPermissionInput
		want     ensure.Absence
	}{
		{"it was there", "Thumbnail", []*permission.AddPermissionInput{grant()}, ensure.Removed},
		{"the policy has others", "Thumbnail", []*permission.AddPermissionInput{other()}, ensure.NoStatement},
		{"there is no policy", "Thumbnail", nil, ensure.NoPolicy},
		{"the version has no policy", "Thumbnail:1", []*permission.AddPermissionInput{grant()}, ensure.NoPolicy},
		{"there is no such function", "unknown", nil, ensure.NoFunction},
		{"there is no such version", "Thumbnail:7", nil, ensure.NoFunction},
		{"there is no such alias", "Thumbnail:TEST", nil, ensure.NoFunction},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			for _, in := range []*permission.RemovePermissionInput{
				{FunctionName: aws.String(tt.function), StatementId: aws.String("s3-photos")},
				{FunctionName: aws.String(tt.function)}, // by meaning
			} {
				service := newService(t)
				for _, in := range tt.stored {
					mustAdd(t, service.API(), in)
				}
				before := len(sids(service, "Thumbnail"))
				var options []func(*ensure.EnsureAbsentOptions)
				if in.StatementId == nil {
					options = append(options, byMeaning)
				}
				out, err := ensure.EnsureAbsent(context.Background(), service.API(), in, options...)
				if err != nil {
					t.Fatal(err)
				}
				if out.Absence != tt.want || (len(out.Removed) > 0) != (tt.want == ensure.Removed) {
					t.Errorf("%v, removed %q; want %v", out.Absence, out.Removed, tt.want)
				}
				if after := len(sids(service, "Thumbnail")); before-after != len(out.Removed) {
					t.Errorf("%d statements before, %d after, %q removed", before, after, out.Removed)
				}
			}
		})
	}
}

func other() *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), StatementId: aws.String("other"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	}
}

// By meaning all statements go that grant exactly this, however they are called;
// what grants more or less stays. With an id too, a statement must have both.
func TestEnsureAbsentByMeaning(t *testing.T) {
	stored := func(t *testing.T) *permissiontest.Service {
		service := newService(t)
		for id, in := range map[string]*permission.AddPermissionInput{"one": grant(), "two": grant(), "three": elsewhere(), "four": other(), "weak": weaker(), "wide": wider()} {
			in.StatementId = aws.String(id)
			mustAdd(t, service.API(), in)
		}
		return service
	}
	tests := []struct {
		id          *string
		removed     []string
		want        ensure.Absence
		description string
	}{
		{nil, []string{"one", "two"}, ensure.Removed, "by meaning"},
		{aws.String("one"), []string{"one"}, ensure.Removed, "by both"},
		{aws.String("three"), nil, ensure.NoStatement, "an id with another meaning"},
	}
	for _, tt := range tests {
		service := stored(t)
		in := &permission.RemovePermissionInput{FunctionName: aws.String("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"), StatementId: tt.id}
		out, err := ensure.EnsureAbsent(context.Background(), service.API(), in, byMeaning)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(out.Removed)
		if out.Absence != tt.want || !slices.Equal(out.Removed, tt.removed) || len(sids(service, "Thumbnail")) != 6-len(tt.removed) {
			t.Errorf("%s: %v %q, want %v %q; the policy has %q", tt.description, out.Absence, out.Removed, tt.want, tt.removed, sids(service, "Thumbnail"))
		}
	}
}

// weaker has one condition more than the grant, wider a pattern that includes it.
func weaker() *permission.AddPermissionInput {
	in := grant()
	in.PrincipalOrgID = aws.String("o-a1b2c3d4e5")
	return in
}

func wider() *permission.AddPermissionInput { return withSourceArn(grant(), "arn:aws:s3:::*") }

// What an interrupted replacement left goes with the statement.
func TestEnsureAbsentRemovesLeftovers(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	in := grant()
	in.StatementId = aws.String(temporaryID)
	mustAdd(t, service.API(), in)
	out, err := ensure.EnsureAbsent(context.Background(), service.API(), removal())
	if err != nil || !slices.Equal(out.Removed, []string{temporaryID}) || !slices.Equal(sids(service, "Thumbnail"), []string{"other"}) {
		t.Errorf("%v, %v; the policy has %q", out, err, sids(service, "Thumbnail"))
	}
}

// Removals go on when others write, and find out what became of a lost response.
func TestEnsureAbsentMeetsOthers(t *testing.T) {
	removesIt := func(service *permissiontest.Service) func(string) error {
		return func(call string) error {
			if call != "GetPolicy" {
				_, _ = service.API().RemovePermission(context.Background(), removal())
			}
			return nil
		}
	}
	adds := 0
	tests := map[string]func(*permissiontest.Service) *watched{
		"somebody else removes it": func(s *permissiontest.Service) *watched { return &watched{API: s.API(), before: removesIt(s)} },
		"somebody else adds another": func(s *permissiontest.Service) *watched {
			return meanwhile(s, 2, func(int) {
				in := grant()
				adds++
				in.StatementId = aws.String("somebody-elses-" + string(rune('a'+adds)))
				mustAdd(t, s.API(), in)
			})
		},
		"the response is lost": func(s *permissiontest.Service) *watched {
			return &watched{API: s.API(), after: func(call string) error {
				if call != "GetPolicy" {
					return io.ErrUnexpectedEOF
				}
				return nil
			}}
		},
	}
	for name, world := range tests {
		synctest.Test(t, func(t *testing.T) {
			service, _ := serviceWithOneStatement(t)
			mustAdd(t, service.API(), grant())
			_, err := ensure.EnsureAbsent(context.Background(), world(service), removal())
			if err != nil || slices.Contains(sids(service, "Thumbnail"), "s3-photos") || !slices.Contains(sids(service, "Thumbnail"), "other") {
				t.Errorf("%s: %v; the policy has %q", name, err, sids(service, "Thumbnail"))
			}
		})
	}
}

// To ask why there is no policy removes nothing, not even what somebody adds in
// this moment.
func TestAbsenceIsToldWithoutRemoving(t *testing.T) {
	service := newService(t)
	api := meanwhile(service, 1, func(int) { mustAdd(t, service.API(), grant()) })
	out, err := ensure.EnsureAbsent(context.Background(), api, removal())
	if err != nil || out.Absence != ensure.NoPolicy || !slices.Contains(sids(service, "Thumbnail"), "s3-photos") {
		t.Errorf("%v, %v; the policy has %q", out, err, sids(service, "Thumbnail"))
	}
}

// Failures are returned, and nothing is claimed.
func TestEnsureAbsentFails(t *testing.T) {
	lost := func(call string) error {
		if call == "RemovePermission s3-photos" {
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	service := newService(t)
	mustAdd(t, service.API(), grant())
	if _, err := ensure.EnsureAbsent(context.Background(), &watched{API: service.API(), before: lost}, removal()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("request lost: %v", err)
	}
	in := removal()
	in.RevisionId = aws.String("another revision")
	once := &watched{API: service.API()}
	if _, err := ensure.EnsureAbsent(context.Background(), once, in); !lambdaerrors.IsPreconditionFailed(err) || len(once.writes()) != 1 {
		t.Errorf("a stale revision: %v after %q", err, once.writes())
	}
	in = &permission.RemovePermissionInput{FunctionName: aws.String("arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail"), StatementId: aws.String("s3-photos")}
	if _, err := ensure.EnsureAbsent(context.Background(), service.API(), in); !lambdaerrors.IsNotFound(err) {
		t.Errorf("another region says nothing of the function: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ensure.EnsureAbsent(ctx, service.API(), removal()); !errors.Is(err, context.Canceled) {
		t.Errorf("context ended: %v", err)
	}
}

// A statement without an id cannot be removed, and is not taken for gone.
func TestEnsureAbsentWithoutStatementId(t *testing.T) {
	api := policyOf(`{"Statement":{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"}}`)
	in := &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail")}
	_, err := ensure.EnsureAbsent(context.Background(), api, in, func(o *ensure.EnsureAbsentOptions) { o.Grant = other() })
	if !errors.Is(err, ensure.ErrNoStatementId) {
		t.Errorf("err = %v, want ErrNoStatementId", err)
	}
}

// What does not say what to remove is refused, and nothing is sent.
func TestEnsureAbsentInvalid(t *testing.T) {
	var broken *validate.Error
	for _, in := range []*permission.RemovePermissionInput{nil, {}, {FunctionName: aws.String("Thumbnail")}} {
		if _, err := ensure.EnsureAbsent(context.Background(), &permissiontest.Stub{}, in); !errors.As(err, &broken) {
			t.Errorf("%v: err = %v, want a *validate.Error", in, err)
		}
	}
	for _, in := range []*permission.RemovePermissionInput{{}, {FunctionName: aws.String("a:b:c"), StatementId: aws.String("x")}} {
		if _, err := ensure.EnsureAbsent(context.Background(), &permissiontest.Stub{}, in, byMeaning); err == nil {
			t.Errorf("%v: no error", in)
		}
	}
	noGrant := func(o *ensure.EnsureAbsentOptions) { o.Grant = &permission.AddPermissionInput{} }
	if _, err := ensure.EnsureAbsent(context.Background(), &permissiontest.Stub{}, &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail")}, noGrant); !errors.As(err, &broken) {
		t.Errorf("no grant: err = %v, want a *validate.Error", err)
	}
}

// Absences read as they are written.
func TestAbsenceString(t *testing.T) {
	var got []string
	for a := ensure.Removed; a <= ensure.NoFunction+1; a++ {
		got = append(got, a.String())
	}
	if want := []string{"Removed", "NoStatement", "NoPolicy", "NoFunction", "Absence(4)"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
