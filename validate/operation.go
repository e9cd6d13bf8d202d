package validate

// Operation names one of the three operations on a function's resource policy.
// The zero value means AddPermission too; a pre-flight check of package permission
// never meets it. A switch over the constants that may meet it, because a Request
// was written by hand, should be over Operation(o.String()).
type Operation string

const (
	// AddPermission adds a statement to the policy.
	AddPermission Operation = "AddPermission"
	// GetPolicy reads the policy.
	GetPolicy Operation = "GetPolicy"
	// RemovePermission removes a statement from the policy.
	RemovePermission Operation = "RemovePermission"
)

// String is the operation's name as the API spells it; "AddPermission" for the zero value.
func (o Operation) String() string {
	if o == "" {
		o = AddPermission
	}
	return string(o)
}

// index numbers the operations for the tables; ok is false for any other name.
func (o Operation) index() (i int, ok bool) {
	switch o {
	case AddPermission, "":
		return 0, true
	case GetPolicy:
		return 1, true
	case RemovePermission:
		return 2, true
	}
	return 0, false
}

// operationCount is one more than the greatest index.
const operationCount = 3

var allOperations = []Operation{AddPermission, GetPolicy, RemovePermission}
