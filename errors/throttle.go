package errors

import (
	"net/http"
	"slices"
)

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
// response with status 429, whatever its body. The request may be sent again
// later. It supports wrapped errors and returns false when err is nil.
func IsThrottled(err error) bool {
	return slices.Contains(throttleCodes[:], codeOf(err)) ||
		statusOf(err) == http.StatusTooManyRequests
}

// ThrottleReason names the limit that a [TooManyRequestsException] is about.
// The zero value means that the service named none. Values beyond those listed
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
