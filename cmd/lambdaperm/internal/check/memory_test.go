package check

import (
	"io"
	"runtime"
	"strings"
	"testing"
)

// The memory in use does not grow with the number of requests, with and without
// findings, in an array and in a row, in every format.
func TestMemoryIsConstant(t *testing.T) {
	lines, array := [3]string{"", "\n", "\n"}, [3]string{"[", ",\n", "]"}
	for _, tt := range []struct {
		requests    int
		format      string
		arrangement [3]string
	}{
		{200_000, "text", lines},
		{30_000, "text", array},
		{30_000, "json", lines},
		{30_000, "sarif", array},
	} {
		if testing.Short() && tt.requests > 30_000 {
			continue // takes seconds
		}
		g := &generator{every: tt.requests / 10, left: tt.requests, begin: tt.arrangement[0], between: tt.arrangement[1], end: tt.arrangement[2]}
		code := Run([]string{"-format", tt.format}, func(string) string { return "" }, g, io.Discard, io.Discard)
		if code != exitFindings {
			t.Errorf("%+v: exit %d, want %d", tt, code, exitFindings)
		}
		if g.left != 0 {
			t.Errorf("%+v: %d requests were not read", tt, g.left)
		}
		if len(g.heap) != 10 {
			t.Fatalf("%+v: %d measurements, want 10", tt, len(g.heap))
		}
		if first, last := g.heap[1], g.heap[9]; last > first+allowance {
			t.Errorf("%+v: the heap in use grew from %d to %d bytes, want %d more at most: %d", tt, first, last, allowance, g.heap)
		}
	}
}

// allowance is the largest growth of the heap in use between two measurements. In the
// shortest run it is little more than a hundred bytes for each finding between them.
const allowance = 96 << 10

// A generator is a reader of a text of many requests, which it makes while it is read.
// It also measures the heap.
type generator struct {
	every, left         int
	begin, between, end string
	rest                strings.Reader
	heap                []uint64
}

func (g *generator) Read(p []byte) (int, error) {
	if g.rest.Len() == 0 {
		if g.left == 0 {
			return 0, io.EOF
		}
		g.refill()
	}
	return g.rest.Read(p)
}

// refill makes the next ten requests, one of them with a finding.
func (g *generator) refill() {
	if g.left%g.every == 0 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		g.heap = append(g.heap, stats.HeapAlloc)
	}
	g.left -= 10
	text := g.begin + strings.Repeat(clean+g.between, 9) + warning
	g.begin = g.between
	if g.left == 0 {
		text += g.end
	}
	g.rest.Reset(text)
}
