package permissiontest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

const (
	account = "111111111111"
	fnARN   = "arn:aws:lambda:us-east-1:111111111111:function:fn"
)

// world is the setup of most tests: a server with the function fn, its version 1, and
// the alias live of that version.
type world struct {
	*permissiontest.Server
	client        *permission.Client // without checks and retries
	last          *lastResponse
	aliasRevision string
}

func newWorld(t testing.TB, options ...permissiontest.Option) *world {
	t.Helper()
	options = append([]permissiontest.Option{permissiontest.WithAccount(account)}, options...)
	w := &world{Server: permissiontest.NewServer(t, options...), last: &lastResponse{}}
	w.CreateFunction("fn")
	w.PublishVersion("fn")
	w.aliasRevision = w.CreateAlias("fn", "live", "1")
	w.client = w.Client(unchecked, func(o *permission.Options) { o.HTTPClient = w.last })
	return w
}

func unchecked(o *permission.Options) {
	o.Preflight = nil
	o.Retryer = aws.NopRetryer{}
}

// lastResponse sends requests and keeps the last response.
type lastResponse struct {
	status int
	header http.Header
	body   string
}

// wire has the status, code and body of an answer.
type wire struct {
	Status     int
	Code, Body string
}

func (l *lastResponse) wire() wire {
	return wire{l.status, l.header.Get("X-Amzn-Errortype"), l.body}
}

func wireOf(w *httptest.ResponseRecorder) wire {
	return wire{w.Code, w.Header().Get("X-Amzn-Errortype"), w.Body.String()}
}

// said is the content of a service error.
type said struct {
	Status        int
	Code, Message string
}

func saidBy(err error) said {
	f := seen(err)
	return said{f.Status, f.Code, f.Message}
}

// want fails the test if the named value got is not want, as cmp compares them.
func want[T any](t testing.TB, name string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func (l *lastResponse) Do(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	l.status, l.header, l.body = resp.StatusCode, resp.Header, string(body)
	return resp, err
}

// grant returns a valid grant on fn, changed by edits.
func grant(edits ...func(*permission.AddPermissionInput)) *permission.AddPermissionInput {
	in := &permission.AddPermissionInput{
		FunctionName: aws.String("fn"),
		StatementId:  aws.String("s3"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("s3.amazonaws.com"),
	}
	for _, edit := range edits {
		edit(in)
	}
	return in
}

func function(name string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.FunctionName = &name }
}

func qualifier(q string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.Qualifier = &q }
}

func sid(id string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.StatementId = &id }
}

func principal(p string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.Principal = &p }
}

func revision(id string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.RevisionId = &id }
}

func add(api permission.API, edits ...func(*permission.AddPermissionInput)) error {
	_, err := api.AddPermission(context.Background(), grant(edits...), unchecked)
	return err
}

func get(api permission.API, name, q string) (*permission.GetPolicyOutput, error) {
	return api.GetPolicy(context.Background(), &permission.GetPolicyInput{
		FunctionName: &name, Qualifier: optional(q),
	}, unchecked)
}

func remove(api permission.API, name, q, id, revisionID string) error {
	_, err := api.RemovePermission(context.Background(), &permission.RemovePermissionInput{
		FunctionName: &name, Qualifier: optional(q), StatementId: &id, RevisionId: optional(revisionID),
	}, unchecked)
	return err
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// code returns the service's code of an error, the text of another error, or "" for
// nil.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func mustAdd(t testing.TB, api permission.API, edits ...func(*permission.AddPermissionInput)) {
	t.Helper()
	if err := add(api, edits...); err != nil {
		t.Fatal(err)
	}
}

// revisionOf returns the RevisionId of a policy, "" if there is no policy.
func revisionOf(t testing.TB, api permission.API, name, q string) string {
	t.Helper()
	out, err := get(api, name, q)
	if code(err) == "ResourceNotFoundException" {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.RevisionId)
}

