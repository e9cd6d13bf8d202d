package sdkparity_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission"
)

// onlyInOne returns the exported fields, as Type.Field, that one of two structs
// has and the other has not.
func onlyInOne(a, b any) []string {
	var names []string
	for _, pair := range [][2]reflect.Type{{reflect.TypeOf(a), reflect.TypeOf(b)}, {reflect.TypeOf(b), reflect.TypeOf(a)}} {
		for i := range pair[0].NumField() {
			f := pair[0].Field(i)
			if _, ok := pair[1].FieldByName(f.Name); !ok && f.IsExported() && !f.Anonymous {
				names = append(names, pair[0].Name()+"."+f.Name)
			}
		}
	}
	return names
}

// TestClientFieldsComplete: the SDK's inputs and outputs have no field that ours
// lack, and the options of ours are all among the SDK's or listed.
func TestAdapterFieldsComplete(t *testing.T) {
	ours := []any{
		permission.AddPermissionInput{}, permission.GetPolicyInput{}, permission.RemovePermissionInput{},
		permission.PutResourcePolicyInput{}, permission.GetResourcePolicyInput{}, permission.DeleteResourcePolicyInput{},
		permission.PutResourcePolicyOutput{}, permission.GetResourcePolicyOutput{}, permission.DeleteResourcePolicyOutput{},
		permission.AddPermissionOutput{}, permission.GetPolicyOutput{}, permission.RemovePermissionOutput{},
		permission.Options{},
	}
	sdks := []any{
		lambda.AddPermissionInput{}, lambda.GetPolicyInput{}, lambda.RemovePermissionInput{},
		lambda.PutResourcePolicyInput{}, lambda.GetResourcePolicyInput{}, lambda.DeleteResourcePolicyInput{},
		lambda.PutResourcePolicyOutput{}, lambda.GetResourcePolicyOutput{}, lambda.DeleteResourcePolicyOutput{},
		lambda.AddPermissionOutput{}, lambda.GetPolicyOutput{}, lambda.RemovePermissionOutput{},
		lambda.Options{},
	}
	differences := map[string]bool{
		"AddPermissionOutput.AlreadyPresent":     true, // ours: recovery of lost responses
		"PutResourcePolicyOutput.AlreadyPresent": true,
		"Options.Preflight":                      true, // ours
		"Options.DisableLostResponseRecovery":    true, // ours
		"Options.AuthSchemePreference":           true, // SDK: Lambda has SigV4 only
		"Options.AuthSchemeResolver":             true,
		"Options.AuthSchemes":                    true,
		"Options.EndpointResolver":               true, // SDK: deprecated
		"Options.EndpointResolverV2":             true, // SDK: replaced by BaseEndpoint
		"Options.IdempotencyTokenProvider":       true, // SDK: the six operations have no token
		"Options.Protocol":                       true,
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
