package errors

// The exceptions have the members of their namesakes in the AWS SDK for Go
// (package service/lambda/types), so that code moves over by changing the
// package of the type, and two more: the response's status and request id.
//
// In all of them
//   - Message is the service's own text; nil when the answer carried none,
//   - ErrorCodeOverride replaces the code that ErrorCode returns; nil for none,
//     as in every error that [FromResponse] makes,
//   - Type is the side that the service blames, "User" in most answers; nil
//     when the answer carried none,
//   - StatusCode is the HTTP status that came, which need not be the
//     documented one; 0 when the error was not made from a response,
//   - RequestID is what AWS Support asks for; "" when the answer carried none.
//
// The zero value of each is a usable error without message.

// InvalidParameterValueException says that the service refused a parameter:
// a value that it does not accept although it is well formed, or two
// parameters that contradict each other. Documented status: 400.
//
// Source: AddPermission, "Errors".
type InvalidParameterValueException struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// PolicyLengthExceededException says that the policy of this function, version
// or alias would outgrow its quota of 20 KB. Documented status: 400.
//
// Source: AddPermission, "Errors"; Lambda quotas, "Function resource-based
// policy".
type PolicyLengthExceededException struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// PreconditionFailedException says that the RevisionId of the request is not
// the policy's latest; GetPolicy returns the latest. Documented status: 412.
//
// Source: AddPermission, "Errors".
type PreconditionFailedException struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// PublicPolicyException says that the statement would grant public access to
// the function where that is blocked. Documented status: 400.
//
// Source: PutResourcePolicy, "Errors".
type PublicPolicyException struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// ResourceConflictException says that the statement id is taken, or that
// another operation is at work on the function: [ConflictKindOf] tells these
// apart. Documented status: 409.
//
// Source: AddPermission, "Errors".
type ResourceConflictException struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// ResourceNotFoundException says that the function, version or alias, its
// policy, or the statement does not exist. Documented status: 404.
//
// Source: AddPermission, "Errors".
type ResourceNotFoundException struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// ServiceException says that the service failed on its own side. Documented
// status: 500.
//
// Source: AddPermission, "Errors".
type ServiceException struct {
	Message           *string
	ErrorCodeOverride *string
	Type              *string

	StatusCode int
	RequestID  string
}

// TooManyRequestsException says that requests came faster than the account may
// send them. Documented status: 429.
//
// Source: AddPermission, "Errors".
type TooManyRequestsException struct {
	Message           *string
	ErrorCodeOverride *string

	// RetryAfterSeconds is the Retry-After header as it came; nil when there
	// was none.
	RetryAfterSeconds *string
	Type              *string
	// Reason is the limit that was met; "" when the answer named none.
	Reason ThrottleReason

	StatusCode int
	RequestID  string
}
