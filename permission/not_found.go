package permission

import (
	"errors"
	"strings"

	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// isElsewhere reports whether a ResourceNotFoundException says nothing about the
// scope, because it was looked for in another region than its ARN's.
func isElsewhere(err error) bool {
	return lambdaerrors.IsNotFound(err) && strings.HasPrefix(messageOf(err), "Functions from ")
}

// messageOf returns the message of the first service error in err's tree, or "".
func messageOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return ""
}
