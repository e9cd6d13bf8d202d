package sdkparity_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// sdkClients are the ways to add the pre-flight to the SDK's client. A second
// pre-flight does not replace the first.
var sdkClients = map[string]func(aws.Config) *lambda.Client{
	"client options": func(cfg aws.Config) *lambda.Client {
		return lambda.NewFromConfig(cfg, func(o *lambda.Options) {
			o.APIOptions = append(o.APIOptions, permission.Preflight())
		})
	},
	"client options, twice": func(cfg aws.Config) *lambda.Client {
		silent := permission.Preflight(func(context.Context, validate.Request) error { return nil })
		return lambda.NewFromConfig(cfg, func(o *lambda.Options) {
			o.APIOptions = append(o.APIOptions, silent, permission.Preflight())
		})
	},
	"aws.Config": func(cfg aws.Config) *lambda.Client {
		cfg.APIOptions = []func(*middleware.Stack) error{permission.Preflight()}
		return lambda.NewFromConfig(cfg)
	},
}

// noCredentials returns a provider that fails the test when credentials are retrieved.
func noCredentials(t *testing.T) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		t.Error("credentials were retrieved")
		return aws.Credentials{}, errors.New("none")
	})
}

// With the pre-flight the SDK's client refuses an invalid id as ours does, before it
// retrieves credentials or sends a request.
func TestPreflightInSDKClient(t *testing.T) {
	for place, newClient := range sdkClients {
		t.Run(place, func(t *testing.T) {
			transport := &recorder{}
			cfg := plainConfig(transport)
			cfg.Credentials = noCredentials(t)
			client := newClient(cfg)
			bad := aws.String("not a statement id")
			_, addErr := client.AddPermission(context.Background(), &lambda.AddPermissionInput{
				Action: aws.String("lambda:InvokeFunction"), FunctionName: aws.String("f"),
				Principal: aws.String("s3.amazonaws.com"), StatementId: bad,
			})
			_, removeErr := client.RemovePermission(context.Background(), &lambda.RemovePermissionInput{FunctionName: aws.String("f"), StatementId: bad})
			_, getErr := client.GetPolicy(context.Background(), &lambda.GetPolicyInput{FunctionName: bad})
			_, putErr := client.PutResourcePolicy(context.Background(), &lambda.PutResourcePolicyInput{ResourceArn: bad, Policy: aws.String("{}")})
			_, readErr := client.GetResourcePolicy(context.Background(), &lambda.GetResourcePolicyInput{ResourceArn: bad})
			_, deleteErr := client.DeleteResourcePolicy(context.Background(), &lambda.DeleteResourcePolicyInput{ResourceArn: aws.String(fnARN + "f"), RevisionId: bad})
			wantViolation(t, putErr, "ResourceArn")
			wantViolation(t, readErr, "ResourceArn")
			wantViolation(t, deleteErr, "RevisionId")
			wantViolation(t, addErr, "StatementId")
			wantViolation(t, removeErr, "StatementId")
			wantViolation(t, getErr, "FunctionName")
			if len(transport.requests) != 0 {
				t.Errorf("%d requests were sent, want none", len(transport.requests))
			}
		})
	}
}

// A pointer to "" is refused in the members where the service refuses it, and nothing
// is sent.
func TestPreflightInSDKClientRefusesEmptyMembers(t *testing.T) {
	empty, ctx := aws.String(""), context.Background()
	for place, newClient := range sdkClients {
		t.Run(place, func(t *testing.T) {
			transport := &recorder{}
			cfg := plainConfig(transport)
			cfg.Credentials = noCredentials(t)
			client := newClient(cfg)
			for field, set := range map[string]func(*lambda.AddPermissionInput){
				"SourceArn":        func(in *lambda.AddPermissionInput) { in.SourceArn = empty },
				"SourceAccount":    func(in *lambda.AddPermissionInput) { in.SourceAccount = empty },
				"EventSourceToken": func(in *lambda.AddPermissionInput) { in.EventSourceToken = empty },
				"PrincipalOrgID":   func(in *lambda.AddPermissionInput) { in.PrincipalOrgID = empty },
				"Qualifier":        func(in *lambda.AddPermissionInput) { in.Qualifier = empty },
			} {
				in := &lambda.AddPermissionInput{
					Action: aws.String("lambda:InvokeFunction"), FunctionName: aws.String("f"),
					Principal: aws.String("s3.amazonaws.com"), StatementId: aws.String("s3"),
				}
				set(in)
				_, err := client.AddPermission(ctx, in)
				wantViolation(t, err, field)
			}
			_, getErr := client.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String("f"), Qualifier: empty})
			wantViolation(t, getErr, "Qualifier")
			_, removeErr := client.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: aws.String("f"), StatementId: aws.String("s3"), Qualifier: empty})
			wantViolation(t, removeErr, "Qualifier")
			if n := len(transport.requests); n != 0 {
				t.Errorf("%d requests were sent, want 0", n)
			}
		})
	}
}

