package arn_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
)

// arnParts returns the parts of an ARN in the SDK's type.
func arnParts(a arn.ARN) awsarn.ARN {
	return awsarn.ARN{Partition: a.Partition(), Service: a.Service(), Region: a.Region(), AccountID: a.AccountID(), Resource: a.Resource()}
}

// wantARN is the oracle for Parse: the SDK's Parse and the rules that the SDK does not
// have.
func wantARN(s string) (awsarn.ARN, bool) {
	a, err := awsarn.Parse(s)
	unseen := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	ok := err == nil && a.Partition != "" && a.Service != "" && a.Resource != "" &&
		utf8.ValidString(s) && !strings.ContainsFunc(s, unseen)
	return a, ok
}

func TestParse(t *testing.T) {
	tests := []struct {
		in   string
		want awsarn.ARN
	}{
		// Five colons split an ARN.
		{"arn:aws:iam::123456789012:role/r", awsarn.ARN{Partition: "aws", Service: "iam", AccountID: "123456789012", Resource: "role/r"}},
		// Region and account may be empty, as in ARNs of buckets.
		{"arn:aws:s3:::bucket", awsarn.ARN{Partition: "aws", Service: "s3", Resource: "bucket"}},
		// Further colons belong to the resource, also at its beginning and end.
		{"arn:aws:logs:us-east-1:123456789012:log-group:g:*", awsarn.ARN{Partition: "aws", Service: "logs", Region: "us-east-1", AccountID: "123456789012", Resource: "log-group:g:*"}},
		{"arn:aws:sns:::::", awsarn.ARN{Partition: "aws", Service: "sns", Resource: "::"}},
		// Region and account are not checked, because their form depends on the
		// service.
		{"arn:x:y:*:${aws:z}:é", awsarn.ARN{Partition: "x", Service: "y", Region: "*", AccountID: "${aws", Resource: "z}:é"}},
	}
	for _, test := range tests {
		a, err := arn.Parse(test.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", test.in, err)
			continue
		}
		if diff := cmp.Diff(test.want, arnParts(a)); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", test.in, diff)
		}
		checkARN(t, test.in, a)
	}
}

func checkARN(t *testing.T, s string, a arn.ARN) {
	t.Helper()
	if a.String() != s || !a.IsValid() {
		t.Errorf("Parse(%q) = %q, valid %v; want the same text, true", s, a, a.IsValid())
	}
	checkText(t, a, arn.ARN.MarshalText, (*arn.ARN).UnmarshalText)
}

func FuzzParse(f *testing.F) {
	f.Add("arn:::::")                                                      // all empty
	f.Add("arn:aws:s3:::bucket")                                           // bucket
	f.Add("arn:aws:s3:::b\u0085")                                          // c1 control
	f.Add("arn:aws:s3:::b\u2028")                                          // line separator
	f.Add("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f:*") // log group wildcard
	f.Add("arn:aws:iam::aws:policy/ReadOnlyAccess")                        // managed policy
	// Nested.
	f.Add("arn:aws:events:us-east-1:123456789012:rule/arn:aws:events:us-east-1:123456789012:event-bus/b/r")
	f.Add("arn:aws:iam:000000000000:role/x")                             // one colon short
	f.Add("arn:aws:s3:::\ufffd")                                         // replacement character
	f.Add("arn:aws:sns:::::")                                            // resource of colons
	f.Add("arn:aws:lex:us-east-1:123456789012 ID:intent:OrderFlowers:*") // space in account
	for _, s := range []string{
		"", "arn:", "arn:::::", "arn:aws:s3:::bucket", "arn:aws:iam::aws:policy/p", "arn:aws:iam:123456789012:role/r",
		"arn:aws:logs:us-east-1:123456789012:log-group:g:*", "arn:aws:s3:::a b", "arn:aws:s3:::\u0085", "arn:aws:s3:::\xff", "arn:aws:s3:::\ufffd",
		"ARN:aws:s3:::b", "arn:aws::us-east-1::x", "https://a/b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, ok := wantARN(s)
		a, err := arn.Parse(s)
		if (err == nil) != ok {
			t.Fatalf("Parse(%q): error %v, want success %v", s, err, ok)
		}
		if err != nil {
			checkParseError(t, err, "Parse", s)
			return
		}
		if diff := cmp.Diff(want, arnParts(a)); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", s, diff)
		}
		checkARN(t, s, a)
	})
}
