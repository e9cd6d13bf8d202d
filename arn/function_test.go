package arn_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
)

const fullThumbnail = "arn:aws:lambda:us-west-2:123456789012:function:Thumbnail"

func TestParseFunction(t *testing.T) {
	tests := []struct {
		in   string
		want functionParts
		text string // of String; "" if it is the same as in
	}{
		// The three forms of the reference, each without and with a qualifier.
		{in: "Thumbnail", want: functionParts{Name: "Thumbnail"}},
		{in: "Thumbnail:PROD", want: functionParts{Name: "Thumbnail", Qualifier: "PROD"}},
		{in: "123456789012:function:Thumbnail", want: functionParts{AccountID: "123456789012", Name: "Thumbnail"}},
		{in: "123456789012:function:Thumbnail:1", want: functionParts{AccountID: "123456789012", Name: "Thumbnail", Qualifier: "1"}},
		{in: fullThumbnail, want: functionParts{"aws", "us-west-2", "123456789012", "Thumbnail", ""}},
		{in: fullThumbnail + ":$LATEST", want: functionParts{"aws", "us-west-2", "123456789012", "Thumbnail", "$LATEST"}},
		{in: fullThumbnail + ":$LATEST.PUBLISHED", want: functionParts{"aws", "us-west-2", "123456789012", "Thumbnail", "$LATEST.PUBLISHED"}},

		// "function:" may be left out. String writes it except for a bare name.
		{in: "123456789012:Thumbnail", want: functionParts{AccountID: "123456789012", Name: "Thumbnail"}, text: "123456789012:function:Thumbnail"},
		{in: "function:Thumbnail", want: functionParts{Name: "Thumbnail"}, text: "Thumbnail"},
		{in: "function:Thumbnail:PROD", want: functionParts{Name: "Thumbnail", Qualifier: "PROD"}, text: "Thumbnail:PROD"},
		{in: "arn:aws:lambda:us-west-2:123456789012:Thumbnail", want: functionParts{"aws", "us-west-2", "123456789012", "Thumbnail", ""}, text: fullThumbnail},

		// Each part may be left out.
		{in: "us-east-1:f", want: functionParts{Region: "us-east-1", Name: "f"}, text: "us-east-1:function:f"},
		{in: "arn:aws:lambda:function:f", want: functionParts{Partition: "aws", Name: "f"}},
		{in: "arn:aws:lambda:123456789012:function:f:1", want: functionParts{Partition: "aws", AccountID: "123456789012", Name: "f", Qualifier: "1"}},
		// The partition of an ARN may be empty. Then the start of the ARN is ignored.
		{in: "arn::lambda:f", want: functionParts{Name: "f"}, text: "f"},
		{in: "arn::lambda:us-east-1:f", want: functionParts{Region: "us-east-1", Name: "f"}, text: "us-east-1:function:f"},

		// All partitions and the forms of their regions.
		{in: "arn:aws-cn:lambda:cn-north-1:123456789012:function:f", want: functionParts{"aws-cn", "cn-north-1", "123456789012", "f", ""}},
		{in: "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f", want: functionParts{"aws-us-gov", "us-gov-west-1", "123456789012", "f", ""}},
		{in: "arn:aws-iso:lambda:us-iso-east-1:123456789012:function:f", want: functionParts{"aws-iso", "us-iso-east-1", "123456789012", "f", ""}},
		{in: "arn:aws-iso-b:lambda:us-isob-east-1:123456789012:function:f", want: functionParts{"aws-iso-b", "us-isob-east-1", "123456789012", "f", ""}},
		{in: "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f", want: functionParts{"aws-eusc", "eusc-de-east-1", "123456789012", "f", ""}},

		// The name of a function can be "function", or have the form of a region or an
		// account. Before a colon such a word is the keyword, the region or the
		// account.
		{in: "function", want: functionParts{Name: "function"}},
		{in: "us-east-1", want: functionParts{Name: "us-east-1"}},
		{in: "arn:aws:lambda:us-east-1:111111111111:function", want: functionParts{"aws", "us-east-1", "111111111111", "function", ""}, text: "arn:aws:lambda:us-east-1:111111111111:function:function"},
		{in: "123456789012:PROD", want: functionParts{AccountID: "123456789012", Name: "PROD"}, text: "123456789012:function:PROD"},
		{in: "function:PROD", want: functionParts{Name: "PROD"}, text: "PROD"},
		{in: "function:function:PROD", want: functionParts{Name: "function", Qualifier: "PROD"}},
		{in: "function:us-east-1:PROD", want: functionParts{Name: "us-east-1", Qualifier: "PROD"}},
		{in: "function:123456789012:PROD", want: functionParts{Name: "123456789012", Qualifier: "PROD"}},
		// But it is the name if the rest cannot be a name and so must be a qualifier.
		{in: "us-east-1:$LATEST", want: functionParts{Name: "us-east-1", Qualifier: "$LATEST"}},
		{in: "123456789012:$LATEST", want: functionParts{Name: "123456789012", Qualifier: "$LATEST"}},
		{in: "function:$LATEST", want: functionParts{Name: "function", Qualifier: "$LATEST"}},
		{in: "us-east-1:123456789012:$LATEST", want: functionParts{Region: "us-east-1", Name: "123456789012", Qualifier: "$LATEST"}, text: "us-east-1:function:123456789012:$LATEST"},

		// Words that are similar to a region or an account are names.
		{in: "us-east-11:f", want: functionParts{Name: "us-east-11", Qualifier: "f"}},
		{in: "us--1:f", want: functionParts{Name: "us--1", Qualifier: "f"}},
		{in: "us-gov--1:f", want: functionParts{Name: "us-gov--1", Qualifier: "f"}},
		{in: "1234-5678-9012:f", want: functionParts{Name: "1234-5678-9012", Qualifier: "f"}},
		{in: "arn:x", want: functionParts{Name: "arn", Qualifier: "x"}},
		// The word "layer" is a name, because the pattern does not distinguish
		// resources.
		{in: "arn:aws:lambda:us-east-1:123456789012:layer:l", want: functionParts{"aws", "us-east-1", "123456789012", "layer", "l"}, text: "arn:aws:lambda:us-east-1:123456789012:function:layer:l"},
		// A name may have a dot.
		{in: "my.function:1", want: functionParts{Name: "my.function", Qualifier: "1"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(wantFunction(test.in), &test.want); diff != "" {
			t.Errorf("%q: the test disagrees with the pattern (-pattern +test):\n%s", test.in, diff)
		}
		if diff := cmp.Diff(&test.want, gotFunction(test.in)); diff != "" {
			t.Errorf("ParseFunction(%q) (-want +got):\n%s", test.in, diff)
			continue
		}
		f := arn.MustParseFunction(test.in)
		want := test.text
		if want == "" {
			want = test.in
		}
		if got := f.String(); got != want {
			t.Errorf("ParseFunction(%q).String() = %q, want %q", test.in, got, want)
		}
		checkFunction(t, f)
	}
}

// The parser does not limit lengths: a name that is longer than every limit is parsed.
func TestParseFunctionLong(t *testing.T) {
	name, alias := strings.Repeat("a", 1<<20), strings.Repeat("b", 1<<20)
	f, err := arn.ParseFunction("123456789012:function:" + name + ":" + alias)
	if err != nil {
		t.Fatalf("ParseFunction of 2 MiB: %v", err)
	}
	if f.Name() != name {
		t.Errorf("the name has %d bytes, want %d", len(f.Name()), len(name))
	}
	if got := f.Qualifier().String(); got != alias {
		t.Errorf("the qualifier has %d bytes, want %d", len(got), len(alias))
	}
	checkFunction(t, f)
}

func TestFunctionZero(t *testing.T) {
	var zero arn.Function
	type view struct {
		valid, complete bool
		text, name      string
		qualifier       arn.Qualifier
	}
	if got := (view{zero.IsValid(), zero.IsComplete(), zero.String(), zero.Name(), zero.Qualifier()}); got != (view{}) {
		t.Errorf("zero Function: %+v, want %+v", got, view{})
	}
	// The methods of the zero Function return the zero Function.
	for _, f := range []arn.Function{
		zero.Unqualified(), zero.WithQualifier(mustQualifier(t, "PROD")), zero.Complete("aws", "us-east-1", "123456789012"),
	} {
		if f != zero {
			t.Errorf("a method of the zero Function returned %q, want the zero Function", f)
		}
	}
}

func TestFunctionWithQualifier(t *testing.T) {
	tests := []struct {
		function, qualifier string
		want                string // "" for the zero Function
	}{
		// A qualifier is added, or replaces the previous one.
		{"Thumbnail", "PROD", "Thumbnail:PROD"},
		{"Thumbnail:1", "$LATEST", "Thumbnail:$LATEST"},
		{fullThumbnail, "$LATEST.PUBLISHED", fullThumbnail + ":$LATEST.PUBLISHED"},
		// After a name that has the form of another part, a qualifier makes "function:"
		// necessary.
		{"function", "1", "function:function:1"},
		{"us-gov-west-1", "1", "function:us-gov-west-1:1"},
		{"123456789012", "1", "function:123456789012:1"},
		{"123456789012", "$LATEST", "123456789012:$LATEST"},
		// With a qualifier that the pattern of FunctionName does not allow the result
		// is the zero Function.
		{"Thumbnail", "a$b", ""},
		{"Thumbnail", "$latest", ""},
	}
	for _, test := range tests {
		f := arn.MustParseFunction(test.function).WithQualifier(mustQualifier(t, test.qualifier))
		if f.String() != test.want {
			t.Errorf("%q with qualifier %q = %q, want %q", test.function, test.qualifier, f, test.want)
		}
	}
	// The zero Qualifier means the unqualified function.
	f := arn.MustParseFunction("Thumbnail:PROD")
	if got := f.WithQualifier(arn.Qualifier{}); got != f.Unqualified() || got.String() != "Thumbnail" {
		t.Errorf("%q with the zero Qualifier = %q, want \"Thumbnail\"", f, got)
	}
}

func TestFunctionComplete(t *testing.T) {
	tests := []struct {
		function, partition, region, account string
		want                                 string // "" for the zero Function
	}{
		// Absent parts are added; the others are kept.
		{"Thumbnail:PROD", "aws", "us-west-2", "123456789012", fullThumbnail + ":PROD"},
		{"us-west-2:Thumbnail", "aws", "eu-west-1", "123456789012", fullThumbnail},
		{fullThumbnail, "aws-cn", "cn-north-1", "210987654321", fullThumbnail},
		// An empty argument adds nothing.
		{"Thumbnail", "", "", "123456789012", "123456789012:function:Thumbnail"},
		{"Thumbnail", "", "", "", "Thumbnail"},
		// With an invalid argument the result is the zero Function, if the argument is
		// used.
		{"Thumbnail", "azure", "", "", ""},
		{"Thumbnail", "aws", "us-east-1a", "123456789012", ""},
		{"Thumbnail", "aws", "us-east-1", "1234-5678-9012", ""},
		{fullThumbnail, "azure", "?", "me", fullThumbnail},
	}
	for _, test := range tests {
		f := arn.MustParseFunction(test.function).Complete(test.partition, test.region, test.account)
		if f.String() != test.want {
			t.Errorf("%q.Complete(%q, %q, %q) = %q, want %q", test.function, test.partition, test.region, test.account, f, test.want)
		}
		if got, want := f.IsValid(), test.want != ""; got != want {
			t.Errorf("%q: IsValid = %v, want %v", f, got, want)
		}
	}
}

func TestMustParseFunction(t *testing.T) {
	defer func() {
		err, _ := recover().(error)
		var e *arn.ParseError
		if !errors.As(err, &e) {
			t.Fatalf("panic value %v, want a *arn.ParseError", err)
		}
		if e.Input != "a/b" {
			t.Errorf("Input of the panic value %q, want %q", e.Input, "a/b")
		}
	}()
	arn.MustParseFunction("a/b")
}

// IsRegion and IsAccountID accept exactly the texts that can be the region and the
// account of a FunctionName. The oracle is the documented pattern.
func TestPartsAreThoseOfThePattern(t *testing.T) {
	for _, s := range []string{
		"", "us-east-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1", "us-gov-1", "xx-a-9",
		"us-east-12", "us-east-a", "us-east1", "useast-1", "us_east-1", "US-east-1", "us-EAST-1", "us-e4st-1", "u1-east-1",
		"us--1", "us-1", "us-east-", "us-east", "us-", "-east-1", "us-isobb-east-1", "us-isoB-east-1", "us-iso1-east-1", "us-go-east-1",
		"us-gova-east-1", "us-gov--1", "us-east-west-1", "eusc-us-gov-west-1", "eusc-", "eusc-eusc-de-east-1", "us-east-1 ", " us-east-1",
		"123456789012", "12345678901", "1234567890123", "12345678901a", "a23456789012", "1234-5678901", "١٢٣٤٥٦",
	} {
		want := wantFunction(s + ":f")
		if got := arn.IsRegion(s); got != (want != nil && want.Region == s && s != "") {
			t.Errorf("IsRegion(%q) = %v, want %v", s, got, !got)
		}
		if got := arn.IsAccountID(s); got != (want != nil && want.AccountID == s && s != "") {
			t.Errorf("IsAccountID(%q) = %v, want %v", s, got, !got)
		}
	}
}
