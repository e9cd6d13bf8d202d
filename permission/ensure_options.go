package permission

// EnsureOptions configures a call of Ensure. The zero value of every field is the
// cautious choice.
type EnsureOptions struct {
	// Replace replaces a different statement that has the requested id. Without it
	// such a statement is a *MismatchError.
	Replace bool

	// AllowGap lets Replace remove the old statement before it adds the new one
	// where both do not fit into the policy together (policy.MaxSize). In between
	// neither is in force. Without it that is a *ReplaceError with ErrNoRoom.
	AllowGap bool

	// AcceptCovering makes a statement under another id enough if it allows
	// everything that the grant would; see policy.Covers. Without it such statements
	// are reported, and the grant is added beside them.
	AcceptCovering bool

	// MaxTries limits how many writes may be refused because the policy or the
	// function is being changed by others at the same time, before Ensure gives up;
	// 0 means DefaultMaxTries.
	MaxTries int

	// CallOptions are passed to every call that is made.
	CallOptions []func(*Options)
}

// DefaultMaxTries is how many writes may be refused because others write at the
// same time, unless EnsureOptions or EnsureAbsentOptions say otherwise.
const DefaultMaxTries = 10
