package check

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A log is valid by the schema of SARIF 2.1.0, and has the parts that code hosts
// require beyond it: rules with help, results with a place.
func TestSARIFIsValid(t *testing.T) {
	for _, input := range []string{mistakesFile, "testdata/mixed.jsonl", "testdata/clean.json", "testdata/broken.json"} {
		checkSARIF(t, runWith(t, "", "-format", "sarif", input).Stdout)
	}
	checkSARIF(t, runWith(t, "", "-format", "sarif", "no/such.json").Stdout)
}

// sarifLog has the parts of a log that the report writes, with the names of the schema.
type sarifLog struct {
	Schema  string `json:"$schema"`
	Version string
	Runs    []struct {
		ColumnKind string
		Results    []sarifResult
		Tool       struct{ Driver sarifDriver }

		Invocations []sarifInvocation
	}
}

// checkSARIF validates a log by the published schema and by checkLog.
func checkSARIF(t *testing.T, text string) {
	t.Helper()
	validateSARIF(t, text)
	checkLog(t, text)
}

func checkLog(t *testing.T, text string) {
	t.Helper()
	var log sarifLog
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&log); err != nil {
		t.Fatal(err)
	}
	// The standard requires version and runs of a log, tool of a run, and name of a
	// tool. An empty array of results means that the run found nothing.
	if log.Version != "2.1.0" {
		t.Errorf("version %q, want 2.1.0", log.Version)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs, want 1", len(log.Runs))
	}
	run := log.Runs[0]
	if run.Results == nil {
		t.Error("the run has no array of results")
	}
	if run.Tool.Driver.Rules == nil {
		t.Error("the tool has no array of rules")
	}
	if run.Tool.Driver.Name == "" {
		t.Error("the tool has no name")
	}
	if run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("columnKind %q, want unicodeCodePoints", run.ColumnKind)
	}
	if len(run.Invocations) != 1 {
		t.Errorf("%d invocations, want 1", len(run.Invocations))
	}
	checkLogRules(t, run.Tool.Driver.Rules)
	for _, r := range run.Results {
		checkLogResult(t, run.Tool.Driver.Rules, r)
	}
}

// checkLogRules checks that the rules have unique ids, all texts, and levels of the
// standard.
func checkLogRules(t *testing.T, rules []sarifRule) {
	t.Helper()
	for i, r := range rules {
		if first := slices.IndexFunc(rules, func(other sarifRule) bool { return other.ID == r.ID }); first != i {
			t.Errorf("rule %q occurs twice", r.ID)
		}
		for _, text := range []string{r.ID, r.ShortDescription.Text, r.FullDescription.Text, r.Help.Text} {
			if text == "" {
				t.Errorf("rule %+v lacks a text", r)
			}
		}
		if !isLevel(r.DefaultConfiguration.Level) {
			t.Errorf("rule %s: level %q is not in the standard", r.ID, r.DefaultConfiguration.Level)
		}
	}
}

// checkLogResult checks that a result has a message, a level of the standard, the index
// of its rule, and one place whose line and column are at least 1.
func checkLogResult(t *testing.T, rules []sarifRule, r sarifResult) {
	t.Helper()
	if r.Message.Text == "" {
		t.Errorf("result %+v has no message", r)
	}
	if !isLevel(r.Level) {
		t.Errorf("result %+v: level %q is not in the standard", r, r.Level)
	}
	if r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID {
		t.Errorf("result %+v: ruleIndex %d is not that of %s", r, r.RuleIndex, r.RuleID)
	}
	if len(r.Locations) != 1 {
		t.Errorf("result %+v has %d locations, want 1", r, len(r.Locations))
		return
	}
	place := r.Locations[0].PhysicalLocation
	if place.ArtifactLocation.URI == "" {
		t.Errorf("result %+v names no file", r)
	}
	if place.Region.StartLine < 1 || place.Region.StartColumn < 1 {
		t.Errorf("result %+v: region %+v, want a line and a column of 1 at least", r, place.Region)
	}
}

func isLevel(level string) bool { return slices.Contains(sarifLevels[:], level) }

// fileURI escapes a path and writes it with slashes. A relative path stays relative.
func TestFileURI(t *testing.T) {
	for file, want := range map[string]string{
		filepath.Join("grants", "a b.json"): "grants/a%20b.json",
		"100%.json":                         "100%25.json",
		"a:b.json":                          "./a:b.json",
		"ü.json":                            "%C3%BC.json",
		"stdin":                             "stdin",
	} {
		if got := fileURI(file); got != want {
			t.Errorf("fileURI(%q) = %q, want %q", file, got, want)
		}
	}
	absolute := map[bool][2]string{
		false: {"/etc/grants.json", "file:///etc/grants.json"},
		true:  {`C:\grants.json`, "file:///C:/grants.json"},
	}[runtime.GOOS == "windows"]
	if got := fileURI(absolute[0]); got != absolute[1] {
		t.Errorf("fileURI(%q) = %q, want %q", absolute[0], got, absolute[1])
	}
}
