package permission_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

const thumbnail = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// What AddPermission could not put back is not removed, and nothing is written.
func TestReplaceRefusesWhatCannotBeRestored(t *testing.T) {
	tests := map[string]string{
		"two actions":           `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":["lambda:InvokeFunction","lambda:GetFunction"],"Resource":"` + thumbnail + `"`,
		"two principals":        `"Effect":"Allow","Principal":{"Service":["s3.amazonaws.com","sns.amazonaws.com"]},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"`,
		"Deny":                  `"Effect":"Deny","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"`,
		"a foreign condition":   `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `","Condition":{"Bool":{"aws:SecureTransport":"true"}}`,
		"two values":            `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `","Condition":{"StringEquals":{"AWS:SourceAccount":["123456789012","210987654321"]}}`,
		"another operator":      `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `","Condition":{"StringLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}`,
		"an action it refuses":  `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:Invoke*","Resource":"` + thumbnail + `"`,
		"another resource":      `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"*"`,
		"a deleted principal":   `"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"`,
		"an element of its own": `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"NotAction":"lambda:DeleteFunction","Resource":"` + thumbnail + `"`,
	}
	for name, members := range tests {
		t.Run(name, func(t *testing.T) {
			api := policyOf(`{"Version":"2012-10-17","Statement":[{"Sid":"s3-photos",` + members + `}]}`)
			var mismatch *permission.MismatchError
			if _, err := permission.Ensure(context.Background(), api, grant()); !errors.As(err, &mismatch) {
				t.Errorf("without Replace: err = %v, want a *MismatchError", err)
			}
			_, err := permission.Ensure(context.Background(), api, grant(), replacing)
			var refused *permission.ReplaceError
			if !errors.As(err, &refused) || !errors.Is(err, permission.ErrCannotRestore) || refused.Left != permission.LeftOld || refused.Step != "" {
				t.Errorf("err = %v, want ErrCannotRestore", err)
			}
		})
	}
}

// policyOf is an API whose policy is the text, and that cannot be written to.
func policyOf(text string) permission.API {
	return &permissiontest.Stub{GetPolicyFunc: func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
		return &permission.GetPolicyOutput{Policy: &text, RevisionId: aws.String("1")}, nil
	}}
}

// fullPolicy returns a service whose policy has elsewhere and room for less than
// one statement more.
func fullPolicy(t *testing.T) *permissiontest.Service {
	t.Helper()
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	fill(t, service, 100)
	return service
}

// Where both do not fit, nothing is written, unless a gap is allowed.
func TestReplaceWithoutRoom(t *testing.T) {
	service := fullPolicy(t)
	api := &watched{API: service.API()}
	_, err := permission.Ensure(context.Background(), api, grant(), replacing)
	if !errors.Is(err, permission.ErrNoRoom) || len(api.writes()) > 0 {
		t.Fatalf("err = %v after %q, want ErrNoRoom", err, api.writes())
	}
	out, err := permission.Ensure(context.Background(), api, grant(), withGap)
	want := []string{"RemovePermission s3-photos", "AddPermission s3-photos"}
	if err != nil || out.Outcome != permission.Replaced || !slices.Equal(api.writes(), want) {
		t.Errorf("%v, %v; writes = %q, want %q", out, err, api.writes(), want)
	}
}

// There must be room for every step: for the new one beside the old one, and for
// the new one twice.
func TestReplaceNeedsRoomForEveryStep(t *testing.T) {
	short, long := grant(), withSourceArn(grant(), "arn:aws:s3:::"+strings.Repeat("x", 1500))
	for name, c := range map[string]struct {
		old, new *permission.AddPermissionInput
		room     int
	}{
		// too little for either beside the old one
		"the old one is long": {long, short, 100},
		// enough for the new one beside the old one, and not for it twice
		"the new one is long": {short, long, 1000 + len(build(t, long).Raw())},
	} {
		service := newService(t)
		mustAdd(t, service.API(), c.old)
		fill(t, service, c.room)
		api := &watched{API: service.API()}
		if _, err := permission.Ensure(context.Background(), api, c.new, replacing); !errors.Is(err, permission.ErrNoRoom) || len(api.writes()) > 0 {
			t.Errorf("%s: err = %v after %q, want ErrNoRoom", name, err, api.writes())
		}
	}
}

