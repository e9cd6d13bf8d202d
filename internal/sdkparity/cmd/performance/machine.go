package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

const library = "github.com/lambdaperm/lambdaperm"

// command returns the command that repeats the measurement.
func (p plan) command() string {
	return fmt.Sprintf("cd internal/sdkparity\ngo run ./cmd/performance -count %d -benchtime %v -starts %d -builds %d\n",
		p.rounds, p.benchtime, p.starts, p.builds)
}

// describe describes the machine, the versions and the plan of a measurement.
func describe(p plan) (string, error) {
	versions, err := output(exec.Command("go", "list", "-m", "-f", "{{.Path}} {{.Version}}",
		"github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go", "github.com/aws/aws-sdk-go-v2/service/lambda"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s: %s, %s/%s, %d processors (%s).\n",
		time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor())
	fmt.Fprintf(&b, "Beside %s.\n", strings.Join(strings.Split(strings.TrimSpace(versions), "\n"), ", "))
	fmt.Fprintf(&b, "Medians of %d rounds of %v; programs started %d times.", p.rounds, p.benchtime, p.starts)
	if load := load(); load != "" {
		fmt.Fprintf(&b, " Load average at the start: %s.", load)
	}
	b.WriteString("\n")
	return b.String(), nil
}

// processor returns the name of the processor, or the architecture if the system does
// not tell the name.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// load returns the load average of the last minute, or "" if the system does not have
// it. Times that are measured on a busy machine are of little use.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// libraryDir returns the folder of the library's module.
func libraryDir() (string, error) {
	dir, err := output(exec.Command("go", "list", "-m", "-f", "{{.Dir}}", library))
	return strings.TrimSpace(dir), err
}

// output runs a command and returns its standard output. An error has its standard
// error.
func output(cmd *exec.Cmd) (string, error) {
	var complaint strings.Builder
	if cmd.Stderr == nil {
		cmd.Stderr = &complaint
	}
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, out, complaint.String())
	}
	return string(out), nil
}
