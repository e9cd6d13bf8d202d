// Performance measures this library and prints the tables of
// docs/performance.md: calls beside the SDK's client and beside a client by hand,
// the checks beside package regexp, and whole programs.
//
//	cd internal/sdkparity
//	go run ./cmd/performance                              # prints the tables
//	go run ./cmd/performance -w ../../docs/performance.md # puts them into the page
//	go run ./cmd/performance -short                       # a quick look
//
// Every benchmark runs once per round, each round in a process of its own, so
// that whatever else the machine does meets all of them alike; benchstat compares
// the rounds. Nothing leaves the machine, except that the go command may have to
// download benchstat once.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// plan is how thoroughly to measure.
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
	file := flag.String("w", "", "put the tables into this `file`, between its markers")
	flag.Parse()
	if *short {
		p = plan{rounds: 3, benchtime: 20 * time.Millisecond, starts: 5, builds: 0}
	}
	if err := run(p, *file); err != nil {
		fmt.Fprintln(os.Stderr, "performance:", err)
		os.Exit(1)
	}
}

func run(p plan, file string) error {
	dir, err := os.MkdirTemp("", "performance")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	report, err := measure(p, dir)
	if err != nil {
		return err
	}
	if file == "" {
		_, err := os.Stdout.Write(report)
		return err
	}
	return insert(file, report)
}

// measure does all the work and returns the tables.
func measure(p plan, dir string) ([]byte, error) {
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
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n### Goals\n\n", machine)
	writeGoals(&b, results, programs)
	b.WriteString("\n### Programs\n\n")
	writePrograms(&b, programs)
	b.WriteString("\n### Benchmarks\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "\n`go test -run '^$' -bench %s -benchmem` in `%s`:\n\n```text\n%s```\n", g.bench, g.dir, results.text[g.name()])
	}
	return b.Bytes(), nil
}

const (
	begin = "<!-- performance: begin -->\n"
	end   = "<!-- performance: end -->\n"
)

// insert puts the report between the markers of a page.
func insert(file string, report []byte) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(page, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return errors.New(file + " has no markers")
	}
	page = bytes.Join([][]byte{before, []byte(begin), []byte("\n"), report, []byte("\n"), []byte(end), after}, nil)
	return os.WriteFile(file, page, 0o666)
}
