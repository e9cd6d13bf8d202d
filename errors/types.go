package errors

import (
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/ptr"
)

// The exceptions have the members of their namesakes in the AWS SDK for Go
// (package service/lambda/types), so that code moves over by changing the
// package of the type, and two more: the response's status and request id.
//
// In all of them
//   - Message is the service's own text; nil if the answer had no message,
//   - ErrorCodeOverride replaces the code that ErrorCode returns; nil means the
//     type's own code, as in every error that [FromResponse] makes,
//   - Type is the side at fault, "User" in most answers; nil if the answer had no
//     Type,
//   - StatusCode is the HTTP status that came, which need not be the
//     documented one; 0 when the error was not made from a response,
//   - RequestID is the id that AWS Support asks for; "" if the answer had no id.
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
	// was no such header.
	RetryAfterSeconds *string
	Type              *string
	// Reason is the limit that was met; "" if the answer did not name it.
	Reason ThrottleReason

	StatusCode int
	RequestID  string
}

// The codes that the operations document, each with a type of its own.
const (
	codeInvalidParameterValueException = "InvalidParameterValueException"
	codePolicyLengthExceededException  = "PolicyLengthExceededException"
	codePreconditionFailedException    = "PreconditionFailedException"
	codePublicPolicyException          = "PublicPolicyException"
	codeResourceConflictException      = "ResourceConflictException"
	codeResourceNotFoundException      = "ResourceNotFoundException"
	codeServiceException               = "ServiceException"
	codeTooManyRequestsException       = "TooManyRequestsException"
)

// codeOr returns the overriding code if there is one, else code.
func codeOr(override *string, code string) string {
	if override != nil {
		return *override
	}
	return code
}

// text returns the text of every exception. The response error around it prints
// status and request id.
func text(e smithy.APIError) string { return e.ErrorCode() + ": " + e.ErrorMessage() }

// Error returns the code and the message.
func (e *InvalidParameterValueException) Error() string { return text(e) }

// Error returns the code and the message.
func (e *PolicyLengthExceededException) Error() string { return text(e) }

// Error returns the code and the message.
func (e *PreconditionFailedException) Error() string { return text(e) }

// Error returns the code and the message.
func (e *PublicPolicyException) Error() string { return text(e) }

// Error returns the code and the message.
func (e *ResourceConflictException) Error() string { return text(e) }

// Error returns the code and the message.
func (e *ResourceNotFoundException) Error() string { return text(e) }

// Error returns the code and the message.
func (e *ServiceException) Error() string { return text(e) }

// Error returns the code and the message.
func (e *TooManyRequestsException) Error() string { return text(e) }

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *InvalidParameterValueException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codeInvalidParameterValueException)
}

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *PolicyLengthExceededException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codePolicyLengthExceededException)
}

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *PreconditionFailedException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codePreconditionFailedException)
}

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *PublicPolicyException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codePublicPolicyException)
}

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *ResourceConflictException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codeResourceConflictException)
}

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *ResourceNotFoundException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codeResourceNotFoundException)
}

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *ServiceException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codeServiceException)
}

// ErrorCode returns ErrorCodeOverride, if that is set, or else the type's name.
func (e *TooManyRequestsException) ErrorCode() string {
	return codeOr(e.ErrorCodeOverride, codeTooManyRequestsException)
}