func sourceARN(a string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.SourceArn = &a }
}

func sourceAccount(a string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.SourceAccount = &a }
}

func action(a string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.Action = &a }
}

func urlFields(in *permission.AddPermissionInput) {
	in.FunctionUrlAuthType = permission.FunctionUrlAuthTypeNone
	in.PrincipalOrgID = aws.String("o-1234567890")
}

// statementOf returns a statement in the service's form.
func statementOf(sid, principal, action, resource, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Sid":"` + sid + `","Effect":"Allow","Principal":` + principal + `,"Action":"` + action +
		`","Resource":"` + resource + `"` + condition + `}`
}

// adding returns a call of AddPermission.
func adding(edits ...func(*permission.AddPermissionInput)) func(permission.API) error {
	return func(api permission.API) error { return add(api, edits...) }
}

func getting(name, q string) func(permission.API) error {
	return func(api permission.API) error {
		_, err := get(api, name, q)
		return err
	}
}

func removing(name, q, id, revisionID string) func(permission.API) error {
	return func(api permission.API) error { return remove(api, name, q, id, revisionID) }
}

// failure is an error as a program can see it.
type failure struct {
	Status             int
	Code, Message      string
	Fault              smithy.ErrorFault
	Type               string
	Operation, Service string
	HasRequestID       bool
}

func seen(err error) failure {
	var (
		f         failure
		api       smithy.APIError
		response  *awshttp.ResponseError
		operation *smithy.OperationError
	)
	if errors.As(err, &api) {
		f.Code, f.Message, f.Fault, f.Type = api.ErrorCode(), api.ErrorMessage(), api.ErrorFault(), fmt.Sprintf("%T", api)
	}
	if errors.As(err, &response) {
		f.Status, f.HasRequestID = response.HTTPStatusCode(), response.ServiceRequestID() != ""
	}
	if errors.As(err, &operation) {
		f.Operation, f.Service = operation.Operation(), operation.Service()
	}
	return f
}

// stateOf returns every policy with its RevisionId.
func stateOf(t *testing.T, w *world) map[string]string {
	t.Helper()
	state := make(map[string]string)
	for _, ref := range []string{"fn", "fn:1", "fn:live"} {
		if d, ok := w.Policy(ref); ok {
			state[ref] = d.Raw() + revisionOf(t, w.API(), ref, "")
		}
	}
	return state
}

// sids returns the Sids of a policy, nil if there is no policy.
func sids(t *testing.T, api permission.API, q string) []string {
	t.Helper()
	out, err := get(api, "fn", q)
	if code(err) == "ResourceNotFoundException" {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(aws.ToString(out.Policy))
	if err != nil {
		t.Fatal(err)
	}
	var sids []string
	for _, s := range document.Statements() {
		sids = append(sids, s.Sid())
	}
	return sids
}

func validSigning() signing {
	return signing{
		keyID: permissiontest.DefaultAccessKeyID, secret: permissiontest.DefaultSecretAccessKey,
		region: "us-east-1", service: "lambda", at: noon,
		method: "POST", target: "/2015-03-31/functions/fn/policy", body: validBody,
	}
}

func fixedService(t testing.TB, options ...permissiontest.Option) *permissiontest.Service {
	t.Helper()
	options = append([]permissiontest.Option{permissiontest.WithClock(func() time.Time { return noon })}, options...)
	s := permissiontest.NewService(options...)
	if err := s.CreateFunction("fn"); err != nil {
		t.Fatal(err)
	}
	return s
}

// ofSize sets SourceArn so that the policy of fn with only this statement has the given
// number of bytes.
func ofSize(bytes int) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) {
		without := len(`{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s3","Effect":"Allow",` +
			`"Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + fnARN +
			`","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::"}}}]}`)
		in.SourceArn = aws.String("arn:aws:s3:::" + strings.Repeat("b", bytes-without))
	}
}
