package sdkapi_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Request copies every member of an input, and AddPermission passes every member to the
// SDK's client.
func TestEveryMemberArrives(t *testing.T) {
	in := &lambda.AddPermissionInput{
		Action:                aws.String("lambda:InvokeFunctionUrl"),
		FunctionName:          aws.String("Thumbnail"),
		Principal:             aws.String("210987654321"),
		StatementId:           aws.String("partner"),
		EventSourceToken:      aws.String("amzn1.ask.skill.1"),
		FunctionUrlAuthType:   types.FunctionUrlAuthTypeAwsIam,
		InvokedViaFunctionUrl: aws.Bool(true),
		PrincipalOrgID:        aws.String("o-a1b2c3d4e5"),
		Qualifier:             aws.String("PROD"),
		RevisionId:            aws.String("12345678-1234-1234-1234-123456789012"),
		SourceAccount:         aws.String("123456789012"),
		SourceArn:             aws.String("arn:aws:s3:::photos"),
	}
	for i := range reflect.TypeFor[lambda.AddPermissionInput]().NumField() {
		if f := reflect.ValueOf(*in).Field(i); f.IsZero() && f.Type().Size() > 0 {
			t.Fatalf("the input lacks %s", reflect.TypeFor[lambda.AddPermissionInput]().Field(i).Name)
		}
	}
	got := sdkapi.Request(in)
	want := validate.Request{
		FunctionName: "Thumbnail", StatementId: "partner", Action: "lambda:InvokeFunctionUrl", Principal: "210987654321",
		EventSourceToken: "amzn1.ask.skill.1", FunctionUrlAuthType: "AWS_IAM", InvokedViaFunctionUrl: in.InvokedViaFunctionUrl,
		PrincipalOrgID: "o-a1b2c3d4e5", Qualifier: "PROD", RevisionId: "12345678-1234-1234-1234-123456789012",
		SourceAccount: "123456789012", SourceArn: "arn:aws:s3:::photos",
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}

	// The pre-flight reads the input of the SDK's client.
	var seen validate.Request
	api := newAPI(t, permissiontest.NewServer(t).Config(), func(_ context.Context, r validate.Request) error {
		seen = r
		return errStop
	})
	if _, err := api.AddPermission(t.Context(), permission.NewAddPermissionInput(want)); !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	seen.Operation, seen.InvokedViaFunctionUrl = "", want.InvokedViaFunctionUrl
	if seen != want {
		t.Errorf("input of the SDK's client: %+v, want %+v", seen, want)
	}
}

var errStop = errors.New("stop")

func newAPI(t *testing.T, cfg aws.Config, checks ...permission.Check) *sdkapi.API {
	t.Helper()
	return sdkapi.New(lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, permission.Preflight(checks...))
	}))
}

// Empty has the members that are pointers to "", as with the inputs of package
// permission: an unset variable is not an absent member.
func TestEmptyMembersAreNoted(t *testing.T) {
	got := sdkapi.Request(&lambda.AddPermissionInput{SourceAccount: aws.String("")})
	if want := validate.MembersOf("SourceAccount"); got.Empty != want {
		t.Errorf("Empty is %v, want %v", got.Empty, want)
	}
}

// Nil inputs are treated as empty ones, as both clients do.
func TestNilInputs(t *testing.T) {
	if got := sdkapi.Request(nil); got != (validate.Request{}) {
		t.Errorf("Request(nil) is %+v, want the zero Request", got)
	}
	api := sdkapi.New(lambda.NewFromConfig(permissiontest.NewServer(t).Config()))
	_, add := api.AddPermission(t.Context(), nil)
	_, get := api.GetPolicy(t.Context(), nil)
	_, remove := api.RemovePermission(t.Context(), nil)
	_, put := api.PutResourcePolicy(t.Context(), nil)
	_, read := api.GetResourcePolicy(t.Context(), nil)
	_, del := api.DeleteResourcePolicy(t.Context(), nil)
	for _, err := range []error{add, get, remove, put, read, del} {
		if missing := (smithy.InvalidParamsError{}); !errors.As(err, &missing) {
			t.Errorf("err = %v, want a smithy.InvalidParamsError", err)
		}
	}
}

func TestNewRefusesNil(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("New(nil) did not panic")
		}
	}()
	sdkapi.New(nil)
}

