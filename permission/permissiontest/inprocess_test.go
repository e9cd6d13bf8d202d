package permissiontest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// HTTP and API use one state and return the same outputs.
func TestDoorsAgree(t *testing.T) {
	full := func(in *permission.AddPermissionInput) {
		in.Action = aws.String("lambda:InvokeFunctionUrl")
		in.Principal = aws.String("*")
		in.EventSourceToken = aws.String("token")
		in.FunctionUrlAuthType = permission.FunctionUrlAuthTypeAwsIam
		in.PrincipalOrgID = aws.String("o-1234567890")
		in.SourceAccount = aws.String(account)
		in.SourceArn = aws.String("arn:aws:s3:::b")
	}
	viaURL := func(in *permission.AddPermissionInput) { in.InvokedViaFunctionUrl = aws.Bool(true) }
	statements := func(api permission.API) (out []string) {
		for _, edit := range []func(*permission.AddPermissionInput){full, viaURL, qualifier("live")} {
			added, err := api.AddPermission(t.Context(), grant(edit, sid(fmt.Sprint("s", len(out)))))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, *added.Statement)
		}
		return out
	}
	overHTTP, inProcess := newWorld(t), newWorld(t)
	want, got := statements(overHTTP.client), statements(inProcess.API())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements (-HTTP +API):\n%s", diff)
	}
	if diff := cmp.Diff(stateOf(t, overHTTP), stateOf(t, inProcess)); diff != "" {
		t.Errorf("state (-HTTP +API):\n%s", diff)
	}
	// API reads the statements that were added over HTTP.
	out, err := get(overHTTP.API(), "fn", "")
	if err != nil {
		t.Fatal(err)
	}
	if d, _ := overHTTP.Policy("fn"); *out.Policy != d.Raw() {
		t.Errorf("API() reads %s, want %s", *out.Policy, d)
	}
}

// Errors that a client returns without a request have the same types and texts in
// process.
func TestInProcessRefusesAsTheClient(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	off := func(o *permission.Options) { o.Preflight = nil }
	errCheck := errors.New("not on Fridays")
	extra := func(o *permission.Options) {
		o.Preflight = append(o.Preflight, func(context.Context, validate.Request) error { return errCheck })
	}
	tests := map[string]func(permission.API) error{
		"a rule": func(api permission.API) error {
			_, err := api.AddPermission(t.Context(), grant(sid("a b"), principal("s 3")))
			return err
		},
		"a rule of RemovePermission": func(api permission.API) error {
			_, err := api.RemovePermission(t.Context(), &permission.RemovePermissionInput{FunctionName: aws.String("fn")})
			return err
		},
		"a rule and a check of the program": func(api permission.API) error {
			_, err := api.AddPermission(t.Context(), grant(sid("a b")), extra)
			return err
		},
		"a check of the program": func(api permission.API) error {
			_, err := api.AddPermission(t.Context(), grant(), extra)
			return err
		},
		"no input": func(api permission.API) error {
			_, err := api.AddPermission(t.Context(), nil)
			return err
		},
		"no input to GetPolicy":        func(api permission.API) error { _, err := api.GetPolicy(t.Context(), nil, off); return err },
		"no input to RemovePermission": func(api permission.API) error { _, err := api.RemovePermission(t.Context(), nil, off); return err },
		"no input, checks off":         func(api permission.API) error { _, err := api.AddPermission(t.Context(), nil, off); return err },
		"an empty name, checks off":    func(api permission.API) error { return add(api, function("")) },
		"an empty statement id":        func(api permission.API) error { return remove(api, "fn", "", "", "") },
		"a cancelled context": func(api permission.API) error {
			_, err := api.AddPermission(canceled, grant())
			return err
		},
	}
	for name, call := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			want, got := call(w.Client()), call(w.API())
			if want == nil {
				t.Fatal("the client returns no error")
			}
			if diff := cmp.Diff(kinds(want), kinds(got)); diff != "" {
				t.Errorf("client: %v\nAPI():  %v\n(-client +API)\n%s", want, got, diff)
			}
			if name != "a cancelled context" && fmt.Sprint(want) != fmt.Sprint(got) {
				t.Errorf("client: %v\nAPI():  %v", want, got)
			}
			if want, got := errors.Is(want, errCheck), errors.Is(got, errCheck); got != want {
				t.Errorf("the error is that of the check: %t, want %t", got, want)
			}
			if _, ok := w.Policy("fn"); ok {
				t.Error("a policy is stored, want the call not carried out")
			}
		})
	}
}

