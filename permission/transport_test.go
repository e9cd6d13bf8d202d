package permission_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

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

// unreachable fails the test when anything is sent.
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

// grant is a grant that the service accepts.
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

// stored is the success answer to a grant.
const stored = `{"Statement":"{\"Sid\":\"s3-photos\",\"Effect\":\"Allow\"}"}`

// counting counts the requests that reach t.
func counting(n *int, t transport) transport {
	return func(r *http.Request) (*http.Response, error) { *n++; return t(r) }
}

// recordURL answers with success and keeps where the request went.
func recordURL(url *string) transport {
	return func(r *http.Request) (*http.Response, error) {
		*url = r.URL.String()
		return answer(r, http.StatusCreated, nil, stored), nil
	}
}

// noBackoff tries again at once.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

// connectionCounter counts the connections of a server with one client.
func connectionCounter(n *int) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			*n++
		}
	}
}
