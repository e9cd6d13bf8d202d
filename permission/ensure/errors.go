package ensure

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/enum"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// MismatchError is the error of Grant if another statement has the requested id and
// Options.Replace is not set. Nothing was written.
type MismatchError struct {
	// StatementID is the id that is taken.
	StatementID string

	// Stored is the statement that has it. Its text holds an EventSourceToken, if
	// the statement does.
	Stored policy.Statement

	// Wanted is the statement that was asked for. It is zero if no statement of the
	// policy names the full ARN of the function.
	Wanted policy.Statement

	// Differences are the differences between Stored (A) and Wanted (B), without any
	// token. It is empty if Wanted is zero.
	Differences []policy.Difference

	// TemporaryID is the id of a statement that an interrupted replacement left, or
	// "". With Replace, Grant finishes it.
	TemporaryID string
}

// Error lists the differences. It holds no EventSourceToken.
func (e *MismatchError) Error() string {
	text := fmt.Sprintf("ensure: another statement has the id %q", e.StatementID)
	if len(e.Differences) > 0 {
		text += "; A is stored, B was asked for: " + wanted.Describe(e.Differences)
	}
	if e.TemporaryID != "" {
		text += fmt.Sprintf("; a replacement was begun and left %q", e.TemporaryID)
	}
	return text + " (Options.Replace replaces it)"
}

// MarshalJSON returns an object with the members error, statementId, temporaryId and
// differences. It holds no EventSourceToken.
func (e MismatchError) MarshalJSON() ([]byte, error) {
	return json.Marshal(errorJSON{Error: e.Error(), StatementID: e.StatementID, TemporaryID: e.TemporaryID, Differences: differenceTexts(e.Differences)})
}

// errorJSON is the JSON of an error that holds a statement, whose text may hold an
// EventSourceToken. Error is the text of the error, which tells of the errors in it too.
type errorJSON struct {
	Error       string   `json:"error"`
	StatementID string   `json:"statementId"`
	TemporaryID string   `json:"temporaryId,omitempty"`
	Differences []string `json:"differences,omitempty"`
}

// PolicyChangedError is the error of Grant if another program put a statement under the
// id during the call. Grant does not replace that statement too, since the two programs
// could go on replacing each other's statements. The changes that Grant made until then
// stay; the next call starts from there.
type PolicyChangedError struct {
	// StatementID is the id under which both programs write.
	StatementID string

	// TemporaryID is the id of the statement of an unfinished replacement, which is
	// in force, or "". Absent removes it, and so does the next Grant.
	TemporaryID string

	// Before is the statement that had the id when Grant first read the policy,
	// zero if none had. Now is the one that has it since.
	Before, Now policy.Statement

	// Err is the error of the call that failed beside that, or nil.
	Err error
}

