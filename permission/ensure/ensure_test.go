package ensure_test

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
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
	mismatch := mustBe[*ensure.MismatchError](t, err)
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
	if _, err := ensure.Grant(context.Background(), once, in); !lambdaerrors.IsNotFound(err) {
		t.Errorf("err = %v after %q, want the 404 of the write, and nothing after it", err, once.calls)
	}
	wantEqual(t, "calls", len(once.calls), 2)
	in.FunctionName = aws.String("arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail")
	api := &watched{API: newService(t).API()}
	if _, err := ensure.Grant(context.Background(), api, in); !lambdaerrors.IsNotFound(err) {
		t.Errorf("another region: err = %v after %q, want the 404 of the reading", err, api.writes())
	}
	wantWrites(t, api, 0)
}

// The policy must be readable: Grant does not write blindly.
func TestGrantUnreadable(t *testing.T) {
	denied := errors.New("denied")
	api := &permissiontest.Stub{GetPolicyFunc: func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
		return nil, denied
	}}
	if _, err := ensure.Grant(context.Background(), api, grant()); !errors.Is(err, denied) {
		t.Errorf("err = %v after %v", err, api.Calls())
	}
	wantEqual(t, "calls", len(api.Calls()), 1)
}

// Grant does not change its input.
func TestGrantLeavesTheInputAlone(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	in := grant()
	if _, err := ensure.Grant(context.Background(), service.API(), in, replacing); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "StatementId of the input", *in.StatementId, "s3-photos")
	if in.RevisionId != nil {
		t.Errorf("RevisionId of the input = %q, want none", *in.RevisionId)
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
	if err != nil {
		t.Error(err)
	}
	wantEqual(t, "calls with the options", applied, len(api.calls))
}

// apis are implementations of the interface over one service. Code that works over
// all of them works over any.
func apis(t *testing.T) map[string]func(*permissiontest.Service) permission.API {
	return map[string]func(*permissiontest.Service) permission.API{
		"in process": func(s *permissiontest.Service) permission.API { return s.API() },
		"a stub": func(s *permissiontest.Service) permission.API {
			api := s.API()
			return &permissiontest.Stub{AddPermissionFunc: api.AddPermission, GetPolicyFunc: api.GetPolicy, RemovePermissionFunc: api.RemovePermission}
		},
		"the client": func(s *permissiontest.Service) permission.API {
			return (&front{service: s}).client(t)
		},
		"the client without recovery": func(s *permissiontest.Service) permission.API {
			return (&front{service: s}).client(t, func(o *permission.Options) { o.DisableLostResponseRecovery = true })
		},
		"decorators": func(s *permissiontest.Service) permission.API {
			return ensure.Serialized(ensure.AwaitingRoles(ensure.Paced(s.API(), ensure.NewPace(1e6)), time.Second), nil)
		},
		"a test's own": func(s *permissiontest.Service) permission.API { return &watched{API: s.API()} },
	}
}

// A grant's whole life over every API. Over the clients the first response of all
// is lost.
func TestGrantOverEveryAPI(t *testing.T) {
	for name, over := range apis(t) {
		t.Run(name, func(t *testing.T) {
			service := newService(t)
			api := over(service)
			ctx := context.Background()
			for _, want := range []ensure.Outcome{ensure.OutcomeAdded, ensure.OutcomeUnchanged} {
				out, err := ensure.Grant(ctx, api, grant())
				wantGranted(t, out, err, want)
			}
			_, err := ensure.Grant(ctx, api, elsewhere())
			mustBe[*ensure.MismatchError](t, err)
			out, err := ensure.Grant(ctx, api, elsewhere(), replacing)
			wantGranted(t, out, err, ensure.OutcomeReplaced)
			for _, want := range []ensure.Absence{ensure.AbsenceRemoved, ensure.AbsenceNoPolicy} {
				out, err := ensure.Absent(ctx, api, "Thumbnail", "s3-photos")
				if err != nil {
					t.Fatal(err)
				}
				wantEqual(t, "Absence", out.Absence, want)
			}
			if got := sids(service, "Thumbnail"); !slices.Equal(got, nil) {
				t.Errorf("the policy has %q", got)
			}
		})
	}
}

