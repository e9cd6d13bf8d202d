package errors

import (
	"errors"

	"github.com/aws/smithy-go"
)

// Codes that the service answers with although its reference lists them under
// "Common Errors" only, so that they have no type.
const (
	codeValidationException   = "ValidationException"
	codeAccessDeniedException = "AccessDeniedException"
)

// IsInvalidParameterValue reports whether the service refused a parameter:
// InvalidParameterValueException, or ValidationException, which is what it
// answers when a value breaks a documented length or pattern. A violation that
// was found before sending is no answer of the service and reports false. It
// supports wrapped errors and returns false when err is nil.
func IsInvalidParameterValue(err error) bool {
	code := codeOf(err)
	return code == codeInvalidParameterValueException || code == codeValidationException
}

// IsPolicyLengthExceeded reports whether the policy would outgrow its quota:
// PolicyLengthExceededException. It supports wrapped errors and returns false
// when err is nil.
func IsPolicyLengthExceeded(err error) bool {
	return codeOf(err) == codePolicyLengthExceededException
}

// IsConflict reports whether the statement id is taken or another operation is
// at work on the function: ResourceConflictException. [ConflictKindOf] says
// which. It supports wrapped errors and returns false when err is nil.
func IsConflict(err error) bool {
	return codeOf(err) == codeResourceConflictException
}

// IsNotFound reports whether the service does not know the function, version,
// alias, policy or statement: ResourceNotFoundException. A bare status 404 is
// not enough: a wrong endpoint answers so too. It supports wrapped errors and
// returns false when err is nil.
func IsNotFound(err error) bool {
	return codeOf(err) == codeResourceNotFoundException
}

// IsPreconditionFailed reports whether the RevisionId of the request is not the
// policy's latest: PreconditionFailedException. It supports wrapped errors and
// returns false when err is nil.
func IsPreconditionFailed(err error) bool {
	return codeOf(err) == codePreconditionFailedException
}

// IsAccessDenied reports whether the caller may not do this:
// AccessDeniedException alone. The other answers with status 403 (an expired
// token, an unknown key, a wrong signature) are about who the caller is, and
// report false. It supports wrapped errors and returns false when err is nil.
func IsAccessDenied(err error) bool {
	return codeOf(err) == codeAccessDeniedException
}

// codeOf returns the code of the first service error in err's tree, or "".
func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
