package arn_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
)

// Parsed values are substrings: reading what is right costs no memory.
func TestNoAllocs(t *testing.T) {
	var (
		f      arn.Function
		q      arn.Qualifier
		a      arn.ARN
		err    error
		room   = make([]byte, 0, 256)
		source = "arn:aws:logs:us-east-1:123456789012:log-group:g:*"
	)
	check := func(name string, run func()) {
		t.Helper()
		if n := testing.AllocsPerRun(100, run); n != 0 || err != nil {
			t.Errorf("%s: %v allocations, error %v", name, n, err)
		}
	}
	for _, s := range []string{"Thumbnail", "Thumbnail:PROD", "123456789012:Thumbnail", "function:$LATEST", fullThumbnail, fullThumbnail + ":$LATEST"} {
		check("ParseFunction "+s, func() { f, err = arn.ParseFunction(s) })
		check("AppendText "+s, func() { room, err = f.AppendText(room[:0]) })
		check("derive from "+s, func() { f = f.Complete("aws", "us-east-1", "123456789012").Unqualified().WithQualifier(q) })
	}
	check("String of a name", func() { _ = arn.MustParseFunction("Thumbnail").String() })
	check("ParseQualifier", func() { q, err = arn.ParseQualifier("$LATEST.PUBLISHED") })
	check("Parse", func() { a, err = arn.Parse(source) })
	if !f.IsValid() || q.IsZero() || !a.IsValid() {
		t.Error("nothing was parsed")
	}
}
