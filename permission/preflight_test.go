package permission_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// untouchable returns credentials that fail the test if they are retrieved.
func untouchable(t *testing.T) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		t.Error("credentials were retrieved")
		return aws.Credentials{}, nil
	})
}

// If a request breaks a rule, nothing is sent and no credentials are retrieved. The
// error has all violations of the operation's rules.
func TestPreflight(t *testing.T) {
	client := permission.New(permission.Options{Region: "us-east-1", Credentials: untouchable(t), HTTPClient: unreachable(t)})
	tests := []struct {
		name string
		call func() error
		want []string
	}{{
		"AddPermission", func() error {
			in := grant()
			in.StatementId, in.Action = aws.String("a.b"), aws.String("lambda.InvokeFunction")
			_, err := client.AddPermission(context.Background(), in)
			return err
		}, []string{"StatementId", "Action"},
	}, {
		// RemovePermission accepts a dot in StatementId.
		"RemovePermission", func() error {
			in := removal()
			in.StatementId, in.Qualifier = aws.String("a.b"), aws.String("not a qualifier")
			_, err := client.RemovePermission(context.Background(), in)
			return err
		}, []string{"Qualifier"},
	}, {
		"GetPolicy", func() error {
			_, err := client.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("no name")})
			return err
		}, []string{"FunctionName"},
	}, {
		// A nil input is an empty input: the error names the required members.
		"nil input", func() error { _, err := client.AddPermission(context.Background(), nil); return err },
		[]string{"FunctionName", "StatementId", "Action", "Principal"},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.call()
			var invalid *validate.Error
			if !errors.As(err, &invalid) {
				t.Fatalf("err = %v, want a *validate.Error", err)
			}
			if diff := cmp.Diff(tt.want, fieldsOf(invalid)); diff != "" {
				t.Errorf("fields (-want +got)\n%s", diff)
			}
			var operation *smithy.OperationError
			if !errors.As(err, &operation) {
				t.Errorf("err = %v, want a *smithy.OperationError around it", err)
			}
		})
	}
}

// A check gets the operation by its name, also AddPermission, so that a switch over the
// constants of package validate covers all operations.
func TestPreflightNamesTheOperation(t *testing.T) {
	var got []validate.Operation
	client := permission.New(permission.Options{
		Region: "us-east-1", Credentials: untouchable(t), HTTPClient: unreachable(t),
		Preflight: []permission.Check{func(_ context.Context, r validate.Request) error {
			got = append(got, r.Operation)
			return errors.New("not now")
		}},
	})
	_, _ = client.AddPermission(context.Background(), grant())
	_, _ = client.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("f")})
	_, _ = client.RemovePermission(context.Background(), removal())
	want := []validate.Operation{validate.AddPermission, validate.GetPolicy, validate.RemovePermission}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

// Both rule sets refuse a pointer to "" where the service refuses it, before anything
// is sent: an unset variable must not result in an open grant. "" does not match the
// patterns of SourceArn, SourceAccount, EventSourceToken and PrincipalOrgID, and
// Qualifier has a minimum length of 1.
func TestPreflightRefusesEmptyMembers(t *testing.T) {
	server, requests := countingServer(t)
	empty := aws.String("")
	calls := map[string]struct {
		field string
		call  func(permission.API) error
	}{
		"AddPermission, SourceArn":        {"SourceArn", adding(func(in *permission.AddPermissionInput) { in.SourceArn = empty })},
		"AddPermission, SourceAccount":    {"SourceAccount", adding(func(in *permission.AddPermissionInput) { in.SourceAccount = empty })},
		"AddPermission, EventSourceToken": {"EventSourceToken", adding(func(in *permission.AddPermissionInput) { in.EventSourceToken = empty })},
		"AddPermission, PrincipalOrgID":   {"PrincipalOrgID", adding(func(in *permission.AddPermissionInput) { in.PrincipalOrgID = empty })},
		"AddPermission, Qualifier":        {"Qualifier", adding(func(in *permission.AddPermissionInput) { in.Qualifier = empty })},
		"GetPolicy, Qualifier": {"Qualifier", func(api permission.API) error {
			_, err := api.GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail"), Qualifier: empty})
			return err
		}},
		"RemovePermission, Qualifier": {"Qualifier", func(api permission.API) error {
			in := removal()
			in.Qualifier = empty
			_, err := api.RemovePermission(t.Context(), in)
			return err
		}},
	}
	for set, rules := range map[string]*validate.Rules{"Current": validate.Current, "Original": validate.Original} {
		client := permission.New(permission.Options{
			Region: "us-east-1", Credentials: exampleKeys, BaseEndpoint: &server.URL, Preflight: []permission.Check{permission.Rules(rules)},
		})
		for name, tt := range calls {
			err := tt.call(client)
			var invalid *validate.Error
			if !errors.As(err, &invalid) {
				t.Errorf("%s, %s: err = %v, want a *validate.Error", set, name, err)
				continue
			}
			if diff := cmp.Diff([]string{tt.field}, slices.Compact(fieldsOf(invalid))); diff != "" {
				t.Errorf("%s, %s: fields (-want +got)\n%s", set, name, diff)
			}
		}
	}
	if n := requests(); n != 0 {
		t.Errorf("%d requests were sent, want 0", n)
	}
}

