package main

import (
	"fmt"
	"io"
	"strings"
)

const (
	seconds = "sec/op"
	allocs  = "allocs/op"
)

// goal is a limit of the ratio of two medians, ours to another one.
type goal struct {
	title        string
	benchmark    string
	ours, theirs string // variants; if theirs is "", the goal limits our median itself
	unit         string
	most, aim    float64 // 0 means no limit or no aim
}

var goals = []goal{
	{"call over a stub: time", "AddPermission/stub", "lambdaperm", "sdk", seconds, 0.43, 0.30},
	{"call over a stub: allocations", "AddPermission/stub", "lambdaperm", "sdk", allocs, 0.43, 0.38},
	{"call over a stub: allocations, absolute", "AddPermission/stub", "lambdaperm", "", allocs, 125, 0},
	{"call over loopback: time", "AddPermission/loopback", "lambdaperm", "sdk", seconds, 0.60, 0.45},
	{"call over loopback: allocations", "AddPermission/loopback", "lambdaperm", "sdk", allocs, 0.58, 0.52},
	{"call with one API option: time", "AddPermission/apioptions", "lambdaperm", "sdk", seconds, 0.70, 0.57},
	{"call with one API option: allocations", "AddPermission/apioptions", "lambdaperm", "sdk", allocs, 0.70, 0.64},
	{"call with one retry: time", "AddPermission/retries", "lambdaperm", "sdk", seconds, 0, 0},
	{"call with one retry: allocations", "AddPermission/retries", "lambdaperm", "sdk", allocs, 0, 0},
	{"calls in parallel: time", "AddPermission/parallel", "lambdaperm", "sdk", seconds, 0, 0},
	{"`Check` of 10 members to the same table by regexps: time", "Check", "valid", "regexp", seconds, 1. / 10, 1. / 20},
	{"`Check` of 10 members: allocations, absolute", "Check", "valid", "", allocs, 0, 0},
	{"`ParseFunction` to `aws/arn.Parse`: time", "ParseFunction", "lambdaperm", "awsarn", seconds, 1, 0.5},
	{"`ParseFunction` to its pattern by regexp: time", "ParseFunction", "lambdaperm", "regexp", seconds, 0, 0},
	{"`ParseFunction`: allocations, absolute", "ParseFunction", "lambdaperm", "", allocs, 0, 0},
}

// measured returns the ratio or the median that a goal limits, if it was measured.
func (g goal) measured(r *results) (float64, bool) {
	ours, ok := r.medians[median{g.benchmark, g.ours, g.unit}]
	if !ok || g.theirs == "" {
		return ours, ok
	}
	theirs, ok := r.medians[median{g.benchmark, g.theirs, g.unit}]
	return ours / theirs, ok
}

func writeGoals(w io.Writer, r *results, all map[string]*weight) {
	fmt.Fprint(w, "| ours, as a share of the SDK's unless said otherwise | measured | at most | aim | |\n|---|---|---|---|---|\n")
	for _, g := range goals {
		value, ok := g.measured(r)
		if !ok {
			fmt.Fprintf(w, "| %s | not measured | | | |\n", g.title)
			continue
		}
		absolute := g.theirs == ""
		limit := g.most > 0 || absolute
		writeGoal(w, g.title, number(value), bound(g.most, limit), bound(g.aim, g.aim > 0), verdict(value, g.most, g.aim, limit))
	}
	bare, ours := all["nethttp"], all["lambdaperm"]
	size, memory := float64(ours.stripped-bare.stripped)/1e6, float64(ours.initBytes-bare.initBytes)/1e3
	writeGoal(w, "stripped binary beyond bare net/http, MB", number(size), "1.0", "0.7", verdict(size, 1.0, 0.7, true))
	writeGoal(w, "package initialisation beyond bare net/http, kB", number(memory), "40", "", verdict(memory, 40, 0, true))
}

func writeGoal(w io.Writer, cells ...string) { fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |") }

func bound(value float64, there bool) string {
	if !there {
		return ""
	}
	return number(value)
}

// number returns a value with three digits, and a small share also as a fraction.
func number(v float64) string {
	if 0 < v && v < 0.2 {
		return fmt.Sprintf("%.3g (1/%.0f)", v, 1/v)
	}
	return fmt.Sprintf("%.3g", v)
}

func verdict(value, most, aim float64, limit bool) string {
	switch {
	case !limit:
		return ""
	case value > most:
		return "**missed**"
	case aim > 0 && value <= aim:
		return "met, and the aim"
	}
	return "met"
}

func writePrograms(w io.Writer, all map[string]*weight) {
	writeGoal(w, "one call, then the end", "bare net/http", "lambdaperm", "SDK")
	writeGoal(w, "---", "---", "---", "---")
	row := func(title string, of func(*weight) string) {
		writeGoal(w, title, of(all["nethttp"]), of(all["lambdaperm"]), of(all["sdk"]))
	}
	row("binary, MB", func(p *weight) string { return fmt.Sprintf("%.2f", float64(p.plain)/1e6) })
	row("binary with `-ldflags='-s -w' -trimpath`, MB", func(p *weight) string { return fmt.Sprintf("%.2f", float64(p.stripped)/1e6) })
	row("packages (`go list -deps`)", func(p *weight) string { return fmt.Sprint(p.packages) })
	row("build with an empty GOCACHE, best, s", func(p *weight) string {
		if p.build == 0 {
			return "not measured"
		}
		return fmt.Sprintf("%.1f", p.build.Seconds())
	})
	row("start to end, wall clock, ms", func(p *weight) string { return fmt.Sprintf("%.1f", p.wall.Seconds()*1e3) })
	row("start to end, processor, ms", func(p *weight) string { return fmt.Sprintf("%.1f", p.cpu.Seconds()*1e3) })
	row("package initialisation (`GODEBUG=inittrace=1`), ms", func(p *weight) string { return fmt.Sprintf("%.2f", p.init.Seconds()*1e3) })
	row("package initialisation, kB", func(p *weight) string { return fmt.Sprintf("%.0f", float64(p.initBytes)/1e3) })
}
