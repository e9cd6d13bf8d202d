package check

import "github.com/lambdaperm/lambdaperm/permission/lint"

// A count is what remains of the requests that were checked.
type count struct {
	requests   int    // requests, grants and policies that could be read
	open       int    // those of them that are not wholly known before deployment
	unusable   int    // what should have been one and is none
	broken     int    // files that could not be read, a report that could not be written
	bySeverity [3]int // findings, by lint.Severity
}

func (c *count) add(found []finding, unusable bool) {
	if unusable {
		c.unusable++
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

func (c *count) isUsable() bool { return c.unusable == 0 && c.broken == 0 }