// An empty RevisionId is sent, because the service accepts it.
func TestEmptyRevisionIdIsSent(t *testing.T) {
	var body []byte
	var query string
	client := newClient(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			body, _ = io.ReadAll(r.Body)
			return answer(r, 201, nil, stored), nil
		}
		query = r.URL.RawQuery
		return answer(r, 204, nil, ""), nil
	})
	if err := adding(func(in *permission.AddPermissionInput) { in.RevisionId = aws.String("") })(client); err != nil {
		t.Error(err)
	}
	if want := `"RevisionId":""`; !strings.Contains(string(body), want) {
		t.Errorf("AddPermission sent %s, want %s in it", body, want)
	}
	in := removal()
	in.RevisionId = aws.String("")
	if _, err := client.RemovePermission(t.Context(), in); err != nil {
		t.Error(err)
	}
	if want := "RevisionId="; query != want {
		t.Errorf("RemovePermission sent %q, want %q", query, want)
	}
}

// adding returns a call that adds a grant, changed by change.
func adding(change func(*permission.AddPermissionInput)) func(permission.API) error {
	return func(api permission.API) error {
		in := grant()
		change(in)
		_, err := api.AddPermission(context.Background(), in)
		return err
	}
}

// countingServer returns a server and a function that returns the number of its
// requests.
func countingServer(t *testing.T) (*httptest.Server, func() int64) {
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.Add(1)
		w.WriteHeader(http.StatusBadRequest)
	}))
	t.Cleanup(server.Close)
	return server, n.Load
}

func fieldsOf(e *validate.Error) (fields []string) {
	for _, v := range e.Violations {
		fields = append(fields, v.Field)
	}
	return fields
}

// Functional options see the default Preflight: append adds a check and nil removes all
// checks, for a client and for one call.
func TestPreflightOptions(t *testing.T) {
	ctx, refused := context.Background(), errors.New("not on a Friday")
	friday := func(context.Context, validate.Request) error { return refused }
	bad := grant()
	bad.StatementId = aws.String("a.b")
	var invalid *validate.Error

	add := func(o *permission.Options) { o.Preflight = append(o.Preflight, friday) }
	off := func(o *permission.Options) { o.Preflight = nil }

	wantBoth := func(name string, err error) {
		t.Helper()
		if !errors.Is(err, refused) {
			t.Errorf("%s: err = %v, want %v in it", name, err, refused)
		}
		if !errors.As(err, &invalid) {
			t.Errorf("%s: err = %v, want a *validate.Error in it", name, err)
		}
	}
	_, err := newClient(unreachable(t), add).AddPermission(ctx, bad)
	wantBoth("a rule and a check fail", err)
	if _, err := newClient(unreachable(t), add).AddPermission(ctx, grant()); !errors.Is(err, refused) {
		t.Errorf("err = %v, want %v", err, refused)
	}
	if _, err := newClient(answering(201, nil, stored)).AddPermission(ctx, bad, off); err != nil {
		t.Errorf("off for one call: %v", err)
	}
	client := newClient(answering(201, nil, stored), off)
	if _, err := client.AddPermission(ctx, bad); err != nil {
		t.Errorf("off for a client: %v", err)
	}
	if _, err := permission.New(client.Options()).AddPermission(ctx, bad); err != nil {
		t.Errorf("off in the options of a client: %v", err)
	}
	// A second Preflight, from APIOptions, adds to the first.
	twice := newClient(unreachable(t), permission.WithAPIOptions(permission.Preflight(friday)))
	_, err = twice.AddPermission(ctx, bad)
	wantBoth("a second Preflight", err)
}

