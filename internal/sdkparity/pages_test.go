package sdkparity_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The Go code of the README that needs the SDK's Lambda client, compiled and run
// here because the library itself does not depend on that client.

func newLambdaClient(cfg aws.Config) *lambda.Client {
	return lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, permission.Preflight()) // this line
	})
}

// With the pre-flight the SDK's client refuses an invalid request before it is sent and
// sends a valid one. The functions of package errors recognize its errors.
func TestReadmePreflight(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	recorded := &recorder{}
	cfg := server.Config()
	cfg.HTTPClient = recorded
	input := &lambda.AddPermissionInput{
		FunctionName: aws.String("thumbnail"),
		StatementId:  aws.String("my.photos"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("s3.amazonaws.com"),
	}
	_, err := newLambdaClient(cfg).AddPermission(t.Context(), input)
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		t.Errorf("err = %v, want a *validate.Error", err)
	}
	if n := len(recorded.requests); n != 0 {
		t.Errorf("%d requests, want 0", n)
	}
	input.StatementId = aws.String("my-photos")
	client := newLambdaClient(server.Config())
	if _, err := client.AddPermission(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	_, err = client.AddPermission(t.Context(), input)
	if kind := lambdaerrors.ConflictKindOf(err); kind != lambdaerrors.DuplicateStatement {
		t.Errorf("the same grant again: %v, of kind %v; want %v", err, kind, lambdaerrors.DuplicateStatement)
	}
}

// The Go code of docs/moving.md, compiled and run here because the library itself
// does not depend on the SDK's Lambda client, and tests of the differences that the
// page lists.

func newStrictLambdaClient(cfg aws.Config) *lambda.Client {
	checks := permission.Preflight(
		permission.Rules(validate.Current),
		lint.Check(lint.SeverityWarning, lint.Disable(lint.RulePublicURL)),
	)
	return lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, checks)
	})
}

func explainSDK(err error) string {
	var refused *validate.Error
	var questionable *lint.Error
	switch {
	case errors.As(err, &refused):
		return "not sent: " + refused.Violations[0].Field
	case errors.As(err, &questionable):
		return "not sent: " + questionable.Findings[0].Rule
	case lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement:
		return "the statement id is taken"
	case lambdaerrors.IsNotFound(err):
		return "no such function"
	case err != nil:
		return err.Error()
	}
	return "granted"
}

func newClients(cfg aws.Config) (*lambda.Client, *permission.Client) {
	return lambda.NewFromConfig(cfg), permission.NewFromConfig(cfg)
}

// With rules and lint in the pre-flight the SDK's client refuses grants that break a
// rule or have a finding, without a request. Package errors recognizes the errors of
// the requests that it sends.
func TestDocsStrictClient(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	wire := &passing{next: http.DefaultClient}
	cfg := server.Config()
	cfg.HTTPClient = wire
	client := newStrictLambdaClient(cfg)
	everybody := func(in *lambda.AddPermissionInput) { in.Principal = aws.String("*") }
	for _, tt := range []struct {
		change func(*lambda.AddPermissionInput)
		want   string
		sent   int
	}{
		{func(in *lambda.AddPermissionInput) { in.StatementId = aws.String("a.b") }, "not sent: StatementId", 0},
		{everybody, "not sent: public", 0},
		{func(in *lambda.AddPermissionInput) {}, "granted", 1},
		{func(in *lambda.AddPermissionInput) {}, "the statement id is taken", 1},
		{func(in *lambda.AddPermissionInput) { in.FunctionName = aws.String("other") }, "no such function", 1},
		// A disabled rule does not refuse the grant.
		{func(in *lambda.AddPermissionInput) {
			everybody(in)
			in.StatementId, in.Action = aws.String("url"), aws.String("lambda:InvokeFunctionUrl")
			in.FunctionUrlAuthType = types.FunctionUrlAuthTypeNone
		}, "granted", 1},
	} {
		input := &lambda.AddPermissionInput{
			FunctionName: aws.String("thumbnail"), StatementId: aws.String("partner"),
			Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("arn:aws:iam::210987654321:role/deploy"),
		}
		tt.change(input)
		wire.requests = 0
		_, err := client.AddPermission(t.Context(), input)
		if got := explainSDK(err); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
		if wire.requests != tt.sent {
			t.Errorf("%s: %d requests, want %d", tt.want, wire.requests, tt.sent)
		}
	}
}

// passing is an HTTP client that counts its requests.
type passing struct {
	next     aws.HTTPClient
	requests int
}

func (c *passing) Do(req *http.Request) (*http.Response, error) {
	c.requests++
	return c.next.Do(req)
}

// Both clients can be made from one configuration. The SDK's client reads the policy
// that ours has changed.
func TestDocsBothClients(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	theirs, ours := newClients(server.Config())
	_, err := ours.AddPermission(t.Context(), &permission.AddPermissionInput{
		FunctionName: aws.String("thumbnail"), StatementId: aws.String("s"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: aws.String("thumbnail")}); err != nil {
		t.Error(err)
	}
}

// The clients have the differences that the page lists and no other test covers.
func TestDocsDifferences(t *testing.T) {
	empty := func() *script { return &script{replies: []reply{replyWith(201, nil, "{}")}} }
	for name, tt := range map[string]struct {
		set  func(*setting)
		want func(ours, sdks error) bool
	}{
		"nil credentials": {
			func(s *setting) { s.HTTPClient, s.Credentials = &recorder{}, nil },
			func(ours, sdks error) bool {
				var config *permission.ConfigError
				return errors.As(ours, &config) && config.Field == "Credentials" && sdks == nil
			},
		},
		"a success without Statement": {
			func(s *setting) { s.HTTPClient = empty() },
			func(ours, sdks error) bool { return ours != nil && sdks == nil },
		},
		"ServiceOptions": {
			func(s *setting) {
				s.HTTPClient = &recorder{}
				s.ServiceOptions = []func(string, any){func(_ string, o any) { o.(*lambda.Options).Region = "" }}
			},
			func(ours, sdks error) bool { return ours == nil && sdks != nil },
		},
	} {
		t.Run(name, func(t *testing.T) {
			outcome := func(client func(setting) permission.API) error {
				set := setting{Config: plainConfig(&recorder{})}
				tt.set(&set)
				_, err := invoke(t.Context(), client(set), operations["AddPermission"])
				return err
			}
			ours, sdks := outcome(setting.ourAPI), outcome(setting.sdk)
			if !tt.want(ours, sdks) {
				t.Errorf("ours: %v; SDK: %v", ours, sdks)
			}
		})
	}
}

// If the answer to a grant is lost, the SDK's client returns a conflict, and ours finds
// the grant.
func TestDocsLostResponse(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	theirs, ours := newClients(server.Config())
	lost := permissiontest.On(1, permissiontest.CommitThen(permissiontest.BadGateway()))

	server.Faults(lost)
	_, err := theirs.AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: aws.String("thumbnail"), StatementId: aws.String("theirs"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	})
	if kind := lambdaerrors.ConflictKindOf(err); kind != lambdaerrors.DuplicateStatement {
		t.Errorf("SDK: err = %v, want a conflict with its own statement", err)
	}
	server.Faults(lost)
	out, err := ours.AddPermission(t.Context(), &permission.AddPermissionInput{
		FunctionName: aws.String("thumbnail"), StatementId: aws.String("ours"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	})
	if err != nil {
		t.Fatalf("ours: %v", err)
	}
	if !out.AlreadyPresent {
		t.Errorf("ours: %+v, want AlreadyPresent", out)
	}
}
