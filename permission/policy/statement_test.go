package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

var statementTests = []struct {
	name string
	text string
	want statementView // without Raw
	raw  string        // if it differs from text

	compact string // String, if it is not Raw
}{
	// The form that AddPermission writes today.
	{
		name: "current",
		text: `{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::test-bucket"}}}`,
		want: statementView{
			Sid: "s3", Effect: "Allow", Principals: []policy.Principal{{Type: "Service", Value: "s3.amazonaws.com"}},
			Actions: []string{"lambda:InvokeFunction"}, Resources: []string{fn},
			Conditions: []policy.Condition{{Operator: "ArnLike", Key: "AWS:SourceArn", Values: []string{"arn:aws:s3:::test-bucket"}}},
		},
	},
	// The form of 2016: another order, and Action a list.
	{
		name: "2016",
		text: `{"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:us-east-1:111111111111:a/*/GET/"}},"Action":["lambda:InvokeFunction"],"Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Sid":"1"}`,
		want: statementView{
			Sid: "1", Effect: "Allow", Principals: []policy.Principal{{Type: "Service", Value: "apigateway.amazonaws.com"}},
			Actions: []string{"lambda:InvokeFunction"}, Resources: []string{fn},
			Conditions: []policy.Condition{{Operator: "ArnLike", Key: "AWS:SourceArn", Values: []string{"arn:aws:execute-api:us-east-1:111111111111:a/*/GET/"}}},
		},
	},
	// Everybody, as a bare string.
	{
		name: "bare star", text: `{"Principal":"*"}`,
		want: statementView{Principals: []policy.Principal{{Type: policy.PrincipalAnyone, Value: "*"}}},
	},
	// Everybody, as an AWS principal.
	{
		name: "AWS star", text: `{"Principal":{"AWS":"*"}}`,
		want: statementView{Principals: []policy.Principal{{Type: policy.PrincipalAWS, Value: "*"}}},
	},
	// Lists wherever the grammar allows them; several types of principal.
	{
		name: "lists",
		text: `{"Principal":{"AWS":["111111111111","arn:aws:iam::222222222222:role/r"],"Service":["a.amazonaws.com"]},"Action":["a:b","c:d"],"Resource":["x","y"],"Condition":{"StringLike":{"k":["v","w"]}}}`,
		want: statementView{
			Principals: []policy.Principal{{Type: "AWS", Value: "111111111111"}, {Type: "AWS", Value: "arn:aws:iam::222222222222:role/r"}, {Type: "Service", Value: "a.amazonaws.com"}},
			Actions:    []string{"a:b", "c:d"}, Resources: []string{"x", "y"},
			Conditions: []policy.Condition{{Operator: "StringLike", Key: "k", Values: []string{"v", "w"}}},
		},
	},
	// The Not elements, and Deny.
	{
		name: "not", text: `{"Effect":"Deny","NotPrincipal":{"AWS":"111111111111"},"NotAction":"a:b","NotResource":["x"]}`,
		want: statementView{
			Effect: "Deny", NotPrincipals: []policy.Principal{{Type: "AWS", Value: "111111111111"}},
			NotActions: []string{"a:b"}, NotResources: []string{"x"},
		},
	},
	// Booleans and numbers in conditions keep their text.
	{
		name: "scalars", text: `{"Condition":{"Bool":{"k":true},"NumericLessThan":{"l":[1.50,-2e+3,false]}}}`,
		want: statementView{Conditions: []policy.Condition{
			{Operator: "Bool", Key: "k", Values: []string{"true"}},
			{Operator: "NumericLessThan", Key: "l", Values: []string{"1.50", "-2e+3", "false"}},
		}},
	},
	// Several operators and keys are in the order of the text.
	{
		name: "operators", text: `{"Condition":{"StringEquals":{"b":"1","a":"2"},"ArnLike":{"c":"3"}}}`,
		want: statementView{Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "b", Values: []string{"1"}},
			{Operator: "StringEquals", Key: "a", Values: []string{"2"}},
			{Operator: "ArnLike", Key: "c", Values: []string{"3"}},
		}},
	},
	// Empty lists are not nil.
	{
		name: "empty lists", text: `{"Principal":{"AWS":[]},"Action":[],"Resource":[],"Condition":{"StringEquals":{"k":[]}}}`,
		want: statementView{
			Principals: []policy.Principal{}, Actions: []string{}, Resources: []string{},
			Conditions: []policy.Condition{{Operator: "StringEquals", Key: "k", Values: []string{}}},
		},
	},
	// An operator without keys is returned as one condition; an empty Condition as no
	// condition.
	{
		name: "empty operator", text: `{"Condition":{"StringEquals":{}}}`,
		want: statementView{Conditions: []policy.Condition{{Operator: "StringEquals"}}},
	},
	{name: "empty condition", text: `{"Condition":{}}`},
	{name: "empty", text: `{}`},
	// Unknown members are kept with any value. The case of names matters.
	{
		name: "unknown", text: `{"effect":"Deny","Note":{"a":[null,1,{"b":"<&>"}]},"Sid":"s"}`,
		want: statementView{Sid: "s", UnknownMembers: []string{"effect", "Note"}},
	},
	// Names and values are unescaped; Raw keeps the escapes.
	{
		name: "escapes", text: `{"\u0053id":"a\/\u00e9\ud83d\ude00\n\t\b\f\r\"\\","Effect":"é😀` + "\u2028" + `"}`,
		want: statementView{Sid: "a/é😀\n\t\b\f\r\"\\", Effect: "é😀\u2028"},
	},
	// Brackets and quotation marks within strings are text.
	{
		name: "brackets", text: `{"Principal":{"AWS":"}]\"}"},"Action":["[","]","{\\"],"Condition":{"StringEquals":{"}":"{","]":["[\"]"]}},"Sid":"s"}`,
		want: statementView{
			Sid: "s", Principals: []policy.Principal{{Type: "AWS", Value: `}]"}`}}, Actions: []string{"[", "]", `{\`},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: "}", Values: []string{"{"}},
				{Operator: "StringEquals", Key: "]", Values: []string{`["]`}},
			},
		},
	},
	// Raw keeps the whitespace between tokens, but not that around the object.
	{
		name: "indented", text: " {\r\n\t\"Sid\" : \"a b\" , \"Action\" : [ \"x\" , \"y\" ] } \n",
		want:    statementView{Sid: "a b", Actions: []string{"x", "y"}},
		raw:     "{\r\n\t\"Sid\" : \"a b\" , \"Action\" : [ \"x\" , \"y\" ] }",
		compact: `{"Sid":"a b","Action":["x","y"]}`,
	},
}

