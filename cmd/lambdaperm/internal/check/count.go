package check

import "github.com/lambdaperm/lambdaperm/permission/lint"

// A count sums up the requests that were checked.
type count struct {
	requests   int    // requests, grants and policies that could be read
	open       int    // those of them that are not wholly judged
	malformed  int    // values that should have been requests
	unusable   int    // files of a format that is not read, or with a mistake in it
	broken     int    // files that could not be read, a report that could not be written
	unused     bool   // an argument was of no use
	bySeverity [3]int // findings, by lint.Severity

	// unjudged names the open ones, the first maxUnjudged of them.
	unjudged []unjudged
	// notes are remarks about files that are no findings.
	notes []note
	// failures are the errors of broken files, and of arguments.
	failures []string
}

// An unjudged grant has members that only the deployment knows, so that the rules
// about them could not be applied. Without Members, it has more possible forms than
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

// maxUnjudged limits how many unjudged grants a report names.
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

// exitStatus is the program's, when findings of severity failOn and above fail.
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