// Error describes the change. It holds no EventSourceToken.
func (e *PolicyChangedError) Error() string {
	text := fmt.Sprintf("ensure: somebody else changed the statement %q at the same time", e.StatementID)
	if e.Before.IsValid() {
		text += "; A was there before, B is now: " + wanted.Describe(policy.Diff(e.Before, e.Now))
	} else {
		text += ": it was not there before"
	}
	if e.TemporaryID != "" {
		text += fmt.Sprintf("; the statement %q of a replacement is in force", e.TemporaryID)
	}
	if e.Err != nil {
		text += "; " + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *PolicyChangedError) Unwrap() error { return e.Err }

// MarshalJSON returns an object with the members error, statementId and temporaryId. It
// holds no EventSourceToken.
func (e PolicyChangedError) MarshalJSON() ([]byte, error) {
	return json.Marshal(errorJSON{Error: e.Error(), StatementID: e.StatementID, TemporaryID: e.TemporaryID})
}

// Why Grant refuses to begin a replacement, within a *ReplaceError.
var (
	// ErrCannotRestore: AddPermission cannot express the old statement, which has a
	// foreign condition, several actions or a deleted principal, for example. It could not
	// be put back if a later step failed. Absent removes it nevertheless.
	ErrCannotRestore = errors.New("AddPermission could not restore the old statement")

	// ErrNoRoom: the old and the new statement do not fit into the policy together
	// (policy.MaxSize). With Options.AllowGap it is replaced nevertheless.
	ErrNoRoom = errors.New("there is no room in the policy for the old and the new statement together")
)

// ReplaceError is a replacement that Grant refused to begin, or that broke off.
type ReplaceError struct {
	// StatementID is the id whose statement is being replaced, TemporaryID the one
	// under which the new statement is kept meanwhile.
	StatementID, TemporaryID string

	// Old is the statement that has StatementID or, if none has, the one that had it
	// when Grant first read the policy; zero if an earlier call removed that.
	Old policy.Statement

	// Left says which statements are in the policy, by the last reading and the
	// answers that came after it.
	Left Left

	// Uncertain means that Left may be wrong: a request got no answer, or an answer
	// that does not say whether it was carried out. The policy could not be read
	// afterwards, or it did not show the change, which may still come. The next Grant
	// sees which it is.
	Uncertain bool

	// Step is the step that failed, or "" if nothing was begun.
	Step string

	// Err is the reason: ErrCannotRestore, ErrNoRoom, or the error of the call.
	Err error

	// RestoreErr says why the old statement could not be put back after it was removed in
	// a gap. It is nil if it was put back, or did not have to be.
	RestoreErr error
}

// Error names the step that failed and the statements that are in force. It holds no
// EventSourceToken.
func (e *ReplaceError) Error() string {
	text := fmt.Sprintf("ensure: replacing statement %q: ", e.StatementID)
	if e.Step != "" {
		text += e.Step + ": "
	}
	text += e.Err.Error()
	if e.Step != "" || e.Left != LeftOld {
		text += fmt.Sprintf("; %s (temporary id %q)", e.Left.inForce(), e.TemporaryID)
	}
	if e.Uncertain {
		text += "; this is not certain, since a request may have been carried out after the policy was read"
	}
	if e.RestoreErr != nil {
		text += fmt.Sprintf("; the old statement could not be put back: %v", e.RestoreErr)
	}
	return text
}

// Unwrap returns Err.
func (e *ReplaceError) Unwrap() error { return e.Err }

// MarshalJSON returns an object with the members error, statementId, temporaryId, left,
// uncertain and step. It holds no EventSourceToken.
func (e ReplaceError) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		errorJSON
		Left      Left   `json:"left"`
		Uncertain bool   `json:"uncertain"`
		Step      string `json:"step,omitempty"`
	}{errorJSON{Error: e.Error(), StatementID: e.StatementID, TemporaryID: e.TemporaryID}, e.Left, e.Uncertain, e.Step})
}

// Left says which statements an interrupted replacement leaves in the policy. Its
// text is the name of the constant without Left.
type Left int

const (
	// LeftOld: the old statement, and not the new one.
	LeftOld Left = iota
	// LeftOldAndTemporary: the old statement, and another under the temporary id.
	LeftOldAndTemporary
	// LeftTemporary: the statement under the temporary id only.
	LeftTemporary
	// LeftNewAndTemporary: the new statement, and another under the temporary id.
	LeftNewAndTemporary
	// LeftNothing: no statement. Either AllowGap was set and putting back the old statement
	// failed too, or somebody else removed the statements.
	LeftNothing
)

var lefts = enum.Texts[Left]{Package: "ensure", Type: "Left", List: []string{"Old", "OldAndTemporary", "Temporary", "NewAndTemporary", "Nothing"}}

// String returns the name of the constant without Left.
func (l Left) String() string { return lefts.String(l) }

// MarshalText returns the text of String, or an error for a value that is not a constant.
func (l Left) MarshalText() ([]byte, error) { return lefts.Marshal(l) }

// UnmarshalText sets l to the constant with this text; on an error l stays.
func (l *Left) UnmarshalText(text []byte) error { return lefts.Unmarshal(text, l) }

// inForce says which statements are in force.
func (l Left) inForce() string {
	switch l {
	case LeftOld:
		return "only the old statement is in force"
	case LeftOldAndTemporary:
		return "the old statement and the temporary one are in force"
	case LeftTemporary:
		return "only the temporary statement is in force"
	case LeftNewAndTemporary:
		return "the new statement and the temporary one are in force"
	}
	return "neither the old nor the new statement is in force"
}

func leftBy(v view) Left {
	switch {
	case v.isWanted() && v.temporary.IsValid():
		return LeftNewAndTemporary
	case v.stored.IsValid() && v.temporary.IsValid():
		return LeftOldAndTemporary
	case v.stored.IsValid():
		return LeftOld
	case v.temporary.IsValid():
		return LeftTemporary
	}
	return LeftNothing
}