func wantViolation(t *testing.T, err error, field string) {
	t.Helper()
	var violations *validate.Error
	if !errors.As(err, &violations) {
		t.Fatalf("err = %v, want a *validate.Error", err)
	}
	var fields []string
	for _, v := range violations.Violations {
		fields = append(fields, v.Field)
	}
	if diff := cmp.Diff([]string{field}, slices.Compact(fields)); diff != "" {
		t.Errorf("fields (-want +got)\n%s", diff)
	}
}

// For generated inputs of all operations the pre-flight reads the same request from the
// SDK's input as from ours.
func TestPreflightSeesEveryField(t *testing.T) {
	s := newSource(1)
	for range 2_000 {
		input := s.input()
		var ours, sdks []validate.Request
		set := setting{Config: plainConfig(&recorder{})}
		keep := func(into *[]validate.Request) []func(*middleware.Stack) error {
			return []func(*middleware.Stack) error{permission.Preflight(func(_ context.Context, r validate.Request) error {
				*into = append(*into, r)
				return errCaptured
			})}
		}
		set.APIOptions = keep(&ours)
		_, ourErr := invoke(context.Background(), set.ours(), input)
		set.APIOptions = keep(&sdks)
		_, sdkErr := invoke(context.Background(), set.sdk(), input)
		if !errors.Is(ourErr, errCaptured) || !errors.Is(sdkErr, errCaptured) {
			t.Fatalf("ours: %v, SDK: %v", ourErr, sdkErr)
		}
		if diff := cmp.Diff(sdks, ours); diff != "" {
			t.Fatalf("(-SDK +ours):\n%s", diff)
		}
	}
}

// Another middleware may have replaced the input. A nil input is judged as an empty
// one, and an input of another operation is not judged.
func TestPreflightOfOddInputs(t *testing.T) {
	for name, tt := range map[string]struct {
		input  any
		judged bool
	}{
		"nil":                       {(*lambda.AddPermissionInput)(nil), true},
		"of another operation":      {&lambda.InvokeInput{}, false},
		"an output":                 {&lambda.AddPermissionOutput{}, false},
		"a value, not a pointer":    {lambda.AddPermissionInput{}, false},
		"of another service":        {&sns.AddPermissionInput{}, false},
		"nil, of another operation": {(*lambda.InvokeInput)(nil), false},
	} {
		stack := middleware.NewStack("AddPermission", func() any { return nil })
		if err := permission.Preflight()(stack); err != nil {
			t.Fatal(err)
		}
		next := middleware.HandlerFunc(func(context.Context, any) (any, middleware.Metadata, error) {
			return nil, middleware.Metadata{}, nil
		})
		_, _, err := middleware.DecorateHandler(next, stack).Handle(context.Background(), tt.input)
		var violations *validate.Error
		if judged := errors.As(err, &violations); judged != tt.judged {
			t.Errorf("%s: err = %v, want it judged: %t", name, err, tt.judged)
		}
	}
}

// The pre-flight does not stop a valid grant, other operations of Lambda, or operations
// of SNS, which also has an AddPermission and a RemovePermission.
func TestPreflightLetsPass(t *testing.T) {
	transport := &recorder{}
	cfg := plainConfig(transport)
	cfg.APIOptions = []func(*middleware.Stack) error{permission.Preflight()}
	ctx := context.Background()
	client, topics := lambda.NewFromConfig(cfg), sns.NewFromConfig(cfg)
	_, goodErr := client.AddPermission(ctx, &lambda.AddPermissionInput{
		Action: aws.String("lambda:InvokeFunction"), FunctionName: aws.String("f"),
		Principal: aws.String("s3.amazonaws.com"), StatementId: aws.String("s3"),
	})
	_, otherErr := client.AddLayerVersionPermission(ctx, &lambda.AddLayerVersionPermissionInput{
		Action: aws.String("lambda:GetLayerVersion"), LayerName: aws.String("not a name"), Principal: aws.String("*"),
		StatementId: aws.String("not an id"), VersionNumber: aws.Int64(1),
	})
	if goodErr != nil || otherErr != nil {
		t.Errorf("AddPermission: %v; AddLayerVersionPermission: %v", goodErr, otherErr)
	}
	// The calls fail, since the answers are not those of SNS. The test counts only the
	// requests.
	_, _ = topics.AddPermission(ctx, &sns.AddPermissionInput{
		AWSAccountId: []string{"x"}, ActionName: []string{"Publish"}, Label: aws.String("not an id"), TopicArn: aws.String("t"),
	})
	_, _ = topics.RemovePermission(ctx, &sns.RemovePermissionInput{Label: aws.String("not an id"), TopicArn: aws.String("t")})
	if len(transport.requests) != 4 {
		t.Errorf("%d requests were sent, want 4", len(transport.requests))
	}
}
