// Performance measures this library and prints the tables of docs/performance.md and
// the benchmarks of docs/performance.txt. It compares calls with those of the SDK's
// client and of a client written by hand, the checks with package regexp, and whole
// programs.
//
//	cd internal/sdkparity
//	go run ./cmd/performance                              # prints both
//	go run ./cmd/performance -w ../../docs/performance.md # writes both
//	go run ./cmd/performance -short                       # a quick look
//
// Every benchmark runs once per round, each time in a new process, so that a busy
// moment of the machine affects all of them; benchstat compares the rounds. No request
// leaves the machine, except that the go command may download benchstat once.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// plan has the numbers of measurements.
type plan struct {
	rounds    int           // of the benchmarks
	benchtime time.Duration // of one benchmark in a round
	starts    int           // of each program
	builds    int           // of each program with an empty cache; 0 leaves them out
}

func main() {
	p := plan{}
	flag.IntVar(&p.rounds, "count", 10, "run every benchmark `n` times")
	flag.DurationVar(&p.benchtime, "benchtime", 200*time.Millisecond, "run a benchmark this `long` each time")
	flag.IntVar(&p.starts, "starts", 40, "start every program `n` times")
	flag.IntVar(&p.builds, "builds", 2, "build every program `n` times with an empty cache")
	short := flag.Bool("short", false, "a quick look, good for allocations and sizes but not for times")
	page := flag.String("w", "", "put the tables into this `page`, between its markers, and the benchmarks into a .txt file beside it")
	flag.Parse()
	if *short {
		p = plan{rounds: 3, benchtime: 20 * time.Millisecond, starts: 5, builds: 0}
	}
	if err := run(p, *page); err != nil {
		fmt.Fprintln(os.Stderr, "performance:", err)
		os.Exit(1)
	}
}

func run(p plan, page string) error {
	dir, err := os.MkdirTemp("", "performance")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, err := measure(p, dir)
	if err != nil {
		return err
	}
	if page == "" {
		_, err := fmt.Printf("%s\n%s", m.tables, m.benchmarks)
		return err
	}
	if err := os.WriteFile(benchmarksFile(page), m.benchmarks, 0o666); err != nil {
		return err
	}
	return insert(page, m.tables)
}

// benchmarksFile returns the file of the benchmarks, which is beside the page.
func benchmarksFile(page string) string {
	return strings.TrimSuffix(page, filepath.Ext(page)) + ".txt"
}

// measurements are the tables of the page, and the benchmarks as benchstat prints them.
type measurements struct{ tables, benchmarks []byte }

// measure makes all measurements.
func measure(p plan, dir string) (*measurements, error) {
	machine, err := describe(p)
	if err != nil {
		return nil, err
	}
	results, err := benchmarks(p, dir)
	if err != nil {
		return nil, err
	}
	programs, err := weighAll(p, dir)
	if err != nil {
		return nil, err
	}
	var tables, texts bytes.Buffer
	fmt.Fprintf(&tables, "%s\n```sh\n%s```\n\n### Goals\n\n", machine, p.command())
	writeGoals(&tables, results, programs)
	tables.WriteString("\n### Programs\n\n")
	writePrograms(&tables, programs)
	fmt.Fprintf(&texts, "%s\n%s", machine, p.command())
	for _, g := range groups {
		fmt.Fprintf(&texts, "\n\ngo test -run '^$' -bench %s -benchmem, in %s:\n\n%s", g.bench, g.dir, results.text[g.name()])
	}
	return &measurements{tables.Bytes(), texts.Bytes()}, nil
}

const (
	begin = "<!-- performance: begin -->\n"
	end   = "<!-- performance: end -->\n"
)

// insert puts the tables between the markers of a page.
func insert(file string, tables []byte) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(page, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return errors.New(file + " has no markers")
	}
	page = bytes.Join([][]byte{before, []byte(begin), []byte("\n"), tables, []byte("\n"), []byte(end), after}, nil)
	return os.WriteFile(file, page, 0o666)
}
