package validate_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/validate"
)

func TestRequestFunction(t *testing.T) {
	for _, test := range []struct{ rule, name, qualifier, want string }{
		{"a name without a qualifier", "Thumbnail", "", "Thumbnail"},
		{"a qualifier in the name", "Thumbnail:PROD", "", "Thumbnail:PROD"},
		{"a qualifier in Qualifier", "Thumbnail", "PROD", "Thumbnail:PROD"},
		{"the same qualifier in both", "Thumbnail:7", "7", "Thumbnail:7"},
		{"$LATEST in either place", "Thumbnail", "$LATEST", "Thumbnail:$LATEST"},
		{"$LATEST.PUBLISHED", "Thumbnail", "$LATEST.PUBLISHED", "Thumbnail:$LATEST.PUBLISHED"},
		{"a partial ARN", "us-west-2:123456789012:Thumbnail", "PROD", "us-west-2:123456789012:function:Thumbnail:PROD"},
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

// Function returns the zero Function and an error if the members do not name a
// function.
func TestRequestFunctionErrors(t *testing.T) {
	for _, test := range []struct {
		rule, name, qualifier string
		empty                 validate.Members
		want                  broken // zero for a *arn.ParseError
	}{
		{"the name is missing", "", "PROD", 0, broken{}},
		{"the name is malformed", "arn:aws:s3:::photos", "", 0, broken{}},
		{"the qualifier is malformed", "Thumbnail", "a b", 0, broken{}},
		{"an alias has no dollar sign", "Thumbnail", "a$b", 0, broken{"Qualifier", validate.RulePattern}},
		{"the qualifiers differ", "Thumbnail:PROD", "TEST", 0, broken{"Qualifier", validate.RuleQualifierMismatch}},
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

// The error of Function about an empty qualifier is the first violation that Check
// finds.
func TestFunctionOfEmptyQualifier(t *testing.T) {
	r := validate.Request{Operation: validate.GetPolicy, FunctionName: "Thumbnail", Empty: validate.MembersOf("Qualifier")}
	_, got := r.Function()
	want := violations(t, validate.Current, r)
	if len(want) == 0 {
		t.Fatal("no violations, want that of the minimum length first")
	}
	if got != error(want[0]) {
		t.Errorf("Function: error %v, want %v", got, want[0])
	}
}

// A member that is sent as "" breaks its pattern or its minimum length in every
// operation that has it, and is unknown to the other operations.
func TestEmptyMembers(t *testing.T) {
	all := validate.FieldNames()
	minimum, pattern := validate.RuleMinLength, validate.RulePattern
	required, enum, unknown := validate.RuleRequired, validate.RuleEnum, validate.RuleUnknownMember
	for _, test := range []struct {
		rule      string
		rules     *validate.Rules
		operation validate.Operation
		empty     []string
		want      []broken
	}{
		{"no member is empty unless Empty names it", validate.Current, validate.AddPermission, nil, nil},
		{"\"\" does not match the pattern of SourceArn", validate.Current, validate.AddPermission,
			[]string{"SourceArn"}, []broken{{"SourceArn", pattern}}},
		{"\"\" does not match the pattern of SourceAccount", validate.Current, validate.AddPermission,
			[]string{"SourceAccount"}, []broken{{"SourceAccount", pattern}}},
		{"\"\" does not match the pattern of EventSourceToken, whose minimum length is 0", validate.Current, validate.AddPermission,
			[]string{"EventSourceToken"}, []broken{{"EventSourceToken", pattern}}},
		{"\"\" does not match the pattern of PrincipalOrgID, whose minimum length is 12", validate.Current, validate.AddPermission,
			[]string{"PrincipalOrgID"}, []broken{{"PrincipalOrgID", minimum}, {"PrincipalOrgID", pattern}}},
		{"\"\" is not a FunctionUrlAuthType", validate.Current, validate.AddPermission,
			[]string{"FunctionUrlAuthType"}, []broken{{"FunctionUrlAuthType", enum}}},
		{"\"\" is shorter than a Qualifier", validate.Current, validate.AddPermission,
			[]string{"Qualifier"}, []broken{{"Qualifier", minimum}, {"Qualifier", pattern}}},
		{"\"\" is shorter than a Qualifier of GetPolicy", validate.Current, validate.GetPolicy,
			[]string{"Qualifier"}, []broken{{"Qualifier", minimum}, {"Qualifier", pattern}}},
		{"\"\" is shorter than a Qualifier of RemovePermission", validate.Current, validate.RemovePermission,
			[]string{"Qualifier"}, []broken{{"Qualifier", minimum}, {"Qualifier", pattern}}},
		{"the original pattern of Qualifier matches \"\", but the length is too short", validate.Original, validate.AddPermission,
			[]string{"Qualifier"}, []broken{{"Qualifier", minimum}}},
		{"the same for GetPolicy", validate.Original, validate.GetPolicy,
			[]string{"Qualifier"}, []broken{{"Qualifier", minimum}}},
		{"the same for RemovePermission", validate.Original, validate.RemovePermission,
			[]string{"Qualifier"}, []broken{{"Qualifier", minimum}}},
		{"the original reference has the same patterns, but no PrincipalOrgID", validate.Original, validate.AddPermission,
			[]string{"SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID"},
			[]broken{{"SourceArn", pattern}, {"SourceAccount", pattern}, {"EventSourceToken", pattern}, {"PrincipalOrgID", unknown}}},
		{"GetPolicy has no SourceArn", validate.Current, validate.GetPolicy,
			[]string{"SourceArn"}, []broken{{"SourceArn", unknown}}},
		{"DeleteResourcePolicy has no FunctionName", validate.Current, validate.DeleteResourcePolicy,
			[]string{"FunctionName"}, []broken{{"FunctionName", unknown}, {"ResourceArn", required}}},
		{"RevisionId may be empty", validate.Current, validate.AddPermission, []string{"RevisionId"}, nil},
		{"RevisionId of RemovePermission may be empty", validate.Current, validate.RemovePermission, []string{"RevisionId"}, nil},
		{"RevisionId may be empty in the original reference", validate.Original, validate.AddPermission, []string{"RevisionId"}, nil},
		{"InvokedViaFunctionUrl is not a text", validate.Current, validate.AddPermission, []string{"InvokedViaFunctionUrl"}, nil},
		{"Empty is ignored for members that have a value", validate.Current, validate.AddPermission,
			[]string{"FunctionName", "StatementId", "Action", "Principal"}, nil},
		{"all violations, in the API's order", validate.Current, validate.AddPermission, all,
			[]broken{{"Qualifier", minimum}, {"Qualifier", pattern}, {"SourceArn", pattern}, {"SourceAccount", pattern},
				{"EventSourceToken", pattern}, {"PrincipalOrgID", minimum}, {"PrincipalOrgID", pattern}, {"FunctionUrlAuthType", enum},
				{"ResourceArn", unknown}, {"Policy", unknown}}},
		{"PutResourcePolicy has a pattern of RevisionId and requires the other members", validate.Current, validate.PutResourcePolicy,
			[]string{"ResourceArn", "Policy", "RevisionId"},
			[]broken{{"ResourceArn", required}, {"Policy", required}, {"RevisionId", minimum}, {"RevisionId", pattern}}},
		{"DeleteResourcePolicy has a pattern of RevisionId and requires ResourceArn", validate.Current, validate.DeleteResourcePolicy,
			[]string{"ResourceArn", "RevisionId"},
			[]broken{{"ResourceArn", required}, {"RevisionId", minimum}, {"RevisionId", pattern}}},
	} {
		r := grant(nil)
		if test.operation != validate.AddPermission {
			r = removal(nil)
			r.Operation = test.operation
		}
		switch test.operation {
		case validate.GetPolicy:
			r.StatementId = ""
		case validate.PutResourcePolicy, validate.DeleteResourcePolicy:
			r.FunctionName, r.StatementId = "", ""
		}
		r.Empty = validate.MembersOf(test.empty...)
		if diff := cmp.Diff(test.want, brief(violations(t, test.rules, r))); diff != "" {
			t.Errorf("%s: violations of %v with empty %v (-want +got):\n%s", test.rule, r.Operation, r.Empty, diff)
		}
	}

	// A required member that is empty is reported as missing.
	r := validate.Request{Empty: validate.MembersOf(all...)}
	var got []string
	for _, v := range violations(t, validate.Current, r) {
		if v.Rule == required {
			got = append(got, v.Field)
		}
	}
	if diff := cmp.Diff([]string{"FunctionName", "StatementId", "Action", "Principal"}, got); diff != "" {
		t.Errorf("missing members of a request of empty members (-want +got):\n%s", diff)
	}
}

// The text distinguishes an empty member from a malformed one.
func TestEmptyMemberText(t *testing.T) {
	err := validate.Current.Check(grant(func(r *validate.Request) { r.Empty = validate.MembersOf("SourceAccount") }))
	const want = `invalid request: SourceAccount: Member must satisfy regular expression pattern: \d{12}` +
		` (hint: the member is present but empty: give it a value or leave it out)`
	if err == nil || err.Error() != want {
		t.Errorf("Check = %v, want %s", err, want)
	}
}

func TestMembers(t *testing.T) {
	m := validate.MembersOf("SourceArn", "Qualifier", "SourceArn")
	if got, want := m.String(), "Qualifier, SourceArn"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
	for _, name := range append(validate.FieldNames(), "", "Operation", "sourceArn") {
		if got, want := m.Has(name), name == "SourceArn" || name == "Qualifier"; got != want {
			t.Errorf("Has(%q) = %v, want %v", name, got, want)
		}
	}
	if same := validate.MembersOf("Qualifier", "SourceArn"); m != same {
		t.Errorf("MembersOf depends on the order of names: %v != %v", m, same)
	}
	if got := validate.MembersOf(); got != 0 {
		t.Errorf("MembersOf() = %v, want the zero value", got)
	}
	if got := validate.MembersOf(validate.FieldNames()...).All(); !slices.Equal(slices.Collect(got), validate.FieldNames()) {
		t.Errorf("All() = %v, want %v", slices.Collect(got), validate.FieldNames())
	}
	// An iteration may end early. Bits that are not members are not yielded.
	for name := range validate.Members(0xFFFF).All() {
		if name != "FunctionName" {
			t.Errorf("first member %q, want FunctionName", name)
		}
		break
	}
	if got, want := len(slices.Collect(validate.Members(0xFFFF).All())), len(validate.FieldNames()); got != want {
		t.Errorf("All of all bits yields %d members, want %d", got, want)
	}
}

func TestMembersOfUnknownName(t *testing.T) {
	defer func() {
		if got, want := recover(), `validate.MembersOf: a Request has no member "SourceARN"`; got != want {
			t.Errorf("panic %v, want %v", got, want)
		}
	}()
	validate.MembersOf("SourceARN")
}
