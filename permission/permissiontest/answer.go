package permissiontest

import (
	"fmt"
	"net/http"
)

// answer is what the service says to a request, before any transport: a status
// and the members of the body. A refusal has a code too.
type answer struct {
	status  int
	code    string // "" for a success
	members map[string]any
}

// refused reports whether a check has an answer already.
func (a *answer) refused() bool { return a.code != "" }

// Which of Message, message and Type an error has differs by its code; the shapes
// below are as recorded of the service.

// typedError is the shape of most modelled errors.
func typedError(status int, code, message string) *answer {
	return &answer{status, code, map[string]any{"Type": "User", "message": message}}
}

// plainError is the shape of errors that come before the operation itself.
func plainError(status int, code, message string) *answer {
	return &answer{status, code, map[string]any{"message": message}}
}

// accessDenied has a capital Message, which is null when nothing is told.
func accessDenied(message any) *answer {
	return &answer{http.StatusForbidden, "AccessDeniedException", map[string]any{"Message": message}}
}

// notFound is the one modelled error of these operations with a capital Message
// and a Type.
func notFound(message string) *answer {
	return &answer{http.StatusNotFound, "ResourceNotFoundException", map[string]any{"Message": message, "Type": "User"}}
}

func invalidParameter(message string) *answer {
	return typedError(http.StatusBadRequest, "InvalidParameterValueException", message)
}

func statementExists(sid string) *answer {
	return typedError(http.StatusConflict, "ResourceConflictException", "The statement id ("+sid+
		") provided already exists. Please provide a new statement id, or remove the existing statement.")
}

func revisionMismatch() *answer {
	return typedError(http.StatusPreconditionFailed, "PreconditionFailedException",
		"The Revision Id provided does not match the latest Revision Id. "+
			"Call the GetPolicy API to retrieve the latest Revision Id")
}

func policyTooLong(size, limit int) *answer {
	return typedError(http.StatusBadRequest, "PolicyLengthExceededException",
		fmt.Sprintf("The final policy size (%d) is bigger than the limit (%d).", size, limit))
}

func serializationError(message string) *answer {
	return plainError(http.StatusBadRequest, "SerializationException", message)
}

func unknownOperation() *answer {
	return accessDenied("Unable to determine service/operation name to be authorized")
}
