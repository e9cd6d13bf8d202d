package permissiontest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

const (
	account = "111111111111"
	fnARN   = "arn:aws:lambda:us-east-1:111111111111:function:fn"
)

// world is what most tests begin with: the function fn, its version 1, and the
// alias live of that version.
type world struct {
	*permissiontest.Server
	client        *permission.Client // without checks and retries of its own
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

// lastResponse sends requests and keeps the last response as it was on the wire.
type lastResponse struct {
	status int
	header http.Header
	body   string
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

// grant is a request that is right for fn, changed by edits.
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

// code is the service's code of an error, "" for nil.
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

// revisionOf is the RevisionId of a policy, "" when there is none.
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
