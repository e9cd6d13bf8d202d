package permission

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// responseLost reports whether err may hide a success: the answer was a success
// that could not be read to its end, or a refusal of what an earlier attempt of
// the same call may have done. A refusal of the only attempt is never that, and a
// server's error is no refusal, whatever code it has.
func responseLost(metadata middleware.Metadata, err error, refused bool) bool {
	if statusOf(err)/100 == 2 {
		return true
	}
	return refused && statusOf(err)/100 == 4 && earlierMayBeCommitted(metadata)
}

// earlierMayBeCommitted asks it of all attempts: the last one was refused.
func earlierMayBeCommitted(metadata middleware.Metadata) bool {
	attempts, _ := retry.GetAttemptResults(metadata)
	return slices.ContainsFunc(attempts.Results, func(a retry.AttemptResult) bool { return mayBeCommitted(a.Err) })
}

// mayBeCommitted reports whether the service may have carried out an attempt
// that failed with err. With an answer its status decides: a 4xx is a refusal, a
// 5xx may come from anywhere behind the change, and a 2xx that is an error was
// not read to its end. Without an answer it does not matter what broke, but only
// whether the request may have left.
func mayBeCommitted(err error) bool {
	if status := statusOf(err); status != 0 {
		return status/100 == 2 || status/100 == 5
	}
	var send *smithyhttp.RequestSendError
	var canceled *smithy.CanceledError
	if !errors.As(err, &send) && !errors.As(err, &canceled) {
		return false
	}
	return !lambdaerrors.NeverSent(err)
}

// statusOf returns the HTTP status of the answer that err is about, 0 if there
// was none.
func statusOf(err error) int {
	var answer interface{ HTTPResponse() *smithyhttp.Response }
	if !errors.As(err, &answer) {
		return 0
	}
	if r := answer.HTTPResponse(); r != nil && r.Response != nil {
		return r.StatusCode
	}
	return 0
}
