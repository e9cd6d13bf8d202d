package errors

import (
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/ptr"
)

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

// text is what every exception prints. Status and request id are left to the
// response error around it, which prints them.
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

// ErrorMessage returns the message, or "" if there is none.
func (e *InvalidParameterValueException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is none.
func (e *PolicyLengthExceededException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is none.
func (e *PreconditionFailedException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is none.
func (e *PublicPolicyException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is none.
func (e *ResourceConflictException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is none.
func (e *ResourceNotFoundException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is none.
func (e *ServiceException) ErrorMessage() string { return ptr.ToString(e.Message) }

// ErrorMessage returns the message, or "" if there is none.
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
