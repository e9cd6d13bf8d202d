package permission_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

func build(t *testing.T, in *permission.AddPermissionInput) policy.Statement {
	t.Helper()
	s, err := policy.NewStatement(in.Request(), arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// accessDenied returns the error with which the service refuses an unauthorized caller.
func accessDenied() error {
	return lambdaerrors.FromResponse(403, map[string][]string{"X-Amzn-Errortype": {"AccessDeniedException"}}, []byte(`{"Message":null}`))
}

// transport is an HTTP client that answers without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) Do(r *http.Request) (*http.Response, error) { return f(r) }

// answering returns a transport that gives every request the same answer.
func answering(status int, header http.Header, body string) transport {
	return func(r *http.Request) (*http.Response, error) { return answer(r, status, header, body), nil }
}

func answer(r *http.Request, status int, header http.Header, body string) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// requestID returns the header with the id of a request.
func requestID(id string) http.Header { return http.Header{"X-Amzn-Requestid": {id}} }

// unreachable returns a transport that fails the test if a request is sent.
func unreachable(t *testing.T) transport {
	return func(r *http.Request) (*http.Response, error) {
		t.Errorf("sent %s %s", r.Method, r.URL)
		return answer(r, http.StatusInternalServerError, nil, ""), nil
	}
}

// The example key of the AWS documentation ("Understanding and getting your AWS
// credentials").
var exampleKeys = aws.CredentialsProviderFunc(keys)

// newClient returns a client that signs with the example key and tries once.
func newClient(t transport, optFns ...func(*permission.Options)) *permission.Client {
	return permission.New(permission.Options{
		Region: "us-east-1", Credentials: exampleKeys, HTTPClient: t, RetryMaxAttempts: 1,
	}, optFns...)
}

// grant returns a grant that the service accepts.
func grant() *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName:  aws.String("Thumbnail"),
		StatementId:   aws.String("s3-photos"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceArn:     aws.String("arn:aws:s3:::photos"),
		SourceAccount: aws.String("123456789012"),
	}
}

func removal() *permission.RemovePermissionInput {
	return &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: aws.String("s3-photos")}
}

func withSourceArn(in *permission.AddPermissionInput, sourceArn string) *permission.AddPermissionInput {
	in.SourceArn = aws.String(sourceArn)
	return in
}

func add(c *permission.Client) error {
	_, err := c.AddPermission(context.Background(), grant())
	return err
}

func mustAdd(t *testing.T, api permission.API, in *permission.AddPermissionInput) {
	t.Helper()
	if _, err := api.AddPermission(context.Background(), in); err != nil {
		t.Error(err)
	}
}

// stored is the answer to a grant that was added.
const stored = `{"Statement":"{\"Sid\":\"s3-photos\",\"Effect\":\"Allow\"}"}`

// wantViolation fails the test unless err has a validate.Violation of the rule by the
// field.
func wantViolation(t *testing.T, err error, field, rule string) {
	t.Helper()
	var v validate.Violation
	if !errors.As(err, &v) {
		t.Errorf("err = %v, want a validate.Violation", err)
		return
	}
	want := validate.Violation{Field: field, Rule: rule}
	if got := (validate.Violation{Field: v.Field, Rule: v.Rule}); got != want {
		t.Errorf("violation %+v, want %+v", got, want)
	}
}

// wantEqual fails the test if got is not want.
func wantEqual[T comparable](t *testing.T, name string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

// counting returns t with a counter of its requests.
func counting(n *int, t transport) transport {
	return func(r *http.Request) (*http.Response, error) { *n++; return t(r) }
}

// recordURL returns a transport that answers with success and stores the URL of the
// request.
func recordURL(url *string) transport {
	return func(r *http.Request) (*http.Response, error) {
		*url = r.URL.String()
		return answer(r, http.StatusCreated, nil, stored), nil
	}
}

// noBackoff retries without a delay.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

// fewConnections is the largest number of connections for 50 consecutive calls that
// reuse them. net/http closes a connection if it does not learn within 50 ms after the
// answer that the request was written, which happens on a busy machine.
const fewConnections = 10

// connectionCounter counts the connections of a server with one client.
func connectionCounter(n *int) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			*n++
		}
	}
}