// mistakes are grants that the rules refuse.
var mistakes = map[string]func(*permission.AddPermissionInput){
	"a dot in the id":            func(in *permission.AddPermissionInput) { in.StatementId = aws.String("a.b") },
	"an action without a colon":  func(in *permission.AddPermissionInput) { in.Action = aws.String("lambda.InvokeFunction") },
	"an account of three digits": func(in *permission.AddPermissionInput) { in.SourceAccount = aws.String("123") },
	"a grant on $LATEST":         func(in *permission.AddPermissionInput) { in.FunctionName = aws.String("Thumbnail:$LATEST") },
	"an empty SourceArn":         func(in *permission.AddPermissionInput) { in.SourceArn = aws.String("") },
	"an empty SourceAccount":     func(in *permission.AddPermissionInput) { in.SourceAccount = aws.String("") },
	"an empty EventSourceToken":  func(in *permission.AddPermissionInput) { in.EventSourceToken = aws.String("") },
	"an empty PrincipalOrgID":    func(in *permission.AddPermissionInput) { in.PrincipalOrgID = aws.String("") },
	"an empty Qualifier":         func(in *permission.AddPermissionInput) { in.Qualifier = aws.String("") },
	"no principal":               func(in *permission.AddPermissionInput) { in.Principal = nil },
	"two scopes": func(in *permission.AddPermissionInput) {
		in.FunctionName, in.Qualifier = aws.String("Thumbnail:1"), aws.String("PROD")
	},
	"nothing but a function name": func(in *permission.AddPermissionInput) {
		*in = permission.AddPermissionInput{FunctionName: in.FunctionName}
	},
}

// Nothing is sent before the grant was checked, so that no network error hides the
// mistake.
func TestMistakesAreFoundBeforeAnythingIsSent(t *testing.T) {
	for name, mistake := range mistakes {
		in := grant()
		mistake(in)
		api := &permissiontest.Stub{}
		_, grantErr := ensure.Grant(context.Background(), api, in)
		_, absentErr := ensure.AbsentGrant(context.Background(), api, in)
		for call, err := range map[string]error{"Grant": grantErr, "AbsentGrant": absentErr} {
			var broken *validate.Error
			if !errors.As(err, &broken) {
				t.Errorf("%s, %s: err = %v, want a *validate.Error", name, call, err)
			}
		}
		if calls := api.Calls(); len(calls) > 0 {
			t.Errorf("%s: calls: %v", name, calls)
		}
	}
}

// No input is the empty grant, which is refused.
func TestNoGrant(t *testing.T) {
	api := &permissiontest.Stub{}
	off := func(o *ensure.Options) { o.Preflight = nil }
	for _, options := range [][]func(*ensure.Options){nil, {off}} {
		if _, err := ensure.Grant(context.Background(), api, nil, options...); err == nil {
			t.Error("Grant: no error")
		}
		if _, err := ensure.AbsentGrant(context.Background(), api, nil, options...); err == nil {
			t.Error("AbsentGrant: no error")
		}
	}
	if calls := api.Calls(); len(calls) > 0 {
		t.Errorf("calls: %v", calls)
	}
}

// Without a pre-flight, too, nothing is sent of a grant whose statement cannot be
// built.
func TestNoStatementCanBeBuilt(t *testing.T) {
	in := grant()
	in.Principal = nil
	api := &permissiontest.Stub{}
	if _, err := ensure.Grant(context.Background(), api, in, func(o *ensure.Options) { o.Preflight = nil }); err == nil {
		t.Error("no error")
	}
	if calls := api.Calls(); len(calls) > 0 {
		t.Errorf("calls: %v", calls)
	}
}

// An empty value is never taken for an absent one, with the pre-flight off too: an
// open grant that is stored is not the one that was asked for.
func TestEmptyIsNotAbsent(t *testing.T) {
	open := grant()
	open.SourceArn, open.SourceAccount = nil, nil
	for _, preflight := range []bool{true, false} {
		options := func(o *ensure.Options) {
			o.Replace = true
			if !preflight {
				o.Preflight = nil
			}
		}
		service := newService(t)
		mustAdd(t, service.API(), open)
		in := grant()
		in.SourceArn, in.SourceAccount = aws.String(""), nil
		if out, err := ensure.Grant(context.Background(), service.API(), in, options); err == nil {
			t.Errorf("pre-flight %v: Grant: %v, no error", preflight, out.Outcome)
		}
		if out, err := ensure.AbsentGrant(context.Background(), service.API(), in, options); err == nil {
			t.Errorf("pre-flight %v: AbsentGrant: %v, no error", preflight, out.Absence)
		}
		if got := sids(service, "Thumbnail"); len(got) != 1 {
			t.Errorf("pre-flight %v: the policy has %q", preflight, got)
		}
	}
}

