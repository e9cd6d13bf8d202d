package permission

import "github.com/lambdaperm/lambdaperm/validate"

const (
	serviceID   = "Lambda"
	signingName = "lambda"
)

// operation is what makes one of the three operations differ from the others.
type operation struct {
	name, span, method string
	rules              validate.Operation

	// accepts reports whether an input is of the operation's own type.
	accepts func(input any) bool
	// required lists the members that the service requires, four at most.
	required func(input any) [4]member
	// serialize says what the request holds.
	serialize func(input any) (parts, error)
	// decode reads the body of a successful answer.
	decode func(body []byte) (any, error)
}

// accepts reports whether an input is a *T, and not nil.
func accepts[T any](input any) bool {
	in, ok := input.(*T)
	return ok && in != nil
}

// operations are all there are.
var operations = []*operation{addPermission, getPolicy, removePermission}

// member is an input member of an operation, by its name in the API; the zero
// member is none.
type member struct {
	name  string
	value *string
}
