package arn_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
)

// What a refusal allocates grows with the text and not faster, whatever the text:
// ten and a hundred times the length take at most ten and a hundred times the
// memory, plus what a short text takes. What is right takes none, see TestNoAllocs.
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
						t.Errorf("%s of %q and %q: %d bytes for a text of %d, %d bytes for one %d times longer", name, start, unit, base, small, got, times)
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
