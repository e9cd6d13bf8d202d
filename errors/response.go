package errors

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
