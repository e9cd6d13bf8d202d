package sdkparity_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/sdkparity"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// TestAdapterFieldsComplete: the SDK's inputs and outputs have no field that ours
// lack, and the options of ours are all among the SDK's or listed.
func TestAdapterFieldsComplete(t *testing.T) {
	ours := []any{
		permission.AddPermissionInput{}, permission.GetPolicyInput{}, permission.RemovePermissionInput{},
		permission.AddPermissionOutput{}, permission.GetPolicyOutput{}, permission.RemovePermissionOutput{},
		permission.Options{},
	}
	sdks := []any{
		lambda.AddPermissionInput{}, lambda.GetPolicyInput{}, lambda.RemovePermissionInput{},
		lambda.AddPermissionOutput{}, lambda.GetPolicyOutput{}, lambda.RemovePermissionOutput{},
		lambda.Options{},
	}
	differences := map[string]bool{
		"AddPermissionOutput.AlreadyPresent":  true, // ours: recovery of lost responses
		"Options.Preflight":                   true, // ours
		"Options.DisableLostResponseRecovery": true, // ours
		"Options.AuthSchemePreference":        true, // SDK: Lambda has SigV4 only
		"Options.AuthSchemeResolver":          true,
		"Options.AuthSchemes":                 true,
		"Options.EndpointResolver":            true, // SDK: deprecated
		"Options.EndpointResolverV2":          true, // SDK: replaced by BaseEndpoint
		"Options.IdempotencyTokenProvider":    true, // SDK: the three operations have no token
		"Options.Protocol":                    true,
	}
	for i := range ours {
		for _, name := range onlyInOne(ours[i], sdks[i]) {
			if !differences[name] {
				t.Errorf("%s is in one of the clients only", name)
			}
			delete(differences, name)
		}
	}
	for name := range differences {
		t.Errorf("%s is listed as a difference and is none", name)
	}
}

// TestAdapterOptions: the options of one call arrive at the SDK's client, the
// pre-flight among them, and those of the next call do not know of them.
func TestAdapterOptions(t *testing.T) {
	transport := &recorder{}
	api := sdkparity.Adapter{Client: lambda.NewFromConfig(plainConfig(transport))}
	input := operations["GetPolicy"]
	if _, err := invoke(context.Background(), api, input, func(o *permission.Options) {
		o.Region, o.AppID = "cn-north-1", "an-app"
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := invoke(context.Background(), api, input); err != nil {
		t.Fatal(err)
	}
	hosts := []string{transport.requests[0].Host, transport.requests[1].Host}
	if diff := cmp.Diff([]string{"lambda.cn-north-1.amazonaws.com.cn", "lambda.us-east-1.amazonaws.com"}, hosts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err := api.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("not a name")}, func(o *permission.Options) {
		o.Preflight = append(o.Preflight, permission.Rules(validate.Current))
	})
	if violations := (*validate.Error)(nil); !errors.As(err, &violations) {
		t.Errorf("%v is no *validate.Error", err)
	}
}

// TestAdapterNil: nil inputs are empty ones, as in both clients.
func TestAdapterNil(t *testing.T) {
	set := setting{Config: plainConfig(&recorder{})}
	for _, input := range []any{(*permission.AddPermissionInput)(nil), (*permission.GetPolicyInput)(nil), (*permission.RemovePermissionInput)(nil)} {
		_, ours := invoke(context.Background(), set.ours(), input)
		_, sdks := invoke(context.Background(), set.sdk(), input)
		if ours == nil || sdks == nil || ours.Error() != sdks.Error() {
			t.Errorf("ours: %v, SDK: %v", ours, sdks)
		}
	}
}