// fill adds statements until the policy has exactly room left.
func fill(t *testing.T, service *permissiontest.Service, room int) {
	t.Helper()
	for n := 0; ; n++ {
		filler := withSourceArn(grant(), "arn:aws:s3:::")
		filler.StatementId = aws.String(fmt.Sprintf("filler-%02d", n))
		document, _ := service.Policy("Thumbnail")
		padding := document.Headroom() - room - len(build(t, filler).Raw()) - len(",")
		const most = 1500
		isLast := padding <= most
		if !isLast {
			padding = most / 2
		}
		*filler.SourceArn += strings.Repeat("y", padding)
		mustAdd(t, service.API(), filler)
		if isLast {
			return
		}
	}
}

func withGap(o *permission.EnsureOptions) { o.Replace, o.AllowGap = true, true }

// A gap is not taken where it is not needed.
func TestAllowGapIsTheLastResort(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	api := &watched{API: service.API()}
	if _, err := permission.Ensure(context.Background(), api, grant(), withGap); err != nil || len(api.writes()) != 4 {
		t.Errorf("err = %v, writes = %q", err, api.writes())
	}
}

// When the new statement is refused in a gap, the old one is put back; when that
// fails too, the error says that nothing is left, and has the old statement.
func TestGapIsClosedAgain(t *testing.T) {
	for _, restored := range []bool{true, false} {
		service := fullPolicy(t)
		old := statement(t, service, "s3-photos")
		adds := 0
		api := &watched{API: service.API(), before: func(call string) error {
			if strings.HasPrefix(call, "AddPermission") {
				if adds++; adds == 1 || !restored {
					return accessDenied()
				}
			}
			return nil
		}}
		_, err := permission.Ensure(context.Background(), api, grant(), withGap)
		var broken *permission.ReplaceError
		if !errors.As(err, &broken) || !broken.Old.Equivalent(old) {
			t.Fatalf("err = %v, want a *ReplaceError with the old statement", err)
		}
		document, _ := service.Policy("Thumbnail")
		stored, present := document.Lookup("s3-photos")
		if want := map[bool]permission.Left{true: permission.LeftOld, false: permission.LeftNothing}[restored]; broken.Left != want || present != restored {
			t.Errorf("Left = %v, want %v; stored: %s", broken.Left, want, stored)
		}
	}
}

// Every grant that AddPermission can make can be replaced, and put back.
func TestEveryKindCanBeRestored(t *testing.T) {
	for name, in := range kinds() {
		if in.Qualifier != nil || *in.FunctionName != "Thumbnail" {
			continue
		}
		in.StatementId = aws.String("s3-photos")
		s := build(t, in)
		api := policyOf(policy.Document{}.With(s).Raw())
		_, err := permission.Ensure(context.Background(), api, elsewhere(), replacing)
		if errors.Is(err, permission.ErrCannotRestore) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Errors of a replacement read as a person would tell it.
func TestReplaceErrorText(t *testing.T) {
	e := &permission.ReplaceError{
		StatementId: "s3-photos", TemporaryId: temporaryID, Left: permission.LeftTemporary, Uncertain: true,
		Step: "adding the statement", Err: io.ErrUnexpectedEOF,
	}
	for _, want := range []string{"s3-photos", temporaryID, "adding the statement", "unexpected EOF", "the temporary statement alone is in force", "unless"} {
		if !strings.Contains(e.Error(), want) {
			t.Errorf("%q lacks %q", e, want)
		}
	}
	words := map[string]bool{}
	for l := permission.LeftOld; l <= permission.LeftNothing+1; l++ {
		words[l.String()] = true
	}
	if len(words) != 6 || !words["Left(5)"] {
		t.Errorf("words = %v", words)
	}
}
