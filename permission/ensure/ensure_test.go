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

// Two calls of Grant make one write, for every kind of principal and condition; the
// second call only reads.
func TestGrantTwice(t *testing.T) {
	for name, in := range kinds() {
		t.Run(name, func(t *testing.T) {
			api := &watched{API: newService(t).API()}
			for _, want := range []ensure.Outcome{ensure.OutcomeAdded, ensure.OutcomeUnchanged, ensure.OutcomeUnchanged} {
				out, err := ensure.Grant(context.Background(), api, in)
				if err != nil {
					t.Fatal(err)
				}
				wantGranted(t, out, err, want)
				if out.Statement.Sid() != *in.StatementId {
					t.Errorf("Statement = %s, want that of %q", out.Statement, *in.StatementId)
				}
				if len(out.Covering) > 0 {
					t.Errorf("Covering = %v, want no statements", out.Covering)
				}
			}
			if want := []string{"AddPermission " + *in.StatementId}; !slices.Equal(api.writes(), want) {
				t.Errorf("writes = %q, want %q", api.writes(), want)
			}
		})
	}
}

// Every pair of kinds is told apart: the second grant under the same id is a
// mismatch, and Replace makes it the one in force.
func TestGrantTellsGrantsApart(t *testing.T) {
	scope := map[string]bool{"alias": true, "version in the name": true}
	same := map[string]bool{"account id account's root": true, "account's root account id": true}
	for first, a := range kinds() {
		for second, b := range kinds() {
			if first == second || scope[first] || scope[second] || same[first+" "+second] {
				continue
			}
			a.StatementId, b.StatementId = aws.String("grant"), aws.String("grant")
			service := newService(t)
			mustAdd(t, service.API(), a)
			var mismatch *ensure.MismatchError
			if _, err := ensure.Grant(context.Background(), service.API(), b); !errors.As(err, &mismatch) {
				t.Fatalf("%s, then %s: err = %v, want a *MismatchError", first, second, err)
			}
			if len(mismatch.Differences) == 0 {
				t.Errorf("%s, then %s: no differences", first, second)
			}
			out, err := ensure.Grant(context.Background(), service.API(), b, replacing)
			if err != nil {
				t.Fatalf("%s, replaced by %s: %v", first, second, err)
			}
			wantGranted(t, out, err, ensure.OutcomeReplaced)
			wantStatements(t, service, "grant")
		}
	}
}

// A mismatch is an error with the differences, and without any token; nothing is
// written.
func TestGrantMismatch(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), alexa("amzn1.ask.skill.stored-secret"))
	api := &watched{API: service.API()}
	_, err := ensure.Grant(context.Background(), api, alexa("amzn1.ask.skill.wanted-secret"))
	var mismatch *ensure.MismatchError
	if !errors.As(err, &mismatch) {
		t.Fatalf("err = %v, want a *MismatchError", err)
	}
	wantWrites(t, api, 0)
	if mismatch.StatementID != "s3-photos" {
		t.Errorf("StatementID = %q, want s3-photos", mismatch.StatementID)
	}
	if want := statement(t, service, "s3-photos"); mismatch.Stored.Raw() != want.Raw() {
		t.Errorf("Stored = %s, want %s", mismatch.Stored, want)
	}
	if text := err.Error(); strings.Contains(text, "secret") {
		t.Errorf("err = %q shows a token", text)
	}
	if text := err.Error(); !strings.Contains(text, "EventSourceToken") {
		t.Errorf("err = %q, want the name of the token", text)
	}
}

// A statement under another id that allows all of it is reported, and enough where
// that is asked for. A weaker one is not reported and not enough.
func TestGrantCovering(t *testing.T) {
	wide, weak := grant(), grant()
	wide.StatementId, wide.SourceArn = aws.String("wide"), aws.String("arn:aws:s3:::*")
	weak.StatementId, weak.PrincipalOrgID = aws.String("weak"), aws.String("o-a1b2c3d4e5") // one more condition
	accept := func(o *ensure.Options) { o.AcceptCovering = true }
	tests := []struct {
		reason    string
		stored    *permission.AddPermissionInput
		options   []func(*ensure.Options)
		outcome   ensure.Outcome
		covering  int
		statement string
	}{
		{"reported, and the grant is added", wide, nil, ensure.OutcomeAdded, 1, "s3-photos"},
		{"accepted", wide, []func(*ensure.Options){accept}, ensure.OutcomeUnchanged, 1, "wide"},
		{"a weaker one never counts", weak, []func(*ensure.Options){accept}, ensure.OutcomeAdded, 0, "s3-photos"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			service := newService(t)
			mustAdd(t, service.API(), tt.stored)
			out, err := ensure.Grant(context.Background(), service.API(), grant(), tt.options...)
			if err != nil {
				t.Fatal(err)
			}
			wantGranted(t, out, err, tt.outcome)
			if len(out.Covering) != tt.covering {
				t.Errorf("Covering = %v, want %d", out.Covering, tt.covering)
			}
			if out.Statement.Sid() != tt.statement {
				t.Errorf("Statement = %s, want that of %q", out.Statement, tt.statement)
			}
		})
	}
}

// A refusal of the service is returned as it is.
func TestGrantRefused(t *testing.T) {
	in := grant()
	in.FunctionName = aws.String("unknown")
	once := &watched{API: newService(t).API()}
	if _, err := ensure.Grant(context.Background(), once, in); !lambdaerrors.IsNotFound(err) || len(once.calls) != 2 {
		t.Errorf("err = %v after %q, want the 404 of the write, and nothing after it", err, once.calls)
	}
	in.FunctionName = aws.String("arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail")
	api := &watched{API: newService(t).API()}
	if _, err := ensure.Grant(context.Background(), api, in); !lambdaerrors.IsNotFound(err) || len(api.writes()) > 0 {
		t.Errorf("another region: err = %v after %q, want the 404 of the reading", err, api.writes())
	}
}

// The policy must be readable: Grant does not write blindly.
func TestGrantUnreadable(t *testing.T) {
	denied := errors.New("denied")
	api := &permissiontest.Stub{GetPolicyFunc: func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
		return nil, denied
	}}
	if _, err := ensure.Grant(context.Background(), api, grant()); !errors.Is(err, denied) || len(api.Calls()) != 1 {
		t.Errorf("err = %v after %v", err, api.Calls())
	}
}

// The input is the caller's.
func TestGrantLeavesTheInputAlone(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	in := grant()
	if _, err := ensure.Grant(context.Background(), service.API(), in, replacing); err != nil {
		t.Fatal(err)
	}
	if *in.StatementId != "s3-photos" || in.RevisionId != nil {
		t.Errorf("the input is now %+v", in)
	}
}

// The call options reach every call.
func TestGrantCallOptions(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	applied := 0
	api := &watched{API: service.API()}
	_, err := ensure.Grant(context.Background(), api, grant(), replacing, func(o *ensure.Options) {
		o.CallOptions = append(o.CallOptions, func(*permission.Options) { applied++ })
	})
	if err != nil || applied != len(api.calls) {
		t.Errorf("err = %v; applied %d times to %d calls", err, applied, len(api.calls))
	}
}
