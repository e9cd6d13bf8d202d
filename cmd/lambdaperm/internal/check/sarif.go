package check

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/lambdaperm/lambdaperm"
	"github.com/lambdaperm/lambdaperm/permission/lint"
)

// sarif writes a log of one run in the Static Analysis Results Interchange Format
// (SARIF 2.1.0, OASIS), which code hosts show beside the lines of a change. It writes
// the results as they are found, and after them the tool with the rules of the results.
type sarif struct {
	*output
	separator string
	rules     []sarifRule // in the order of their first results
}

func newSARIF(o *output) report { return &sarif{output: o, separator: "\n", rules: []sarifRule{}} }

// The objects of the format, with its names of members (SARIF 2.1.0, section 3). A run
// is written in pieces, since its results are not kept.
type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifDriver struct {
		Name            string      `json:"name"`
		SemanticVersion string      `json:"semanticVersion"`
		InformationURI  string      `json:"informationUri"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string             `json:"id"`
		ShortDescription     sarifText          `json:"shortDescription"`
		FullDescription      sarifText          `json:"fullDescription"`
		Help                 sarifText          `json:"help"`
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
)

var sarifLevels = [...]string{lint.SeverityInfo: "note", lint.SeverityWarning: "warning", lint.SeverityError: "error"}

func (s *sarif) begin() {
	s.WriteString(`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0",` +
		`"runs":[{"columnKind":"unicodeCodePoints","results":[`)
}

func (s *sarif) request(file string, found []finding) {
	artifact := sarifArtifact{fileURI(file)}
	for _, f := range found {
		s.WriteString(s.separator)
		s.separator = ",\n"
		s.value(sarifResult{
			RuleID:    f.Rule,
			RuleIndex: s.ruleIndex(f.Rule),
			Level:     sarifLevels[f.Severity],
			Message:   sarifText{withHint(f)},
			Locations: []sarifLocation{{sarifPhysical{artifact, sarifRegion{f.Line, f.Column}}}},
		})
	}
}

// ruleIndex returns the index of a rule among those of the tool, to which it adds a new
// rule.
func (s *sarif) ruleIndex(id string) int {
	for i, r := range s.rules {
		if r.ID == id {
			return i
		}
	}
	r := ruleOf(id)
	s.rules = append(s.rules, sarifRule{
		ID:                   r.id,
		ShortDescription:     sarifText{r.title},
		FullDescription:      sarifText{r.title + ". " + r.why},
		Help:                 sarifText{r.why + "\n\nSee " + r.documentation + "."},
		DefaultConfiguration: sarifConfiguration{sarifLevels[r.severity]},
	})
	return len(s.rules) - 1
}

func withHint(f finding) string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + " (hint: " + f.Hint + ")"
}

// fileURI returns the URI reference of a file. For a relative path it is relative, as
// code hosts require.
func fileURI(file string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
		u.Path = "/" + strings.TrimPrefix(u.Path, "/") // a drive letter has no slash before it
	}
	return u.String()
}

func (s *sarif) end(c count) {
	s.WriteString("\n],\n\"tool\":{\"driver\":")
	s.value(sarifDriver{
		Name:            "lambdaperm check",
		SemanticVersion: lambdaperm.Version,
		InformationURI:  "https://github.com/lambdaperm/lambdaperm",
		Rules:           s.rules,
	})
	s.WriteString("},\n\"invocations\":[")
	s.value(sarifInvocation{c.isUsable(), notifications(c)})
	s.WriteString("]}]}\n")
}

// notifications returns the failures, the notes, and the grants that were not judged.
func notifications(c count) (all []sarifNotification) {
	for _, reason := range c.failures {
		all = append(all, sarifNotification{Level: "error", Message: sarifText{reason}})
	}
	for _, n := range c.notes {
		all = append(all, sarifNotification{Level: "note", Message: sarifText{n.File + ": " + n.Text}})
	}
	for _, u := range c.unjudged {
		reason := "too many possible forms"
		if len(u.Members) > 0 {
			reason = strings.Join(u.Members, ", ")
		}
		all = append(all, sarifNotification{
			Level:     "note",
			Message:   sarifText{u.Grant + " is not wholly known before deployment: " + reason},
			Locations: []sarifLocation{{sarifPhysical{sarifArtifact{fileURI(u.File)}, sarifRegion{u.Line, u.Column}}}},
		})
	}
	return all
}
