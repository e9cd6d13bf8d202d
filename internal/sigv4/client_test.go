package sigv4_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
	"github.com/lambdaperm/lambdaperm/permission"
)

const function = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// calls are the operations of the client, with every member that is sent in the path or
// the query.
var calls = map[string]func(*permission.Client) error{
	"AddPermission": func(c *permission.Client) error {
		_, err := c.AddPermission(context.Background(), &permission.AddPermissionInput{
			FunctionName: aws.String(function), Qualifier: aws.String("PROD"), RevisionId: aws.String("c0ffee-1"),
			StatementId: aws.String("s3-photos"), Action: aws.String("lambda:InvokeFunction"),
			Principal: aws.String("s3.amazonaws.com"), SourceArn: aws.String("arn:aws:s3:::photos"), SourceAccount: aws.String("123456789012"),
		})
		return err
	},
	"GetPolicy": func(c *permission.Client) error {
		_, err := c.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String(function), Qualifier: aws.String("$LATEST")})
		return err
	},
	"RemovePermission": func(c *permission.Client) error {
		_, err := c.RemovePermission(context.Background(), &permission.RemovePermissionInput{
			FunctionName: aws.String("Thumbnail"), StatementId: aws.String("s3-photos"), Qualifier: aws.String("PROD"), RevisionId: aws.String("c0ffee-1"),
		})
		return err
	},
}

// signingAside signs the requests of a client with signer, and a copy of each with a
// v4.Signer, and compares the two.
type signingAside struct {
	t      *testing.T
	signer *sigv4.Signer
	signed int
}

func (s *signingAside) SignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, hash, service, region string, at time.Time, optFns ...func(*v4.SignerOptions)) error {
	x := task{request: r, credentials: c, hash: hash, service: service, region: region, at: at, optFns: optFns}
	want := x.by(v4.NewSigner())
	if diff := cmp.Diff(want, x.inPlace(s.signer, r)); diff != "" {
		s.t.Errorf("the signed request (-want +got):\n%s", diff)
	}
	s.signed++
	return nil
}

// answers fails each first attempt and then answers as the service does.
type answers struct{ attempts int }

func (a *answers) Do(r *http.Request) (*http.Response, error) {
	body, status := `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}","RevisionId":"c0ffee-1"}`, map[string]int{"GET": 200, "POST": 201, "DELETE": 204}[r.Method]
	if r.Method != http.MethodGet {
		body = `{"Statement":"{}"}`
	}
	if a.attempts++; a.attempts == 1 {
		body, status = `{}`, 500
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// The client's requests are signed as by the SDK: each operation, its second attempt,
// with and without a session token, in a Lambda function with tracing.
func TestCallsOfTheClient(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "Deploy")
	t.Setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")
	for name, call := range calls {
		for _, c := range []aws.Credentials{keys, withToken("FwoGZXIvYXdzEXAMPLE//w==")} {
			t.Run(name, func(t *testing.T) {
				signer := &signingAside{t: t, signer: sigv4.NewSigner()}
				client := permission.New(permission.Options{
					Region: "us-east-1", HTTPClient: &answers{}, HTTPSignerV4: signer, ClientLogMode: aws.LogRetries, AppID: "deploy",
					Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil }),
					Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
						o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
					}),
				})
				if err := call(client); err != nil {
					t.Error(err)
				}
				if signer.signed != 2 {
					t.Errorf("%d signatures, want 2", signer.signed)
				}
			})
		}
	}
}

// The default signer of a client is a *sigv4.Signer.
func TestClientSignsWithIt(t *testing.T) {
	got := permission.New(permission.Options{}).Options().HTTPSignerV4
	if _, ok := got.(*sigv4.Signer); !ok {
		t.Errorf("the client signs with a %T, want a *sigv4.Signer", got)
	}
}
