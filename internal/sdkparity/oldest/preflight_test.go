package oldest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// service is an HTTP client that counts requests and accepts all of them.
type service struct{ requests int }

func (s *service) Do(*http.Request) (*http.Response, error) {
	s.requests++
	body := io.NopCloser(strings.NewReader(`{"Statement":"s"}`))
	return &http.Response{StatusCode: http.StatusCreated, Header: http.Header{}, Body: body}, nil
}

// An invalid id is refused before credentials are retrieved; a request with a valid id
// is sent.
func TestPreflight(t *testing.T) {
	sent, retrieved := &service{}, 0
	client := lambda.NewFromConfig(aws.Config{
		Region:     "us-east-1",
		HTTPClient: sent,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			retrieved++
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}, func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, permission.Preflight())
	})
	add := func(sid string) error {
		_, err := client.AddPermission(t.Context(), &lambda.AddPermissionInput{
			Action:       aws.String("lambda:InvokeFunction"),
			FunctionName: aws.String("Thumbnail"),
			Principal:    aws.String("s3.amazonaws.com"),
			StatementId:  aws.String(sid),
		})
		return err
	}
	var violations *validate.Error
	if err := add("not an id"); !errors.As(err, &violations) {
		t.Errorf("error %v, want a *validate.Error", err)
	}
	if sent.requests != 0 {
		t.Errorf("%d requests, want 0", sent.requests)
	}
	if retrieved != 0 {
		t.Errorf("credentials were retrieved %d times, want 0", retrieved)
	}
	if err := add("an-id"); err != nil {
		t.Error(err)
	}
	if sent.requests != 1 {
		t.Errorf("%d requests, want 1", sent.requests)
	}
}
