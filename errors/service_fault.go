package errors

import (
	"errors"
	"net/http"

	"github.com/aws/smithy-go"
)

// IsServiceFault reports whether the service failed, not the request: an error
// whose fault is the server's, or any response with status 500 or above,
// whatever its body. It supports wrapped errors and returns false when err is
// nil.
func IsServiceFault(err error) bool {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer {
		return true
	}
	return statusOf(err) >= http.StatusInternalServerError
}

// statusOf returns the status of the first error in err's tree that has one,
// or 0.
func statusOf(err error) int {
	var response interface{ HTTPStatusCode() int }
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}
