package validate

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
	"RevisionId",
}

func (f field) String() string { return fieldNames[f] }

// value is the member's value, "" when it is absent.
func (f field) value(r *Request) string {
	switch f {
	case fieldFunctionName:
		return r.FunctionName
	case fieldQualifier:
		return r.Qualifier
	case fieldStatementId:
		return r.StatementId
	case fieldAction:
		return r.Action
	case fieldPrincipal:
		return r.Principal
	case fieldSourceArn:
		return r.SourceArn
	case fieldSourceAccount:
		return r.SourceAccount
	case fieldEventSourceToken:
		return r.EventSourceToken
	case fieldPrincipalOrgID:
		return r.PrincipalOrgID
	case fieldFunctionUrlAuthType:
		return r.FunctionUrlAuthType
	case fieldInvokedViaFunctionUrl:
		return boolText(r.InvokedViaFunctionUrl)
	case fieldRevisionId:
		return r.RevisionId
	}
	return ""
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
