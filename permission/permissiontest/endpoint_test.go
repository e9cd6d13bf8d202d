package permissiontest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// The suite on any endpoint, with keys from AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. Without -function it does not run.
// The function must exist and have no policy; the suite adds statements and
// removes them.
//
//	go test ./permission/permissiontest -run TestEndpoint \
//		-function arn:aws:lambda:eu-west-1:123456789012:function:scratch -version 1 -alias live \
//		-endpoint http://localhost:4566
//
// Without -endpoint the requests go to AWS, to the region of the function.
var onEndpoint struct{ function, version, alias, aliasRevision, endpoint string }

func init() {
	flag.StringVar(&onEndpoint.function, "function", "", "full `ARN` of a function without a policy: run the suite on it")
	flag.StringVar(&onEndpoint.version, "version", "", "a published version of the function")
	flag.StringVar(&onEndpoint.alias, "alias", "", "an alias of the function")
	flag.StringVar(&onEndpoint.aliasRevision, "alias-revision-id", "", "the RevisionId of the alias")
	flag.StringVar(&onEndpoint.endpoint, "endpoint", "", "`URL` of the endpoint; without it AWS")
}

func TestEndpoint(t *testing.T) {
	if onEndpoint.function == "" {
		t.Skip("-function is not set")
	}
	h := permissiontest.Harness{
		Function: onEndpoint.function, Version: onEndpoint.version, Alias: onEndpoint.alias,
		AliasRevisionId: onEndpoint.aliasRevision, Lag: 30 * time.Second,
	}
	client, err := clientOf(onEndpoint.endpoint, h.Function, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	h.API, h.Documents = client, client
	permissiontest.TestAPI(t, func(*testing.T) permissiontest.Harness { return h })
}

// clientOf returns a client of an endpoint, or of AWS if endpoint is "", in the region
// of a function.
func clientOf(endpoint, function string, env func(string) string) (*permission.Client, error) {
	f, err := arn.ParseFunction(function)
	if err != nil || f.Region() == "" {
		return nil, fmt.Errorf("-function %q: want a full function ARN", function)
	}
	keys := aws.Credentials{
		AccessKeyID: env("AWS_ACCESS_KEY_ID"), SecretAccessKey: env("AWS_SECRET_ACCESS_KEY"), SessionToken: env("AWS_SESSION_TOKEN"),
	}
	if !keys.HasKeys() {
		return nil, errors.New("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	cfg := aws.Config{
		Region:           f.Region(),
		RetryMaxAttempts: 10, // the control plane accepts about 15 requests a second
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return keys, nil
		}),
	}
	if endpoint != "" {
		cfg.BaseEndpoint = &endpoint
	}
	return permission.NewFromConfig(cfg), nil
}

// clientOf returns a client of the endpoint with the keys of the environment.
func TestClientOfEndpoint(t *testing.T) {
	env := map[string]string{"AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
	s := permissiontest.NewServer(t, permissiontest.WithRegion("eu-west-1"), permissiontest.WithCredentials("ASIAEXAMPLE", "secret", "token"))
	s.CreateFunction("fn")
	const function = "arn:aws:lambda:eu-west-1:123456789012:function:fn"
	client, err := clientOf(s.URL, function, func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	permissiontest.TestAPI(t, func(*testing.T) permissiontest.Harness {
		return permissiontest.Harness{API: client, Documents: client, Function: function, Lag: time.Second}
	})
	if _, err := clientOf(s.URL, function, func(string) string { return "" }); err == nil {
		t.Error("without keys: no error, want one")
	}
	if _, err := clientOf(s.URL, "fn", os.Getenv); err == nil {
		t.Error("without a region: no error, want one")
	}
}

// An endpoint with stale reads passes the suite with a Lag, because reads are repeated.
func TestAPIWithLag(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a second")
	}
	permissiontest.TestAPI(t, func(t *testing.T) permissiontest.Harness {
		w := newWorld(t)
		h := w.harness(permissiontest.APIFaults(w.API(), permissiontest.Every(5, permissiontest.Stale())))
		h.Documents = permissiontest.DocumentFaults(w.API(), permissiontest.Every(5, permissiontest.Stale()))
		h.Lag = time.Second / 2
		return h
	})
}
