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
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The reasons why a statement is not there are told apart, and all of them are
// successes. Nothing else is removed.
func TestAbsences(t *testing.T) {
	tests := []struct {
		reason   string
		function string
		stored   []*permission.AddPermissionInput
		want     ensure.Absence
	}{
		{"it was there", "Thumbnail", []*permission.AddPermissionInput{grant()}, ensure.AbsenceRemoved},
		{"the policy has others", "Thumbnail", []*permission.AddPermissionInput{other()}, ensure.AbsenceNoStatement},
		{"there is no policy", "Thumbnail", nil, ensure.AbsenceNoPolicy},
		{"the version has no policy", "Thumbnail:1", []*permission.AddPermissionInput{grant()}, ensure.AbsenceNoPolicy},
		{"there is no such function", "unknown", nil, ensure.AbsenceNoFunction},
		{"there is no such version", "Thumbnail:7", nil, ensure.AbsenceNoFunction},
		{"there is no such alias", "Thumbnail:TEST", nil, ensure.AbsenceNoFunction},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			wanted := grant()
			wanted.FunctionName, wanted.StatementId = &tt.function, nil
			for way, absent := range map[string]func(permission.API) (*ensure.AbsentResult, error){
				"by id": func(api permission.API) (*ensure.AbsentResult, error) {
					return ensure.Absent(context.Background(), api, tt.function, "s3-photos")
				},
				"by meaning": func(api permission.API) (*ensure.AbsentResult, error) {
					return ensure.AbsentGrant(context.Background(), api, wanted)
				},
			} {
				service := newService(t)
				for _, in := range tt.stored {
					mustAdd(t, service.API(), in)
				}
				before := len(sids(service, "Thumbnail"))
				out, err := absent(service.API())
				if err != nil {
					t.Fatalf("%s: %v", way, err)
				}
				if out.Absence != tt.want {
					t.Errorf("%s: Absence = %v, want %v", way, out.Absence, tt.want)
				}
				if (len(out.Removed) > 0) != (tt.want == ensure.AbsenceRemoved) {
					t.Errorf("%s: Removed = %q beside %v", way, out.Removed, out.Absence)
				}
				if after := len(sids(service, "Thumbnail")); before-after != len(out.Removed) {
					t.Errorf("%s: %d statements before, %d after, %q removed", way, before, after, out.Removed)
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

// By meaning all statements go that grant exactly this, under any id; a statement
// that grants more or less stays. With an id too, a statement must have both.
func TestAbsentGrant(t *testing.T) {
	tests := []struct {
		reason  string
		id      *string
		removed []string
		want    ensure.Absence
	}{
		{"by meaning", nil, []string{"one", "two"}, ensure.AbsenceRemoved},
		{"by both", aws.String("one"), []string{"one"}, ensure.AbsenceRemoved},
		{"an id with another meaning", aws.String("three"), nil, ensure.AbsenceNoStatement},
	}
	for _, tt := range tests {
		service := newService(t)
		for id, in := range map[string]*permission.AddPermissionInput{"one": grant(), "two": grant(), "three": elsewhere(), "four": other(), "weak": weaker(), "wide": wider()} {
			in.StatementId = aws.String(id)
			mustAdd(t, service.API(), in)
		}
		in := grant()
		in.FunctionName, in.StatementId = aws.String(thumbnail), tt.id
		out, err := ensure.AbsentGrant(context.Background(), service.API(), in)
		if err != nil {
			t.Fatalf("%s: %v", tt.reason, err)
		}
		slices.Sort(out.Removed)
		if out.Absence != tt.want {
			t.Errorf("%s: Absence = %v, want %v", tt.reason, out.Absence, tt.want)
		}
		if !slices.Equal(out.Removed, tt.removed) {
			t.Errorf("%s: Removed = %q, want %q", tt.reason, out.Removed, tt.removed)
		}
		if got, want := len(sids(service, "Thumbnail")), 6-len(tt.removed); got != want {
			t.Errorf("%s: %d statements are left, want %d", tt.reason, got, want)
		}
	}
}

// An empty id, as of a variable that is not set, does not stand for any id.
func TestAbsentGrantWithEmptyStatementID(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), grant())
	in := grant()
	in.StatementId = aws.String("")
	if _, err := ensure.AbsentGrant(t.Context(), service.API(), in); err == nil {
		t.Error("no error")
	}
	wantStatements(t, service, "s3-photos")
}

// weaker has one condition more than the grant, wider a pattern that includes it.
func weaker() *permission.AddPermissionInput {
	in := grant()
	in.PrincipalOrgID = aws.String("o-a1b2c3d4e5")
	return in
}

func wider() *permission.AddPermissionInput { return withSourceArn(grant(), "arn:aws:s3:::*") }

// The statement that an interrupted replacement left goes with the one of the id.
func TestAbsentRemovesLeftovers(t *testing.T) {
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
	in := grant()
	in.StatementId = aws.String(temporaryID)
	mustAdd(t, service.API(), in)
	out, err := ensure.Absent(context.Background(), service.API(), "Thumbnail", "s3-photos")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(out.Removed, []string{temporaryID}) {
		t.Errorf("Removed = %q, want the temporary statement", out.Removed)
	}
	wantStatements(t, service, "other")
}

// Removals go on when others write, and find out whether a lost one was made.
func TestAbsentMeetsOthers(t *testing.T) {
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
		"somebody else removes it and adds it again": func(s *permissiontest.Service) *watched {
			return &watched{API: s.API(), before: onFirst("RemovePermission s3-photos", func() error { return errNoSuchStatement })}
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
			service, _ := newThumbnail(t)
			mustAdd(t, service.API(), other())
			mustAdd(t, service.API(), grant())
			_, err := ensure.Absent(context.Background(), world(service), "Thumbnail", "s3-photos")
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			left := sids(service, "Thumbnail")
			if slices.Contains(left, "s3-photos") {
				t.Errorf("%s: the statement is there: %q", name, left)
			}
			if !slices.Contains(left, "other") {
				t.Errorf("%s: the other statement is gone: %q", name, left)
			}
		})
	}
}

