package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// An error has the cause, and the statements that are in force, in one line.
func TestErrorTexts(t *testing.T) {
	old, wanted := build(t, elsewhere()), build(t, grant())
	tests := []struct {
		err  error
		want string
	}{
		{
			&ensure.MismatchError{StatementID: "id", Stored: old, Wanted: wanted},
			`ensure: another statement has the id "id" (Options.Replace replaces it)`,
		},
		{
			&ensure.MismatchError{StatementID: "id", TemporaryID: "temporary"},
			`ensure: another statement has the id "id"; a replacement was begun and left "temporary" (Options.Replace replaces it)`,
		},
		{
			&ensure.PolicyChangedError{StatementID: "id", Now: old},
			`ensure: somebody else changed the statement "id" at the same time: it was not there before`,
		},
		{
			&ensure.PolicyChangedError{StatementID: "id", TemporaryID: "temporary", Now: old, Err: io.EOF},
			`ensure: somebody else changed the statement "id" at the same time: it was not there before; the statement "temporary" of a replacement is in force; EOF`,
		},
		{
			&ensure.PolicyChangedError{StatementID: "id", Before: old, Now: wanted},
			`ensure: somebody else changed the statement "id" at the same time; A was there before, B is now: ` + policy.Diff(old, wanted)[0].String(),
		},
		{
			&ensure.ReplaceError{StatementID: "id", TemporaryID: "temporary", Err: ensure.ErrNoRoom},
			`ensure: replacing statement "id": there is no room in the policy for the old and the new statement together`,
		},
		{
			&ensure.ReplaceError{StatementID: "id", TemporaryID: "temporary", Left: ensure.LeftOldAndTemporary, Err: ensure.ErrCannotRestore},
			`ensure: replacing statement "id": AddPermission could not restore the old statement; the old statement and the temporary one are in force (temporary id "temporary")`,
		},
		{
			&ensure.ReplaceError{StatementID: "id", TemporaryID: "temporary", Left: ensure.LeftOld, Step: "adding the statement", Err: io.EOF},
			`ensure: replacing statement "id": adding the statement: EOF; only the old statement is in force (temporary id "temporary")`,
		},
		{
			&ensure.ReplaceError{StatementID: "id", TemporaryID: "temporary", Left: ensure.LeftTemporary, Uncertain: true, Step: "adding the statement", Err: io.EOF},
			`ensure: replacing statement "id": adding the statement: EOF; only the temporary statement is in force (temporary id "temporary"); this is not certain, since a request may have been carried out after the policy was read`,
		},
		{
			&ensure.ReplaceError{StatementID: "id", TemporaryID: "temporary", Left: ensure.LeftNewAndTemporary, Step: "removing the temporary statement", Err: io.EOF},
			`ensure: replacing statement "id": removing the temporary statement: EOF; the new statement and the temporary one are in force (temporary id "temporary")`,
		},
		{
			&ensure.ReplaceError{StatementID: "id", TemporaryID: "temporary", Left: ensure.LeftNothing, Step: "adding the statement", Err: io.EOF, RestoreErr: io.ErrUnexpectedEOF},
			`ensure: replacing statement "id": adding the statement: EOF; neither the old nor the new statement is in force (temporary id "temporary"); the old statement could not be put back: unexpected EOF`,
		},
		{
			&ensure.ApplyError{
				Function: "f", Step: "a step", Err: io.EOF, Done: make([]ensure.Change, 1), Left: make([]ensure.Change, 2),
				Missing: []string{"m1", "m2"}, Unwanted: []string{"u"},
			},
			`ensure: f: a step: EOF; 1 of 3 changes done; not in force: m1, m2; still in force: u`,
		},
		{
			&ensure.ApplyError{Function: "f", Step: "a step", Err: io.EOF, Left: make([]ensure.Change, 1), Uncertain: true},
			`ensure: f: a step: EOF; 0 of 1 change done; this is not certain, since that call may still be carried out, or the last reading may be an old one`,
		},
		{
			&ensure.ApplyError{Function: "f", Step: "a step", Err: io.EOF, Left: make([]ensure.Change, 1), Missing: []string{"m"}},
			`ensure: f: a step: EOF; 0 of 1 change done; not in force: m`,
		},
		{
			&ensure.NoRoomError{Function: "f", Size: policy.MaxSize + 7, Unfit: []string{"a", "b"}},
			`ensure: the policy of "f" would have 20487 bytes, 7 more than the service allows; no room for a, b`,
		},
		{
			&ensure.NoRoomError{Function: "f", Size: policy.MaxSize + 7, Unfit: []string{"a"}, FitsAtTheEnd: true},
			`ensure: the policy of "f" would have 20487 bytes, 7 more than the service allows; no room for a before old statements are removed (Options.AllowGap removes them first)`,
		},
		{
			&ensure.PrincipalError{Principal: "s3.example.com", Err: io.EOF},
			`EOF (principal "s3.example.com" is well-formed, but the service does not know it)`,
		},
		{
			&ensure.PrincipalError{Principal: deployRole, Err: io.EOF},
			`EOF (principal "` + deployRole + `" does not exist, or was created so recently that Lambda does not know it yet)`,
		},
		{
			&ensure.PrincipalError{Principal: deployRole, Deleted: []string{"one", "two"}, Err: io.EOF},
			`EOF (the policy has statements whose principal was deleted: ["one" "two"]; remove them first)`,
		},
		{
			&ensure.PrincipalError{Principal: "x", Doubt: "not a principal", Deleted: []string{"one"}, Err: io.EOF},
			`EOF (the policy has statements whose principal was deleted: ["one"]; remove them first; principal "x": not a principal)`,
		},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// An error names up to ten statements, and counts the rest of more.
func TestErrorsNameTenStatements(t *testing.T) {
	ids := strings.Fields("s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10")
	for n, want := range map[int]string{
		10: "changed meanwhile: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 would have",
		11: "changed meanwhile: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 1 more would have",
	} {
		err := &ensure.PlanChangedError{Function: "f", StatementIDs: ids[:n]}
		if got := err.Error(); !strings.Contains(got, want) {
			t.Errorf("%d statements: %q, want %q in it", n, got, want)
		}
	}
}

// The refusal of a list has each of its problems, on one line if that is the only one.
func TestDesiredErrorTexts(t *testing.T) {
	open := &ensure.OpenGrantError{StatementID: "id", Principal: "*"}
	const everybody = `it lets everybody in: set PrincipalOrgID, SourceArn, SourceAccount or FunctionUrlAuthType, or name "id" in AllowOpen`
	for _, tt := range []struct {
		err  error
		want string
	}{
		{open, everybody},
		{
			&ensure.OpenGrantError{StatementID: "id", Principal: "s3.amazonaws.com"},
			`it lets s3.amazonaws.com in on behalf of anybody's resources: set SourceArn, SourceAccount or EventSourceToken, or name "id" in AllowOpen`,
		},
		{
			&ensure.DesiredError{Function: "f", Problems: []ensure.Problem{{Grant: -1, Err: io.EOF}}},
			`ensure: the grants desired for "f" are refused: EOF`,
		},
		{
			&ensure.DesiredError{Function: "f", Problems: []ensure.Problem{
				{Grant: 0, Err: errors.New("first line\nsecond line")}, {Grant: 2, StatementID: "id", Err: open},
			}},
			`ensure: the grants desired for "f" are refused: 2 problems` +
				"\n  grant 0: first line\n  second line\n  grant 2 (id): " + everybody,
		},
		{
			&ensure.InexpressibleError{Function: "f", Statements: []ensure.Inexpressible{
				{Index: 0, Sid: "first", Effect: "Allow", Err: io.EOF}, {Index: 3, Sid: "second", Effect: "Deny", Err: io.EOF},
			}},
			"ensure: AddPermission cannot add 2 of the statements to f:" +
				"\n  statement 3 (\"second\") denies; without it more is allowed" +
				"\n  statement 0 (\"first\"): EOF",
		},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// Every error leads to the one of the call in it.
func TestErrorsUnwrap(t *testing.T) {
	for _, err := range []error{
		&ensure.ApplyError{Err: io.EOF}, &ensure.DesiredError{Problems: []ensure.Problem{{Err: io.EOF}}},
		&ensure.InexpressibleError{Statements: []ensure.Inexpressible{{Err: io.EOF}}},
		&ensure.PolicyChangedError{Err: io.EOF}, &ensure.ReplaceError{Err: io.EOF}, &ensure.PrincipalError{Err: io.EOF},
	} {
		if !errors.Is(err, io.EOF) {
			t.Errorf("%T does not lead to its Err", err)
		}
	}
}

// answered is the error of a call that was answered with a status.
func answered(status int) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: io.ErrUnexpectedEOF,
	}}
}

// If the policy shows no change after a failed write, the answer decides whether the
// error is certain: a 4xx is a refusal, and after a 5xx, or a 2xx that could not be read,
// the change may have been made. Without an answer nothing is known, unless there was no
// connection. A request that was refused before it was sent needs no reading.
func TestCertainty(t *testing.T) {
	tests := []struct {
		reason    string
		err       error
		uncertain bool
		looks     bool
	}{
		{"400", answered(400), false, true},
		{"403", answered(403), false, true},
		{"499", answered(499), false, true},
		{"500", answered(500), true, true},
		{"503", answered(503), true, true},
		{"599", answered(599), true, true},
		{"200, not read to its end", answered(200), true, true},
		{"299, not read to its end", answered(299), true, true},
		{"no answer", io.ErrUnexpectedEOF, true, true},
		{"an error of the service without a status", &smithy.GenericAPIError{Code: "x", Fault: smithy.FaultServer}, true, true},
		{"a refusal without a status", &smithy.GenericAPIError{Code: "x", Fault: smithy.FaultClient}, false, true},
		{"no connection", dialError(), false, true},
		{"a rule", &validate.Error{}, false, false},
		{"a configuration", &permission.ConfigError{}, false, false},
		{"parameters", smithy.InvalidParamsError{}, false, false},
		{"serialization", &smithy.SerializationError{Err: io.EOF}, false, false},
	}
	for _, tt := range tests {
		service := newService(t)
		mustAdd(t, service.API(), elsewhere())
		reads := 0
		api := &watched{API: service.API(), before: func(call string) error {
			if call == "GetPolicy" {
				reads++
				return nil
			}
			return tt.err
		}}
		_, err := ensure.Grant(context.Background(), api, grant(), replacing)
		var broken *ensure.ReplaceError
		if !errors.As(err, &broken) {
			t.Errorf("%s: err = %v, want a *ReplaceError", tt.reason, err)
			continue
		}
		if broken.Uncertain != tt.uncertain {
			t.Errorf("%s: Uncertain = %v, want %v", tt.reason, broken.Uncertain, tt.uncertain)
		}
		if looked := reads == 2; looked != tt.looks {
			t.Errorf("%s: %d readings; read again: %v, want %v", tt.reason, reads, looked, tt.looks)
		}
	}
}

// Outside of a replacement a refusal is certain and costs no further call; after a lost
// answer the policy is read.
func TestRefusedAdditionIsNotLookedFor(t *testing.T) {
	for status, want := range map[int]int{400: 2, 403: 2, 429: 2, 500: 3, 503: 3} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			api := &watched{API: newService(t).API(), before: func(call string) error {
				if call != "GetPolicy" {
					return answered(status)
				}
				return nil
			}}
			_, err := ensure.Grant(context.Background(), api, grant())
			wantErrorWith(t, err, "unexpected EOF")
			wantEqual(t, "calls", len(api.calls), want)
		})
	}
}