// ErrorMessage returns the message, or "" if there is no message.
func (e *InvalidParameterValueException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is no message.
func (e *PolicyLengthExceededException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is no message.
func (e *PreconditionFailedException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is no message.
func (e *PublicPolicyException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is no message.
func (e *ResourceConflictException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is no message.
func (e *ResourceNotFoundException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is no message.
func (e *ServiceException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is no message.
func (e *TooManyRequestsException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorFault returns [smithy.FaultClient].
func (e *InvalidParameterValueException) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// ErrorFault returns [smithy.FaultClient].
func (e *PolicyLengthExceededException) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// ErrorFault returns [smithy.FaultClient].
func (e *PreconditionFailedException) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// ErrorFault returns [smithy.FaultClient].
func (e *PublicPolicyException) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// ErrorFault returns [smithy.FaultClient].
func (e *ResourceConflictException) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// ErrorFault returns [smithy.FaultClient].
func (e *ResourceNotFoundException) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// ErrorFault returns [smithy.FaultServer].
func (e *ServiceException) ErrorFault() smithy.ErrorFault { return smithy.FaultServer }

// ErrorFault returns [smithy.FaultClient].
func (e *TooManyRequestsException) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// The methods by which the SDK's retryers, and the questions of this package,
// find status and request id in any error.

// HTTPStatusCode returns StatusCode.
func (e *InvalidParameterValueException) HTTPStatusCode() int { return e.StatusCode }

// HTTPStatusCode returns StatusCode.
func (e *PolicyLengthExceededException) HTTPStatusCode() int { return e.StatusCode }

// HTTPStatusCode returns StatusCode.
func (e *PreconditionFailedException) HTTPStatusCode() int { return e.StatusCode }

// HTTPStatusCode returns StatusCode.
func (e *PublicPolicyException) HTTPStatusCode() int { return e.StatusCode }

// HTTPStatusCode returns StatusCode.
func (e *ResourceConflictException) HTTPStatusCode() int { return e.StatusCode }

// HTTPStatusCode returns StatusCode.
func (e *ResourceNotFoundException) HTTPStatusCode() int { return e.StatusCode }

// HTTPStatusCode returns StatusCode.
func (e *ServiceException) HTTPStatusCode() int { return e.StatusCode }

// HTTPStatusCode returns StatusCode.
func (e *TooManyRequestsException) HTTPStatusCode() int { return e.StatusCode }

// ServiceRequestID returns RequestID.
func (e *InvalidParameterValueException) ServiceRequestID() string { return e.RequestID }

// ServiceRequestID returns RequestID.
func (e *PolicyLengthExceededException) ServiceRequestID() string { return e.RequestID }

// ServiceRequestID returns RequestID.
func (e *PreconditionFailedException) ServiceRequestID() string { return e.RequestID }

// ServiceRequestID returns RequestID.
func (e *PublicPolicyException) ServiceRequestID() string { return e.RequestID }

// ServiceRequestID returns RequestID.
func (e *ResourceConflictException) ServiceRequestID() string { return e.RequestID }

// ServiceRequestID returns RequestID.
func (e *ResourceNotFoundException) ServiceRequestID() string { return e.RequestID }

// ServiceRequestID returns RequestID.
func (e *ServiceException) ServiceRequestID() string { return e.RequestID }

// ServiceRequestID returns RequestID.
func (e *TooManyRequestsException) ServiceRequestID() string { return e.RequestID }

// ThrottleReason names the limit that a [TooManyRequestsException] is about.
// The zero value means that the service named no limit. Values beyond those listed
// here are kept as they come.
//
// Source: Invoke, "Errors", TooManyRequestsException.
type ThrottleReason string

// The limits that the service names. Requests to the operations on policies
// meet ThrottleReasonCallerRateLimitExceeded.
const (
	ThrottleReasonConcurrentInvocationLimitExceeded                 ThrottleReason = "ConcurrentInvocationLimitExceeded"
	ThrottleReasonFunctionInvocationRateLimitExceeded               ThrottleReason = "FunctionInvocationRateLimitExceeded"
	ThrottleReasonReservedFunctionConcurrentInvocationLimitExceeded ThrottleReason = "ReservedFunctionConcurrentInvocationLimitExceeded"
	ThrottleReasonReservedFunctionInvocationRateLimitExceeded       ThrottleReason = "ReservedFunctionInvocationRateLimitExceeded"
	ThrottleReasonCallerRateLimitExceeded                           ThrottleReason = "CallerRateLimitExceeded"
	ThrottleReasonConcurrentSnapshotCreateLimitExceeded             ThrottleReason = "ConcurrentSnapshotCreateLimitExceeded"
)

// Values returns the limits listed here, in a slice that the caller may change.
func (ThrottleReason) Values() []ThrottleReason {
	return []ThrottleReason{
		ThrottleReasonConcurrentInvocationLimitExceeded,
		ThrottleReasonFunctionInvocationRateLimitExceeded,
		ThrottleReasonReservedFunctionConcurrentInvocationLimitExceeded,
		ThrottleReasonReservedFunctionInvocationRateLimitExceeded,
		ThrottleReasonCallerRateLimitExceeded,
		ThrottleReasonConcurrentSnapshotCreateLimitExceeded,
	}
}
