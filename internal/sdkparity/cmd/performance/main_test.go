package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const lines = `goos: linux
BenchmarkCall/stub/sdk-2         	     100	     40000 ns/op	     287 allocs/op
BenchmarkCall/stub/lambdaperm-2  	     100	     10000 ns/op	     122 allocs/op
PASS
`

// of selects the lines of a variant by the last part of the benchmark's name, and
// removes it.
func TestVariants(t *testing.T) {
	g := group{variants: []string{"sdk", "lambdaperm"}}
	want := "goos: linux\nBenchmarkCall/stub-2         	     100	     40000 ns/op	     287 allocs/op\nPASS\n"
	if diff := cmp.Diff(want, g.of("sdk", lines)); diff != "" {
		t.Errorf("variant sdk (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(lines, g.of("", lines)); diff != "" {
		t.Errorf("without variants (-want +got):\n%s", diff)
	}
}

// table is the output of benchstat with -format=csv.
const table = `goos: linux
pkg: example.com/p
,sdk,,lambdaperm,,,
,sec/op,CI,sec/op,CI,vs base,P
Call/stub-2,4e-05,83%,1e-05,140%,-75.00%,p=0.041 n=6
geomean,4e-05,,1e-05,,-75.00%,

,sdk,,lambdaperm,,,
,allocs/op,CI,allocs/op,CI,vs base,P
Call/stub-2,287,0%,122,0%,-57.49%,p=0.002 n=6
geomean,287,,122,,-57.49%,
`

func TestMedians(t *testing.T) {
	r := &results{medians: map[median]float64{}}
	if err := r.read(group{}, table); err != nil {
		t.Fatal(err)
	}
	want := map[median]float64{
		{"Call/stub", "sdk", seconds}: 4e-05, {"Call/stub", "lambdaperm", seconds}: 1e-05,
		{"Call/stub", "sdk", allocs}: 287, {"Call/stub", "lambdaperm", allocs}: 122,
	}
	if diff := cmp.Diff(want, r.medians); diff != "" {
		t.Errorf("medians (-want +got):\n%s", diff)
	}
	if got, ok := (goal{benchmark: "Call/stub", ours: "lambdaperm", theirs: "sdk", unit: seconds}).measured(r); got != 0.25 || !ok {
		t.Errorf("ratio %v, %v; want 0.25", got, ok)
	}
	if got, ok := (goal{benchmark: "Call/stub", ours: "lambdaperm", unit: allocs}).measured(r); got != 122 || !ok {
		t.Errorf("median %v, %v; want 122", got, ok)
	}
	if _, ok := (goal{benchmark: "Call/other", ours: "lambdaperm", unit: allocs}).measured(r); ok {
		t.Error("a benchmark that was not run has a median")
	}
}

func TestVerdict(t *testing.T) {
	for _, test := range []struct {
		value, most, aim float64
		limit            bool
		want             string
	}{
		{0.44, 0.43, 0.30, true, "**missed**"},
		{0.43, 0.43, 0.30, true, "met"},
		{0.30, 0.43, 0.30, true, "met, and the aim"},
		{0.1, 0.43, 0, true, "met"}, // no aim
		{1, 0, 0, true, "**missed**"},
		{0, 0, 0, true, "met"}, // the limit is 0
		{7, 0, 0, false, ""},   // no goal
	} {
		if got := verdict(test.value, test.most, test.aim, test.limit); got != test.want {
			t.Errorf("verdict(%v, %v, %v, %v) = %q, want %q", test.value, test.most, test.aim, test.limit, got, test.want)
		}
	}
}

// insert replaces only the text between the markers.
func TestInsert(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	page := "before\n" + begin + "old\n" + end + "after\n"
	if err := os.WriteFile(file, []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := insert(file, []byte("new\n")); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(file)
	if diff := cmp.Diff("before\n"+begin+"\nnew\n\n"+end+"after\n", string(got)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	if err := insert(os.DevNull, nil); err == nil {
		t.Error("insert into a page without markers succeeds, want an error")
	}
}

func TestBenchmarksStandBesideThePage(t *testing.T) {
	if got, want := benchmarksFile("../docs/performance.md"), "../docs/performance.txt"; got != want {
		t.Errorf("benchmarksFile = %q, want %q", got, want)
	}
}

// The variants of each goal are variants of a group.
func TestGoalsNameVariants(t *testing.T) {
	variants := map[string]bool{"": true}
	for _, g := range groups {
		for _, v := range g.variants {
			variants[v] = true
		}
	}
	for _, g := range goals {
		for _, v := range []string{g.ours, g.theirs} {
			if !variants[v] {
				t.Errorf("%s: no group has the variant %q", g.title, v)
			}
		}
	}
}
