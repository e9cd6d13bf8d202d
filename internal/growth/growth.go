// Package growth asserts, in tests, that work takes time in proportion to its size. A
// time depends on the machine and on its other work; the ratio of two times that are
// measured in turns hardly does.
package growth

import (
	"testing"
	"time"
)

// Factor is the size of the large work divided by the size of the small work.
const Factor = 8

// limit is the largest ratio of the two times that passes. It exceeds Factor because
// large data does not fit into the caches. Quadratic growth has the ratio
// Factor*Factor.
const limit = 3.5 * Factor

// longest is the time for which Linear measures before it fails a test.
var longest = time.Minute

// Linear fails the test if large, which does Factor times the work of small,
// takes far more than Factor times as long. Small should take at least some tens
// of microseconds, so that the clock does not matter.
//
// Linear compares the shortest of several times of each. If the ratio is too large, it
// measures again, up to a minute, because the machine may be busy.
func Linear(tb testing.TB, name string, small, large func()) {
	tb.Helper()
	const enough = 3
	begin := time.Now()
	s, l := timeOf(small), timeOf(large)
	for round := 1; round < enough || time.Since(begin) < longest; round++ {
		s, l = min(s, timeOf(small)), min(l, timeOf(large))
		if round >= enough && ratio(l, s) <= limit {
			return
		}
	}
	tb.Errorf("%s: %d times the work takes %.0f times as long (%v, %v), want at most %.0f", name, Factor, ratio(l, s), s, l, float64(limit))
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

func timeOf(work func()) time.Duration {
	begin := time.Now()
	work()
	return max(time.Since(begin), time.Microsecond)
}
