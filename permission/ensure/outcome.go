package ensure

import (
	"github.com/lambdaperm/lambdaperm/internal/enum"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Result is the result of Grant.
type Result struct {
	// Outcome says which change had to be made.
	Outcome Outcome

	// Statement is the stored statement that grants the request: the one with
	// the requested id or, with AcceptCovering, the first of Covering.
	Statement policy.Statement

	// Covering are the statements under other ids that allow everything the grant
	// does, as they were when Grant first read the policy; nil without any.
	Covering []policy.Statement
}

// Outcome says which change Grant had to make. Its text is the name of the constant without
// Outcome: Unchanged, Added, Replaced.
type Outcome int

const (
	// OutcomeUnchanged: the policy granted it already.
	OutcomeUnchanged Outcome = iota
	// OutcomeAdded: no statement had the id, and now one has. Somebody else may have
	// added it in between.
	OutcomeAdded
	// OutcomeReplaced: a different statement had the id. It is also the outcome when
	// a replacement is finished that an earlier call left half done.
	OutcomeReplaced
)

var outcomes = enum.Texts[Outcome]{Package: "ensure", Type: "Outcome", List: []string{"Unchanged", "Added", "Replaced"}}

// String returns the name of the constant without Outcome.
func (o Outcome) String() string { return outcomes.String(o) }

// MarshalText returns the text of String, or an error for a value that is not a constant.
func (o Outcome) MarshalText() ([]byte, error) { return outcomes.Marshal(o) }

// UnmarshalText sets o to the constant with this text; on an error o stays.
func (o *Outcome) UnmarshalText(text []byte) error { return outcomes.Unmarshal(text, o) }

// AbsentResult is the result of Absent and AbsentGrant.
type AbsentResult struct {
	// Absence says why the statement is not there.
	Absence Absence

	// Removed are the ids of the statements that the call asked to be removed, and
	// that a later reading of the policy no longer showed. A removal whose answer was
	// lost counts, even if another program may have made it.
	Removed []string
}

// Absence says why a statement is not there. Its text is the name of the constant
// without Absence: Removed, NoStatement, NoPolicy, NoFunction.
type Absence int

const (
	// AbsenceRemoved: the call removed it.
	AbsenceRemoved Absence = iota
	// AbsenceNoStatement: there is a policy, without such a statement.
	AbsenceNoStatement
	// AbsenceNoPolicy: there is no policy.
	AbsenceNoPolicy
	// AbsenceNoFunction: there is no such function, version or alias.
	AbsenceNoFunction
)

var absences = enum.Texts[Absence]{Package: "ensure", Type: "Absence", List: []string{"Removed", "NoStatement", "NoPolicy", "NoFunction"}}

// String returns the name of the constant without Absence.
func (a Absence) String() string { return absences.String(a) }

// MarshalText returns the text of String, or an error for a value that is not a constant.
func (a Absence) MarshalText() ([]byte, error) { return absences.Marshal(a) }

// UnmarshalText sets a to the constant with this text; on an error a stays.
func (a *Absence) UnmarshalText(text []byte) error { return absences.Unmarshal(text, a) }

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
