package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A destination is where the request goes.
type destination struct {
	client *permission.Client
	sent   *exchanges
	name   string // for people
	close  func()
}

// connect makes the destination: the endpoint, or without one an in-memory service
// that has the function of the request.
func connect(ctx context.Context, endpoint string, req validate.Request, env func(string) string) (*destination, error) {
	if endpoint != "" {
		cfg, err := configFrom(env, endpoint)
		if err != nil {
			return nil, &unusableError{err}
		}
		return newDestination(cfg, withoutPassword(endpoint), func() {}), nil
	}
	service, err := serviceFor(req)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: service}
	go server.Serve(listener) // until close
	cfg := service.Config("http://" + listener.Addr().String())
	return newDestination(cfg, "an in-memory service on loopback", func() { server.Close() }), nil
}

func newDestination(cfg aws.Config, name string, close func()) *destination {
	sent := new(exchanges)
	client := permission.NewFromConfig(cfg, func(o *permission.Options) {
		sent.client = o.HTTPClient
		o.HTTPClient = sent
	})
	return &destination{client: client, sent: sent, name: name, close: close}
}

// exchanges is an HTTP client that keeps a line for each request and its answer.
type exchanges struct {
	client permission.HTTPClient
	lines  []string
}

// Do sends one request.
func (e *exchanges) Do(req *http.Request) (*http.Response, error) {
	res, err := e.client.Do(req)
	if err != nil {
		return res, err
	}
	signed := "unsigned"
	if req.Header.Get("Authorization") != "" {
		signed = "signed"
	}
	e.lines = append(e.lines, fmt.Sprintf("%s %s (%s) -> %d", req.Method, req.URL.RequestURI(), signed, res.StatusCode))
	return res, nil
}

// configFrom returns the configuration for an endpoint. It reads the same
// environment variables as config.LoadDefaultConfig, but not the shared files and
// the services that LoadDefaultConfig tries next.
func configFrom(env func(string) string, endpoint string) (aws.Config, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return aws.Config{}, fmt.Errorf("-endpoint %q: want a URL such as http://localhost:4566", endpoint)
	}
	region := env("AWS_REGION")
	if region == "" {
		region = env("AWS_DEFAULT_REGION")
	}
	if region == "" {
		return aws.Config{}, errors.New("-endpoint needs a region: set AWS_REGION, such as AWS_REGION=us-east-1")
	}
	credentials := aws.Credentials{
		AccessKeyID:     env("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: env("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    env("AWS_SESSION_TOKEN"),
		Source:          "environment",
	}
	if !credentials.HasKeys() {
		return aws.Config{}, errors.New("-endpoint needs keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (emulators take any)")
	}
	return aws.Config{
		Region:       region,
		BaseEndpoint: &endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return credentials, nil
		}),
	}, nil
}

func withoutPassword(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Redacted()
}

// serviceFor returns an in-memory service of the account and region that the
// request names, with its function, version or alias. An invalid or missing name is
// left out, so that the service answers with its own error.
func serviceFor(req validate.Request) (*permissiontest.Service, error) {
	f, err := req.Function()
	if err != nil || validate.Current.Check(req) != nil {
		return permissiontest.NewService(), nil // the request is refused before it gets there
	}
	var options []permissiontest.Option
	if f.Region() != "" {
		options = append(options, permissiontest.WithRegion(f.Region()))
	}
	if f.AccountID() != "" {
		options = append(options, permissiontest.WithAccount(f.AccountID()))
	}
	service := permissiontest.NewService(options...)
	name := f.Unqualified().String()
	if err := service.CreateFunction(name); err != nil {
		return nil, err
	}
	return service, createQualifier(service, name, f.Qualifier())
}

// maxVersion is how many versions are published to have the one that a request
// names: a function's versions are numbered from 1.
const maxVersion = 1000

func createQualifier(service *permissiontest.Service, name string, q arn.Qualifier) error {
	versions := 0
	switch {
	case q.IsAlias():
		versions = 1
	case q.IsVersion():
		n, err := strconv.Atoi(q.String())
		if err != nil || n > maxVersion {
			return fmt.Errorf("version %s: the in-memory service gets as many versions, and %d at most", q, maxVersion)
		}
		versions = n
	}
	for range versions {
		if _, err := service.PublishVersion(name); err != nil {
			return err
		}
	}
	if !q.IsAlias() {
		return nil
	}
	_, err := service.CreateAlias(name, q.String(), strconv.Itoa(versions))
	return err
}
