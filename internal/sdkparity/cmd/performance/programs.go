package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// programs are the names of three programs that make one call each.
var programs = []string{"nethttp", "lambdaperm", "sdk"}

// weight is the cost of a program apart from its calls.
type weight struct {
	plain, stripped int64 // bytes of the binary
	packages        int   // linked
	build           time.Duration
	wall, cpu       time.Duration // from its start to its end, with one call
	init            time.Duration // of its packages
	initBytes       int64
}

// weighAll measures the programs, by name. It starts them in turn, so that a busy
// moment of the machine affects all of them.
func weighAll(p plan, dir string) (map[string]*weight, error) {
	fmt.Fprintln(os.Stderr, "programs")
	all := map[string]*weight{}
	for _, name := range programs {
		w, err := build(name, dir)
		if err != nil {
			return nil, err
		}
		for range p.builds {
			took, err := coldBuild(name)
			if err != nil {
				return nil, err
			}
			if w.build == 0 || took < w.build {
				w.build = took
			}
		}
		all[name] = w
	}
	return all, startAll(p, dir, all)
}

func build(name, dir string) (*weight, error) {
	var w weight
	var err error
	if w.plain, err = compiled(filepath.Join(dir, name), name); err != nil {
		return nil, err
	}
	if w.stripped, err = compiled(filepath.Join(dir, name+"-stripped"), name, "-ldflags=-s -w", "-trimpath"); err != nil {
		return nil, err
	}
	list, err := output(exec.Command("go", "list", "-deps", source(name)))
	w.packages = strings.Count(list, "\n")
	return &w, err
}

func source(name string) string { return "./cmd/performance/programs/" + name }

// compiled builds a program and returns its size.
func compiled(file, name string, flags ...string) (int64, error) {
	args := append([]string{"build", "-o", file}, flags...)
	if _, err := output(exec.Command("go", append(args, source(name))...)); err != nil {
		return 0, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// coldBuild returns the time of a build with an empty cache.
func coldBuild(name string) (time.Duration, error) {
	cache, err := os.MkdirTemp("", "performance-gocache")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(cache)
	cmd := exec.Command("go", "build", "-o", filepath.Join(cache, "program"), source(name))
	cmd.Env = append(os.Environ(), "GOCACHE="+cache)
	start := time.Now()
	_, err = output(cmd)
	return time.Since(start), err
}

func startAll(p plan, dir string, all map[string]*weight) error {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"Statement":"{}"}`)
	}))
	defer server.Close()
	samples := map[string][]weight{}
	for range p.starts {
		for _, name := range programs {
			var w weight
			if err := w.start(filepath.Join(dir, name), server.URL); err != nil {
				return err
			}
			samples[name] = append(samples[name], w)
		}
	}
	for name, w := range all {
		w.wall = middle(samples[name], func(w weight) time.Duration { return w.wall })
		w.cpu = middle(samples[name], func(w weight) time.Duration { return w.cpu })
		w.init = middle(samples[name], func(w weight) time.Duration { return w.init })
		w.initBytes = middle(samples[name], func(w weight) int64 { return w.initBytes })
	}
	return nil
}

// start runs a program twice: first for its times, then for the trace of the
// initialisation of its packages.
func (w *weight) start(file, url string) error {
	cmd := exec.Command(file, url)
	begin := time.Now()
	if _, err := output(cmd); err != nil {
		return err
	}
	w.wall = time.Since(begin)
	w.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()

	var trace strings.Builder
	cmd = exec.Command(file, url)
	cmd.Env, cmd.Stderr = append(os.Environ(), "GODEBUG=inittrace=1"), &trace
	if _, err := output(cmd); err != nil {
		return err
	}
	for _, m := range initTrace.FindAllStringSubmatch(trace.String(), -1) {
		ms, _ := strconv.ParseFloat(m[1], 64)
		bytes, _ := strconv.ParseInt(m[2], 10, 64)
		w.init += time.Duration(ms * float64(time.Millisecond))
		w.initBytes += bytes
	}
	return nil
}

// initTrace matches a line of GODEBUG=inittrace=1 (package runtime, "Environment
// Variables").
var initTrace = regexp.MustCompile(`(?m)^init \S+ @\S+ ms, (\S+) ms clock, (\d+) bytes`)

// middle returns the median of a value of the samples.
func middle[T time.Duration | int64](samples []weight, of func(weight) T) T {
	var values []T
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