func TestParseStatement(t *testing.T) {
	for _, test := range statementTests {
		t.Run(test.name, func(t *testing.T) {
			s := mustStatement(t, test.text)
			test.want.Raw = test.raw
			if test.raw == "" {
				test.want.Raw = test.text
			}
			if diff := cmp.Diff(test.want, view(s)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if test.compact == "" {
				test.compact = test.want.Raw
			}
			if s.String() != test.compact {
				t.Errorf("String %q, want %q", s.String(), test.compact)
			}
			if diff := cmp.Diff(view(s), view(mustStatement(t, s.Raw()))); diff != "" {
				t.Errorf("print and parse (-first +second):\n%s", diff)
			}
		})
	}
}

// The accessors of the zero Statement return zero values.
func TestZeroStatement(t *testing.T) {
	var zero policy.Statement
	wantEqual(t, "IsValid", zero.IsValid(), false)
	if diff := cmp.Diff(statementView{}, view(zero)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantEqual(t, "equivalent to itself", zero.Equivalent(policy.Statement{}), true)
	wantEqual(t, "equivalent to another one", zero.Equivalent(mustStatement(t, `{"Effect":"Allow"}`)), false)
}

// Results of accessors belong to the caller.
func TestStatementIsImmutable(t *testing.T) {
	const text = `{"Principal":{"AWS":["a"]},"NotPrincipal":{"AWS":["a"]},"Action":"a","NotAction":"a","Resource":"a","NotResource":"a","Condition":{"o":{"k":"a"}},"Unknown":1}`
	s := mustStatement(t, text)
	got := view(s)
	got.Principals[0].Value, got.NotPrincipals[0].Value = "changed", "changed"
	for _, list := range [][]string{got.Actions, got.NotActions, got.Resources, got.NotResources, got.Conditions[0].Values, got.UnknownMembers} {
		list[0] = "changed"
	}
	got.Conditions[0].Key = "changed"
	if diff := cmp.Diff(view(mustStatement(t, text)), view(s)); diff != "" {
		t.Errorf("the statement changed with its parts (-before +after):\n%s", diff)
	}
}

func TestDeadPrincipals(t *testing.T) {
	s := mustStatement(t, `{"Principal":{"AWS":["AROAEXAMPLEID1234567","arn:aws:iam::111111111111:role/r","AIDAJQABLZS4A3QDU576Q"],"Service":"s3.amazonaws.com"}}`)
	want := []policy.Principal{{Type: "AWS", Value: "AROAEXAMPLEID1234567"}, {Type: "AWS", Value: "AIDAJQABLZS4A3QDU576Q"}}
	if diff := cmp.Diff(want, s.DeadPrincipals()); diff != "" {
		t.Errorf("Statement (-want +got):\n%s", diff)
	}
	d := policy.Document{}.With(mustStatement(t, `{"Principal":"*"}`), s)
	if diff := cmp.Diff(want, d.DeadPrincipals()); diff != "" {
		t.Errorf("Document (-want +got):\n%s", diff)
	}
}

func TestPrincipalKinds(t *testing.T) {
	const anyone, account, uniqueID = "anyone", "account", "unique id"
	tests := []struct {
		principal policy.Principal
		want      string
	}{
		// Everybody has two spellings.
		{policy.Principal{Type: "*", Value: "*"}, anyone},
		{policy.Principal{Type: "AWS", Value: "*"}, anyone},
		// Elsewhere a star is part of a name.
		{policy.Principal{Type: "Service", Value: "*"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn:aws:iam::111111111111:role/*"}, ""},
		// An account is twelve digits, or its root user in any partition.
		{policy.Principal{Type: "AWS", Value: "000000000001"}, account},
		{policy.Principal{Type: "AWS", Value: "arn:aws:iam::111111111111:root"}, account},
		{policy.Principal{Type: "AWS", Value: "arn:aws-us-gov:iam::111111111111:root"}, account},
		{policy.Principal{Type: "AWS", Value: "11111111111"}, ""},
		{policy.Principal{Type: "AWS", Value: "1111-1111-1111"}, ""},
		{policy.Principal{Type: "AWS", Value: "11111111111１"}, ""},
		{policy.Principal{Type: "Service", Value: "111111111111"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn:aws:iam::111111111111:user/root"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn::iam::111111111111:root"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn:aws:111111111111:root"}, ""},
		{policy.Principal{Type: "AWS", Value: "aws:iam::111111111111:root"}, ""},
		// Deleted users and roles, and a session of one.
		{policy.Principal{Type: "AWS", Value: "AIDAJQABLZS4A3QDU576Q"}, uniqueID},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID1234567"}, uniqueID},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID1234567:session"}, uniqueID},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID123"}, uniqueID},
		// The first and the last of the letters and digits.
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID0AZ9"}, uniqueID},
		// The characters next to them in ASCII.
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID0AZ/"}, ""},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID0AZ@"}, ""},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID0AZ["}, ""},
		// Too short; letters in lower case; an empty session.
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID12"}, ""},
		{policy.Principal{Type: "AWS", Value: "AROAexampleid1234567"}, ""},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID1234567:"}, ""},
		// Groups, access keys and the like cannot be principals.
		{policy.Principal{Type: "AWS", Value: "AGPAEXAMPLEID1234567"}, ""},
		{policy.Principal{Type: "AWS", Value: "AKIAEXAMPLEID1234567"}, ""},
		// Only AWS principals have unique ids of this kind.
		{policy.Principal{Type: "CanonicalUser", Value: "AROAEXAMPLEID1234567"}, ""},
		{policy.Principal{}, ""},
	}
	for _, test := range tests {
		got := ""
		for kind, is := range map[string]bool{
			anyone: test.principal.IsAnyone(), account: test.principal.IsAccount(), uniqueID: test.principal.IsUniqueID(),
		} {
			if is {
				got += kind
			}
		}
		if got != test.want {
			t.Errorf("%+v is of kind %q, want %q", test.principal, got, test.want)
		}
	}
}
