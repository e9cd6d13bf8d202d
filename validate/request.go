package validate

import (
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

// Request is a grant in plain values: the members of an AddPermission request,
// or those of another operation when Operation says so.
//
// A member that is "" (or nil) is absent unless Empty names it. A required member
// that is absent or empty is judged as missing; an optional one is judged if it has
// a value or Empty names it. JSON keeps the difference: see MarshalJSON and
// UnmarshalJSON.
//
// A Request may hold a secret, an EventSourceToken: print it with care.
type Request struct {
	// Operation chooses the rules; the zero value is AddPermission.
	Operation Operation

	// FunctionName is a name, a partial ARN or a full ARN, each with or without ":QUALIFIER".
	FunctionName string
	// Qualifier is a version or an alias.
	Qualifier string
	// StatementId names the statement within its policy.
	StatementId string
	// Action is the action that is allowed: "lambda:InvokeFunction", "lambda:*" or
	// "*".
	Action string
	// Principal is the caller that is allowed: a service, an account ID, an IAM ARN or
	// "*".
	Principal string
	// SourceArn limits a service principal to one resource, or several by wildcards.
	SourceArn string
	// SourceAccount limits a service principal to the resources of one account, 12 digits.
	SourceAccount string
	// EventSourceToken is the token that an Alexa skill must present. It is a
	// secret.
	EventSourceToken string
	// PrincipalOrgID limits the grant to an organization, "o-" and 10 to 32 characters.
	PrincipalOrgID string
	// FunctionUrlAuthType is "NONE" or "AWS_IAM".
	FunctionUrlAuthType string
	// InvokedViaFunctionUrl limits the grant to calls through the function's URL; nil is absent.
	InvokedViaFunctionUrl *bool
	// ResourceArn is the full ARN of the function, version or alias in the operations
	// on whole policies.
	ResourceArn string
	// Policy is the policy document of PutResourcePolicy as JSON text. It may hold an
	// EventSourceToken, which is a secret.
	Policy string
	// RevisionId is the revision that the policy must have for the request to succeed.
	RevisionId string

	// Empty names the members that are present with the value "", such as those
	// that a program fills from a variable that is not set. The service refuses
	// SourceArn, SourceAccount, EventSourceToken and PrincipalOrgID then, since ""
	// does not match their patterns, and Qualifier, whose minimum length is 1; so
	// do the rules. RevisionId is sent as it is, except by PutResourcePolicy and
	// DeleteResourcePolicy, whose pattern it breaks. A member that has a value is
	// judged by it, whether or not Empty names it. The zero value names no member:
	// every member that is "" is absent.
	Empty Members
}

// Function returns the function, version or alias that FunctionName and Qualifier
// name together, with as much of its ARN as FunctionName has.
//
// The error is an *arn.ParseError if one of the two cannot be read; else a
// Violation if they carry different qualifiers, if Empty names Qualifier, or if
// Qualifier has a '$' that only $LATEST and $LATEST.PUBLISHED may have. No other
// rule is applied.
func (r Request) Function() (arn.Function, error) {
	f, err := arn.ParseFunction(r.FunctionName)
	switch {
	case err != nil:
		return arn.Function{}, err
	case r.Qualifier == "" && r.Empty.has(fieldQualifier):
		return arn.Function{}, Violation{Field: "Qualifier", Rule: RuleMinLength, Message: minLengthMessage(1), Hint: emptyHint}
	case r.Qualifier == "":
		return f, nil
	}
	q, err := arn.ParseQualifier(r.Qualifier)
	if err != nil {
		return arn.Function{}, err
	}
	if own := f.Qualifier(); !own.IsZero() && own != q {
		return arn.Function{}, mismatch(own.String(), r.Qualifier)
	}
	qualified := f.WithQualifier(q)
	if !qualified.IsValid() {
		return arn.Function{}, Violation{
			Field: "Qualifier", Rule: RulePattern, Value: r.Qualifier,
			Message: "Member must be a version, an alias, $LATEST or $LATEST.PUBLISHED",
		}
	}
	return qualified, nil
}

// Operation names one of the six operations on a function's resource policy.
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
	// PutResourcePolicy replaces the policy by a whole document.
	PutResourcePolicy Operation = "PutResourcePolicy"
	// GetResourcePolicy reads the policy by the ARN of its function, version or alias.
	GetResourcePolicy Operation = "GetResourcePolicy"
	// DeleteResourcePolicy removes the policy with all its statements.
	DeleteResourcePolicy Operation = "DeleteResourcePolicy"
)

// String is the operation's name as the API spells it; "AddPermission" for the zero value.
func (o Operation) String() string {
	if o == "" {
		o = AddPermission
	}
	return string(o)
}

func (o Operation) isAddPermission() bool { return o == AddPermission || o == "" }

