package permissiontest

import "github.com/lambdaperm/lambdaperm/validate"

// request is a decoded request of one of the operations, whichever door it came
// through. A member that is "" differs from one that is absent, as it does for
// the service.
type request struct {
	operation             validate.Operation
	members               map[string]string // by the API's name, only what is there
	invokedViaFunctionUrl *bool
}

func newRequest(operation validate.Operation) request {
	return request{operation: operation, members: make(map[string]string)}
}

// set adds a member unless it is nil.
func (r request) set(name string, value *string) {
	if value != nil {
		r.members[name] = *value
	}
}

// grant is the request as rules and statements know it.
func (r request) grant() validate.Request {
	return validate.Request{
		Operation:             r.operation,
		FunctionName:          r.members["FunctionName"],
		Qualifier:             r.members["Qualifier"],
		StatementId:           r.members["StatementId"],
		Action:                r.members["Action"],
		Principal:             r.members["Principal"],
		SourceArn:             r.members["SourceArn"],
		SourceAccount:         r.members["SourceAccount"],
		EventSourceToken:      r.members["EventSourceToken"],
		PrincipalOrgID:        r.members["PrincipalOrgID"],
		FunctionUrlAuthType:   r.members["FunctionUrlAuthType"],
		InvokedViaFunctionUrl: r.invokedViaFunctionUrl,
		RevisionId:            r.members["RevisionId"],
	}
}
