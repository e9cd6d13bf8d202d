package wanted_test

import (
	"errors"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const thumbnail = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// The parts that a function name leaves out are taken from statements of the same
// scope. Without such a statement only a full ARN gives the function's region and
// account.
func TestStatement(t *testing.T) {
	other, err := policy.NewStatement(grant("Thumbnail", ""), arn.MustParseFunction(thumbnail))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		function, qualifier string
		beside              []policy.Statement
		want                string
	}{
		{thumbnail, "", nil, thumbnail},
		{thumbnail, "PROD", nil, thumbnail + ":PROD"},
		{"Thumbnail", "", []policy.Statement{other}, thumbnail},
		{"Thumbnail", "", nil, ""},
		{"another", "", []policy.Statement{other}, ""},
		{"Thumbnail", "PROD", []policy.Statement{other}, ""},
	}
	for _, tt := range tests {
		s, err := wanted.Statement(grant(tt.function, tt.qualifier), tt.beside...)
		if tt.want == "" {
			if !errors.Is(err, wanted.ErrNoResource) {
				t.Errorf("Statement(%s, %q): err = %v, want ErrNoResource", tt.function, tt.qualifier, err)
			}
			continue
		}
		if err != nil || s.Resources()[0] != tt.want {
			t.Errorf("Statement(%s, %q) = %s, %v; want the resource %s", tt.function, tt.qualifier, s, err, tt.want)
		}
	}
}

func grant(function, qualifier string) validate.Request {
	return validate.Request{
		FunctionName: function, Qualifier: qualifier, StatementId: "other",
		Action: "lambda:InvokeFunction", Principal: "210987654321",
	}
}
