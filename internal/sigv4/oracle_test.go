package sigv4_test

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// The time and the keys of the examples in the IAM User Guide.
var (
	noon = time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	keys = aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
)

// withToken returns temporary credentials.
func withToken(token string) aws.Credentials {
	c := keys
	c.SessionToken = token
	return c
}

// A task has the arguments of SignHTTP.
type task struct {
	request         *http.Request
	credentials     aws.Credentials
	hash            string
	service, region string
	at              time.Time
	optFns          []func(*v4.SignerOptions)
}

// signed is a request after a signer has signed it.
type signed struct {
	Err    string
	Header http.Header
	URL    url.URL
	Host   string
	Length int64
}

// by lets a signer sign a copy of the request.
func (x task) by(signer v4.HTTPSigner) signed {
	r := x.request.Clone(context.Background())
	return x.inPlace(signer, r)
}

func (x task) inPlace(signer v4.HTTPSigner, r *http.Request) signed {
	s := signed{}
	if err := signer.SignHTTP(context.Background(), x.credentials, r, x.hash, x.service, x.region, x.at, x.optFns...); err != nil {
		s.Err = err.Error()
	}
	s.Header, s.URL, s.Host, s.Length = r.Header, *r.URL, r.Host, r.ContentLength
	return s
}

// wantAsTheSDK compares the results of signer and of a new v4.Signer for a task.
func wantAsTheSDK(t *testing.T, signer *sigv4.Signer, x task) {
	t.Helper()
	want, got := x.by(v4.NewSigner()), x.by(signer)
	if reflect.DeepEqual(want, got) { // many times faster than cmp, which the fuzz target needs
		return
	}
	t.Errorf("the signed request (-want +got):\n%s", cmp.Diff(want, got))
}

// get returns a GET request with the given headers, without a Host, as a client makes
// it.
func get(rawURL string, headers ...string) *http.Request {
	r, err := http.NewRequest(http.MethodGet, rawURL, nil)
	if err != nil {
		panic(err)
	}
	r.Host = ""
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header[name] = append(r.Header[name], value) // not Add, which changes the name
	}
	return r
}

// taskOf returns the task of signing a request for Lambda.
func taskOf(r *http.Request) task {
	return task{request: r, credentials: keys, hash: emptyHash, service: "lambda", region: "us-east-1", at: noon}
}
