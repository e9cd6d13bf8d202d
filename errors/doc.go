// Package errors has the errors of Lambda's operations on resource policies:
// exception types, questions about any error, and the decoding of an answer into an
// error.
//
// Programs import it under another name, since they need the standard library's
// errors beside it:
//
//	import (
//		"errors"
//
//		lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
//	)
//
// # Asking
//
// Most programs need only the questions. Each accepts any error, wrapped or not, and
// reports false for nil and for errors that did not come from the service. The
// questions go by the code that the service sent, so they work for errors of the
// SDK's own client (service/lambda) as well.
//
//	Question                 Code                                      Status
//	IsInvalidParameterValue  InvalidParameterValueException,           400
//	                         ValidationException
//	IsPolicyLengthExceeded   PolicyLengthExceededException             400
//	IsPublicPolicy           PublicPolicyException                     400
//	IsAccessDenied           AccessDeniedException                     403
//	IsNotFound               ResourceNotFoundException                 404
//	IsConflict               ResourceConflictException                 409
//	IsPreconditionFailed     PreconditionFailedException               412
//	IsThrottled              TooManyRequestsException and the SDK's    or any 429
//	                         other throttling codes
//	IsServiceFault           ServiceException, any server fault        or any 500+
//
// IsThrottled and IsServiceFault also go by the status, because a proxy in front of
// the service may answer 429 or 5xx without a code. The others do not: a 404 without
// a code does not say that a function is missing.
//
// A conflict has several meanings under one code; [ConflictKindOf] tells them apart:
//
//	switch lambdaerrors.ConflictKindOf(err) {
//	case lambdaerrors.DuplicateStatement: // the id is taken: retrying is useless
//	case lambdaerrors.ConcurrentUpdate, lambdaerrors.UpdateInProgress: // try later
//	case lambdaerrors.UnknownConflict: // report it
//	}
//
// # Looking closer
//
// The types carry the service's message, the status and the request id:
//
//	var conflict *lambdaerrors.ResourceConflictException
//	if errors.As(err, &conflict) {
//		log.Print(conflict.ErrorMessage(), conflict.RequestID)
//	}
//
// They have the names and members of those in service/lambda/types. A code
// without a type, AccessDeniedException for one, comes as
// [*smithy.GenericAPIError]. All implement [smithy.APIError]; find that by
// errors.As if only the code matters. For errors of an SDK client use the SDK's
// types.
//
// A message is the service's own text and is passed on unchanged; it may repeat
// values of the request. Only an answer that is not a JSON object is shortened to an
// excerpt, see [FromResponse].
//
// # Concurrency
//
// The functions are safe for concurrent use. The errors are plain structs: safe
// as long as nobody changes them.
package errors