// Without checks the client still refuses an input that would address another resource
// or that the SDK's client refuses.
func TestWithoutPreflight(t *testing.T) {
	off := func(o *permission.Options) { o.Preflight = nil }
	client := newClient(unreachable(t), off)
	for _, in := range []*permission.RemovePermissionInput{
		{FunctionName: aws.String(""), StatementId: aws.String("s3-photos")},
		{FunctionName: aws.String("Thumbnail"), StatementId: aws.String("")},
	} {
		_, err := client.RemovePermission(context.Background(), in)
		var unsent *smithy.SerializationError
		if !errors.As(err, &unsent) {
			t.Errorf("err = %v, want a *smithy.SerializationError", err)
		}
	}
	_, addErr := client.AddPermission(context.Background(), nil)
	_, getErr := client.GetPolicy(context.Background(), nil)
	_, removeErr := client.RemovePermission(context.Background(), nil)
	for required, err := range map[int]error{4: addErr, 1: getErr, 2: removeErr} {
		var missing smithy.InvalidParamsError
		if !errors.As(err, &missing) {
			t.Errorf("err = %v, want a smithy.InvalidParamsError", err)
		}
		wantEqual(t, "number of missing members", missing.Len(), required)
	}
}

// Preflight without arguments checks the rules of Current, for each of the six
// operations. It does not change the stack of another operation.
func TestPreflightWithoutChecks(t *testing.T) {
	ctx, name := context.Background(), aws.String("not a name")
	client := newClient(unreachable(t), func(o *permission.Options) { o.Preflight = nil }, permission.WithAPIOptions(permission.Preflight()))
	_, addErr := client.AddPermission(ctx, &permission.AddPermissionInput{FunctionName: name})
	_, getErr := client.GetPolicy(ctx, &permission.GetPolicyInput{FunctionName: name})
	_, removeErr := client.RemovePermission(ctx, &permission.RemovePermissionInput{FunctionName: name})
	errs := map[string]error{"AddPermission": addErr, "GetPolicy": getErr, "RemovePermission": removeErr}
	for operation, call := range wholePolicyCalls {
		errs[operation] = call(ctx, client, name)
	}
	for operation, err := range errs {
		var invalid *validate.Error
		if !errors.As(err, &invalid) {
			t.Errorf("%s: err = %v, want a *validate.Error", operation, err)
		}
	}

	stack := middleware.NewStack("Invoke", func() any { return nil })
	if err := permission.Preflight()(stack); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "number of middlewares in the stack of Invoke", len(stack.Initialize.List()), 0)
}

// Preflight checks only inputs of Lambda: SNS and SQS also have an operation
// AddPermission.
func TestPreflightPassesForeignInputs(t *testing.T) {
	type AddPermissionInput struct{ Label *string } // as in another service
	for _, id := range []string{"AddPermission", "Publish"} {
		stack := middleware.NewStack(id, func() any { return nil })
		if err := permission.Preflight()(stack); err != nil {
			t.Fatal(err)
		}
		sent := false
		next := middleware.HandlerFunc(func(context.Context, any) (any, middleware.Metadata, error) {
			sent = true
			return nil, middleware.Metadata{}, nil
		})
		_, _, err := middleware.DecorateHandler(next, stack).Handle(context.Background(), &AddPermissionInput{})
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
		wantEqual(t, id+": sent", sent, true)
	}
}

// The default checks of a valid grant do not allocate.
func TestPreflightAllocs(t *testing.T) {
	check, req := permission.Rules(validate.Current), grant().Request()
	if n := testing.AllocsPerRun(100, func() {
		if err := check(context.Background(), req); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}
