package errors

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Codes without a type: the service's reference lists them under "Common Errors".
const (
	codeValidationException   = "ValidationException"
	codeAccessDeniedException = "AccessDeniedException"
)

// IsInvalidParameterValue reports whether the service refused a parameter:
// InvalidParameterValueException, or ValidationException, its answer to a value that
// breaks a documented length or pattern. For a violation that is found before sending
// it reports false. It supports wrapped errors and returns false when err is nil.
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

// IsPublicPolicy reports whether the policy would grant access to everybody where
// that is blocked: PublicPolicyException. It supports wrapped errors and returns false
// when err is nil.
func IsPublicPolicy(err error) bool {
	return codeOf(err) == codePublicPolicyException
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

// IsAccessDenied reports whether the caller lacks a permission:
// AccessDeniedException. The other answers with status 403 (an expired token, an
// unknown key, a wrong signature) are about the caller's identity, and it reports
// false for them. It supports wrapped errors and returns false when err is nil.
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

// IsServiceFault reports whether the service failed, not the request: an error
// whose fault is the server's, or any response with status 500 or above,
// with any body. It supports wrapped errors and returns false when err is nil.
func IsServiceFault(err error) bool {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer {
		return true
	}
	return StatusCode(err) >= http.StatusInternalServerError
}

// throttleCodes are those of aws/retry's DefaultThrottleErrorCodes. They are
// repeated because that package would bring the SDK's core with it, and its map
// can be changed by any program that imports it.
var throttleCodes = [...]string{
	"Throttling",
	"ThrottlingException",
	"ThrottledException",
	"RequestThrottledException",
	codeTooManyRequestsException,
	"ProvisionedThroughputExceededException",
	"TransactionInProgressException",
	"RequestLimitExceeded",
	"BandwidthLimitExceeded",
	"LimitExceededException",
	"RequestThrottled",
	"SlowDown",
	"PriorRequestNotComplete",
	"EC2ThrottledException",
}

// IsThrottled reports whether requests came too fast: one of the codes at which
// the SDK's retryers slow down (aws/retry, DefaultThrottleErrorCodes), or any
// response with status 429, with any body. The request may be sent again
// later. It supports wrapped errors and returns false when err is nil.
func IsThrottled(err error) bool {
	return slices.Contains(throttleCodes[:], codeOf(err)) ||
		StatusCode(err) == http.StatusTooManyRequests
}

// StatusCode returns the HTTP status of the first error in err's tree that has
// one, or 0.
func StatusCode(err error) int {
	var response interface{ HTTPStatusCode() int }
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// Message returns the message of the first service error in err's tree, or "".
func Message(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return ""
}

// IsTransient reports whether the same request may succeed later without a change:
// it was throttled ([IsThrottled]), the service failed ([IsServiceFault]), a conflict
// passes by itself ([ConflictKind.Passes]), or no whole answer came, because the
// connection failed or broke. A server whose certificate is refused and a call whose
// own context was canceled are not transient.
//
// A request without an answer may have been carried out. IsTransient supports
// wrapped errors and returns false when err is nil.
func IsTransient(err error) bool {
	return IsThrottled(err) || IsServiceFault(err) || ConflictKindOf(err).Passes() || isUnanswered(err)
}

// isUnanswered reports whether a request was sent, or was about to be, and no whole
// answer to it was read.
func isUnanswered(err error) bool {
	var canceled interface{ CanceledError() bool }
	if errors.Is(err, context.Canceled) || errors.As(err, &canceled) && canceled.CanceledError() || isTLSFailure(err) {
		return false
	}
	var network net.Error
	var send *smithyhttp.RequestSendError
	return errors.As(err, &network) || errors.As(err, &send) || errors.Is(err, io.ErrUnexpectedEOF)
}

// NeverSent reports whether a connection failed before a request could be
// written: no address, no connection, no TLS. It supports wrapped errors and
// returns false when err is nil.
func NeverSent(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	var dns *net.DNSError
	return errors.As(err, &dns) || isTLSFailure(err)
}

// isTLSFailure reports whether the server's certificate was refused, or the server
// does not speak TLS.
func isTLSFailure(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &record)
}
