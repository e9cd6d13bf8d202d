package ensure_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

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

// The pre-flight is the program's to change: a check may be added, and all of them
// run.
func TestPreflightOption(t *testing.T) {
	refused := errors.New("not on a Friday")
	in := grant()
	in.StatementId = aws.String("a.b")
	api := &permissiontest.Stub{}
	_, err := ensure.Grant(context.Background(), api, in, func(o *ensure.Options) {
		o.Preflight = append(o.Preflight, func(context.Context, validate.Request) error { return refused })
	})
	var broken *validate.Error
	if !errors.Is(err, refused) || !errors.As(err, &broken) {
		t.Errorf("err = %v, want both", err)
	}
	if calls := api.Calls(); len(calls) > 0 {
		t.Errorf("calls: %v", calls)
	}
}

// Without a pre-flight the service judges, as far as a statement can be built.
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
