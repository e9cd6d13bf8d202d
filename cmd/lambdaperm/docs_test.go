package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the output of the commands into the page")

// The page docs/command.md shows the output of the program. The test writes the files
// of the page to a folder and runs the commands of the page there, against a service
// with the function thumbnail.
func TestPage(t *testing.T) {
	page := filepath.Join("..", "..", "docs", "command.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	endpoint, dir := startServe(t, "-function", "thumbnail"), t.TempDir()
	var written strings.Builder
	commands := 0
	fileName, block := "", ""
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\r\n", "\n")) {
		switch {
		case block == "" && strings.HasPrefix(line, "<!-- file: "):
			fileName = strings.TrimSuffix(strings.TrimPrefix(line, "<!-- file: "), " -->\n")
			if err := os.WriteFile(filepath.Join(dir, fileName), nil, 0o666); err != nil {
				t.Fatal(err)
			}
		case block == "" && strings.HasPrefix(line, "```"):
			block = strings.TrimSpace(strings.TrimPrefix(line, "```"))
		case line == "```\n":
			block, fileName = "", ""
		case block == "console" && strings.HasPrefix(line, "$ lambdaperm "):
			written.WriteString(line)
			cmd := command(t, endpoint, strings.Fields(line)[2:]...)
			cmd.Dir = dir
			got := runProcess(t, cmd)
			written.WriteString(got.Stdout + got.Stderr)
			commands++
			continue
		case block == "console":
			continue // the old output of the command
		case block == "yaml" && fileName != "":
			appendTo(t, filepath.Join(dir, fileName), line)
		}
		written.WriteString(line)
	}
	if commands < 8 {
		t.Errorf("%d commands, want 8 at least", commands)
	}
	if *update {
		if err := os.WriteFile(page, []byte(written.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(text), "\r\n", "\n"), written.String()); diff != "" {
		t.Errorf("the output of the program differs from %s (-page +program):\n%s", page, diff)
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(before, text...), 0o666); err != nil {
		t.Fatal(err)
	}
}