// Somebody takes the id while the old statement is about to be put back: the error
// says so, and leads to the refusal of the new one.
func TestRestoreMeetsAnotherGrant(t *testing.T) {
	service := fullPolicy(t)
	adds := 0
	api := &watched{API: service.API()}
	api.before = func(call string) error {
		if strings.HasPrefix(call, "AddPermission") {
			adds++
			if adds == 1 {
				return accessDenied()
			}
			mustAdd(t, service.API(), withSourceArn(grant(), "arn:aws:s3:::third"))
		}
		return nil
	}
	_, err := ensure.Grant(context.Background(), api, grant(), withGap, func(o *ensure.Options) { o.MaxTries = 5 })
	changed := mustBe[*ensure.PolicyChangedError](t, err)
	if !lambdaerrors.IsAccessDenied(err) {
		t.Errorf("err = %v, want the refusal in it", err)
	}
	if !strings.Contains(changed.Before.Raw(), "elsewhere") {
		t.Errorf("Before = %s, want the old grant", changed.Before)
	}
	if !strings.Contains(changed.Now.Raw(), "third") {
		t.Errorf("Now = %s, want the third grant", changed.Now)
	}
}

// When putting the old statement back is refused again and again because others
// write, the error says that it was not put back.
func TestRestoreGivesUp(t *testing.T) {
	service := fullPolicy(t)
	adds := 0
	api := &watched{API: service.API()}
	api.before = func(call string) error {
		if strings.HasPrefix(call, "AddPermission") {
			if adds++; adds == 1 {
				return accessDenied()
			}
			return errBusy
		}
		return nil
	}
	_, err := ensure.Grant(context.Background(), api, grant(), withGap, func(o *ensure.Options) { o.MaxTries = 2 })
	wantErrorWith(t, wantBroken(t, err, ensure.LeftNothing, false).RestoreErr, "gave up")
	if adds != 3 {
		t.Errorf("%d additions, want 3: the new statement, the old one twice", adds)
	}
}

