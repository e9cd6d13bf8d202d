package permission

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// LostResponseError is the service's refusal of a retry whose earlier attempt may
// have been carried out, and what the policy said when the client read it to find
// out. It is a failure: the policy does not show that the call did its work.
//
// Err is the service's own error, so that errors.As and the questions of package
// errors see through a LostResponseError as if it were not there.
type LostResponseError struct {
	// StatementId is the id that the call was about.
	StatementId string

	// Found is what the policy holds under StatementId.
	Found LostResponseFinding

	// Differences says, with FoundDifferent, how the stored statement (A) differs
	// from the one that was asked for (B). It is empty if the two cannot be
	// compared: the stored one is not about this function, version or alias alone.
	Differences []policy.Difference

	// ReadErr is why the policy could not be read, with FoundUnreadable: often that
	// the caller lacks lambda:GetPolicy.
	ReadErr error

	// Err is the service's answer to the last attempt.
	Err error
}

// LostResponseFinding is what the policy shows after a response was lost.
type LostResponseFinding int

const (
	// FoundUnreadable: GetPolicy failed, or the policy is not one. Whether the call
	// did its work is not known.
	FoundUnreadable LostResponseFinding = iota
	// FoundDifferent: another statement has the id. The call did not do its work, or
	// someone has replaced the statement since.
	FoundDifferent
	// FoundAbsent: no statement has the id that was to be added.
	FoundAbsent
	// FoundPresent: a statement has the id that was to be removed.
	FoundPresent
)

// String says in words what was found.
func (f LostResponseFinding) String() string {
	switch f {
	case FoundUnreadable:
		return "the policy cannot be read"
	case FoundDifferent:
		return "the stored statement is different"
	case FoundAbsent:
		return "no such statement is stored"
	case FoundPresent:
		return "the statement is stored"
	}
	return "LostResponseFinding(" + strconv.Itoa(int(f)) + ")"
}

// Error returns the service's error and, after it, what the policy showed. It
// holds no EventSourceToken.
func (e *LostResponseError) Error() string {
	return fmt.Sprintf("%v (an earlier response was lost; statement %q: %s%s)", e.Err, e.StatementId, e.Found, e.detail())
}

func (e *LostResponseError) detail() string {
	switch {
	case e.ReadErr != nil:
		return ": " + e.ReadErr.Error()
	case len(e.Differences) > 0:
		return "; A is stored, B was asked for: " + joinDifferences(e.Differences)
	}
	return ""
}

// Unwrap returns the service's own error.
func (e *LostResponseError) Unwrap() error { return e.Err }

func joinDifferences(differences []policy.Difference) string {
	words := make([]string, len(differences))
	for i, d := range differences {
		words[i] = d.String()
	}
	return strings.Join(words, "; ")
}
