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

// members are the values of a request in the order of the fields, "" for what is
// absent.
func (r *Request) members() [fieldCount]string {
	return [fieldCount]string{
		r.FunctionName, r.Qualifier, r.StatementId, r.Action, r.Principal, r.SourceArn, r.SourceAccount,
		r.EventSourceToken, r.PrincipalOrgID, r.FunctionUrlAuthType, boolText(r.InvokedViaFunctionUrl), r.RevisionId,
	}
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
