package check

import "github.com/lambdaperm/lambdaperm/permission/lint"

// A count is the summary of a run.
type count struct {
	requests   int    // requests, grants and policies that could be read
	open       int    // those of them that could not be judged completely
	malformed  int    // values that should have been requests
	unusable   int    // files of a format that is not read, or with a mistake in it
	broken     int    // files that could not be read, a report that could not be written
	unused     bool   // a parameter of the flags is in no template
	bySeverity [3]int // findings, by lint.Severity

	// unjudged has the first maxUnjudged of the open ones.
	unjudged []unjudged
	// notes are remarks about files that are not findings.
	notes []note
	// failures are the errors of broken files, and of arguments.
	failures []string
}

// An unjudged grant has members that are known only at deployment, so that the rules
// about them could not be applied. If Members is empty, it has more possible forms than
// are tried.
type unjudged struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Column  int      `json:"column"`
	Grant   string   `json:"grant"`
	Members []string `json:"members,omitempty"`
}

// A note is a remark about a file: the part of it that was not checked.
type note struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// maxUnjudged limits the number of unjudged grants in a report.
const maxUnjudged = 1000

func (c *count) addUnjudged(u unjudged) {
	c.open++
	if len(c.unjudged) < maxUnjudged {
		c.unjudged = append(c.unjudged, u)
	}
}

func (c *count) add(found []finding, malformed bool) {
	if malformed {
		c.malformed++
	} else {
		c.requests++
	}
	c.addFindings(found)
}

func (c *count) addFindings(found []finding) {
	for _, f := range found {
		c.bySeverity[f.Severity]++
	}
}

// exitStatus returns the exit status if findings of severity failOn and above fail.
func (c *count) exitStatus(failOn lint.Severity) int {
	if !c.isUsable() {
		return exitUnusable
	}
	for _, n := range c.bySeverity[min(int(failOn), len(c.bySeverity)):] {
		if n > 0 {
			return exitFindings
		}
	}
	return exitClean
}

func (c *count) isUsable() bool {
	return c.malformed == 0 && c.unusable == 0 && c.broken == 0 && !c.unused
}