// The new statement arrives late, while the old one is about to be put back: the
// call succeeds.
func TestLateAdditionClosesTheGap(t *testing.T) {
	service := fullPolicy(t)
	reads, lost := 0, false
	api := &watched{API: service.API()}
	api.before = func(call string) error {
		if strings.HasPrefix(call, "AddPermission") {
			lost = true
			return io.ErrUnexpectedEOF
		}
		if lost && call == "GetPolicy" {
			if reads++; reads == 2 { // the first one shows nothing yet
				mustAdd(t, service.API(), grant())
			}
		}
		return nil
	}
	out, err := ensure.Grant(context.Background(), api, grant(), withGap)
	wantGranted(t, out, err, ensure.OutcomeReplaced)
}

// A call whose steps another program undoes ends with an error.
func TestGrantGivesUpWhenUndone(t *testing.T) {
	service := newService(t)
	leftover := grant()
	leftover.StatementId = aws.String(temporaryID)
	writes := 0
	api := &watched{API: service.API()}
	api.after = func(call string) error {
		if call != "GetPolicy" {
			writes++
			_, _ = service.API().RemovePermission(context.Background(), removal())
			_, _ = service.API().AddPermission(context.Background(), leftover)
		}
		return nil
	}
	mustAdd(t, service.API(), leftover)
	_, err := ensure.Grant(context.Background(), api, grant(), replacing, func(o *ensure.Options) { o.MaxTries = 3 })
	wantErrorWith(t, err, "undoes every step")
	if !strings.Contains(err.Error(), temporaryID) {
		t.Errorf("err = %v, want the temporary id in it", err)
	}
	if writes != 9 {
		t.Errorf("%d writes, want 9: six steps and three tries", writes)
	}
}

// A step is refused, and the reading after it shows that somebody has put another
// statement under the id: the error has both.
func TestRefusalMeetsAnotherGrant(t *testing.T) {
	service := newService(t)
	mustAdd(t, service.API(), elsewhere())
	api := &watched{API: service.API(), before: func(call string) error {
		if call != "AddPermission "+temporaryID {
			return nil
		}
		if _, err := service.API().RemovePermission(context.Background(), removal()); err != nil {
			t.Error(err)
		}
		mustAdd(t, service.API(), withSourceArn(grant(), "arn:aws:s3:::third"))
		return accessDenied()
	}}
	_, err := ensure.Grant(context.Background(), api, grant(), replacing)
	changed := mustBe[*ensure.PolicyChangedError](t, err)
	if !strings.Contains(changed.Now.Raw(), "third") {
		t.Errorf("Now = %s, want the third grant", changed.Now)
	}
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		t.Errorf("err = %v, want the refusal in it", err)
	}
}
