package check

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
)

// mistakesFile has one of the corpus's mistakes on each line.
const mistakesFile = "testdata/mistakes.jsonl"

// The reasons why a mistake has no finding: the request by itself is right.
const (
	ofPolicy = "the mistake is in the policy to which it is added"
	ofSource = "it is right for some event sources, and the request does not show which one it is for"
	ofStyle  = "it works, and could be written better"
)

var notFound = map[string]string{
	"m-alarm-sns-lowercase":  ofStyle,
	"m-alexa-wrong-kind":     ofSource,
	"m-apigw-triple-star":    ofStyle,
	"m-dup-sns":              ofPolicy,
	"m-dup-two-rules":        ofPolicy,
	"m-s3-alias-unqualified": ofSource,
	"m-size-datadog":         ofPolicy,
}

// Each mistake has a finding on its line or is in notFound with a reason.
func TestMistakes(t *testing.T) {
	var requests strings.Builder
	for _, mistake := range corpus.Mistakes() {
		text, err := json.Marshal(mistake.Request)
		if err != nil {
			t.Fatal(err)
		}
		requests.Write(text)
		requests.WriteByte('\n')
	}
	if *update {
		if err := os.WriteFile(mistakesFile, []byte(requests.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	found := findingsByLine(t, mistakesFile)
	for i, mistake := range corpus.Mistakes() {
		reason, excused := notFound[mistake.ID]
		rules := found[i+1]
		if !excused && len(rules) == 0 {
			t.Errorf("%s, %s (%s: %s): no finding", mistake.ID, mistake.Class, mistake.Symptom, mistake.Note)
		}
		if excused && len(rules) > 0 {
			t.Errorf("%s: rules %q, although %s", mistake.ID, rules, reason)
		}
		if excused && reason == "" {
			t.Errorf("%s: no reason", mistake.ID)
		}
	}
	text, err := os.ReadFile(mistakesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(requests.String(), string(text)); diff != "" {
		t.Errorf("%s differs from the corpus (-corpus +file):\n%s", mistakesFile, diff)
	}
}

// findingsByLine returns the rules of the findings on each line of a file.
func findingsByLine(t *testing.T, name string) map[int][]string {
	t.Helper()
	// The requests are of different policies, although some name the same function.
	got := runWith(t, "", "-format", "json", "-disable", "covered,duplicate,same-statement-id", name)
	got.checkExit(t, name, exitFindings, "")
	var report struct{ Findings []finding }
	if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil {
		t.Fatal(err)
	}
	rules := map[int][]string{}
	for _, f := range report.Findings {
		rules[f.Line] = append(rules[f.Line], f.Rule)
	}
	return rules
}