// A program may add a check to the pre-flight, and all of them run.
func TestPreflightOption(t *testing.T) {
	refused := errors.New("not on a Friday")
	in := grant()
	in.StatementId = aws.String("a.b")
	api := &permissiontest.Stub{}
	_, err := ensure.Grant(context.Background(), api, in, func(o *ensure.Options) {
		o.Preflight = append(o.Preflight, func(context.Context, validate.Request) error { return refused })
	})
	mustBe[*validate.Error](t, err)
	if !errors.Is(err, refused) {
		t.Errorf("err = %v, want the refusal of the added check in it too", err)
	}
	if calls := api.Calls(); len(calls) > 0 {
		t.Errorf("calls: %v", calls)
	}
}

// Without a pre-flight the service judges each grant whose statement can be built.
func TestPreflightOff(t *testing.T) {
	off := func(o *ensure.Options) {
		o.Preflight = nil
		o.CallOptions = append(o.CallOptions, func(o *permission.Options) { o.Preflight = nil })
	}
	in := grant()
	in.SourceAccount = aws.String("123")
	api := &watched{API: newService(t).API()}
	if _, err := ensure.Grant(context.Background(), api, in, off); err == nil {
		t.Error("the service accepted an account of three digits")
	}
	if len(api.writes()) != 1 {
		t.Errorf("writes = %q, want the one that the service refuses", api.writes())
	}
}

// The function and the id of Absent are checked before anything is sent.
func TestAbsentIsChecked(t *testing.T) {
	for _, call := range [][2]string{{"", ""}, {"Thumbnail", ""}, {"", "s3-photos"}, {"a:b:c", "s3-photos"}, {"Thumbnail", "a b"}} {
		api := &permissiontest.Stub{}
		out, err := ensure.Absent(context.Background(), api, call[0], call[1])
		var broken *validate.Error
		if !errors.As(err, &broken) {
			t.Errorf("Absent(%q, %q): err = %v, want a *validate.Error", call[0], call[1], err)
		}
		if out != nil {
			t.Errorf("Absent(%q, %q): result %+v beside the error", call[0], call[1], out)
		}
		if calls := api.Calls(); len(calls) > 0 {
			t.Errorf("Absent(%q, %q): calls: %v", call[0], call[1], calls)
		}
	}
}

// Every constant has a text of its own, which stands for it in JSON and the like.
func TestTexts(t *testing.T) {
	checkTexts(t, "Outcome", []string{"Unchanged", "Added", "Replaced"}, ensure.OutcomeUnchanged, ensure.OutcomeAdded, ensure.OutcomeReplaced)
	checkTexts(t, "Absence", []string{"Removed", "NoStatement", "NoPolicy", "NoFunction"},
		ensure.AbsenceRemoved, ensure.AbsenceNoStatement, ensure.AbsenceNoPolicy, ensure.AbsenceNoFunction)
	checkTexts(t, "Left", []string{"Old", "OldAndTemporary", "Temporary", "NewAndTemporary", "Nothing"},
		ensure.LeftOld, ensure.LeftOldAndTemporary, ensure.LeftTemporary, ensure.LeftNewAndTemporary, ensure.LeftNothing)
}

type constant interface {
	comparable
	String() string
	encoding.TextMarshaler
}

func checkTexts[T constant, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, typ string, want []string, constants ...T) {
	t.Helper()
	var got []string
	for _, c := range constants {
		text, err := c.MarshalText()
		if err != nil {
			t.Errorf("%s %v: %v", typ, c, err)
		}
		if c.String() != string(text) {
			t.Errorf("%s: String() = %q, text %q", typ, c, text)
		}
		var back T
		if err := P(&back).UnmarshalText(text); err != nil {
			t.Errorf("%s: the text %q is not read: %v", typ, text, err)
		}
		wantEqual(t, fmt.Sprintf("%s of the text %q", typ, text), back, c)
		got = append(got, string(text))
	}
	if !slices.Equal(got, want) {
		t.Errorf("texts of %s = %q, want %q", typ, got, want)
	}
	last := constants[len(constants)-1]
	before := last
	if err := P(&last).UnmarshalText([]byte("else")); err == nil {
		t.Errorf("%s: an unknown text is read as %v, want an error", typ, last)
	}
	wantEqual(t, typ+" after an unknown text", last, before)
}

// A value that is no constant has no text; String shows its number.
func TestTextsOfNoConstant(t *testing.T) {
	for value, want := range map[constantValue]string{ensure.Outcome(3): "Outcome(3)", ensure.Absence(-1): "Absence(-1)", ensure.Left(5): "Left(5)"} {
		if value.String() != want {
			t.Errorf("String() = %q, want %q", value, want)
		}
		if text, err := value.MarshalText(); err == nil {
			t.Errorf("%s has the text %q", want, text)
		}
	}
}

type constantValue interface {
	String() string
	encoding.TextMarshaler
}
