package arn_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
)

// functionTokens are parts of a FunctionName, and texts that are similar to them. Many
// strings of them are legal, and the others are similar to legal ones.
var functionTokens = []string{
	"arn:", "arn:aws:lambda:", "arn:aws-us-gov:lambda:", "arn::lambda:", "arn:aws:s3:", "arn:awsX-:lambda:", "ARN:aws:lambda:",
	"aws", "lambda:", ":lambda:",
	"us-east-1:", "us-gov-west-1:", "us-iso-east-1:", "us-isob-east-1:", "us-isobx-east-1:", "eusc-de-east-1:", "us-gov-1:", "us-iso-1:", "eusc-eusc-de-east-1:",
	"us-east-1", "us--1:", "us-gov--1:", "us-east-12:", "US-east-1:", "eusc-",
	"123456789012:", "123456789012", "12345678901:", "1234567890123:",
	"function:", "function", "layer:",
	"Thumbnail", "a.b", "a-b_c", "1", "PROD", "arn", ":", "::", ":1", ":PROD", ":$LATEST", ":$LATEST.PUBLISHED",
	"$", "$LATEST", ".PUBLISHED", ":$latest", ".", "-", "_", "/", " ", "\n", "é", "\xff",
}

// The parser and the documented pattern agree for every string: whether it is a
// FunctionName, and on each of its parts.
func TestParseFunctionAgreesWithPattern(t *testing.T) {
	const strings, atLeastLegal = 200_000, 20_000
	random := rand.New(rand.NewPCG(2016, 11))
	legal := 0
	for range strings {
		s := randomName(random)
		want := wantFunction(s)
		if want != nil {
			legal++
		}
		// Calling cmp.Diff each time would take most of the test's time.
		if got := gotFunction(s); !reflect.DeepEqual(want, got) {
			t.Fatalf("ParseFunction(%q) (-want +got):\n%s", s, cmp.Diff(want, got))
		}
		if want != nil {
			checkFunction(t, arn.MustParseFunction(s))
		}
	}
	if legal < atLeastLegal {
		t.Errorf("%d of %d strings were legal: too few, so that the test shows little", legal, strings)
	}
}

// randomName returns either the groups of a name in order, some of them missing or
// malformed, or any tokens in any order.
func randomName(random *rand.Rand) string {
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	var b strings.Builder
	if random.IntN(2) == 0 {
		for range 1 + random.IntN(6) {
			b.WriteString(pick(functionTokens))
		}
		return b.String()
	}
	for _, group := range [][]string{
		{"", "", "arn:aws:lambda:", "arn::lambda:", "arn:aws-cn:lambda:", "arn:aws:s3:"},
		{"", "us-east-1:", "us-gov-west-1:", "us-gov-1:", "eusc-de-east-1:", "us-isoz-east-1:", "us-east-1a:", ":"},
		{"", "123456789012:", "000000000000:", "1234:", ":"},
		{"", "function:", "function:", "layer:"},
		{"Thumbnail", "function", "us-east-1", "123456789012", "arn", "a.b", "1", "", "a/b"},
		{"", "", ":PROD", ":1", ":$LATEST", ":$LATEST.PUBLISHED", ":function", ":", ":a.b", ":$", ":1:2"},
	} {
		b.WriteString(pick(group))
	}
	return b.String()
}

func FuzzParseFunction(f *testing.F) {
	f.Add("us-east-1:123456789012:$LATEST")                               // account given back
	f.Add("arn:aws:lambda:$LATEST")                                       // arn not given back
	f.Add("arn:aws:lambda:arn:aws:lambda:f")                              // arn of arn
	f.Add("::::::")                                                       // colons
	f.Add("arn::lambda:f")                                                // empty partition
	f.Add("arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f:1") // eusc
	f.Add("eusc-eusc-de-east-1:f")                                        // eusc twice
	f.Add("arn:aws:lambda:us-east-1:111111111111:function")               // function called function
	f.Add("123456789012:function:$LATEST.PUBLISHED")                      // function given back
	f.Add("us-gov-1:f")                                                   // gov as direction
	f.Add("us-isob-1:f")                                                  // iso as direction
	f.Add("us-isobx-east-1:f")                                            // iso two letters
	f.Add("arn:aws:lambda:us-east-1:123456789012:layer:l:3")              // layer version
	f.Add("function:123456789012:PROD")                                   // name like account
	f.Add("function:us-east-1:PROD")                                      // name like region
	f.Add("f\n")                                                          // newline at end
	f.Add("arn:aws:lambda:us-east-1::function:f")                         // no account
	f.Add("arn:aws1:lambda:f")                                            // partition with digit
	f.Add("us-east-1:f")                                                  // only a region
	f.Add("us-east-1:$LATEST")                                            // region given back
	f.Add("f:$LATEST:1")                                                  // two qualifiers
	for _, s := range []string{
		"", "Thumbnail", "Thumbnail:PROD", "123456789012:Thumbnail", "123456789012:function:Thumbnail:2",
		"arn:aws:lambda:us-west-2:123456789012:function:Thumbnail:$LATEST",
		"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:Thumbnail:$LATEST.PUBLISHED",
		"arn::lambda:f", "us-east-1:f", "us-east-1:$LATEST", "123456789012:$LATEST", "function:$LATEST", "function:function:1",
		"us-gov-1:x", "us-isobx-1:x", "eusc-de-east-1:x", "arn:aws:lambda:us-east-1:111111111111:function",
		"arn:aws:lambda:us-east-1:123456789012:layer:l:1", "arn:aws:s3:::bucket", "https://example.com/", " f", "f\x00", "f\xff",
		"1234-5678-9012:function:f", "a:1:2", "arn:aws:lambda:::function:f",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if diff := cmp.Diff(wantFunction(s), gotFunction(s)); diff != "" {
			t.Errorf("ParseFunction(%q) (-want +got):\n%s", s, diff)
		}
		value, err := arn.ParseFunction(s)
		if err != nil {
			checkParseError(t, err, "ParseFunction", s)
			return
		}
		checkFunction(t, value)
	})
}

// checkFunction checks the properties of a valid Function, and of the Functions that
// its methods return.
func checkFunction(t *testing.T, f arn.Function) {
	t.Helper()
	for _, g := range []arn.Function{
		f, f.Unqualified(),
		f.WithQualifier(mustQualifier(t, "PROD")), f.WithQualifier(mustQualifier(t, "$LATEST")),
		f.Complete("aws", "", ""), f.Complete("", "us-east-1", ""), f.Complete("aws", "us-east-1", "123456789012"),
	} {
		if again, err := arn.ParseFunction(g.String()); err != nil || again != g {
			t.Errorf("ParseFunction(%q) = %+v, %v, want %+v", g, again, err, g)
		}
	}
	checkText(t, f, arn.Function.MarshalText, (*arn.Function).UnmarshalText)
	if got, want := f.IsComplete(), f.Partition() != "" && f.Region() != "" && f.AccountID() != ""; got != want {
		t.Errorf("%q: IsComplete = %v, want %v", f, got, want)
	}
}
