package grant

import (
	"errors"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/validate"
)

// An Error says which argument or option of a constructor makes no grant, and why.
type Error struct {
	// Argument is the parameter of the constructor, or the option:
	// "function", "sourceARN", "WithSourceAccount".
	Argument string
	// Value is the argument as it was given; "" for the id of a skill, which may be a
	// secret.
	Value string
	// Reason says what is wrong. The wording may change.
	Reason string
	// Right is what to write instead, or an example of it; "" if that is not known.
	Right string
	// Err is the error that refused the value, if another package did: a
	// *validate.Error, an *arn.ParseError, an *OwnerError. Otherwise it is nil.
	Err error
}

// Error is one line: the argument, its value, the reason and the right form.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("grant: " + e.Argument)
	if e.Value != "" {
		b.WriteString(" " + strconv.Quote(e.Value))
	}
	b.WriteString(": " + e.Reason)
	if e.Right != "" {
		b.WriteString("; write " + e.Right)
	}
	return b.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// check judges a finished grant by the rules. What they say of a member is an Error
// about the argument that it was made from; arguments has these by member.
func check(r Request, arguments map[string]string) error {
	if r.StatementId == "" {
		r.StatementId = "unnamed" // the caller chooses one
	}
	err := validate.Current.Check(r)
	var v validate.Violation
	if !errors.As(err, &v) {
		return err
	}
	argument, ok := arguments[v.Field]
	if !ok {
		argument = v.Field
	}
	return &Error{Argument: argument, Value: v.Value, Reason: reasonOf(v), Err: err}
}

// reasonOf leaves a pattern out where a hint says what is wrong.
func reasonOf(v validate.Violation) string {
	switch {
	case v.Hint == "":
		return v.Message
	case v.Rule == validate.RulePattern:
		return v.Hint
	}
	return v.Message + " (" + v.Hint + ")"
}
