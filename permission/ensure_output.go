package permission

import (
	"strconv"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Outcome is what Ensure had to do.
type Outcome int

const (
	// Unchanged: the policy granted it already.
	Unchanged Outcome = iota
	// Added: no statement had the id, and now one has. Somebody else may have added
	// it in between.
	Added
	// Replaced: a different statement had the id. It is also the outcome when a
	// replacement is finished that an earlier call left half done.
	Replaced
)

// String returns the name of the constant.
func (o Outcome) String() string {
	switch o {
	case Unchanged:
		return "Unchanged"
	case Added:
		return "Added"
	case Replaced:
		return "Replaced"
	}
	return "Outcome(" + strconv.Itoa(int(o)) + ")"
}

// EnsureOutput is the result of Ensure.
type EnsureOutput struct {
	// Outcome is what had to be done.
	Outcome Outcome

	// Statement is the stored statement that grants what was asked for: the one with
	// the requested id or, with AcceptCovering, the first of Covering.
	Statement policy.Statement

	// Covering are the statements under other ids that allow everything the grant
	// does, as they were when Ensure first read the policy; nil if there are none.
	Covering []policy.Statement
}
