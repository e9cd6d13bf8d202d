package check

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A log is what the schema of SARIF 2.1.0 requires, and what code hosts ask for
// beyond that: rules with help, results with a place.
func TestSARIFIsValid(t *testing.T) {
	for _, input := range []string{mistakesFile, "testdata/mixed.jsonl", "testdata/clean.json", "testdata/broken.json"} {
		checkSARIF(t, runWith(t, "", "-format", "sarif", input).Stdout)
	}
	checkSARIF(t, runWith(t, "", "-format", "sarif", "no/such.json").Stdout)
}

// The parts of a log that are written, in the schema's own names.
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

// checkSARIF holds a log against the published schema, and against what the schema
// does not say.
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
	// sarifLog: version and runs; run: tool; toolComponent: name; results is an
	// array even if it is empty, which means that the run found nothing.
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Results == nil || log.Runs[0].Tool.Driver.Rules == nil || log.Runs[0].Tool.Driver.Name == "" ||
		log.Runs[0].ColumnKind != "unicodeCodePoints" || len(log.Runs[0].Invocations) != 1 {
		t.Fatalf("%+v", log)
	}
	rules := log.Runs[0].Tool.Driver.Rules
	for i, r := range rules {
		// reportingDescriptor: id, which is one rule's; texts are not empty.
		if slices.IndexFunc(rules, func(other sarifRule) bool { return other.ID == r.ID }) != i || r.ID == "" ||
			r.ShortDescription.Text == "" || r.FullDescription.Text == "" || r.Help.Text == "" || !isLevel(r.DefaultConfiguration.Level) {
			t.Errorf("rule %+v", r)
		}
	}
	for _, r := range log.Runs[0].Results {
		// result: message; ruleIndex is that of ruleId.
		if r.Message.Text == "" || !isLevel(r.Level) || r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID || len(r.Locations) != 1 {
			t.Errorf("result %+v", r)
			continue
		}
		// region: startLine and startColumn are 1 at least.
		place := r.Locations[0].PhysicalLocation
		if place.ArtifactLocation.URI == "" || place.Region.StartLine < 1 || place.Region.StartColumn < 1 {
			t.Errorf("location %+v", place)
		}
	}
}

func isLevel(level string) bool { return slices.Contains(sarifLevels[:], level) }

// A path is a URI reference: relative where it was, escaped, with slashes.
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
