package grant

import (
	"errors"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/validate"
)

// An Error has the argument or option from which a constructor cannot make a grant,
// and the reason.
type Error struct {
	// Argument is the parameter of the constructor, or the option:
	// "function", "sourceARN", "WithSourceAccount".
	Argument string
	// Value is the argument as it was given; "" for the id of a skill, which may be a
	// secret.
	Value string
	// Reason is the mistake. The wording may change.
	Reason string
	// Right is the right form, an example of it, or another means; "" if that is not
	// known.
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
		b.WriteString("; use " + e.Right)
	}
	return b.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// check checks a finished grant by validate.Current. A violation becomes an Error
// about the argument from which the member was made; arguments has these by member.
func check(r Request, arguments map[string]string) error {
	if r.StatementId == "" {
		r.StatementId = "unnamed" // the caller chooses one
	}
	err := validate.Current.Check(r)
	var refused *validate.Error
	if !errors.As(err, &refused) {
		return err
	}
	v := mostHelpful(refused.Violations)
	argument, ok := arguments[v.Field]
	if !ok {
		argument = v.Field
	}
	return &Error{Argument: argument, Value: v.Value, Reason: reasonOf(v), Err: err}
}

// mostHelpful returns the first violation, or another one of the same member that has a
// hint: a value of a wrong form often has a wrong length as well.
func mostHelpful(list []validate.Violation) validate.Violation {
	for _, v := range list {
		if v.Field == list[0].Field && v.Hint != "" {
			return v
		}
	}
	return list[0]
}

// reasonOf returns the message and the hint of a violation, without the pattern if a
// hint explains the mistake.
func reasonOf(v validate.Violation) string {
	switch {
	case v.Hint == "":
		return v.Message
	case v.Rule == validate.RulePattern:
		return v.Hint
	}
	return v.Message + " (" + v.Hint + ")"
}