// The call that asks why there is no policy removes nothing, not even a statement that
// somebody adds at this moment.
func TestAbsenceIsToldWithoutRemoving(t *testing.T) {
	service := newService(t)
	api := meanwhile(service, 1, func(int) { mustAdd(t, service.API(), grant()) })
	out, err := ensure.Absent(context.Background(), api, "Thumbnail", "s3-photos")
	if err != nil {
		t.Fatal(err)
	}
	if out.Absence != ensure.AbsenceNoPolicy {
		t.Errorf("Absence = %v, want NoPolicy", out.Absence)
	}
	wantStatements(t, service, "s3-photos")
}

// The caller's revision guards the first removal only, which may be one whose answer is
// lost.
func TestAbsentWithRevisionID(t *testing.T) {
	for name, answer := range map[string]error{"answered": nil, "lost": io.ErrUnexpectedEOF} {
		service := newService(t)
		leftover := grant()
		leftover.StatementId = aws.String(temporaryID)
		mustAdd(t, service.API(), grant())
		mustAdd(t, service.API(), leftover)
		revision := *revisionOf(t, service)
		api := &watched{API: service.API(), after: onFirst("RemovePermission s3-photos", func() error { return answer })}
		_, err := ensure.Absent(t.Context(), api, "Thumbnail", "s3-photos", func(o *ensure.Options) { o.RevisionID = revision })
		if err != nil {
			t.Errorf("%s: err = %v, want none", name, err)
		}
		wantStatements(t, service)
	}
}

// A call whose removals another program undoes ends with an error.
func TestAbsentGivesUpWhenUndone(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), grant())
	api := &watched{API: service.API(), after: func(call string) error {
		if call != "GetPolicy" {
			mustAdd(t, service.API(), grant())
		}
		return nil
	}}
	_, err := ensure.Absent(t.Context(), api, "Thumbnail", "s3-photos", func(o *ensure.Options) { o.MaxTries = 3 })
	wantErrorWith(t, err, "undoes every step")
	wantWrites(t, api, policy.MaxSize/64+3) // more than there can be statements, and three tries
}

// Failures are returned, and nothing is claimed.
func TestAbsentFails(t *testing.T) {
	lost := func(call string) error {
		if call == "RemovePermission s3-photos" {
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	service := newService(t)
	mustAdd(t, service.API(), grant())
	if _, err := ensure.Absent(context.Background(), &watched{API: service.API(), before: lost}, "Thumbnail", "s3-photos"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("request lost: %v", err)
	}
	once := &watched{API: service.API()}
	stale := func(o *ensure.Options) { o.RevisionID = "another revision" }
	if _, err := ensure.Absent(context.Background(), once, "Thumbnail", "s3-photos", stale); !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("a stale revision: err = %v, want the 412", err)
	}
	if len(once.writes()) != 1 {
		t.Errorf("a stale revision: writes = %q, want one", once.writes())
	}
	in := grant()
	in.RevisionId = aws.String("another revision")
	if _, err := ensure.AbsentGrant(context.Background(), service.API(), in); !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("a stale revision of the grant: err = %v, want the 412", err)
	}
	if _, err := ensure.Absent(context.Background(), service.API(), "arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail", "s3-photos"); !lambdaerrors.IsNotFound(err) {
		t.Errorf("another region: err = %v, want the 404, which says nothing of the function", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ensure.Absent(ctx, service.API(), "Thumbnail", "s3-photos"); !errors.Is(err, context.Canceled) {
		t.Errorf("context ended: %v", err)
	}
}

// A statement without an id cannot be removed, and does not count as absent.
func TestAbsentWithoutStatementID(t *testing.T) {
	api := policyOf(`{"Statement":{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"}}`)
	in := other()
	in.StatementId = nil
	_, err := ensure.AbsentGrant(context.Background(), api, in)
	if !errors.Is(err, ensure.ErrNoStatementID) {
		t.Errorf("err = %v, want ErrNoStatementID", err)
	}
}