// The options of API work like those of a client: they apply to every call, and the
// options of a call are applied after them.
func TestInProcessOptions(t *testing.T) {
	errCheck := errors.New("not on Fridays")
	more := func(o *permission.Options) {
		o.Preflight = append(o.Preflight, func(context.Context, validate.Request) error { return errCheck })
	}
	off := func(o *permission.Options) { o.Preflight = nil }
	empty := func(in *permission.AddPermissionInput) { in.SourceArn = aws.String("") }
	tests := []struct {
		name          string
		ofAPI, ofCall []func(*permission.Options)
		edit          func(*permission.AddPermissionInput)
		want          string // in the error
	}{
		{"the default, a wrong id", nil, nil, sid("a b"), "StatementId"},
		// A pointer to "" is an error, nil is not.
		{"the default, an empty SourceArn", nil, nil, empty, "SourceArn"},
		{"a check of the API", []func(*permission.Options){more}, nil, sid("ok"), "not on Fridays"},
		{"a check of the API in addition to the default", []func(*permission.Options){more}, nil, sid("a b"), "StatementId"},
		{"a check of a call", nil, []func(*permission.Options){more}, sid("ok"), "not on Fridays"},
		{"off for the API", []func(*permission.Options){off}, nil, sid("a b"), "ValidationException"},
		{"off for the API, on for a call", []func(*permission.Options){off}, []func(*permission.Options){more}, sid("a b"), "not on Fridays"},
		{"off for a call", []func(*permission.Options){more}, []func(*permission.Options){off}, sid("a b"), "ValidationException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			single := func(o *permission.Options) { o.Retryer = aws.NopRetryer{} }
			for door, api := range map[string]permission.API{
				"client": w.Client(append(tt.ofAPI, single)...),
				"API":    w.API(tt.ofAPI...),
			} {
				_, err := api.AddPermission(t.Context(), grant(tt.edit), tt.ofCall...)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%s: error %v, want one with %q", door, err, tt.want)
				}
			}
		})
	}
}

// kinds returns which types errors.As finds.
func kinds(err error) map[string]bool {
	var (
		operation *smithy.OperationError
		canceled  *aws.RequestCanceledError
		rules     *validate.Error
		params    smithy.InvalidParamsError
		encoding  *smithy.SerializationError
	)
	return map[string]bool{
		"operation": errors.As(err, &operation),
		"canceled":  errors.As(err, &canceled) && errors.Is(err, context.Canceled),
		"rules":     errors.As(err, &rules),
		"params":    errors.As(err, &params),
		"encoding":  errors.As(err, &encoding),
	}
}

// Both the metadata of a result and a service error have the request id.
func TestInProcessRequestID(t *testing.T) {
	w := newWorld(t)
	out, err := w.API().AddPermission(t.Context(), grant())
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata); id == "" {
		t.Error("no request id in the metadata")
	}
	var conflict *lambdaerrors.ResourceConflictException
	if err := add(w.API()); !errors.As(err, &conflict) {
		t.Fatalf("error %v, want a ResourceConflictException", err)
	}
	want(t, "StatusCode", 409, conflict.StatusCode)
	if conflict.RequestID == "" {
		t.Error("no request id in the error")
	}
}

// A Stub answers with its functions and records the calls in order.
func TestStub(t *testing.T) {
	removed := errors.New("removed already")
	stub := &permissiontest.Stub{
		AddPermissionFunc: func(_ context.Context, in *permission.AddPermissionInput, _ ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
			return &permission.AddPermissionOutput{Statement: in.StatementId}, nil
		},
		RemovePermissionFunc: func(context.Context, *permission.RemovePermissionInput, ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
			return nil, removed
		},
	}
	in := grant()
	out, err := stub.AddPermission(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "Statement", "s3", *out.Statement)
	_, err = stub.GetPolicy(t.Context(), nil)
	want(t, "error of GetPolicy", "permissiontest: Stub.GetPolicyFunc is nil: set it, since GetPolicy was called", fmt.Sprint(err))
	if _, err := stub.RemovePermission(t.Context(), nil); err != removed {
		t.Errorf("RemovePermission: error %v, want that of RemovePermissionFunc", err)
	}
	var got []string
	for _, call := range stub.Calls() {
		got = append(got, call.Operation)
	}
	if diff := cmp.Diff([]string{"AddPermission", "GetPolicy", "RemovePermission"}, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if stub.Calls()[0].Input != any(in) {
		t.Error("Calls()[0].Input is not the input of the call")
	}
}

func TestStubConcurrent(t *testing.T) {
	stub := &permissiontest.Stub{}
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() { _, _ = stub.GetPolicy(t.Context(), nil); stub.Calls() })
	}
	wg.Wait()
	if n := len(stub.Calls()); n != 64 {
		t.Errorf("%d calls, want 64", n)
	}
}
