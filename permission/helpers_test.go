package permission_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

func build(t *testing.T, in *permission.AddPermissionInput) policy.Statement {
	t.Helper()
	s, err := policy.NewStatement(in.Request(), arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// accessDenied is the service's refusal of a caller who may not write.
func accessDenied() error {
	return lambdaerrors.FromResponse(403, map[string][]string{"X-Amzn-Errortype": {"AccessDeniedException"}}, []byte(`{"Message":null}`))
}
