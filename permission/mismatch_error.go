package permission

import (
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// MismatchError is Ensure's answer when another statement has the requested id
// and EnsureOptions.Replace was not set. Nothing was written.
type MismatchError struct {
	// StatementId is the id that is taken.
	StatementId string

	// Stored is the statement that has it. Its text holds an EventSourceToken, if
	// the statement does.
	Stored policy.Statement

	// Wanted is the statement that was asked for, zero if the policy does not tell
	// what its resource would be.
	Wanted policy.Statement

	// Differences says how Stored (A) differs from Wanted (B), without any token. It
	// is empty without Wanted.
	Differences []policy.Difference

	// TemporaryId is the id of a statement that an interrupted replacement left, or
	// "". With Replace, Ensure finishes it.
	TemporaryId string
}

// Error says what differs. It holds no EventSourceToken.
func (e *MismatchError) Error() string {
	text := fmt.Sprintf("permission: another statement has the id %q", e.StatementId)
	if len(e.Differences) > 0 {
		text += "; A is stored, B was asked for: " + joinDifferences(e.Differences)
	}
	if e.TemporaryId != "" {
		text += fmt.Sprintf("; a replacement was begun and left %q", e.TemporaryId)
	}
	return text + " (EnsureOptions.Replace replaces it)"
}

// PolicyChangedError is Ensure's answer when somebody else put another statement
// under the id while it was at work on it: to replace that as well would be to
// fight. What Ensure did until then stays; the next call starts from there.
type PolicyChangedError struct {
	// StatementId is the id that two are at work on.
	StatementId string

	// Before is the statement that had the id when Ensure first read the policy,
	// zero if none had. Now is the one that has it since.
	Before, Now policy.Statement
}

// Error says what changed. It holds no EventSourceToken.
func (e *PolicyChangedError) Error() string {
	text := fmt.Sprintf("permission: somebody else changed the statement %q at the same time", e.StatementId)
	if !e.Before.IsValid() {
		return text + ": it was not there before"
	}
	return text + "; A was there before, B is now: " + joinDifferences(policy.Diff(e.Before, e.Now))
}
