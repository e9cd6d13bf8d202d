package growth

import (
	"fmt"
	"testing"
	"time"
)

// recorder records the messages of Errorf and fails no test.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

var sink int

// spin returns a function that does n steps.
func spin(n int) func() {
	return func() {
		for i := range n {
			sink ^= i
		}
	}
}

func TestLinear(t *testing.T) {
	const n = 100_000
	var r recorder
	Linear(&r, "work", spin(n), spin(Factor*n))
	if len(r.failures) != 0 {
		t.Errorf("linear work fails: %q", r.failures)
	}
}

func TestQuadraticFails(t *testing.T) {
	defer func(d time.Duration) { longest = d }(longest)
	longest = time.Second
	const n = 100_000
	var r recorder
	Linear(&r, "work", spin(n), spin(Factor*Factor*n))
	if len(r.failures) != 1 {
		t.Errorf("work that grows with the square fails %d times, want once: %q", len(r.failures), r.failures)
	}
}
