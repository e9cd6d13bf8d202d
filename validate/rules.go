package validate

// Rules is a set of rules: a table of constraints per operation, and perhaps
// rules between members. It is immutable and safe for concurrent use.
//
// A nil *Rules and the zero Rules hold no rule: Check passes every request.
type Rules struct {
	rows  []row // in the API's field order
	index *index
	// splitName takes a function name apart by the set's own expression.
	splitName func(string) (n functionName, ok bool)
	// meaning turns on what the service refuses beyond single constraints.
	meaning bool
}

// row is one line of the documentation.
type row struct {
	field      field
	operations []Operation
	required   bool
	min, max   int // code points; a max of 0 is no limit

	pattern string
	// What exactly ^(?:pattern)$ accepts: a shape, if there is one, or else what
	// match says.
	shape shape
	match func(string) bool
	enum  []string // of rows without a shape
}

// Check judges a request by the rules of its operation. It gives nil, or an
// *Error with every violation in the API's field order: FunctionName,
// Qualifier, StatementId, Action, Principal, SourceArn, SourceAccount,
// EventSourceToken, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl,
// RevisionId. An unknown Operation is itself a violation.
//
// Check takes time linear in the request's length and allocates nothing for a
// valid request.
func (r *Rules) Check(req Request) error {
	if r == nil || r.rows == nil {
		return nil
	}
	op, ok := req.Operation.index()
	if !ok {
		return &Error{Violations: []Violation{unknownOperation(req.Operation)}}
	}
	if r.accepts(op, &req) {
		return nil
	}
	return &Error{Violations: r.examine(op, req)}
}
