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
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

var temporaryID = permission.TemporaryStatementId("s3-photos")

// A replacement takes four writes, the requested id stays, and nothing else is
// touched.
func TestReplace(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	mustAdd(t, service.API(), elsewhere())
	other := statement(t, service, "other").Raw()
	api := &watched{API: service.API()}
	out, err := permission.Ensure(context.Background(), api, grant(), replacing)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"AddPermission " + temporaryID, "RemovePermission s3-photos", "AddPermission s3-photos", "RemovePermission " + temporaryID}
	if out.Outcome != permission.Replaced || !slices.Equal(api.writes(), want) {
		t.Errorf("Outcome = %v, writes = %q, want %q", out.Outcome, api.writes(), want)
	}
	if statement(t, service, "s3-photos").Raw() != out.Statement.Raw() || !strings.Contains(out.Statement.Raw(), "arn:aws:s3:::photos") {
		t.Errorf("Statement = %s", out.Statement)
	}
	if statement(t, service, "other").Raw() != other || !slices.Equal(sids(service, "Thumbnail"), []string{"other", "s3-photos"}) {
		t.Errorf("the policy has %q", sids(service, "Thumbnail"))
	}
}

// The temporary id is legal for every legal id, and does not depend on anything
// else.
func TestTemporaryStatementId(t *testing.T) {
	for _, id := range []string{"a", "s3-photos", strings.Repeat("x", 100)} {
		temporary := permission.TemporaryStatementId(id)
		if len(temporary) > 100 || temporary == id || temporary != permission.TemporaryStatementId(id) {
			t.Errorf("TemporaryStatementId(%q) = %q", id, temporary)
		}
		in := grant()
		in.StatementId = aws.String(temporary)
		mustAdd(t, newService(t).API(), in)
	}
}

// The ways in which one call of a replacement fails.
var stepFaults = map[string]struct {
	before, after func(cancel context.CancelFunc) error
}{
	"refused":              {before: func(context.CancelFunc) error { return accessDenied() }},
	"never sent":           {before: func(context.CancelFunc) error { return io.ErrUnexpectedEOF }},
	"response lost":        {after: func(context.CancelFunc) error { return io.ErrUnexpectedEOF }},
	"context ended before": {before: func(cancel context.CancelFunc) error { cancel(); return context.Canceled }},
	"context ended after":  {after: func(cancel context.CancelFunc) error { cancel(); return context.Canceled }},
}

// TestReplaceFaults lets every call of a replacement fail in every way. The old or
// the new grant is in force at every moment; the error tells the truth about what
// is left; and the next Ensure finishes.
func TestReplaceFaults(t *testing.T) {
	for name, fault := range stepFaults {
		for n := 1; ; n++ { // the n-th call fails
			r := newReplacement(t)
			calls, hit := r.failAt(n, fault.before, fault.after)
			if !hit {
				if calls < 8 {
					t.Errorf("%s: a replacement made %d calls", name, calls)
				}
				break
			}
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) { r.t = t; r.check() })
		}
	}
}

// replacement is one replacement of elsewhere by grant, watched.
type replacement struct {
	t        *testing.T
	service  *permissiontest.Service
	old, new policy.Statement
	err      error
	vanished []string // the calls after which neither grant was in force
	late     []string // the calls that were made after the context had ended
}

func newReplacement(t *testing.T) *replacement {
	service, _ := serviceWithOneStatement(t)
	r := &replacement{t: t, service: service}
	r.new = build(t, grant())
	r.old = build(t, elsewhere())
	mustAdd(t, service.API(), elsewhere())
	return r
}

func build(t *testing.T, in *permission.AddPermissionInput) policy.Statement {
	t.Helper()
	s, err := policy.NewStatement(in.Request(), arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// inForce reports whether some statement of the policy grants what s does.
func (r *replacement) inForce(s policy.Statement) bool {
	document, _ := r.service.Policy("Thumbnail")
	return slices.ContainsFunc(document.Statements(), func(stored policy.Statement) bool { return policy.Covers(stored, s) })
}

func (r *replacement) failAt(n int, before, after func(context.CancelFunc) error) (calls int, hit bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	api := &watched{API: r.service.API()}
	api.before = func(call string) error {
		if ctx.Err() != nil {
			r.late = append(r.late, call)
		}
		if calls++; calls == n && before != nil {
			hit = true
			return before(cancel)
		}
		return nil
	}
	api.after = func(call string) error {
		if !r.inForce(r.old) && !r.inForce(r.new) {
			r.vanished = append(r.vanished, call)
		}
		if calls == n && after != nil {
			hit = true
			return after(cancel)
		}
		return nil
	}
	_, r.err = permission.Ensure(ctx, api, grant(), replacing)
	return calls, hit
}

func (r *replacement) check() {
	r.t.Helper()
	if len(r.vanished) > 0 {
		r.t.Errorf("neither grant was in force after %q", r.vanished)
	}
	var broken *permission.ReplaceError
	if errors.As(r.err, &broken) {
		r.checkLeft(broken)
	}
	if len(r.late) > 0 {
		r.t.Errorf("called after the context had ended: %q", r.late)
	}
	if !slices.Contains(sids(r.service, "Thumbnail"), "other") {
		r.t.Error("the other statement is gone")
	}
	r.finish()
}

// checkLeft compares what the error says is left with what is.
func (r *replacement) checkLeft(broken *permission.ReplaceError) {
	r.t.Helper()
	if got := r.left(); broken.Left != got && !broken.Uncertain {
		r.t.Errorf("the error says %q; what is left: %q", broken, got)
	}
	if broken.StatementId != "s3-photos" || broken.TemporaryId != temporaryID || broken.Step == "" {
		r.t.Errorf("the error lacks something: %+v", broken)
	}
}

func (r *replacement) left() permission.Left {
	document, _ := r.service.Policy("Thumbnail")
	stored, hasStored := document.Lookup("s3-photos")
	_, hasTemporary := document.Lookup(temporaryID)
	switch {
	case hasStored && hasTemporary && stored.Equivalent(r.new):
		return permission.LeftNewAndTemporary
	case hasStored && hasTemporary:
		return permission.LeftOldAndTemporary
	case hasStored:
		return permission.LeftOld
	case hasTemporary:
		return permission.LeftTemporary
	}
	return permission.LeftNothing
}

// finish calls Ensure again, without faults.
func (r *replacement) finish() {
	r.t.Helper()
	out, err := permission.Ensure(context.Background(), r.service.API(), grant(), replacing)
	if err != nil {
		r.t.Fatal(err)
	}
	document, _ := r.service.Policy("Thumbnail")
	if stored, _ := document.Lookup("s3-photos"); !stored.Equivalent(r.new) || !out.Statement.Equivalent(r.new) || len(document.Statements()) != 2 {
		r.t.Errorf("after the next Ensure, %v, the policy is %s", out.Outcome, document)
	}
}

// accessDenied is the service's refusal of a caller who may not write.
func accessDenied() error {
	return lambdaerrors.FromResponse(403, map[string][]string{"X-Amzn-Errortype": {"AccessDeniedException"}}, []byte(`{"Message":null}`))
}
