package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// group is a number of benchmarks of one package. The last part of a benchmark's name
// is its variant; the variants of a benchmark are compared with the first one. A group
// without variants has the single variant "".
type group struct {
	dir, bench string
	variants   []string
}

func (g group) name() string { return g.dir + " " + g.bench }

var groups = []group{
	{"internal/sdkparity", "AddPermission", []string{"sdk", "lambdaperm", "floor"}},
	{"validate", "Check", []string{"regexp", "valid", "invalid"}},
	{"validate", "Growth", []string{""}},
	{"arn", "ParseFunction", []string{"awsarn", "lambdaperm", "regexp"}},
	{"permission/policy", ".", []string{""}},
	{"permission/lint", ".", []string{""}},
	{"permission/permissiontest", ".", []string{""}},
}

// results are the results of benchstat: the texts by the name of the group, and the
// medians by benchmark, variant and unit.
type results struct {
	text    map[string]string
	medians map[median]float64
}

type median struct{ benchmark, variant, unit string }

// benchmarks runs all groups in turn in each round.
func benchmarks(p plan, dir string) (*results, error) {
	raw := map[string]*strings.Builder{}
	for i, g := range groups {
		raw[g.name()] = new(strings.Builder)
		if err := compile(g, testBinary(dir, i)); err != nil {
			return nil, err
		}
	}
	for round := range p.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, p.rounds)
		for i, g := range groups {
			out, err := output(exec.Command(testBinary(dir, i), "-test.run=^$", "-test.bench="+g.bench,
				"-test.benchmem", "-test.benchtime="+p.benchtime.String()))
			if err != nil {
				return nil, err
			}
			raw[g.name()].WriteString(out)
		}
	}
	r := &results{text: map[string]string{}, medians: map[median]float64{}}
	for _, g := range groups {
		if err := r.compare(g, raw[g.name()].String(), dir); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func testBinary(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("bench%d.test", i)) }

func compile(g group, file string) error {
	root, err := libraryDir()
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "test", "-c", "-o", file, ".")
	cmd.Dir = filepath.Join(root, filepath.FromSlash(g.dir))
	_, err = output(cmd)
	return err
}

// result matches a line of a benchmark: its name, and the number of processors with the
// measurements.
var result = regexp.MustCompile(`^(Benchmark\S*?)((?:-\d+)?\s.*)$`)

// of returns the lines of one variant without the variant in the names, so that
// benchstat compares the same benchmark in all of them.
func (g group) of(variant, raw string) string {
	var b strings.Builder
	for line := range strings.Lines(raw) {
		m := result.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case m == nil && !strings.HasPrefix(line, "Benchmark"):
			b.WriteString(line) // the machine and the package
		case m == nil:
		case variant == "":
			b.WriteString(line)
		case strings.HasSuffix(m[1], "/"+variant):
			b.WriteString(strings.TrimSuffix(m[1], "/"+variant) + m[2] + "\n")
		}
	}
	return b.String()
}
