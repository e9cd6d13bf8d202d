package permissiontest_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// pinned signs with credentials that are not refreshed.
func pinned(keyID, secret, token string) func(*permission.Options) {
	return func(o *permission.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secret, SessionToken: token}, nil
		})
	}
}

// Temporary credentials expire when others take their place; long-term keys are
// known no longer. Who refreshes does not notice.
func TestRotateCredentials(t *testing.T) {
	w := newWorld(t, permissiontest.WithCredentials("AKIAFIRST", "one", ""))
	w.RotateCredentials("ASIASECOND", "two", "second")
	w.RotateCredentials("ASIATHIRD", "three", "third")
	const invalid, expired = "The security token included in the request is invalid.", "The security token included in the request is expired"
	tests := []struct {
		name                string
		client              func(*permission.Options)
		code, message, body string
	}{
		{"the current ones", pinned("ASIATHIRD", "three", "third"), "", "", ""},
		{"refreshed ones", func(*permission.Options) {}, "", "", ""},
		{"temporary ones of before", pinned("ASIASECOND", "two", "second"), "ExpiredTokenException", expired, `{"message":"` + expired + `"}`},
		{"a key of before", pinned("AKIAFIRST", "one", ""), "UnrecognizedClientException", invalid, `{"message":"` + invalid + `"}`},
		{"a token of before with another key", pinned("ASIATHIRD", "three", "second"), "UnrecognizedClientException", invalid, `{"message":"` + invalid + `"}`},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := w.Client(unchecked, func(o *permission.Options) { o.HTTPClient = w.last }, tt.client)
			got := seen(add(client, sid(string(rune('a'+i)))))
			if diff := cmp.Diff([]string{tt.code, tt.message}, []string{got.Code, got.Message}); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if tt.body != "" && (w.last.body != tt.body || w.last.status != 403) {
				t.Errorf("%d %s, want 403 %s", w.last.status, w.last.body, tt.body)
			}
		})
	}
	if w.Service.RotateCredentials("", "x", "") == nil || w.Service.RotateCredentials("x", "", "") == nil {
		t.Error("credentials without a part are taken")
	}
}
