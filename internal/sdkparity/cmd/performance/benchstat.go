package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

const benchstat = "golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da"

// compare runs benchstat on the variants of a group.
func (r *results) compare(g group, raw, dir string) error {
	args := []string{"run", benchstat}
	for i, variant := range g.variants {
		file := filepath.Join(dir, strconv.Itoa(i)+variant+".txt")
		if err := os.WriteFile(file, []byte(g.of(variant, raw)), 0o666); err != nil {
			return err
		}
		label := variant
		if label == "" {
			label = "lambdaperm"
		}
		args = append(args, label+"="+file)
	}
	text, err := output(exec.Command("go", args...))
	if err != nil {
		return err
	}
	r.text[g.name()] = tidy(text)
	table, err := output(exec.Command("go", append(append([]string{}, args[:2]...), append([]string{"-format=csv"}, args[2:]...)...)...))
	if err != nil {
		return err
	}
	return r.read(g, table)
}

var superfluous = regexp.MustCompile(`^(goos|goarch|pkg|cpu):|^geomean|need >= \d+ samples|must be >0 to compute geomean`)

// tidy removes the lines that are the same for all groups, and the geometric means of
// unrelated benchmarks.
func tidy(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !superfluous.MatchString(line) {
			b.WriteString(line)
		}
	}
	return b.String()
}

var processors = regexp.MustCompile(`-\d+$`)

// read reads the medians from benchstat's tables, one for each unit. The first line of
// a table names the variants, the second the columns. A column of medians has the unit
// as its name and belongs to the variant above it.
func (r *results) read(g group, table string) error {
	reader := csv.NewReader(strings.NewReader(table))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		return fmt.Errorf("the table of benchstat: %w", err)
	}
	var names, units []string
	for i, row := range rows {
		switch {
		case len(row) < 2:
		case row[0] == "" && i+1 < len(rows) && len(rows[i+1]) > 2 && rows[i+1][2] == "CI":
			names = row
		case row[0] == "":
			units = row
		case row[0] != "geomean":
			r.keep(processors.ReplaceAllString(row[0], ""), names, units, row)
		}
	}
	return nil
}

func (r *results) keep(benchmark string, names, units, row []string) {
	for i := 1; i < len(row); i++ {
		if !strings.Contains(units[i], "/op") || i >= len(names) {
			continue
		}
		if value, err := strconv.ParseFloat(row[i], 64); err == nil {
			r.medians[median{benchmark, names[i], units[i]}] = value
		}
	}
}
