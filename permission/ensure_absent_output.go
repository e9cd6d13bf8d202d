package permission

import "strconv"

// EnsureAbsentOptions configures a call of EnsureAbsent.
type EnsureAbsentOptions struct {
	// Grant makes EnsureAbsent look for a meaning instead of an id: it removes every
	// statement that grants exactly this, whatever its id. FunctionName, Qualifier,
	// StatementId and RevisionId of Grant are not used. If the input has a
	// StatementId too, a statement must have both to be removed.
	Grant *AddPermissionInput

	// MaxTries limits how many removals may be refused because the policy or the
	// function is being changed by others at the same time; 0 means DefaultMaxTries.
	MaxTries int

	// CallOptions are passed to every call that is made.
	CallOptions []func(*Options)
}

// Absence is why a statement is not there.
type Absence int

const (
	// Removed: EnsureAbsent removed it.
	Removed Absence = iota
	// NoStatement: the scope has a policy, without such a statement.
	NoStatement
	// NoPolicy: the scope has no policy.
	NoPolicy
	// NoFunction: there is no such function, version or alias.
	NoFunction
)

// String returns the name of the constant.
func (a Absence) String() string {
	switch a {
	case Removed:
		return "Removed"
	case NoStatement:
		return "NoStatement"
	case NoPolicy:
		return "NoPolicy"
	case NoFunction:
		return "NoFunction"
	}
	return "Absence(" + strconv.Itoa(int(a)) + ")"
}

// EnsureAbsentOutput is the result of EnsureAbsent.
type EnsureAbsentOutput struct {
	// Absence is why the statement is not there.
	Absence Absence

	// Removed are the ids of the statements that were removed.
	Removed []string
}