// ApplyError is the error of an Apply that ended before all changes were made. The
// changes that it made stay, and the next Apply goes on from there.
type ApplyError struct {
	// Function is that of the Desired.
	Function string

	// Done are the changes that were carried out, Left those that are not, or only in
	// part.
	Done, Left []Change

	// Missing are the ids of desired grants that are not in force. Unwanted are the ids
	// of statements that are in force and were to be removed. Both are by the latest state
	// that the service showed to this call.
	Missing, Unwanted []string

	// Uncertain means that Missing and Unwanted may be wrong. Either the failed call or an
	// earlier one may have been carried out, or may still be, since its answer did not come
	// or does not say. Or the last reading does not show a write of this call, and may be older than
	// that. The next plan shows which it is.
	Uncertain bool

	// Step says which call failed, such as: adding "photos-66k3il4yifkiukchoe7xt443".
	Step string

	// Err is why: the error of the call, a *PrincipalError, a *NoRoomError, a
	// *DesiredError if the policy became one that the grants do not go with, or
	// another error.
	Err error
}

// Error names the failed step, the number of changes done, and the statements in force.
// It holds no EventSourceToken.
func (e *ApplyError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ensure: %s: %s: %v; %d of %s done", e.Function, e.Step, e.Err, len(e.Done), plural(len(e.Done)+len(e.Left), "change"))
	if len(e.Missing) > 0 {
		fmt.Fprintf(&b, "; not in force: %s", listed(e.Missing))
	}
	if len(e.Unwanted) > 0 {
		fmt.Fprintf(&b, "; still in force: %s", listed(e.Unwanted))
	}
	if e.Uncertain {
		b.WriteString("; this is not certain, since that call may still be carried out, or the last reading may be an old one")
	}
	return b.String()
}

// Unwrap returns Err.
func (e *ApplyError) Unwrap() error { return e.Err }

// MarshalJSON returns an object with the members error, function, done, left, missing,
// unwanted, uncertain and step. It holds no EventSourceToken.
func (e ApplyError) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Error     string   `json:"error"`
		Function  string   `json:"function"`
		Done      []Change `json:"done,omitempty"`
		Left      []Change `json:"left,omitempty"`
		Missing   []string `json:"missing,omitempty"`
		Unwanted  []string `json:"unwanted,omitempty"`
		Uncertain bool     `json:"uncertain"`
		Step      string   `json:"step"`
	}{e.Error(), e.Function, e.Done, e.Left, e.Missing, e.Unwanted, e.Uncertain, e.Step})
}

// PlanChangedError says that more would have to be removed or replaced than the
// applied plan named, because somebody else changed the policy meanwhile. Everything
// that the plan named was done.
type PlanChangedError struct {
	// Function is that of the Desired.
	Function string

	// Plan has the changes that are left. Applying it is a decision of the caller.
	Plan *Plan

	// StatementIDs are the statements that the applied plan did not name.
	StatementIDs []string
}

// Error names the statements.
func (e *PlanChangedError) Error() string {
	return fmt.Sprintf("ensure: the policy of %q was changed meanwhile: %s would have to be removed or replaced, which was not planned; a new plan is needed",
		e.Function, listed(e.StatementIDs))
}

// RemovalLimitError is the refusal to remove as much as a plan says, to keep a
// mistake in a list from taking away grants that are needed.
type RemovalLimitError struct {
	// Function is that of the Desired.
	Function string

	// StatementIDs are the statements that would be removed without another in
	// their place.
	StatementIDs []string

	// Limit is Options.MaxRemovals, or 0 if everything that the owner has would be
	// removed.
	Limit int
}

// Error names the statements, and the option that allows it.
func (e *RemovalLimitError) Error() string {
	if e.Limit == 0 {
		return fmt.Sprintf("ensure: no grants are desired for %q, which would remove everything that the owner has (%s): the option AllowRemoveAll permits it",
			e.Function, listed(e.StatementIDs))
	}
	return fmt.Sprintf("ensure: %s of %q would be removed (%s), and Options.MaxRemovals is %d",
		plural(len(e.StatementIDs), "statement"), e.Function, listed(e.StatementIDs), e.Limit)
}