// Whole policies pass through the client with every member: a put, a read, and an edit
// with its revision succeed, and writes with an old revision are refused.
func TestWholePolicies(t *testing.T) {
	server := permissiontest.NewServer(t)
	const function = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"
	const denial = `{"Version":"2012-10-17","Statement":[{"Sid":"deny","Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"` + function + `"}]}`
	server.CreateFunction("Thumbnail")
	api := newAPI(t, server.Config())
	put, err := api.PutResourcePolicy(t.Context(), &permission.PutResourcePolicyInput{ResourceArn: aws.String(function), Policy: aws.String(denial)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := permission.ReadResourcePolicy(t.Context(), api, function)
	if err != nil {
		t.Fatal(err)
	}
	if want := aws.ToString(put.Policy); got.Document.Raw() != want {
		t.Errorf("the policy read is %s, want %s", got.Document, want)
	}
	if want := aws.ToString(put.RevisionId); got.RevisionID != want {
		t.Errorf("the revision read is %s, want %s", got.RevisionID, want)
	}
	allow := func(d policy.Document) (policy.Document, error) {
		return policy.Parse(strings.Replace(d.Raw(), "Deny", "Allow", 1))
	}
	if _, err := permission.EditResourcePolicy(t.Context(), api, function, allow); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(denial, "Deny", "Allow", 1)
	if stored, _ := server.Policy("Thumbnail"); stored.Raw() != want {
		t.Errorf("the policy is %s, want %s", stored, want)
	}
	for _, write := range []func() error{
		func() error {
			_, err := api.DeleteResourcePolicy(t.Context(), &permission.DeleteResourcePolicyInput{ResourceArn: aws.String(function), RevisionId: put.RevisionId})
			return err
		},
		func() error {
			_, err := api.PutResourcePolicy(t.Context(), &permission.PutResourcePolicyInput{ResourceArn: aws.String(function), Policy: aws.String(denial), RevisionId: put.RevisionId})
			return err
		},
	} {
		if err := write(); !lambdaerrors.IsPreconditionFailed(err) {
			t.Errorf("an old revision: err = %v, want a PreconditionFailedException", err)
		}
	}
}

// The options of a call, Preflight among them, apply to this call of the client and not
// to the next one.
func TestOptionsOfACall(t *testing.T) {
	sent := &hosts{}
	cfg := permissiontest.NewServer(t).Config()
	cfg.BaseEndpoint, cfg.HTTPClient = nil, sent
	api := sdkapi.New(lambda.NewFromConfig(cfg))
	in := &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")}

	_, err := api.GetPolicy(t.Context(), in, func(o *permission.Options) { o.Region = "cn-north-1" })
	if want := "lambda.cn-north-1.amazonaws.com.cn"; sent.last != want {
		t.Errorf("with an option the request went to %q, want %q (%v)", sent.last, want, err)
	}
	_, err = api.GetPolicy(t.Context(), in)
	if want := "lambda.us-east-1.amazonaws.com"; sent.last != want {
		t.Errorf("then the request went to %q, want %q (%v)", sent.last, want, err)
	}

	sent.last = ""
	in.FunctionName = aws.String("not a name")
	_, err = api.GetPolicy(t.Context(), in, func(o *permission.Options) {
		o.Preflight = append(o.Preflight, permission.Rules(validate.Current))
	})
	if violations := (*validate.Error)(nil); !errors.As(err, &violations) {
		t.Errorf("err = %v, want a *validate.Error", err)
	}
	if sent.last != "" {
		t.Errorf("a refused request went to %q", sent.last)
	}
}

// hosts records the host of the last request, and answers that there is no policy.
type hosts struct{ last string }

func (h *hosts) Do(r *http.Request) (*http.Response, error) {
	h.last = r.URL.Host
	return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// The errors have the SDK's types, and the functions of package errors recognize them.
func TestErrorsAreTheClients(t *testing.T) {
	api := sdkapi.New(lambda.NewFromConfig(permissiontest.NewServer(t).Config()))
	_, err := api.GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: aws.String("Missing")})
	if theirs := (*types.ResourceNotFoundException)(nil); !errors.As(err, &theirs) {
		t.Errorf("err = %v, want the SDK's ResourceNotFoundException", err)
	}
	if !lambdaerrors.IsNotFound(err) {
		t.Errorf("IsNotFound(%v) is false", err)
	}
}