// index numbers the operations for the tables; ok is false for any other name.
func (o Operation) index() (i int, ok bool) {
	switch o {
	case AddPermission, "":
		return 0, true
	case GetPolicy:
		return 1, true
	case RemovePermission:
		return 2, true
	case PutResourcePolicy:
		return 3, true
	case GetResourcePolicy:
		return 4, true
	case DeleteResourcePolicy:
		return 5, true
	}
	return 0, false
}

// operationCount is one more than the greatest index.
const operationCount = 6

// The operations on single statements, and those on whole policies.
var (
	statementOperations = []Operation{AddPermission, GetPolicy, RemovePermission}
	documentOperations  = []Operation{PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy}
)

// Members is a set of members of a Request. It is a comparable value; the zero
// value is the empty set.
type Members uint16

// MembersOf returns the set of the named members, spelled as the API spells them:
// MembersOf("SourceArn", "Qualifier"). It panics if a Request has no member of a
// name, so names that are not constants must be checked first.
func MembersOf(names ...string) Members {
	var m Members
	for _, name := range names {
		f, ok := fieldNamed(name)
		if !ok {
			panic("validate.MembersOf: a Request has no member " + abbrev.Quote(name))
		}
		m |= f.set()
	}
	return m
}

// Has reports whether the named member is in the set. It is false for a name that
// no member has.
func (m Members) Has(name string) bool {
	f, ok := fieldNamed(name)
	return ok && m.has(f)
}

// All yields the names of the members in the API's order.
func (m Members) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := m & allMembers; rest != 0; rest &= rest - 1 {
			if !yield(field(bits.TrailingZeros16(uint16(rest))).String()) {
				return
			}
		}
	}
}

// String returns the names in the API's order, separated by a comma and a space;
// it is "" for the empty set.
func (m Members) String() string { return strings.Join(slices.Collect(m.All()), ", ") }

const allMembers Members = 1<<fieldCount - 1

func (f field) set() Members { return 1 << f }

func (m Members) has(f field) bool { return m&f.set() != 0 }

// empty returns the members that the service refuses if they are sent as "": of those
// in r.Empty, whether they have a value or not. Operations on single statements take
// any RevisionId, and InvokedViaFunctionUrl is no text.
func (r *Request) empty() Members {
	if r.Empty == 0 {
		return 0
	}
	empty := r.Empty & allMembers &^ fieldInvokedViaFunctionUrl.set()
	if !slices.Contains(documentOperations, r.Operation) {
		empty &^= fieldRevisionId.set()
	}
	return empty
}

// field numbers the members of a Request in the API's order, which is the order
// of violations. Rows name a member by this index and not by a func(*Request):
// calling through a table would make every checked request escape to the heap.
type field int

const (
	fieldFunctionName field = iota
	fieldQualifier
	fieldStatementId
	fieldAction
	fieldPrincipal
	fieldSourceArn
	fieldSourceAccount
	fieldEventSourceToken
	fieldPrincipalOrgID
	fieldFunctionUrlAuthType
	fieldInvokedViaFunctionUrl
	fieldResourceArn
	fieldPolicy
	fieldRevisionId

	fieldCount
)

var fieldNames = [fieldCount]string{
	"FunctionName",
	"Qualifier",
	"StatementId",
	"Action",
	"Principal",
	"SourceArn",
	"SourceAccount",
	"EventSourceToken",
	"PrincipalOrgID",
	"FunctionUrlAuthType",
	"InvokedViaFunctionUrl",
	"ResourceArn",
	"Policy",
	"RevisionId",
}

func (f field) String() string { return fieldNames[f] }

// value returns the member's value, "" when it is absent.
func (f field) value(r *Request) string {
	if f == fieldInvokedViaFunctionUrl {
		return boolText(r.InvokedViaFunctionUrl)
	}
	return *f.text(r)
}

// text returns where a request has the member, which is not InvokedViaFunctionUrl.
func (f field) text(r *Request) *string {
	switch f {
	case fieldFunctionName:
		return &r.FunctionName
	case fieldQualifier:
		return &r.Qualifier
	case fieldStatementId:
		return &r.StatementId
	case fieldAction:
		return &r.Action
	case fieldPrincipal:
		return &r.Principal
	case fieldSourceArn:
		return &r.SourceArn
	case fieldSourceAccount:
		return &r.SourceAccount
	case fieldEventSourceToken:
		return &r.EventSourceToken
	case fieldPrincipalOrgID:
		return &r.PrincipalOrgID
	case fieldFunctionUrlAuthType:
		return &r.FunctionUrlAuthType
	case fieldResourceArn:
		return &r.ResourceArn
	case fieldPolicy:
		return &r.Policy
	case fieldRevisionId:
		return &r.RevisionId
	}
	panic("validate: no text member " + f.String())
}

// fieldNamed returns the field of a member by its name in the API.
func fieldNamed(name string) (f field, ok bool) {
	i := slices.Index(fieldNames[:], name)
	return field(i), i >= 0
}

func boolText(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "true"
	}
	return "false"
}
