package ensure_test

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
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

var temporaryID = ensure.TemporaryID("s3-photos")

// A replacement takes four writes, the requested id stays, and nothing else is
// touched.
func TestReplace(t *testing.T) {
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
	mustAdd(t, service.API(), elsewhere())
	other := statement(t, service, "other").Raw()
	api := &watched{API: service.API()}
	out, err := ensure.Grant(context.Background(), api, grant(), replacing)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"AddPermission " + temporaryID, "RemovePermission s3-photos", "AddPermission s3-photos", "RemovePermission " + temporaryID}
	wantEqual(t, "Outcome", out.Outcome, ensure.OutcomeReplaced)
	if got := api.writes(); !slices.Equal(got, want) {
		t.Errorf("writes = %q, want %q", got, want)
	}
	wantEqual(t, "Statement", out.Statement.Raw(), statement(t, service, "s3-photos").Raw())
	if !strings.Contains(out.Statement.Raw(), "arn:aws:s3:::photos") {
		t.Errorf("Statement = %s, want the wanted one", out.Statement)
	}
	wantEqual(t, "the other statement", statement(t, service, "other").Raw(), other)
	wantStatements(t, service, "other", "s3-photos")
}

// The temporary id is legal for every legal id, and does not depend on anything
// else.
func TestTemporaryID(t *testing.T) {
	for _, id := range []string{"a", "s3-photos", strings.Repeat("x", 100)} {
		temporary := ensure.TemporaryID(id)
		if len(temporary) > 100 {
			t.Errorf("TemporaryID(%q) has %d characters", id, len(temporary))
		}
		if temporary == id {
			t.Errorf("TemporaryID(%q) is that id", id)
		}
		if again := ensure.TemporaryID(id); again != temporary {
			t.Errorf("TemporaryID(%q) = %q, and then %q", id, temporary, again)
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
// the new grant is in force at every moment; the error names the statements that
// are left; and the next Grant finishes.
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
	service, _ := newThumbnail(t)
	mustAdd(t, service.API(), other())
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

// inForce reports whether some statement of the policy covers s.
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
	_, r.err = ensure.Grant(ctx, api, grant(), replacing)
	return calls, hit
}

func (r *replacement) check() {
	r.t.Helper()
	if len(r.vanished) > 0 {
		r.t.Errorf("neither grant was in force after %q", r.vanished)
	}
	var broken *ensure.ReplaceError
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

// checkLeft compares the statements that the error names with the policy.
func (r *replacement) checkLeft(broken *ensure.ReplaceError) {
	r.t.Helper()
	if got := r.left(); broken.Left != got && !broken.Uncertain {
		r.t.Errorf("the error says %q; what is left: %q", broken, got)
	}
	if broken.StatementID != "s3-photos" {
		r.t.Errorf("StatementID = %q", broken.StatementID)
	}
	if broken.TemporaryID != temporaryID {
		r.t.Errorf("TemporaryID = %q", broken.TemporaryID)
	}
	if broken.Step == "" {
		r.t.Error("the error names no step")
	}
}

func (r *replacement) left() ensure.Left {
	document, _ := r.service.Policy("Thumbnail")
	stored, hasStored := document.Lookup("s3-photos")
	_, hasTemporary := document.Lookup(temporaryID)
	switch {
	case hasStored && hasTemporary && stored.Equivalent(r.new):
		return ensure.LeftNewAndTemporary
	case hasStored && hasTemporary:
		return ensure.LeftOldAndTemporary
	case hasStored:
		return ensure.LeftOld
	case hasTemporary:
		return ensure.LeftTemporary
	}
	return ensure.LeftNothing
}

// finish calls Grant again, without faults.
func (r *replacement) finish() {
	r.t.Helper()
	out, err := ensure.Grant(context.Background(), r.service.API(), grant(), replacing)
	if err != nil {
		r.t.Fatal(err)
	}
	document, _ := r.service.Policy("Thumbnail")
	if stored, _ := document.Lookup("s3-photos"); !stored.Equivalent(r.new) {
		r.t.Errorf("after the next Grant the policy has %s, want the new grant", stored)
	}
	if !out.Statement.Equivalent(r.new) {
		r.t.Errorf("the next Grant returns %s, want the new grant", out.Statement)
	}
	wantStatements(r.t, r.service, "other", "s3-photos")
}

const thumbnail = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// A statement that AddPermission could not put back is not removed, and nothing is
// written.
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
		"another scope":         `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `:1"`,
		"an element of its own": `"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"NotAction":"lambda:DeleteFunction","Resource":"` + thumbnail + `"`,
	}
	for name, members := range tests {
		t.Run(name, func(t *testing.T) {
			api := policyOf(`{"Version":"2012-10-17","Statement":[{"Sid":"s3-photos",` + members + `}]}`)
			var mismatch *ensure.MismatchError
			if _, err := ensure.Grant(context.Background(), api, grant()); !errors.As(err, &mismatch) {
				t.Errorf("without Replace: err = %v, want a *MismatchError", err)
			}
			_, err := ensure.Grant(context.Background(), api, grant(), replacing)
			refused := mustBe[*ensure.ReplaceError](t, err)
			if !errors.Is(err, ensure.ErrCannotRestore) {
				t.Errorf("err = %v, want ErrCannotRestore", err)
			}
			if refused.Left != ensure.LeftOld {
				t.Errorf("Left = %v, want LeftOld", refused.Left)
			}
			if refused.Step != "" {
				t.Errorf("Step = %q, want none", refused.Step)
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
	_, err := ensure.Grant(context.Background(), api, grant(), replacing)
	if !errors.Is(err, ensure.ErrNoRoom) {
		t.Errorf("err = %v, want ErrNoRoom", err)
	}
	wantWrites(t, api, 0)
	out, err := ensure.Grant(context.Background(), api, grant(), withGap)
	wantGranted(t, out, err, ensure.OutcomeReplaced)
	if want := []string{"RemovePermission s3-photos", "AddPermission s3-photos"}; !slices.Equal(api.writes(), want) {
		t.Errorf("writes = %q, want %q", api.writes(), want)
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
		if _, err := ensure.Grant(context.Background(), api, c.new, replacing); !errors.Is(err, ensure.ErrNoRoom) {
			t.Errorf("%s: err = %v after %q, want ErrNoRoom", name, err, api.writes())
		}
		wantWrites(t, api, 0)
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

// Every grant that AddPermission can make can be replaced, and put back.
func TestEveryKindCanBeRestored(t *testing.T) {
	for name, in := range kinds() {
		if in.Qualifier != nil || *in.FunctionName != "Thumbnail" {
			continue
		}
		in.StatementId = aws.String("s3-photos")
		s := build(t, in)
		api := policyOf(policy.Document{}.With(s).Raw())
		_, err := ensure.Grant(context.Background(), api, elsewhere(), replacing)
		if errors.Is(err, ensure.ErrCannotRestore) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A leftover is finished without Replace too where nothing but the leftover must
// go.
func TestGrantFinishesALeftover(t *testing.T) {
	leftover := func(in *permission.AddPermissionInput) *permission.AddPermissionInput {
		in.StatementId = aws.String(temporaryID)
		return in
	}
	tests := map[string]struct {
		stored  []*permission.AddPermissionInput
		outcome ensure.Outcome
	}{
		// the old one was removed, the new one is not yet there
		"the new one under the temporary id alone": {[]*permission.AddPermissionInput{leftover(grant())}, ensure.OutcomeReplaced},
		// the last step is missing
		"both new": {[]*permission.AddPermissionInput{leftover(grant()), grant()}, ensure.OutcomeReplaced},
		// an interrupted replacement by a grant that is no longer wanted
		"something else under the temporary id": {[]*permission.AddPermissionInput{leftover(elsewhere()), grant()}, ensure.OutcomeReplaced},
		"something else alone":                  {[]*permission.AddPermissionInput{leftover(elsewhere())}, ensure.OutcomeReplaced},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			service := newService(t)
			for _, in := range tt.stored {
				mustAdd(t, service.API(), in)
			}
			out, err := ensure.Grant(context.Background(), service.API(), grant())
			wantGranted(t, out, err, tt.outcome)
			wantStatements(t, service, "s3-photos")
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

	_, err := ensure.Grant(context.Background(), service.API(), grant())
	wantEqual(t, "TemporaryID", mustBe[*ensure.MismatchError](t, err).TemporaryID, temporaryID)
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
	out, err := ensure.Grant(context.Background(), api, grant(), replacing)
	wantGranted(t, out, err, ensure.OutcomeReplaced)
	wantStatements(t, service, "s3-photos")
}

// A covering statement is no reason to leave a replacement half done.
func TestLeftoverBesideCovering(t *testing.T) {
	service := newService(t)
	leftover, wide := grant(), grant()
	leftover.StatementId = aws.String(temporaryID)
	wide.StatementId, wide.SourceArn = aws.String("wide"), aws.String("arn:aws:s3:::*")
	mustAdd(t, service.API(), leftover)
	mustAdd(t, service.API(), wide)
	out, err := ensure.Grant(context.Background(), service.API(), grant(), func(o *ensure.Options) { o.AcceptCovering = true })
	wantGranted(t, out, err, ensure.OutcomeReplaced)
	wantStatements(t, service, "s3-photos", "wide")
}
