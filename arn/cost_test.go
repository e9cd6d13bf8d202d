package arn_test

import (
	"runtime"
	"strings"
	"testing"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/lambdaperm/lambdaperm/arn"
)

// Parsed values are substrings of the input, so that parsing a valid text does not
// allocate.
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
			t.Errorf("%s: %v allocations, error %v; want 0, nil", name, n, err)
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
	if !f.IsValid() {
		t.Error("no function was parsed")
	}
	if q.IsZero() {
		t.Error("no qualifier was parsed")
	}
	if !a.IsValid() {
		t.Error("no ARN was parsed")
	}
}

// The memory for an error is at most proportional to the length of the text: for a text
// of ten or a hundred times the length, at most ten or a hundred times the memory for a
// short text and its length. For a valid text see TestNoAllocs.
func TestMemoryIsLinear(t *testing.T) {
	parsers := map[string]func(string) error{
		"Parse":          func(s string) error { _, err := arn.Parse(s); return err },
		"ParseFunction":  func(s string) error { _, err := arn.ParseFunction(s); return err },
		"ParseQualifier": func(s string) error { _, err := arn.ParseQualifier(s); return err },
	}
	units := []string{
		"a", "1", "-", ":", "a:", "a-", "arn:", "arn:aws:lambda:", "function:", "us-", "us-gov-", "us-east-1:", "123456789012:",
		"$", "$LATEST", "é", " ", "\x00", "\xff", "*", "/", "http://", ".",
	}
	const small = 1 << 10
	for name, parse := range parsers {
		for _, start := range []string{"", "arn:aws:lambda:us-east-1:123456789012:function:"} {
			for _, unit := range units {
				text := func(n int) string { return start + strings.Repeat(unit, n/len(unit)) }
				base := memoryOf(parse, text(small))
				for _, times := range []int{10, 100} {
					if got := memoryOf(parse, text(times*small)); got > uint64(times)*(base+small) {
						t.Errorf("%s of %q and %q: %d bytes for a text of %d, %d bytes for a text %d times longer, want at most in proportion", name, start, unit, base, small, got, times)
					}
				}
			}
		}
	}
}

func memoryOf(parse func(string) error, s string) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := parse(s); err != nil {
		_ = err.Error()
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// BenchmarkParseFunction parses a full ARN with an alias with this package, with the
// documented pattern, and with the SDK, which only splits it.
func BenchmarkParseFunction(b *testing.B) {
	const s = fullThumbnail + ":PROD"
	b.Run("lambdaperm", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := arn.ParseFunction(s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("regexp", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if functionRegexp.FindStringSubmatchIndex(s) == nil {
				b.Fatal("refused")
			}
		}
	})
	b.Run("awsarn", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := awsarn.Parse(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
