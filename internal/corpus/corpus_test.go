package corpus_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// entry has the members that grants and mistakes have in common.
type entry struct {
	id, class, source string
	request           validate.Request
}

func entries() []entry {
	var all []entry
	for _, g := range corpus.Grants() {
		all = append(all, entry{g.ID, g.Service, g.Source, g.Request})
	}
	for _, m := range corpus.Mistakes() {
		all = append(all, entry{m.ID, m.Class, m.Source, m.Request})
	}
	return all
}

// Every entry is complete, has a unique id and names its source.
func TestEntries(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range entries() {
		if e.id == "" || seen[e.id] {
			t.Errorf("id %q is empty or not unique", e.id)
		}
		seen[e.id] = true
		if e.class == "" {
			t.Errorf("%s: no service or class", e.id)
		}
		if !strings.HasPrefix(e.source, "https://") && e.source != "public code" {
			t.Errorf("%s: source %q, want an https URL or \"public code\"", e.id, e.source)
		}
		r := e.request
		for member, value := range map[string]string{
			"FunctionName": r.FunctionName, "StatementId": r.StatementId, "Action": r.Action, "Principal": r.Principal,
		} {
			if value == "" {
				t.Errorf("%s: no %s: %+v", e.id, member, r)
			}
		}
	}
}

// The grants use every optional member, so that a test over all grants covers all
// members.
func TestGrantsCoverEveryMember(t *testing.T) {
	used := map[string]bool{}
	for _, g := range corpus.Grants() {
		r := g.Request
		used["Qualifier"] = used["Qualifier"] || r.Qualifier != ""
		used["SourceArn"] = used["SourceArn"] || r.SourceArn != ""
		used["SourceAccount"] = used["SourceAccount"] || r.SourceAccount != ""
		used["EventSourceToken"] = used["EventSourceToken"] || r.EventSourceToken != ""
		used["PrincipalOrgID"] = used["PrincipalOrgID"] || r.PrincipalOrgID != ""
		used["FunctionUrlAuthType"] = used["FunctionUrlAuthType"] || r.FunctionUrlAuthType != ""
		used["InvokedViaFunctionUrl"] = used["InvokedViaFunctionUrl"] || r.InvokedViaFunctionUrl != nil
	}
	for member, ok := range used {
		if !ok {
			t.Errorf("no grant uses %s", member)
		}
	}
}

// Each call returns fresh values.
func TestFresh(t *testing.T) {
	corpus.Grants()[0].Request.Action = "changed"
	if corpus.Grants()[0].Request.Action == "changed" {
		t.Error("a change of the result of one call shows in that of the next")
	}
}

// A line that is not one object with known members is an error that begins with the
// number of the line.
func TestDecodeRefuses(t *testing.T) {
	const good = `{"id":"a"}` + "\n"
	tests := map[string]string{
		"an unknown member":            good + `{"id":"b","serivce":"s3"}`,
		"an unknown member of Request": good + `{"id":"b","request":{"Acton":"lambda:*"}}`,
		"an empty line":                good + "\n",
		"two values":                   good + `{"id":"b"}{"id":"c"}`,
		"a string":                     good + `"b"`,
		"a line that breaks off":       good + `{"id":"b"`,
	}
	for rule, lines := range tests {
		t.Run(rule, func(t *testing.T) {
			_, err := corpus.DecodeGrants(lines)
			if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
				t.Errorf("err = %v, want one that begins with \"line 2: \"", err)
			}
		})
	}
}
