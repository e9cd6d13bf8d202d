package validate_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/validate"
)

func TestRequestFunction(t *testing.T) {
	for _, test := range []struct{ rule, name, qualifier, want string }{
		{"a name without a qualifier", "Thumbnail", "", "Thumbnail"},
		{"a qualifier in the name", "Thumbnail:PROD", "", "Thumbnail:PROD"},
		{"a qualifier beside the name", "Thumbnail", "PROD", "Thumbnail:PROD"},
		{"the same qualifier in both", "Thumbnail:7", "7", "Thumbnail:7"},
		{"$LATEST in either place", "Thumbnail", "$LATEST", "Thumbnail:$LATEST"},
		{"the other qualifier with a dollar sign", "Thumbnail", "$LATEST.PUBLISHED", "Thumbnail:$LATEST.PUBLISHED"},
		{"as much of the ARN as there is", "us-west-2:123456789012:Thumbnail", "PROD", "us-west-2:123456789012:function:Thumbnail:PROD"},
		{"a full ARN", functionPrefix + "Thumbnail", "PROD", functionPrefix + "Thumbnail:PROD"},
		{"a name that looks like a part of an ARN", "function:us-east-1", "PROD", "function:us-east-1:PROD"},
	} {
		r := validate.Request{FunctionName: test.name, Qualifier: test.qualifier}
		got, err := r.Function()
		if err != nil {
			t.Errorf("%s: Function of %q, %q: %v", test.rule, test.name, test.qualifier, err)
		}
		if want := arn.MustParseFunction(test.want); got != want {
			t.Errorf("%s: Function of %q, %q = %v, want %v", test.rule, test.name, test.qualifier, got, want)
		}
	}
}

// Where no function is named there is an error, and the zero Function beside it.
func TestRequestFunctionErrors(t *testing.T) {
	for _, test := range []struct {
		rule, name, qualifier string
		empty                 validate.Members
		want                  broken // zero for a *arn.ParseError
	}{
		{"a name must be there", "", "PROD", 0, broken{}},
		{"a name must be one", "arn:aws:s3:::photos", "", 0, broken{}},
		{"a qualifier must be one", "Thumbnail", "a b", 0, broken{}},
		{"an alias has no dollar sign", "Thumbnail", "a$b", 0, broken{"Qualifier", validate.RulePattern}},
		{"two qualifiers name two scopes", "Thumbnail:PROD", "TEST", 0, broken{"Qualifier", validate.RuleQualifierMismatch}},
		{"an empty qualifier is not an absent one", "Thumbnail", "", validate.MembersOf("Qualifier"), broken{"Qualifier", validate.RuleMinLength}},
	} {
		r := validate.Request{FunctionName: test.name, Qualifier: test.qualifier, Empty: test.empty}
		got, err := r.Function()
		if got.IsValid() {
			t.Errorf("%s: Function of %q, %q = %v, want the zero Function", test.rule, test.name, test.qualifier, got)
		}
		var parse *arn.ParseError
		if isParse := errors.As(err, &parse); isParse != (test.want == broken{}) {
			t.Errorf("%s: Function of %q, %q: error %v, an *arn.ParseError: %v", test.rule, test.name, test.qualifier, err, isParse)
		}
		var v validate.Violation
		errors.As(err, &v)
		if diff := cmp.Diff(test.want, broken{v.Field, v.Rule}); diff != "" {
			t.Errorf("%s: violation of %q, %q (-want +got):\n%s", test.rule, test.name, test.qualifier, diff)
		}
	}
}
